"""What calamine does not tell of an ODS workbook, where a few bytes can repeat a cell a thousand million times."""

import io
import re
import zipfile
from typing import Any

from lxml import etree

from .marks import Marks

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_ERROR_KIND = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_CONSTANT = re.compile(r"(?:of:|oooc:)?=(?:TRUE|FALSE)\(\)")  # LibreOffice's way to write a truth value
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_BLANKS = {f"{_TEXT}tab": "\t", f"{_TEXT}s": " ", f"{_TEXT}line-break": "\n"}
_HIDDEN = ("collapse", "filter")


def marks_of(content: bytes) -> list[Marks]:
    """One per sheet of the workbook, in its order. Raises ValueError or etree.XMLSyntaxError for a damaged one."""
    found: list[Marks] = []
    with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open("content.xml") as stream:
        wanted = [f"{_TABLE}{name}" for name in ("table", "table-column", "table-row")]
        parser = etree.iterparse(
            stream, events=("start", "end"), tag=wanted, resolve_entities=False, no_network=True, load_dtd=False
        )
        row = 0
        for event, element in parser:
            kind = element.tag.removeprefix(_TABLE)
            if kind == "table" and event == "start":
                found.append(Marks())
                row = 0
            elif kind == "table-column" and event == "end" and found:
                found[-1].hidden_columns += _times(element, "columns") if _is_hidden(element) else 0
            elif kind == "table-row" and event == "end" and found:
                row += _read_row(element, row, found[-1])
                if found[-1].is_too_large:
                    break
                _forget(element)
    for marks in found:
        marks.hidden_columns = min(marks.hidden_columns, marks.width)
    return found


def _read_row(element: Any, above: int, marks: Marks) -> int:
    """How many rows the element stands for."""
    times, column, filled = _times(element, "rows"), 0, 0
    shown: list[tuple[range, str]] = []
    for cell in element.iterchildren(_CELLS):
        repeated = _times(cell, "columns")
        if len(cell) or cell.get(f"{_OFFICE}value-type"):
            filled += repeated
            marks.reach(above + times, column + repeated)
            _look_for_formula(cell, (above + 1, column + 1), marks)
            _look_for_merged(cell, above + 1, column + 1, marks)
            if (text := _shown(cell)) is not None:
                shown.append((range(column + 1, column + repeated + 1), text))
        column += repeated
    marks.cells += filled * times
    if shown and not marks.is_too_large:  # else a few bytes would fill the memory
        texts = {column: text for columns, text in shown for column in columns}
        marks.shown.update(dict.fromkeys(range(above + 1, above + times + 1), texts))
    marks.hidden_rows += times if filled and _is_hidden(element) else 0
    return times


def _look_for_formula(cell: Any, place: tuple[int, int], marks: Marks) -> None:
    formula = cell.get(f"{_TABLE}formula")
    if formula is not None and not _CONSTANT.fullmatch(formula):
        marks.tell_formula(*place)


def _look_for_merged(cell: Any, row: int, column: int, marks: Marks) -> None:
    rows, columns = (int(cell.get(f"{_TABLE}number-{what}-spanned", "1")) for what in ("rows", "columns"))
    if rows > 1 or columns > 1:
        marks.merged.append((row, column, row + rows - 1, column + columns - 1))


def _shown(cell: Any) -> str | None:
    """What the cell shows, comments apart, where calamine reads otherwise: it has no errors, and leaves tabs out."""
    if cell.get(_ERROR_KIND) != "error" and next(cell.iter(f"{_TEXT}tab"), None) is None:
        return None
    return "\n".join(map(_text, cell.iterchildren(f"{_TEXT}p")))


def _text(element: Any) -> str:
    """A paragraph with the blanks that have elements of their own."""
    blank = _BLANKS.get(element.tag, "") * int(element.get(f"{_TEXT}c", "1"))
    inside = "".join(_text(child) + (child.tail or "") for child in element)
    return blank + (element.text or "") + inside


def _is_hidden(element: Any) -> bool:
    return element.get(f"{_TABLE}visibility") in _HIDDEN


def _times(element: Any, what: str) -> int:
    return int(element.get(f"{_TABLE}number-{what}-repeated", "1"))


def _forget(element: Any) -> None:
    """Free what was read: a sheet's tree would be many times its text."""
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]
