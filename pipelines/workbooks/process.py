"""What the process does that reads a stranger's workbook: bytes from standard input, `pieces` to standard output.

It ends with one of `statuses` where there is nothing to tell; whatever else ends it has no words that a reader may see.
"""

import io
import pickle
import sys
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from python_calamine import CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from . import ods, xls, xlsx
from .marks import Marks, Merged
from .pieces import CELLS_PER_PIECE, HEAD, ROWS, SHEET, WIDTH
from .statuses import DAMAGED, OTHER_KIND, PROTECTED, TOO_LARGE

_OLE = b"\xd0\xcf\x11\xe0"


def main() -> None:
    """The process, from its start to its end."""
    content, out = sys.stdin.buffer.read(), sys.stdout.buffer
    try:
        for kind, told in _pieces(content):
            pickled = pickle.dumps(told, 5)
            out.write(HEAD.pack(kind, len(pickled)) + pickled)
    except PasswordError:
        sys.exit(PROTECTED)
    except MemoryError:
        sys.exit(TOO_LARGE)


def _pieces(content: bytes) -> Iterator[tuple[bytes, Any]]:
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
        cells = workbook.get_sheet_by_name(sheet.name)
        yield SHEET, (sheet.name, marks.formula, marks.hidden_rows, marks.hidden_columns, _merged(cells, marks))
        width, piece = 0, list[list[Any]]()
        for row in _rows(cells, marks.shown):
            width = max(width, len(row))
            piece.append(row)
            if len(piece) * (width + 1) > CELLS_PER_PIECE:
                yield ROWS, piece
                piece = []
        yield ROWS, piece
        yield WIDTH, width


def _rows(sheet: CalamineSheet, shown: Mapping[int, Mapping[int, str]]) -> Iterator[list[Any]]:
    """Each row from the first one and the first column on, up to its last filled cell."""
    left = [""] * (sheet.start[1] if sheet.start else 0)
    for number, cells in enumerate(sheet.iter_rows(), start=1):
        row = [*left, *cells]
        for column, text in shown.get(number, {}).items():
            if column <= len(row):
                row[column - 1] = text
        yield row[: _filled_width(row)]


def _merged(sheet: CalamineSheet, marks: Marks) -> list[Merged]:
    ranges = sheet.merged_cell_ranges
    if ranges is None:
        return marks.merged
    return [(top + 1, left + 1, bottom + 1, right + 1) for (top, left), (bottom, right) in ranges]


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
