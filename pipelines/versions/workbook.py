"""The table as a workbook for people: typed cells, codes as text, no formula. Small tables only."""

import io
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import BinaryIO, Protocol

import pyarrow as pa
import pyarrow.compute as pc
import xlsxwriter

MAX_CELLS = 300_000  # some three seconds; a larger table is no matter for a spreadsheet
_MAX_TEXT = 32_767  # Excel's own limits: longer text, older days and more digits cannot be said in a typed cell
_FIRST_DAY = date(1900, 3, 1)
_MAX_DIGITS = 15
# Zip entries and properties carry a date; the version's own stands in the manifest.
_NO_DATE = datetime(1980, 1, 1)  # noqa: DTZ001 - the first that zip can say


class _Rows(Protocol):
    @property
    def schema(self) -> pa.Schema: ...

    def __iter__(self) -> Iterator[pa.RecordBatch]: ...


def fits(table: pa.Table) -> bool:
    """Whether every cell can stand in a workbook; if not, there is none: a cut table would be a false one."""
    if table.num_rows * table.num_columns > MAX_CELLS:
        return False
    texts = (column for column in table.columns if pa.types.is_string(column.type))
    return all((pc.max(pc.utf8_length(column)).as_py() or 0) <= _MAX_TEXT for column in texts)


def write_workbook(rows: _Rows, stream: BinaryIO) -> None:
    """One sheet: a bold first row that stays in view, and a filter on every column."""
    finished = io.BytesIO()  # a disk that fails under an open zip file fails again when it is thrown away
    workbook = xlsxwriter.Workbook(finished, {"in_memory": True})
    workbook.set_properties({"created": _NO_DATE})
    sheet = workbook.add_worksheet()
    bold = workbook.add_format({"bold": True})
    for place, name in enumerate(rows.schema.names):
        sheet.write_string(0, place, name, bold)
    sheet.freeze_panes(1, 0)
    looks = [workbook.add_format({"num_format": _number_format(kind)}) for kind in rows.schema.types]
    row = 0
    for batch in rows:
        for cells in zip(*(column.to_pylist() for column in batch.columns), strict=True):
            row += 1
            for place, cell in enumerate(cells):
                if cell is not None:
                    _write(sheet, row, place, cell, looks[place])
    sheet.autofilter(0, 0, row, len(rows.schema) - 1)
    workbook.close()
    stream.write(finished.getbuffer())


def _number_format(kind: pa.DataType) -> str:
    if pa.types.is_decimal(kind):
        return "0." + "0" * kind.scale if kind.scale else "0"
    if pa.types.is_date(kind):
        return "yyyy-mm-dd"
    return "yyyy-mm-dd hh:mm:ss" if pa.types.is_timestamp(kind) else "General"


def _write(sheet: xlsxwriter.worksheet.Worksheet, row: int, place: int, cell: object, look: object) -> None:
    if isinstance(cell, bool):
        sheet.write_boolean(row, place, cell, look)
    elif not _is_sayable(cell):
        sheet.write_string(row, place, cell.isoformat() if isinstance(cell, date) else str(cell), look)
    elif isinstance(cell, datetime):
        sheet.write_datetime(row, place, cell.replace(tzinfo=None), look)
    elif isinstance(cell, date):
        sheet.write_datetime(row, place, cell, look)
    else:
        sheet.write_number(row, place, cell, look)


def _is_sayable(cell: object) -> bool:
    """Whether Excel's doubles say exactly this number or day."""
    if isinstance(cell, datetime):
        return cell.date() >= _FIRST_DAY
    if isinstance(cell, date):
        return cell >= _FIRST_DAY
    if isinstance(cell, int | Decimal):
        return len(str(cell).lstrip("-").replace(".", "").lstrip("0")) <= _MAX_DIGITS
    return isinstance(cell, float)
