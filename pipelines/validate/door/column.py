"""One column of a file as its author wrote it, for reading only: nothing is mended, left out or refused as a formula.

What is published comes through the whole door; here a text may begin with = or @, and an empty cell is a row too.
"""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from ...errors import InvalidData
from ...messages import _
from .contents import Content, Limits, read_content
from .delimited import SEPARATORS, encoding_of, records_of
from .formats import kind_of, read_sheets
from .headers import SEARCHED_ROWS
from .sheets import Sheet, refuse_formula
from .titles import simplified
from .typed import text_of

_SAMPLE_BYTES = 1 << 18
_NONE = "\uffff"  # separates the cells of a file that has one column: no text holds this character


@dataclass(frozen=True)
class Column:
    """The texts below a title, each with its row as the author counts; an empty cell is "" and is not left out."""

    rows: tuple[int, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True, order=True)
class _Found:
    """Where a title stands: the better one is higher, exact, and in a wider row (as far as it has titles)."""

    above: int  # minus the place of its row
    is_exact: bool
    width: int
    is_only: bool
    column: int


def read_column(path: Path, title: str, limits: Limits | None = None) -> Column:
    """The column whose title this is, letter by letter or without case, accents and ornaments.

    Raises SourceUnavailable (14) for what is no table; InvalidData (11) for a column that is not there or is there
    twice, for a row with more cells than titles, and for a workbook's formulas, whose values are not kept for sure.
    """
    content = read_content(path, limits or Limits())
    if kind_of(content.content) == "delimited":
        return _delimited(content, title, path.name)
    sheets = [(sheet, found) for sheet in read_sheets(content, path.name) if (found := _find(sheet.rows, title))]
    if not sheets:
        raise _absent(title, path.name)
    sheet, found = max(sheets, key=lambda one: one[1].is_exact)
    refuse_formula(sheet, -found.above, path.name)
    return _below(sheet, found, title, path.name)


def _delimited(content: Content, title: str, name: str) -> Column:
    """The separator is the one that cuts the title out of its row; where none does, the title is alone in it."""
    encoding = encoding_of(content.content, name)
    sample = content.content[:_SAMPLE_BYTES].decode(encoding, "ignore")
    founds = [(found, separator) for separator in SEPARATORS if (found := _find(_start(sample, separator), title))]
    if not founds:
        raise _absent(title, name)
    found, separator = max(founds, key=lambda one: one[0])
    separator = separator if found.width > 1 else _NONE
    rows = records_of(content.content, encoding, separator, name)
    for number, cells in enumerate(rows, start=1):
        if -found.above < number - 1 and any(cell.strip() for cell in cells[found.width :]):
            if found.column != found.width - 1:
                raise _too_wide(number, name)
            cells[found.column :] = [separator.join(cells[found.column :])]
    return _below(Sheet(None, list(rows), range(1, len(rows) + 1)), found, title, name)


def _start(text: str, separator: str) -> list[list[str]]:
    try:
        return list(islice(csv.reader(io.StringIO(text, newline=""), delimiter=separator), SEARCHED_ROWS))
    except csv.Error:  # a cell beyond csv's own limit
        return []


def _find(rows: Sequence[Sequence[Any]], title: str) -> _Found | None:
    """The first row of the file's start that names the column, and where."""
    for place, row in enumerate(rows[:SEARCHED_ROWS]):
        labels = ["" if cell is None else str(cell).strip() for cell in row]
        exact = [column for column, label in enumerate(labels) if label == title.strip()]
        meant = exact or [column for column, label in enumerate(labels) if label and _is_alike(label, title)]
        if meant:
            width = max(column for column, label in enumerate(labels, start=1) if label)
            return _Found(-place, bool(exact), width, len(meant) == 1, meant[0])
    return None


def _is_alike(label: str, title: str) -> bool:
    return simplified(label) == simplified(title) != ""


def _below(sheet: Sheet, found: _Found, title: str, name: str) -> Column:
    if not found.is_only:
        told = _("{file}: two columns have the title “{column}”. Rename one.")
        raise InvalidData(told.format(file=name, column=title))
    below = slice(1 - found.above, None)
    cells = [row[found.column] if found.column < len(row) else None for row in sheet.rows[below]]
    return Column(tuple(sheet.numbers[below]), tuple(map(_text, cells)))


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
