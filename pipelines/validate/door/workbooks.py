"""Spreadsheets: XLSX, XLS, XLSB and ODS, read by calamine.

A formula is refused, since its value may be anything; in XLS and XLSB calamine
tells none, and its last value is read. One wrong byte can make calamine panic,
or ask for terabytes, which ends its process: it runs in one of its own.
"""

import io
import pickle
import re
import zipfile
from datetime import date, datetime, time, timedelta
from typing import Any

from lxml import etree

from ...errors import InvalidData, SourceUnavailable
from ...messages import _
from ..confined import ChildFailed, run_confined
from .contents import Content
from .sheets import Sheet

_MOST_CELLS = 40_000_000
_XLSX_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_FORMULAS = (re.compile(rb"<(?:\w+:)?f[ />]"), re.compile(rb"table:formula="))
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_DAMAGED, _PROTECTED, _TOO_LARGE = 1, 3, 4  # exit statuses; the first is Python's own, after an exception

# In pieces, as a pickler keeps in mind all that it has written.
_CHILD = f"""
import io, pickle, sys
from python_calamine import CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum
try:
    workbook = CalamineWorkbook.from_filelike(io.BytesIO(sys.stdin.buffer.read()))
    for sheet in workbook.sheets_metadata:
        if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible:
            rows = workbook.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
            pickle.dump(sheet.name, sys.stdout.buffer, 5)
            for start in range(0, len(rows), 10_000):
                pickle.dump(rows[start : start + 10_000], sys.stdout.buffer, 5)
except PasswordError:
    sys.exit({_PROTECTED})
except MemoryError:
    sys.exit({_TOO_LARGE})
"""


def read_workbook(content: Content, name: str) -> list[Sheet]:
    """The visible sheets, as the author numbers their rows. Raises SourceUnavailable or InvalidData."""
    if content.content.startswith(b"PK"):
        _check_parts(content.content, name)
    limits = content.limits
    try:
        answer = run_confined(_CHILD, content.content, limits.workbook_seconds, limits.workbook_memory_bytes)
    except ChildFailed as failed:
        raise _unread(failed.status, name) from None
    return [Sheet.of(rows, title) for title, rows in _sheets(answer)]


def _unread(status: int | None, name: str) -> SourceUnavailable:
    if status == _PROTECTED:
        return SourceUnavailable(_("{file}: protected by a password. Remove it.").format(file=name))
    if status == _DAMAGED:
        return _damaged(name)
    return SourceUnavailable(
        _("{file}: the workbook is damaged, or too large to be read; export it again, as CSV if it is large.").format(
            file=name
        )
    )


def _damaged(name: str) -> SourceUnavailable:
    return SourceUnavailable(_("{file}: the workbook is damaged; export it again.").format(file=name))


class _Cells(pickle.Unpickler):
    """Lists of plain values: a process that has read a stranger's file may name no other class."""

    _CLASSES = {kind.__name__: kind for kind in (date, datetime, time, timedelta)}

    def find_class(self, _module: str, name: str) -> Any:
        return self._CLASSES[name]


def _sheets(answer: bytes) -> list[tuple[str, list[list[Any]]]]:
    """The titles, each with the rows that follow it."""
    stream = io.BytesIO(answer)
    sheets: list[tuple[str, list[list[Any]]]] = []
    while stream.tell() < len(answer):
        match _Cells(stream).load():
            case str(title):
                sheets.append((title, []))
            case rows:
                sheets[-1][1].extend(rows)
    return sheets


def _check_parts(content: bytes, name: str) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for part in archive.namelist():
            if part == "content.xml" or _XLSX_SHEET.fullmatch(part):
                xml = archive.read(part)
                if any(formula.search(xml) for formula in _FORMULAS):
                    raise InvalidData(
                        _("{file}: a sheet holds formulas. Paste their values instead, and save it again.").format(
                            file=name
                        )
                    )
                if part == "content.xml":
                    _refuse_repetitions(xml, name)


def _refuse_repetitions(xml: bytes, name: str) -> None:
    """An ODS repeats a cell or a row by a number: a few bytes can stand for a thousand million cells."""
    cells, row_cells = 0, 0
    try:
        parser = etree.iterparse(
            io.BytesIO(xml), events=("end",), resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
        )
        for _event, element in parser:
            if element.tag == f"{_TABLE}table-cell":
                row_cells += _times(element, "columns") if len(element) else 0
            elif element.tag == f"{_TABLE}table-row":
                cells, row_cells = cells + row_cells * _times(element, "rows"), 0
                element.clear()
            if cells + row_cells > _MOST_CELLS:
                raise SourceUnavailable(_("{file}: more cells than any table has. It was not read.").format(file=name))
    except (etree.XMLSyntaxError, ValueError):
        raise _damaged(name) from None


def _times(element: Any, what: str) -> int:
    return int(element.get(f"{_TABLE}number-{what}-repeated", "1"))
