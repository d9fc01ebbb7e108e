"""One column of a file as its author wrote it, for reading only: nothing is mended, left out or refused as a formula.

What is published comes through the whole door; here a text may begin with = or @, and an empty cell is a row too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...errors import InvalidData
from ...messages import _
from .contents import Content, Limits, read_content
from .delimited import form_of, records_of
from .formats import kind_of, read_sheets
from .separators import SEARCHED_ROWS
from .sheets import Row, Sheet, is_empty, refuse_formula
from .titles import simplified
from .typed import text_of


@dataclass(frozen=True)
class Column:
    """The texts below a title, each with its row as the author counts; an empty cell is "" and is not left out."""

    rows: tuple[int, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True)
class _Found:
    """Where a title stands."""

    place: int  # of its row
    width: int  # of the row, as far as it has titles
    column: int
    is_exact: bool
    is_only: bool


def read_column(path: Path, title: str, limits: Limits | None = None) -> Column:
    """The column whose title this is, letter by letter or without case, accents and ornaments.

    Raises SourceUnavailable (14) for what is no table; InvalidData (11) for a column that is not there or is there
    twice, for a row with more cells than titles, and for a workbook's formulas, whose values are not kept for sure.
    """
    with read_content(path, limits or Limits()) as content:
        if kind_of(content) == "delimited":
            return _delimited(content, title, path.name)
        sheets = read_sheets(content, path.name, lambda _row: 0)
        founds = [(sheet, found) for sheet in sheets if (found := _find(sheet.start(SEARCHED_ROWS), title))]
        if not founds:
            raise _absent(title, path.name)
        sheet, found = max(founds, key=lambda one: one[1].is_exact)
        refuse_formula(sheet, found.place, path.name)
        return _below(sheet, _without_end(sheet), found, title, path.name)


def _without_end(sheet: Sheet) -> list[Row]:
    """Without the empty rows at the end, of which a workbook may have thousands."""
    rows = list(sheet.read())
    while rows and is_empty(rows[-1]):
        rows.pop()
    return rows


def _delimited(content: Content, title: str, name: str) -> Column:
    def rate(row: Sequence[str]) -> int:
        found = _find([row], title)
        return 0 if found is None else 1 + found.is_exact

    encoding, separator = form_of(content, name, rate)
    rows: list[Row] = list(records_of(content, encoding, separator, name))
    found = _find(rows[:SEARCHED_ROWS], title)
    if found is None:
        raise _absent(title, name)
    for place in range(found.place + 1, len(rows)):
        cells = rows[place]
        if any(cell.strip() for cell in cells[found.width :]):
            if found.column != found.width - 1:
                raise _too_wide(place + 1, name)
            rows[place] = [*cells[: found.column], separator.join(cells[found.column :])]
    return _below(Sheet(None, lambda: iter(rows)), rows, found, title, name)


def _find(rows: Sequence[Row], title: str) -> _Found | None:
    """The first row that names the column, and where."""
    for place, row in enumerate(rows):
        labels = ["" if cell is None else str(cell).strip() for cell in row]
        exact = [column for column, label in enumerate(labels) if label == title.strip()]
        meant = exact or [column for column, label in enumerate(labels) if label and _is_alike(label, title)]
        if meant:
            width = max(column for column, label in enumerate(labels, start=1) if label)
            return _Found(place, width, meant[0], bool(exact), len(meant) == 1)
    return None


def _is_alike(label: str, title: str) -> bool:
    return simplified(label) == simplified(title) != ""


def _below(sheet: Sheet, rows: list[Row], found: _Found, title: str, name: str) -> Column:
    if not found.is_only:
        told = _("{file}: two columns have the title “{column}”. Rename one.")
        raise InvalidData(told.format(file=name, column=title))
    below = range(found.place + 1, len(rows))
    cells = [rows[place][found.column] if found.column < len(rows[place]) else None for place in below]
    return Column(tuple(map(sheet.number, below)), tuple(map(_text, cells)))


def _text(cell: Any) -> str:
    """Half surrogates, which JSON can write, become a question mark each: places stay."""
    text = cell if isinstance(cell, str) else text_of(cell, {})
    return text.encode("utf-8", "replace").decode("utf-8")


def _absent(title: str, name: str) -> InvalidData:
    return InvalidData(_("{file}: no column “{column}”.").format(file=name, column=title))


def _too_wide(row: int, name: str) -> InvalidData:
    return InvalidData(
        _("{source}, row {row}: more cells than the header has; export the file again.").format(source=name, row=row)
    )
