"""What calamine does not tell of a sheet."""

from dataclasses import dataclass, field

_MOST_CELLS = 10_000_000
_SMALL_CELLS = 500_000
_MOST_EMPTY = 20  # empty cells per filled one: calamine keeps them all


Merged = tuple[int, int, int, int]  # first row, first column, last row, last column, from 1


@dataclass
class Marks:
    """Rows and columns count from 1, as the author sees them; a place is (row, column)."""

    formula: tuple[int, int] | None = None  # the first one
    shown: dict[int, dict[int, str]] = field(default_factory=dict)  # row -> column -> what calamine reads otherwise
    merged: list[Merged] = field(default_factory=list)  # of ODS; calamine tells those of the others
    hidden_rows: int = 0
    hidden_columns: int = 0
    cells: int = 0  # filled ones
    height: int = 0
    width: int = 0

    def tell_formula(self, row: int, column: int) -> None:
        """Keep the first."""
        self.formula = self.formula or (row, column)

    def tell_shown(self, row: int, column: int, shown: str) -> None:
        """Keep what the cell shows."""
        self.shown.setdefault(row, {})[column] = shown

    def reach(self, row: int, column: int) -> None:
        """A cell lies there."""
        self.height, self.width = max(self.height, row), max(self.width, column)

    @property
    def is_too_large(self) -> bool:
        """Whether the smallest rectangle around the cells is more than any table, or nearly empty."""
        area = self.height * self.width
        return max(area, self.cells) > _MOST_CELLS or area > max(_SMALL_CELLS, self.cells * _MOST_EMPTY)
