"""Spreadsheets: XLSX, XLS and ODS, read by the process of `workbooks`, which may die of a damaged one."""

import io
import pickle
from datetime import date, datetime, time, timedelta
from typing import Any

from ...errors import SourceUnavailable
from ...messages import _
from ...workbooks import statuses
from ..confined import ChildFailed, run_confined
from .contents import Content
from .sheets import Sheet

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
        answer = run_confined(_CHILD, content.content, limits.workbook_seconds, limits.workbook_memory_bytes)
    except ChildFailed as failed:
        raise _unread(failed.status, name) from None
    return _sheets(answer)


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


def _sheets(answer: bytes) -> list[Sheet]:
    """The sheets, each with the rows that follow it."""
    stream = io.BytesIO(answer)
    sheets: list[Sheet] = []
    while stream.tell() < len(answer):
        match _Cells(stream).load():
            case tuple((title, formula, hidden_rows, hidden_columns)):
                sheets.append(Sheet(title, [], (), formula=formula, hidden=(hidden_rows, hidden_columns)))
            case rows:
                sheets[-1].rows.extend(rows)
    return [sheet.numbered() for sheet in sheets]
