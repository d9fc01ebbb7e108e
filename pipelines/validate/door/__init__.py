"""The door: any municipal file in, a table of text out, with a list of what was changed on the way.

A certain change is a repair; what only looks wrong is a finding, and stays as
it is. Bombs, files beyond the declared size and formulas do not come in.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...extract import Extract, Finding
from ...messages import _
from ..report import CellError, Repair
from .contents import LIMIT_BYTES, Limits, read_content
from .formats import read_sheets
from .headers import best_sheet
from .tables import text_table

__all__ = ["LIMIT_BYTES", "Limits", "Opened", "open_file", "read_content"]


@dataclass(frozen=True)
class Opened:
    """A file as a table of text whose titles are the schema's fields where they could be mapped."""

    extract: Extract
    sheet: str | None
    titles: Mapping[str, str]  # field -> the file's own title
    repairs: tuple[Repair, ...]
    ragged: tuple[CellError, ...]  # rows with cells beyond the last column


def open_file(
    path: Path, table_schema: Mapping[str, Any], aliases: Mapping[str, str] | None = None, limits: Limits | None = None
) -> Opened:
    """Read the file whatever its name says. Raises SourceUnavailable (14), or InvalidData (11) for formulas."""
    content = read_content(path, limits or Limits())
    sheets = read_sheets(content, path.name)
    sheet, header = best_sheet(sheets, table_schema, aliases or {}, path.name)
    table = text_table(sheet, header, table_schema)
    others = [
        Finding("warning", "other-sheets", _other_sheets([other.name or "" for other in sheets if other is not sheet]))
    ]
    return Opened(
        Extract(table.table, table.rows, path.name, findings=(*table.findings, *others[: len(sheets) - 1])),
        sheet.name,
        header.titles,
        (*content.repairs, *sheet.repairs, *header.repairs, *table.repairs),
        table.ragged,
    )


def _other_sheets(names: list[str]) -> str:
    return _("Only one sheet was read; not read: {names}.").format(names=", ".join(names))
