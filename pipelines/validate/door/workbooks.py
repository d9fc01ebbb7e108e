"""Spreadsheets: XLSX, XLS and ODS, read by the process of `workbooks`, which may die of a damaged one."""

import io
import pickle
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from typing import Any, BinaryIO

from ...errors import SourceUnavailable
from ...messages import _
from ...workbooks import pieces, statuses
from ..confined import ChildFailed, run_confined_on_disk
from .contents import Content
from .sheets import Row, Sheet

_CHILD = f"""
try:
    from pipelines.workbooks.process import main
    main()
except ImportError:
    raise SystemExit({statuses.NO_LIBRARY}) from None
"""


def read_workbook(content: Content, name: str) -> list[Sheet]:
    """The visible sheets, as the author numbers their rows. Raises SourceUnavailable."""
    limits = content.limits
    try:
        answer = run_confined_on_disk(_CHILD, content.stream, limits.workbook_seconds, limits.workbook_memory_bytes)
    except ChildFailed as failed:
        raise _unread(failed.status, name) from None
    return list(_sheets(answer))


def _unread(status: int | None, name: str) -> SourceUnavailable:
    reasons = {
        statuses.DAMAGED: _("{file}: the workbook is damaged; export it again."),
        statuses.PROTECTED: _("{file}: protected by a password. Remove it."),
        statuses.TOO_LARGE: _(
            "{file}: its cells lie far apart, or are more than any table has. "
            "Delete the cells beyond the table, or export the sheet as CSV."
        ),
        statuses.NO_LIBRARY: _(
            "{file}: not read, for a library that Parvis needs is not installed. Install Parvis again."
        ),
        statuses.OTHER_KIND: _("{file}: neither XLSX, XLS nor ODS. Save it as one of them, or as CSV."),
    }
    died = _("{file}: the workbook is damaged, or too large to be read; export it again, as CSV if it is large.")
    return SourceUnavailable(reasons.get(status or 0, died).format(file=name))


class _Cells(pickle.Unpickler):
    """Lists of plain values: a process that has read a stranger's file may name no other class."""

    _CLASSES = {kind.__name__: kind for kind in (date, datetime, time, timedelta)}

    def find_class(self, _module: str, name: str) -> Any:
        return self._CLASSES[name]


@dataclass(frozen=True)
class _Piece:
    """Where a piece of the answer lies in it."""

    kind: bytes
    start: int
    length: int


def _pieces(answer: BinaryIO) -> Iterator[_Piece]:
    end = 0
    while head := answer.read(pieces.HEAD.size):
        kind, length = pieces.HEAD.unpack(head)
        end += len(head) + length
        yield _Piece(kind, end - length, length)
        answer.seek(end)


def _load(answer: BinaryIO, piece: _Piece) -> Any:
    answer.seek(piece.start)
    return _Cells(io.BytesIO(answer.read(piece.length))).load()


def _sheets(answer: BinaryIO) -> Iterator[Sheet]:
    sheet: tuple[Any, ...] = ()
    rows: list[_Piece] = []
    for piece in list(_pieces(answer)):
        if piece.kind == pieces.SHEET:
            sheet, rows = _load(answer, piece), []
        elif piece.kind == pieces.ROWS:
            rows.append(piece)
        else:
            title, formula, *hidden, merged = sheet
            read = partial(_rows, answer, rows, _load(answer, piece))
            yield Sheet(title, read, formula=formula, hidden=(hidden[0], hidden[1]), merged=merged)


def _rows(answer: BinaryIO, own: Sequence[_Piece], width: int) -> Iterator[Row]:
    for piece in own:
        for row in _load(answer, piece):
            yield [*row, *[""] * (width - len(row))]
