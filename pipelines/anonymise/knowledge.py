"""What a stranger knows of hidden figures: unknowns, each with a floor, and equations between them.

The stranger knows every shown figure, that totals are sums, that figures are not
negative where that is so, and what one version says about another.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from .tables import Cell, Numbers, Pattern, lines


@dataclass(frozen=True)
class Figure:
    """A figure as far as it is known, and the unknowns that it is made of beside, each with its factor."""

    known: float
    terms: Mapping[int, float] = field(default_factory=dict)

    def __sub__(self, other: "Figure") -> "Figure":
        return Figure(self.known, self.terms).plus(other, -1.0)

    def plus(self, other: "Figure", factor: float = 1.0) -> "Figure":
        terms = dict(self.terms)
        for unknown, other_factor in other.terms.items():
            terms[unknown] = terms.get(unknown, 0.0) + factor * other_factor
            if not terms[unknown]:
                del terms[unknown]
        return Figure(self.known + factor * other.known, terms)


@dataclass(frozen=True)
class Placed:
    """A published table of which something is asked."""

    shown: Numbers  # zero where hidden
    hidden: Mapping[Cell, Figure]

    def __getitem__(self, cell: Cell) -> Figure:
        return self.hidden.get(cell) or Figure(float(self.shown[cell]))


@dataclass
class Knowledge:
    """The floor of every unknown, and the figures that are known to be nothing."""

    floors: list[float] = field(default_factory=list)
    nothing: list[Figure] = field(default_factory=list)

    def add_table(self, figures: Numbers, pattern: Pattern, lowest: float = 0.0) -> Placed:
        """All sums of one published table; the hidden figures themselves are not looked at."""
        placed = Placed(figures, {cell: self._unknown(lowest) for cell in _cells(pattern)})
        for line in lines(figures.shape):
            if any(cell in placed.hidden for cell in line):
                self._add_sum([placed[cell] for cell in line])
        return placed

    def add_grown(self, earlier: Placed, figures: Numbers, pattern: Pattern, lowest: float = 0.0) -> Placed:
        """A later table whose every cell is at least what it was: rows are only added.

        The unknowns are by how much each cell grew. Lines that did not grow then say so of each of their cells at
        once, and steps that share no unknown can be searched apart.
        """
        moves: dict[Cell, Figure] = {}
        hidden: dict[Cell, Figure] = {}
        for cell in sorted({*earlier.hidden, *_cells(pattern)}):
            was = earlier[cell]
            is_hidden = bool(pattern[cell])
            moves[cell] = self._unknown(max(0.0, lowest - was.known) if is_hidden and not was.terms else 0.0)
            if is_hidden:
                hidden[cell] = was.plus(moves[cell])
            else:
                self.add_equal(was.plus(moves[cell]), Figure(float(figures[cell])))
        later = Placed(figures, hidden)
        for line in lines(figures.shape):
            if any(cell in moves for cell in line):
                self._add_sum([moves.get(cell) or later[cell] - earlier[cell] for cell in line])
        return later

    def add_equal(self, one: Figure, other: Figure) -> None:
        self.nothing.append(one - other)

    def _add_sum(self, line: list[Figure]) -> None:
        *inner, total = line
        self.nothing.append(_sum(inner) - total)

    def _unknown(self, lowest: float) -> Figure:
        self.floors.append(lowest)
        return Figure(0.0, {len(self.floors) - 1: 1.0})


def _cells(pattern: Pattern) -> list[Cell]:
    return [tuple(map(int, cell)) for cell in np.argwhere(pattern)]


def _sum(figures: Iterable[Figure]) -> Figure:
    """Of figures that share no unknown."""
    known, terms = 0.0, dict[int, float]()
    for one in figures:
        known += one.known
        terms.update(one.terms)
    return Figure(known, terms)
