"""Spreadsheets: XLSX, XLS, XLSB and ODS, read by calamine; a formula is refused, since its value may be anything."""

import io
import re
import zipfile
from collections.abc import Iterator
from typing import Any

from lxml import etree
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from ...errors import InvalidData, SourceUnavailable
from ...messages import _
from .contents import Content
from .sheets import Sheet

_MOST_CELLS = 40_000_000
_XLSX_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")
_FORMULAS = (re.compile(rb"<(?:\w+:)?f[ />]"), re.compile(rb"table:formula="))
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"


def read_workbook(content: Content, name: str) -> list[Sheet]:
    """The visible sheets, as the author numbers their rows. Raises SourceUnavailable or InvalidData."""
    if content.content.startswith(b"PK"):
        _check_parts(content.content, name)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(content.content))
        return list(_sheets(workbook))
    except PasswordError:
        raise SourceUnavailable(_("{file}: protected by a password. Remove it.").format(file=name)) from None
    except (CalamineError, OSError, ValueError):
        raise SourceUnavailable(_("{file}: the spreadsheet is broken. Save it again.").format(file=name)) from None


def _sheets(workbook: CalamineWorkbook) -> Iterator[Sheet]:
    for metadata in workbook.sheets_metadata:
        if metadata.typ == SheetTypeEnum.WorkSheet and metadata.visible == SheetVisibleEnum.Visible:
            rows: list[list[Any]] = workbook.get_sheet_by_name(metadata.name).to_python(skip_empty_area=False)
            yield Sheet.of(rows, metadata.name)


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
    except etree.XMLSyntaxError:
        raise SourceUnavailable(_("{file}: the spreadsheet is broken. Save it again.").format(file=name)) from None


def _times(element: Any, what: str) -> int:
    return int(element.get(f"{_TABLE}number-{what}-repeated", "1"))
