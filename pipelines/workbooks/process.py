"""What the process does that reads a stranger's workbook: bytes from standard input, pickled sheets to standard output.

Of each visible sheet: (title, first formula, hidden rows, hidden columns), then its rows in pieces, as a pickler
keeps in mind all that it has written. All are plain values. It ends with one of `statuses` where there is nothing to
tell; whatever else ends it has no words that a reader may see.
"""

import io
import pickle
import sys
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from . import ods, xls, xlsx
from .marks import Marks
from .statuses import DAMAGED, OTHER_KIND, PROTECTED, TOO_LARGE

_ROWS_PER_PIECE = 10_000
_OLE = b"\xd0\xcf\x11\xe0"


def main() -> None:
    """The process, from its start to its end."""
    content, out = sys.stdin.buffer.read(), sys.stdout.buffer
    try:
        for told in _sheets(content):
            pickle.dump(told, out, 5)
    except PasswordError:
        sys.exit(PROTECTED)
    except MemoryError:
        sys.exit(TOO_LARGE)


def _sheets(content: bytes) -> Iterator[Any]:
    every = _marks(content)
    if any(marks.is_too_large for marks in every):
        sys.exit(TOO_LARGE)
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(content))
    sheets = workbook.sheets_metadata
    if len(every) != len(sheets):
        sys.exit(DAMAGED)
    for sheet, marks in zip(sheets, every, strict=True):
        if sheet.typ != SheetTypeEnum.WorkSheet or sheet.visible != SheetVisibleEnum.Visible:
            continue
        yield sheet.name, marks.formula, marks.hidden_rows, marks.hidden_columns
        rows = workbook.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
        width = max(map(_filled_width, rows), default=0)
        for start in range(0, len(rows), _ROWS_PER_PIECE):
            piece = enumerate(rows[start : start + _ROWS_PER_PIECE], start=start + 1)
            yield [_cells(row[:width], marks.errors.get(number, {})) for number, row in piece]


def _marks(content: bytes) -> list[Marks]:
    """Ends the process for an XLSB or a text document: nobody would see their formulas."""
    if content.startswith(_OLE):
        return xls.marks_of(content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = archive.namelist()
    if "xl/workbook.xml" in names:
        return xlsx.marks_of(content)
    return ods.marks_of(content) if "content.xml" in names else sys.exit(OTHER_KIND)


def _filled_width(row: Sequence[Any]) -> int:
    width = len(row)
    while width and row[width - 1] == "":
        width -= 1
    return width


def _cells(row: list[Any], errors: Mapping[int, str]) -> list[Any]:
    """The row with the errors that it shows."""
    for column, shown in errors.items():
        if column <= len(row):
            row[column - 1] = shown
    return row
