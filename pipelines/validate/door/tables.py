"""From raw rows to a table of text: what is under the header, cell by cell, mended where that is certain."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from ...extract import Finding
from ...messages import _
from ..report import CellError, Repair
from ..wording import row_message
from .cells import Mended, mend_column
from .headers import Header
from .sheets import Sheet, is_empty


@dataclass(frozen=True)
class TextTable:
    """Columns of text under their fields' names, and the source's row numbers."""

    table: pa.Table
    rows: tuple[int, ...]
    repairs: tuple[Repair, ...]
    findings: tuple[Finding, ...]
    ragged: tuple[CellError, ...]


def text_table(sheet: Sheet, header: Header, table_schema: Mapping[str, Any]) -> TextTable:
    """The rows under the header, in the order of the file's columns."""
    fields = {field["name"]: field for field in table_schema["fields"]}
    siret_fields = _siret_fields(table_schema)
    rows, numbers, repairs = _content(sheet, header)
    width = len(header.columns)
    ragged = tuple(
        CellError("extra-cell", "extra-cell", number, width + 1, "", row_message("extra-cell"))
        for row, number in zip(rows, numbers, strict=True)
        if not is_empty(row[width:])
    )
    columns, findings = {}, list(header.findings)
    for place, column in enumerate(header.columns):
        if column is None:
            repairs.append(Repair("blank-column", _("An empty column was left out."), None, str(place + 1)))
            continue
        cells = [row[place] if place < len(row) else None for row in rows]
        mended: Mended = mend_column(cells, numbers, fields.get(column), column, column in siret_fields)
        columns[column] = pa.array(mended.texts, pa.string())
        repairs += mended.repairs
        findings += mended.findings
    table = pa.table(columns) if columns else pa.table({})
    return TextTable(table, tuple(numbers), tuple(repairs), tuple(findings), ragged)


def _content(sheet: Sheet, header: Header) -> tuple[list[list[Any]], list[int], list[Repair]]:
    """The rows under the header, without those that repeat it."""
    titles = sheet.rows[header.place]
    rows, numbers, repairs = [], [], []
    for row, number in zip(sheet.rows[header.place + 1 :], sheet.numbers[header.place + 1 :], strict=True):
        if row == titles:
            repairs.append(Repair("repeated-header", _("A row that repeats the header was left out."), number))
        else:
            rows.append(row)
            numbers.append(number)
    return rows, numbers, repairs


def _siret_fields(table_schema: Mapping[str, Any]) -> set[str]:
    """Fields that a check or their pattern says are SIRETs."""
    checks: Sequence[Mapping[str, Any]] = table_schema.get("custom_checks") or ()
    checked = {check["params"]["column"] for check in checks if check["name"] == "french-siret-value"}
    shaped = {
        field["name"]
        for field in table_schema["fields"]
        if "14" in str((field.get("constraints") or {}).get("pattern", "")) and field.get("type", "string") == "string"
    }
    return checked | shaped
