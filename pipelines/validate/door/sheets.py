"""A sheet: rows of raw cells, each with the number that its author sees beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ...columns import place_of
from ...errors import InvalidData
from ...messages import _
from ..report import Repair


@dataclass(frozen=True)
class Sheet:
    """Cells are text, or typed where the format has types; an empty one is "" or None, or left out at a row's end."""

    name: str | None
    rows: list[list[Any]]
    numbers: Sequence[int]
    repairs: tuple[Repair, ...] = ()
    formula: tuple[int, int] | None = None  # row and column of the first one, as the author counts them
    hidden: tuple[int, int] = (0, 0)  # hidden rows and columns

    @classmethod
    def of(cls, rows: list[list[Any]], name: str | None = None, repairs: tuple[Repair, ...] = ()) -> "Sheet":
        """Rows numbered from 1, without the empty ones at the end."""
        return cls(name, rows, (), repairs).numbered()

    def numbered(self) -> "Sheet":
        """The same, its rows numbered from 1, without the empty ones at the end."""
        while self.rows and is_empty(self.rows[-1]):
            self.rows.pop()
        return replace(self, numbers=range(1, len(self.rows) + 1))


def is_empty(cells: Sequence[Any]) -> bool:
    """Whether no cell holds anything but blanks."""
    return all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in cells)


def refuse_formula(sheet: Sheet, header_place: int, name: str) -> None:
    """Raise InvalidData where a cell is one: its value may be anything, and what reads it may compute it again."""
    if sheet.formula is None or 0 < sheet.formula[0] < sheet.numbers[header_place]:
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
