"""Two tables that count the same people by other columns: what their shared margins tell together.

They are taken for the same people where both are read from the same files, or where most of what they share, and at
least three of its cells, is the very same number.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from .audit import TOLERANCE, Knowledge, as_wide_as
from .joint_audit import Release, brought_closer, proportionate
from .siblings import Published, counted_by
from .table_releases import ROWS, TOTALS, aligned, axes_of, cell_of
from .tables import Cell

_ENOUGH_ALIKE = 3
Label = tuple[str | None, ...]  # of a shared margin, one for each shared column; None: its total


@dataclass(frozen=True)
class Together:
    """What a stranger finds who lays one table on the other."""

    differing: int  # cells of the shared margins that differ by some people, but too few
    computable: int  # hidden figures that the margins of the other bring too close


def together(one: Published, other: Published, shared: Sequence[str], minimum: int, dominance: float) -> Together:
    """Of two tables with margins; nothing where one of them is none, or they are of other people."""
    by = [counted_by(side) for side in (one, other)]
    if by[0] is None or by[1] is None:
        return Together(0, 0)
    sides = (_Side(one, by[0], shared), _Side(other, by[1], shared))
    known = [label for label in sides[0].margins.keys() & sides[1].margins.keys() if _are_shown(sides, label)]
    moved = [abs(sides[0].count(label) - sides[1].count(label)) for label in known]
    alike = sum(one == 0 for one in moved)
    if not (other.is_of_same_source or (alike >= _ENOUGH_ALIKE and 2 * alike > len(moved))):
        return Together(0, 0)
    if any(moved):
        return Together(sum(0 < one < minimum for one in moved), 0)
    computable = _given_away(sides, ROWS, 1.0, minimum, dominance)
    values = {side.privacy.aggregate.value for side in (one, other) if side.privacy.aggregate}
    if len(values) == 1 and (value := values.pop()) is not None:
        computable += _given_away(sides, value, 0.0, minimum, dominance)
    return Together(0, computable)


class _Side:
    """One table, and where each of the shared margins stands in it."""

    def __init__(self, dataset: Published, by: Sequence[str], shared: Sequence[str]) -> None:
        self.table, self.by = dataset.table, by
        self.counts = self.figures(ROWS)
        summed = {name for name in by if name not in shared}
        rows = dataset.table.to_pylist()
        axes = axes_of(rows, by)
        self.margins: Mapping[Label, Cell] = {
            tuple(None if name in totals else str(row[name]) for name in shared): cell_of(row, by, axes)
            for row in rows
            if summed <= (totals := set(row[TOTALS].split()))
        }

    def figures(self, name: str) -> Release:
        return aligned([self.table], self.by, name)[0]

    def count(self, label: Label) -> float:
        return float(self.counts.figures[self.margins[label]])


def _are_shown(sides: tuple[_Side, _Side], label: Label) -> bool:
    return not any(side.counts.hidden[side.margins[label]] for side in sides)


def _given_away(sides: tuple[_Side, _Side], figure: str, lowest: float, minimum: int, dominance: float) -> int:
    """Hidden figures that lie too close once both tables' shared margins are the same, and did not before."""
    releases = [side.figures(figure) for side in sides]
    if any((release.figures < 0).any() for release in releases):
        lowest = -np.inf
    before, after = Knowledge(), Knowledge()
    for knowledge in (before, after):
        placed = [(one.figures, knowledge.add_table(one.figures, one.hidden, lowest)) for one in releases]
    for label in sides[0].margins.keys() & sides[1].margins.keys():
        after.add_equal(*zip(placed, (side.margins[label] for side in sides), strict=True))
    hides = as_wide_as(float(minimum)) if figure == ROWS else proportionate(dominance)
    wanted = [number for _figures, numbers in placed for number in numbers.values()]
    found = brought_closer(before, after, wanted, hides)
    if found is None:
        return len(wanted)
    return sum(figure != ROWS or low < minimum - TOLERANCE for _place, low, _high in found)
