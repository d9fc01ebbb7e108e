"""Two datasets that count the same people by other columns: what their shared margins tell together.

One of them at least is a table with margins; rows are counted as anybody counts them. They are taken for the same
people where both are read from the same files, or where at least three cells that they share are the very same
number, and in both cases most of what they share is: what is hidden is then believed to be the same too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from ..table_schema import TOTALS
from .audit import Hides, as_wide_as
from .joint_audit import Asked, Release, brought_closer, proportionate
from .knowledge import Knowledge
from .reduction import TOLERANCE
from .siblings import Published, counted_by
from .table_releases import ROWS, aligned, axes_of, cell_of
from .tables import Cell, margins, published_rows

_ENOUGH_ALIKE = 3
Label = tuple[str | None, ...]  # of a shared margin, one for each shared column; None: its total


@dataclass(frozen=True)
class Together:
    """What a stranger finds who lays one table on the other."""

    differing: int  # cells of the shared margins that differ by some people, but too few
    computable: int  # hidden figures that the margins of the other bring too close


def together(one: Published, other: Published, shared: Sequence[str], minimum: int, dominance: float) -> Together:
    """Of two datasets; nothing where neither is a table with margins, or they are of other people."""
    tables = [side for side in (one, other) if counted_by(side) is not None]
    if not tables:
        return Together(0, 0)
    values = {side.privacy.aggregate.value for side in tables if side.privacy.aggregate}
    value = values.pop() if len(values) == 1 else None
    pair = _Pair(_Side(one, shared, value), _Side(other, shared, value))
    if not (other.is_of_same_source or (pair.alike >= _ENOUGH_ALIKE and pair.is_mostly_alike)):
        return Together(0, 0)
    # Rows show some of their people only: that they count fewer than a table tells of nobody.
    differing = sum(0 < one < minimum for one in pair.moved.values()) if len(tables) == 2 else 0
    if differing or not pair.is_mostly_alike:
        return Together(differing, 0)
    computable = pair.given_away(ROWS, 1.0, as_wide_as(float(minimum)), minimum)
    if value is not None and all(value in side.table.column_names for side in (pair.one, pair.other)):
        computable += pair.given_away(value, 0.0, proportionate(dominance))
    return Together(0, computable)


class _Side:
    """One dataset as a table, and where each of the shared margins stands in it."""

    def __init__(self, dataset: Published, shared: Sequence[str], value: str | None) -> None:
        by = counted_by(dataset)
        self.by = shared if by is None else by
        self.table = dataset.table if by is not None else _counted(dataset.table, shared, value)
        self.counts = self.figures(ROWS)
        summed = {name for name in self.by if name not in shared}
        rows = self.table.to_pylist()
        axes = axes_of(rows, self.by)
        self.margins: Mapping[Label, Cell] = {
            tuple(None if name in totals else str(row[name]) for name in shared): cell_of(row, self.by, axes)
            for row in rows
            if summed <= (totals := set(row[TOTALS].split())) and (by is not None or _is_whole(row, shared))
        }

    def figures(self, name: str) -> Release:
        return aligned([self.table], self.by, name)[0]

    def count(self, label: Label) -> float:
        return float(self.counts.figures[self.margins[label]])

    def shows(self, label: Label) -> bool:
        return not self.counts.hidden[self.margins[label]]


class _Pair:
    """One laid on the other."""

    def __init__(self, one: _Side, other: _Side) -> None:
        self.one, self.other = one, other
        self._shared = one.margins.keys() & other.margins.keys()
        shown = [label for label in self._shared if one.shows(label) and other.shows(label)]
        self.moved = {label: abs(one.count(label) - other.count(label)) for label in shown}
        self.alike = sum(moved == 0 for moved in self.moved.values())
        self.is_mostly_alike = 2 * self.alike > len(self.moved) or not self.moved

    def given_away(self, figure: str, lowest: float, hides: Hides, below: float = np.inf) -> int:
        """Hidden figures that lie too close, and may lie `below`, once shared margins are the same, but not before.

        Of cells that both show, those that are not the same are believed to be of other days.
        """
        releases = [side.figures(figure) for side in (self.one, self.other)]
        if any((release.figures < 0).any() for release in releases):
            lowest = -np.inf
        same = [label for label in self._shared if not self.moved.get(label)]
        before, after = (self._asked(releases, lowest, labels) for labels in ((), same))
        found = brought_closer(before, after, hides)
        if found is None:  # what is believed is not so
            return 0 if any(self.moved.values()) else len(after.wanted)
        return sum(low < below - TOLERANCE for _place, low, _high in found)

    def _asked(self, releases: Sequence[Release], lowest: float, same: Sequence[Label]) -> Asked:
        knowledge = Knowledge()
        one, other = (knowledge.add_table(release.figures, release.hidden, lowest) for release in releases)
        for label in same:
            knowledge.add_equal(one[self.one.margins[label]], other[self.other.margins[label]])
        return Asked(knowledge, [*one.hidden.values(), *other.hidden.values()])


def _counted(rows: pa.Table, shared: Sequence[str], value: str | None) -> pa.Table:
    """Rows as a table that hides nothing."""
    counts = margins(rows, shared, None, None)
    nothing = np.zeros(counts.figures.shape, dtype=bool)
    table = published_rows(counts, nothing, ROWS)
    if value is None or value not in rows.column_names or not _is_number(rows.schema.field(value).type):
        return table
    sums = published_rows(margins(rows, shared, value, None), nothing, value)
    return table.append_column(value, sums[value])


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def _is_whole(row: Mapping[str, object], shared: Sequence[str]) -> bool:
    """Of rows, what a cell counts: those that were withdrawn, or lost a cell, are missing from every total."""
    return all(row[name] is not None for name in shared)
