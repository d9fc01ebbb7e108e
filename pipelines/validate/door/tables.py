"""From raw rows to a table of text: what is under the header, cell by cell, mended where that is certain."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from ...columns import place_of
from ...extract import Finding
from ...messages import _
from ..report import CellError, Repair
from ..wording import row_message
from .cells import mend_column
from .headers import Header
from .sheets import Sheet, is_empty
from .sirets import siret_fields
from .titles import simplified

_TOTAL = re.compile(r"(?:sous)?(?:total|totaux)(?:general|generale|generaux|annuel|cumule|ttc|ht|\d{4})?")


@dataclass(frozen=True)
class TextTable:
    """Columns of text under their fields' names, and the source's row numbers."""

    table: pa.Table
    rows: tuple[int, ...]
    repairs: tuple[Repair, ...]
    findings: tuple[Finding, ...]
    ragged: tuple[CellError, ...]


@dataclass
class _Content:
    """The rows under the header, their numbers, and what was left out between them."""

    rows: list[list[Any]]
    numbers: list[int]
    repairs: list[Repair]


def text_table(sheet: Sheet, header: Header, table_schema: Mapping[str, Any]) -> TextTable:
    """The rows under the header, in the order of the file's columns."""
    fields = {field["name"]: field for field in table_schema["fields"]}
    sirets = siret_fields(table_schema)
    content = _content(sheet, header)
    columns, repairs = {}, [*content.repairs, *_blank_columns(header)]
    findings = [*header.findings, *_totals(content), *_no_rows(content)]
    for place, column in enumerate(header.columns):
        if column is not None:
            cells = [row[place] if place < len(row) else None for row in content.rows]
            mended = mend_column(cells, content.numbers, fields.get(column), column, column in sirets)
            columns[column] = pa.array(mended.texts, pa.string())
            repairs += mended.repairs
            findings += mended.findings
    table = pa.table(columns) if columns else pa.table({})
    ragged = tuple(_ragged(content, len(header.columns)))
    return TextTable(table, tuple(content.numbers), tuple(repairs), tuple(findings), ragged)


def _content(sheet: Sheet, header: Header) -> _Content:
    """Without the empty rows, which are nothing, and those that repeat the header."""
    content = _Content([], [], [])
    titles = _stripped(sheet.rows[header.place])
    for row, number in zip(sheet.rows[header.place + 1 :], sheet.numbers[header.place + 1 :], strict=True):
        if is_empty(row):
            content.repairs.append(Repair("blank-row", _("An empty row was left out."), number))
        elif row[0] in (sheet.rows[header.place][0], titles[0]) and _stripped(row) == titles:
            content.repairs.append(Repair("repeated-header", _("A row that repeats the header was left out."), number))
        else:
            content.rows.append(row)
            content.numbers.append(number)
    return content


def _stripped(row: Sequence[Any]) -> list[Any]:
    cells = [cell.strip() if isinstance(cell, str) else cell for cell in row]
    while cells and cells[-1] in ("", None):
        cells.pop()
    return cells


def _blank_columns(header: Header) -> list[Repair]:
    """Those between others; beyond the last title, a spreadsheet has thousands."""
    last = max((number for number, column in enumerate(header.columns, start=1) if column is not None), default=0)
    blank = [number for number, column in enumerate(header.columns, start=1) if column is None]
    message = _("An empty column was left out.")
    return [Repair("blank-column", message, None, place_of(number)) for number in blank if number < last]


def _totals(content: _Content) -> list[Finding]:
    message = _("This row looks like a total. Delete it, unless it is one row like the others.")
    return [
        Finding("warning", "total-row", message, number)
        for row, number in zip(content.rows, content.numbers, strict=True)
        if _is_total(row)
    ]


def _no_rows(content: _Content) -> list[Finding]:
    message = _("There is no row under the header. Check that the export is whole.")
    return [] if content.rows else [Finding("warning", "no-rows", message)]


def _is_total(row: Sequence[Any]) -> bool:
    """Its first filled cell says so, and nothing else."""
    first = next((cell for cell in row if cell not in ("", None)), None)
    return isinstance(first, str) and len(first) < 30 and _TOTAL.fullmatch(simplified(first)) is not None


def _ragged(content: _Content, width: int) -> list[CellError]:
    message = row_message("extra-cell")
    return [
        CellError("extra-cell", "extra-cell", number, width + 1, "", message)
        for row, number in zip(content.rows, content.numbers, strict=True)
        if len(row) > width and not is_empty(row[width:])
    ]
