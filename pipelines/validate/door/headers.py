"""Which row is the header, and which column is which field: by name, never by position."""

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from ...columns import place_of
from ...errors import InvalidData
from ...extract import Finding
from ...messages import _
from ..report import Repair
from .separators import SEARCHED_ROWS
from .sheets import Row, Sheet, is_empty
from .titles import simplified

_LOWEST_TITLES = 1000  # rows in which titles are looked for to be told of


@dataclass(frozen=True)
class Known:
    """What titles stand for: exactly as they are written, or without their ornaments."""

    exact: Mapping[str, str]
    simple: Mapping[str, str]

    def field(self, label: str) -> str | None:
        """The field that a title names, if any."""
        return self.exact.get(label) or self.simple.get(simplified(label))

    def count(self, row: Row) -> int:
        """How many fields the row's cells name."""
        return len({self.field(label) for label in _labels(row)} - {None})


@dataclass(frozen=True)
class Header:
    """Place and cells of the header row; per column the field's name, or the title where it is no field, or "".

    `findings` hold what each column's title gives to say; whether one without a title holds a cell is not known yet.
    """

    place: int
    cells: Row
    columns: tuple[str, ...]
    titles: Mapping[str, str]
    repairs: tuple[Repair, ...] = ()
    findings: tuple[Finding, ...] = ()


def best_sheet(sheets: Sequence[Sheet], known: Known, name: str) -> tuple[Sheet, Header]:
    """The sheet with the row that holds most of the schema's titles. Raises InvalidData where columns are doubtful."""
    found = [(sheet, *_header_place(sheet, known)) for sheet in sheets]
    sheet, place, count = max(found, key=lambda one: one[2])
    if not count:
        _refuse_low(sheets, known, name)
    return sheet, _header(sheet, place, known, name)


def known_titles(table_schema: Mapping[str, Any], aliases: Mapping[str, str]) -> Known:
    """The field's own name wins, then its title, then declared aliases."""
    exact = dict(aliases)
    for key in ("title", "name"):
        exact |= {str(field[key]): field["name"] for field in table_schema["fields"] if field.get(key)}
    simple = {simplified(title): field for title, field in exact.items()}
    simple.pop("", None)
    return Known(exact, simple)


def _header_place(sheet: Sheet, known: Known) -> tuple[int, int]:
    """Place of the first row with most known titles, and their number; the first filled row where none is known."""
    counts = [known.count(row) for row in _start(sheet, SEARCHED_ROWS)]
    best = max(counts, default=0)
    if best:
        return counts.index(best), best
    return next((place for place, row in enumerate(sheet.read()) if not is_empty(row)), 0), 0


def _start(sheet: Sheet, most: int) -> Sequence[Row]:
    """The rows that may be titles: in JSON only the names, which are no row of their author's."""
    return sheet.start(most if sheet.has_header else 1)


def _refuse_low(sheets: Sequence[Sheet], known: Known, name: str) -> None:
    """Raise InvalidData where titles stand too far below the start of a sheet to be taken as such."""
    enough = min(2, len(set(known.exact.values())))
    for sheet in sheets if enough else ():
        for place, row in enumerate(_start(sheet, _LOWEST_TITLES)):
            if known.count(row) >= enough:
                told = _("{file}: the titles stand on row {row}. Delete rows above them; at most {most} may be there.")
                raise InvalidData(told.format(file=name, row=sheet.number(place), most=SEARCHED_ROWS - 1))


def _labels(row: Row) -> list[str]:
    return ["" if cell is None else str(cell).strip() for cell in row]


def _header(sheet: Sheet, place: int, known: Known, name: str) -> Header:
    cells = next(islice(sheet.read(), place, None))
    labels = _labels(cells)
    fields = [known.field(label) if label else None for label in labels]
    _refuse_repeated(labels, fields, name)
    repairs, findings = _skipped_rows(sheet, place), []
    for number, (field, label) in enumerate(zip(fields, labels, strict=True), start=1):
        if field is not None and label != field:
            repairs.append(Repair("header", _("This title was taken as “{field}”.").format(field=field), None, label))
        if field is None and label:
            findings.append(_unknown(label, number, known))
        if not label:
            findings.append(_untitled(number))
    titles = {field: label for field, label in zip(fields, labels, strict=True) if field is not None}
    if not titles and known.exact:
        message = _("No title is a field of the schema. Check that this is the right file.")
        findings.insert(0, Finding("warning", "no-known-title", message, sheet.number(place) or None))
    columns = tuple(field or label for field, label in zip(fields, labels, strict=True))
    return Header(place, cells, columns, titles, tuple(repairs), tuple(findings))


def _skipped_rows(sheet: Sheet, place: int) -> list[Repair]:
    message = _("The rows above the header were left out.")
    return [Repair("title-rows", message, number) for number in map(sheet.number, range(place))]


def _unknown(label: str, number: int, known: Known) -> Finding:
    near = difflib.get_close_matches(simplified(label), known.simple, n=1, cutoff=0.8)
    if near:
        message = _("This column is no field of the schema, and was left out; is it “{field}”?").format(
            field=known.simple[near[0]]
        )
    else:
        message = _("This column is no field of the schema, and was left out.")
    return Finding("warning", "unknown-column", message, None, place_of(number))


def _untitled(number: int) -> Finding:
    message = _("This column has cells and no title, and was left out. Give it one, or empty it.")
    return Finding("warning", "unknown-column", message, None, place_of(number))


def _refuse_repeated(labels: Sequence[str], fields: Sequence[str | None], name: str) -> None:
    """Two columns of one field, or of one title, are refused: which is meant cannot be known."""
    seen: dict[str, int] = {}
    for number, (label, field) in enumerate(zip(labels, fields, strict=True), start=1):
        meant = field or label
        if meant and meant in seen:
            told = (
                _("{file}: {first} and {second} both stand for the field “{field}”. Remove or rename one.")
                if field
                else _("{file}: {first} and {second} have one title. Remove or rename one.")
            )
            raise InvalidData(told.format(file=name, first=place_of(seen[meant]), second=place_of(number), field=field))
        seen[meant] = number
