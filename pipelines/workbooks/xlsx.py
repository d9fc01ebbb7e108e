"""What calamine does not tell of an XLSX workbook: found in the text of its parts, as fast as they unpack."""

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from typing import BinaryIO, cast

from lxml import etree

from .marks import Marks

_PIECE = 1 << 20
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT_RELATION = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_CELL = rb"<(?:\w+:)?c\b([^>]*)>"
_FORMULA = re.compile(_CELL + rb"\s*<(?:\w+:)?f\b(?![^>]*>(?:TRUE|FALSE)(?:\(\))?<)")
_ERROR = re.compile(
    rb"<(?:\w+:)?c\b([^>]*\bt=[\"']e[\"'][^>]*)>(?:\s*<(?:\w+:)?f\b[^>]*(?:/>|>[^<]*</(?:\w+:)?f>))?\s*<(?:\w+:)?v>([^<]*)"
)
_PLACE = re.compile(rb"\br=[\"']([A-Z]{1,3})(\d{1,7})[\"']")
_HIDDEN_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*\bhidden=[\"'](?:1|true)[\"']")
_HIDDEN_COLUMNS = re.compile(rb"<(?:\w+:)?col\b[^>]*\bhidden=[\"'](?:1|true)[\"'][^>]*>")
_SPAN = re.compile(rb"\b(min|max)=[\"'](\d{1,5})[\"']")
_START = re.compile(rb"<(?:\w+:)?c\b")


def marks_of(content: bytes) -> list[Marks]:
    """One per sheet of the workbook, in its order. Raises KeyError, ValueError or etree.Error for a damaged one."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = set(archive.namelist())
        return [_marks(archive, part) if part in names else Marks() for part in _parts(archive)]


def _parts(archive: zipfile.ZipFile) -> list[str]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    relations = etree.fromstring(archive.read("xl/_rels/workbook.xml.rels"), parser)
    targets = {one.get("Id"): posixpath.join("/xl", one.get("Target", "")).lstrip("/") for one in relations}
    workbook = etree.fromstring(archive.read("xl/workbook.xml"), parser)
    sheets = workbook.iter("{*}sheet")
    return [posixpath.normpath(targets[one.get(_RELATION) or one.get(_STRICT_RELATION)]) for one in sheets]


def _marks(archive: zipfile.ZipFile, part: str) -> Marks:
    marks = Marks()
    with archive.open(part) as stream:
        for text in _pieces(cast(BinaryIO, stream)):
            _read(text, marks)
    marks.hidden_columns = min(marks.hidden_columns, marks.width)
    return marks


def _pieces(stream: BinaryIO) -> Iterator[bytes]:
    """The part's text, cut before a cell or a row."""
    kept = b""
    while piece := stream.read(_PIECE):
        kept += piece
        cut = max(kept.rfind(b"<c "), kept.rfind(b":c "), kept.rfind(b"<row "))
        cut = kept.rfind(b"<", 0, cut + 1) if cut > 0 else 0
        yield kept[:cut]
        kept = kept[cut:]
    yield kept


def _read(text: bytes, marks: Marks) -> None:
    marks.cells += len(_START.findall(text))
    for letters, row in set(_PLACE.findall(text)):
        marks.reach(int(row), _number(letters))
    marks.hidden_rows += len(_HIDDEN_ROW.findall(text))
    for columns in _HIDDEN_COLUMNS.finditer(text):
        span = {key: int(value) for key, value in _SPAN.findall(columns[0])}
        marks.hidden_columns += span.get(b"max", 0) - span.get(b"min", 0) + 1
    if marks.formula is None and (formula := _FORMULA.search(text)):
        marks.tell_formula(*_place(formula[1]))
    for attributes, shown in _ERROR.findall(text):
        marks.tell_shown(*_place(attributes), shown.decode("utf-8", "replace"))


def _place(attributes: bytes) -> tuple[int, int]:
    """A cell need not say where it is; (0, 0) then."""
    place = _PLACE.search(attributes)
    return (int(place[2]), _number(place[1])) if place else (0, 0)


def _number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number
