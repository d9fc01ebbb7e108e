"""Which row is the header, and which column is which field: by name, never by position."""

import difflib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...errors import InvalidData
from ...extract import Finding
from ...messages import _
from ..report import Repair
from .sheets import Sheet, is_empty

_SEARCHED_ROWS = 30
_SEPARATORS = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Header:
    """Place of the header row; per column the field's name, or the title where it is no field, or None to leave out."""

    place: int
    columns: tuple[str | None, ...]
    titles: Mapping[str, str]
    repairs: tuple[Repair, ...] = ()
    findings: tuple[Finding, ...] = ()


def simplified(title: Any) -> str:
    """A title without case, accents, blanks, stars and other ornaments."""
    text = unicodedata.normalize("NFKD", "" if title is None else str(title))
    return _SEPARATORS.sub("", "".join(c for c in text if not unicodedata.combining(c)).lower())


def best_sheet(
    sheets: Sequence[Sheet], table_schema: Mapping[str, Any], aliases: Mapping[str, str], name: str
) -> tuple[Sheet, Header]:
    """The sheet with the row that holds most of the schema's titles. Raises InvalidData where columns are doubtful."""
    known = _known_titles(table_schema, aliases)
    found = [(sheet, *_header_place(sheet, known)) for sheet in sheets]
    sheet, place, _count = max(found, key=lambda one: one[2])
    return sheet, _header(sheet, place, known, name)


def _known_titles(table_schema: Mapping[str, Any], aliases: Mapping[str, str]) -> dict[str, str]:
    """Simplified title -> field: the field's own name wins, then its title, then declared aliases."""
    known: dict[str, str] = {simplified(alias): field for alias, field in aliases.items()}
    for key in ("title", "name"):
        known |= {simplified(field[key]): field["name"] for field in table_schema["fields"] if field.get(key)}
    known.pop("", None)
    return known


def _header_place(sheet: Sheet, known: Mapping[str, str]) -> tuple[int, int]:
    """Place of the first row with most known titles, and their number; the first filled row where none is known."""
    counts = [len({known.get(simplified(cell)) for cell in row} - {None}) for row in sheet.rows[:_SEARCHED_ROWS]]
    best = max(counts, default=0)
    if best:
        return counts.index(best), best
    return next((place for place, row in enumerate(sheet.rows) if not is_empty(row)), 0), 0


def _header(sheet: Sheet, place: int, known: Mapping[str, str], name: str) -> Header:
    labels = ["" if cell is None else str(cell).strip() for cell in sheet.rows[place]]
    columns: list[str | None] = []
    repairs, findings = _skipped_rows(sheet, place), []
    exact = {field for field in known.values() if field in labels}
    for number, label in enumerate(labels, start=1):
        field = known.get(simplified(label))
        if field in exact and label != field:
            field = None
        if field is not None and label != field:
            repairs.append(Repair("header", _("This title was taken as “{field}”.").format(field=field), None, label))
        if field is None and label:
            findings.append(_unknown(label, known))
        columns.append(field or label or _blank_title(sheet, place, number))
    _refuse_repeated(columns, name)
    titles = {column: label for column, label in zip(columns, labels, strict=True) if column in known.values()}
    return Header(place, tuple(columns), {str(k): v for k, v in titles.items()}, tuple(repairs), tuple(findings))


def _skipped_rows(sheet: Sheet, place: int) -> list[Repair]:
    if place == 0:
        return []
    message = _("The rows above the header were left out.")
    return [Repair("title-rows", message, sheet.numbers[place - 1])]


def _unknown(label: str, known: Mapping[str, str]) -> Finding:
    near = difflib.get_close_matches(simplified(label), known, n=1, cutoff=0.8)
    if near:
        message = _("This column is no field of the schema, and was left out; is it “{field}”?").format(
            field=known[near[0]]
        )
    else:
        message = _("This column is no field of the schema, and was left out.")
    return Finding("warning", "unknown-column", message, None, label)


def _blank_title(sheet: Sheet, place: int, number: int) -> str | None:
    """A column without a title: left out where it is empty, else a column that is no field."""
    is_filled = any(len(row) >= number and not is_empty([row[number - 1]]) for row in sheet.rows[place + 1 :])
    return _("column {number}").format(number=number) if is_filled else None


def _refuse_repeated(columns: Sequence[str | None], name: str) -> None:
    named = [column for column in columns if column is not None]
    for column in named:
        if named.count(column) > 1:
            raise InvalidData(
                _("{file}: two columns are called “{column}”. Remove or rename one.").format(file=name, column=column)
            )
