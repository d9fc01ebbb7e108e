"""The door: any municipal file in, a table of text out, with a list of what was changed on the way.

A certain change is a repair; what only looks wrong is a finding, and stays as
it is. Bombs, files beyond the declared size and formulas do not come in. Files
are read row by row, and kept as columns of text: no file is in memory twice.

contents                      bytes, unpacked within bounds
formats                       what they are
encodings separators quotes   what text is made of
delimited json_records workbooks    rows of each format
sheets headers titles         which sheet, which row is the header, which column is which field
tables texts                  what is under the header, as columns
cells mended                  what a column's own cells prove: numbers dates sirets typed
column                        one column, untouched, for reading only
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...columns import place_of
from ...errors import SourceUnavailable
from ...extract import Extract, Finding
from ...messages import _, ngettext
from ..report import CellError, Repair
from .column import Column, read_column
from .contents import LIMIT_BYTES, Limits, read_content
from .formats import read_sheets
from .headers import Header, best_sheet, known_titles
from .sheets import Sheet, refuse_formula
from .tables import TextTable, text_table

__all__ = ["LIMIT_BYTES", "Column", "Limits", "Opened", "open_file", "read_column", "read_content"]


@dataclass(frozen=True)
class Opened:
    """A file as a table of text whose titles are the schema's fields where they could be mapped."""

    extract: Extract
    repairs: Sequence[Repair]
    ragged: Sequence[CellError]  # rows with cells beyond the last column


def open_file(
    path: Path, table_schema: Mapping[str, Any], aliases: Mapping[str, str] | None = None, limits: Limits | None = None
) -> Opened:
    """Read the file whatever its name says. Raises SourceUnavailable (14), or InvalidData (11) for formulas."""
    known, limits = known_titles(table_schema, aliases or {}), limits or Limits()
    with read_content(path, limits) as content:
        sheets = read_sheets(content, path.name, known.count)
        sheet, header = best_sheet(sheets, known, path.name)
        refuse_formula(sheet, header.place, path.name)
        table = _text_table(sheet, header, table_schema, limits, path.name)
    for finding in _not_seen(sheet, sheets):
        table.findings.append(finding)
    columns = set(table.table.column_names)
    extract = Extract(
        table.table,
        table.rows,
        path.name,
        findings=table.findings,
        sheet=sheet.name,
        titles=header.titles,
        places={
            column: number
            for number, title in enumerate(header.columns, start=1)
            if (column := title or place_of(number)) in columns
        },
        has_header=sheet.has_header,
    )
    return Opened(extract, table.repairs, table.ragged)


def _text_table(sheet: Sheet, header: Header, table_schema: Mapping[str, Any], limits: Limits, name: str) -> TextTable:
    try:
        return text_table(sheet, header, table_schema, limits, name)
    except UnicodeEncodeError:  # half surrogates, which JSON can write
        raise SourceUnavailable(
            _("{source}: a text holds characters that do not exist; export the file again.").format(source=name)
        ) from None


def _not_seen(sheet: Sheet, sheets: Sequence[Sheet]) -> Iterator[Finding]:
    """What an officer may have forgotten of her workbook."""
    if len(sheets) > 1:
        others = ", ".join(other.name or "" for other in sheets if other is not sheet)
        yield Finding(
            "warning", "other-sheets", _("Only one table of the file was read; not read: {names}.").format(names=others)
        )
    rows, columns = sheet.hidden
    if rows:
        told = ngettext("{count} hidden row was read.", "{count} hidden rows were read.", rows)
        yield Finding("warning", "hidden-rows", f"{told.format(count=rows)} {_delete()}")
    if columns:
        told = ngettext("{count} hidden column was read.", "{count} hidden columns were read.", columns)
        yield Finding("warning", "hidden-columns", f"{told.format(count=columns)} {_delete()}")


def _delete() -> str:
    return _("Delete what must not be published.")
