"""A sheet: rows of raw cells that can be read again and again, each with the number that its author sees beside it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from ...columns import place_of
from ...errors import InvalidData
from ...extract import Finding
from ...messages import _
from ..report import Repair

Row = Sequence[Any]


@dataclass(frozen=True)
class Sheet:
    """Cells are text, or typed where the format has types; an empty one is "" or None, or left out at a row's end."""

    name: str | None
    read: Callable[[], Iterator[Row]]  # from the first row on, each time
    first_number: int = 1  # of the first row; JSON has no row of titles, and theirs is 0
    repairs: tuple[Repair, ...] = ()
    findings: tuple[Finding, ...] = ()
    formula: tuple[int, int] | None = None  # row and column of the first one, as the author counts them
    hidden: tuple[int, int] = (0, 0)  # hidden rows and columns
    merged: Sequence[tuple[int, int, int, int]] = ()  # first row, first column, last row, last column, as they count

    @property
    def has_header(self) -> bool:
        """Whether its author wrote titles: JSON has names beside values alone."""
        return self.first_number > 0

    def start(self, most: int) -> list[Row]:
        """The first rows."""
        return list(islice(self.read(), most))

    def number(self, place: int) -> int:
        """The number of the row at this place."""
        return self.first_number + place

    def is_filled(self) -> bool:
        """Whether any cell is."""
        return not all(map(is_empty, self.read()))


def is_empty(cells: Row) -> bool:
    """Whether no cell holds anything but blanks."""
    return all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in cells)


def refuse_formula(sheet: Sheet, header_place: int, name: str) -> None:
    """Raise InvalidData where a cell is one: its value may be anything, and what reads it may compute it again."""
    if sheet.formula is None or 0 < sheet.formula[0] < sheet.number(header_place):
        return
    row, column = sheet.formula
    where = _("row {row}, {column}").format(row=row, column=place_of(column)) if row else _("a cell")
    if sheet.name is not None:
        where = _("sheet “{sheet}”, {where}").format(sheet=sheet.name, where=where)
    raise InvalidData(
        _("{file}, {where}: a formula. Replace the formulas by their values (copy, paste as values).").format(
            file=name, where=where
        )
    )
