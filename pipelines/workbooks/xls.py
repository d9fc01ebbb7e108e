"""What calamine does not tell of an XLS workbook: a stream of records, each a kind, a length and its bytes (BIFF)."""

import io
import struct
from collections.abc import Iterator

import olefile

from .marks import Marks

_BOF, _EOF, _SHEET = 0x0809, 0x000A, 0x0085
_FORMULA, _BOOL_OR_ERROR, _ROW, _COLUMNS = 0x0006, 0x0205, 0x0208, 0x007D
_CELLS = frozenset({0x0006, 0x0201, 0x0203, 0x0204, 0x0205, 0x027E, 0x00BD, 0x00BE, 0x00D6, 0x00FD})
_SEVERAL = frozenset({0x00BD, 0x00BE})  # several numbers, several blanks: the last column ends the record
_ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
_TRUTHS = (b"\x1d\0", b"\x1d\1", b"\x21\x22\0", b"\x21\x23\0")  # the tokens of FALSE, TRUE, TRUE(), FALSE()
_ROW_IS_HIDDEN, _COLUMN_IS_HIDDEN = 0x20, 0x01

Record = tuple[int, int, bytes]  # where it starts, its kind, its bytes


def marks_of(content: bytes) -> list[Marks]:
    """One per sheet of the workbook, in its order. Raises OSError, ValueError or struct.error for a damaged one."""
    with olefile.OleFileIO(io.BytesIO(content)) as ole:
        name = next((one for one in ("Workbook", "Book") if ole.exists(one)), "Workbook")
        stream = ole.openstream(name).read()
    starts = [struct.unpack_from("<I", record)[0] for _at, kind, record in _records(stream, 0) if kind == _SHEET]
    return [_marks(stream, start) for start in starts]


def _records(stream: bytes, start: int) -> Iterator[Record]:
    """The records of one part of the stream, to its end; the parts within it (charts) are passed over."""
    depth, at = 0, start
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        depth += (kind == _BOF) - (kind == _EOF)
        if depth == 1:
            yield at, kind, stream[at + 4 : at + 4 + length]
        if depth <= 0:
            return
        at += 4 + length


def _marks(stream: bytes, start: int) -> Marks:
    marks = Marks()
    for _at, kind, record in _records(stream, start):
        if kind in _CELLS:
            row, column = struct.unpack_from("<HH", record)
            last = struct.unpack_from("<H", record, len(record) - 2)[0] if kind in _SEVERAL else column
            marks.cells += last - column + 1
            marks.reach(row + 1, last + 1)
            if kind == _FORMULA and not _is_constant(record):
                marks.tell_formula(row + 1, column + 1)
            elif kind == _BOOL_OR_ERROR and record[7]:
                marks.tell_shown(row + 1, column + 1, _ERRORS.get(record[6], "#N/A"))
        elif kind == _ROW and struct.unpack_from("<I", record, 12)[0] & _ROW_IS_HIDDEN:
            marks.hidden_rows += 1
        elif kind == _COLUMNS and struct.unpack_from("<H", record, 8)[0] & _COLUMN_IS_HIDDEN:
            first, last = struct.unpack_from("<HH", record)
            marks.hidden_columns += last - first + 1
    marks.hidden_columns = min(marks.hidden_columns, marks.width)
    return marks


def _is_constant(formula: bytes) -> bool:
    """Whether it only says true or false: some programs write truth values so."""
    (length,) = struct.unpack_from("<H", formula, 20)
    return formula[22 : 22 + length] in _TRUTHS
