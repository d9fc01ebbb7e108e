"""A sheet: rows of raw cells, each with the number that its author sees beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ..report import Repair


@dataclass(frozen=True)
class Sheet:
    """Cells are text, or typed where the format has types; an empty cell is "" or None."""

    name: str | None
    rows: list[list[Any]]
    numbers: Sequence[int]
    repairs: tuple[Repair, ...] = ()

    @classmethod
    def of(cls, rows: list[list[Any]], name: str | None = None, repairs: tuple[Repair, ...] = ()) -> "Sheet":
        """Rows numbered from 1, without the empty ones at the end."""
        while rows and is_empty(rows[-1]):
            rows.pop()
        return cls(name, rows, range(1, len(rows) + 1), repairs)


def is_empty(cells: Sequence[Any]) -> bool:
    """Whether no cell holds anything but blanks."""
    return all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in cells)
