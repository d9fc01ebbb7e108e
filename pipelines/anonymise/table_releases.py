"""A table with margins beside every earlier release of it: published figures only.

What is hidden here and shown there is searched by one linear programme over
all releases at once; what is shown in both must not move by too few.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from ..table_schema import TOTALS
from .joint_audit import Release, counts_given_away, sums_given_away
from .reduction import TOLERANCE
from .tables import Cell, Numbers, Pattern

ROWS = "row_count"
_LARGEST = "\x00largest"
Axes = list[dict[Any, int]]  # of each axis: label -> place


@dataclass(frozen=True)
class Amount:
    """The summed column of the candidate: what its largest contributor holds in each published row."""

    name: str
    largest: pa.Array
    dominance: float


@dataclass(frozen=True)
class Exposure:
    """What a stranger finds by comparing releases."""

    moved_by_few: int  # published figures that moved by 1 to minimum - 1 people, or amounts by mostly one of them
    computable: int  # hidden figures, or their moves, that all releases together pin down

    def __bool__(self) -> bool:
        return bool(self.moved_by_few or self.computable)


def exposure(tables: Sequence[pa.Table], by: Sequence[str], minimum: int, amount: Amount | None = None) -> Exposure:
    """What comparing the releases `tables`, oldest first, gives away; the last is the candidate."""
    releases = aligned(tables, by, ROWS)
    moved, computable = _moved_by_few(releases, minimum), counts_given_away(releases, minimum)
    if amount is not None:
        candidate = tables[-1].append_column(_LARGEST, amount.largest)
        (largest,) = aligned([candidate], by, _LARGEST, like=tables)
        sums = aligned(tables, by, amount.name)
        moved += _amounts_moved(releases, sums, largest.figures, minimum, amount.dominance)
        computable += sums_given_away(releases, sums, largest.figures, amount.dominance)
    return Exposure(moved, computable)


def aligned(
    tables: Sequence[pa.Table], by: Sequence[str], figure: str, like: Sequence[pa.Table] | None = None
) -> list[Release]:
    """The figures of every table, on the same axes; those of the tables `like` where these are given."""
    places = [table.select([*by, TOTALS]).to_pylist() for table in (like or tables)]
    rows = [table.select([*by, TOTALS, figure]).to_pylist() for table in tables]
    axes = axes_of((row for table in places for row in table), by)
    shape = tuple(len(axis) + 1 for axis in axes)
    releases = []
    for table in rows:
        figures, hidden = np.zeros(shape), np.zeros(shape, dtype=bool)
        for row in table:
            cell = cell_of(row, by, axes)
            hidden[cell] = row[figure] is None
            figures[cell] = row[figure] or 0
        releases.append(Release(figures, hidden))
    return releases


def axes_of(rows: Iterable[Mapping[str, Any]], by: Sequence[str]) -> Axes:
    """The labels along each axis, in the order of the figures; behind the last one stands the total."""
    found: Axes = [{} for _name in by]
    for row in rows:
        totals = row[TOTALS].split()
        for name, labels in zip(by, found, strict=True):
            if name not in totals:
                labels[row[name]] = 0
    return [{label: place for place, label in enumerate(sorted(labels, key=str))} for labels in found]


def cell_of(row: Mapping[str, Any], by: Sequence[str], axes: Axes) -> Cell:
    """Where the figure of a published row stands."""
    totals = row[TOTALS].split()
    return tuple(len(places) if name in totals else places[row[name]] for name, places in zip(by, axes, strict=True))


def _moved_by_few(releases: Sequence[Release], minimum: int) -> int:
    candidate, count = releases[-1], 0
    for earlier in releases[:-1]:
        moved = np.abs(candidate.figures - earlier.figures)
        count += int(((moved > 0) & (moved < minimum) & ~candidate.hidden & ~earlier.hidden).sum())
    return count


def _amounts_moved(
    counts: Sequence[Release], amounts: Sequence[Release], largest: Numbers, minimum: int, dominance: float
) -> int:
    """Amounts shown in both that moved with too few people, or by no more than one of them may weigh.

    Who is new is not known from what is published, so that the largest contributor of the cell stands for them.
    """
    count = 0
    for earlier_count, earlier in zip(counts[:-1], amounts[:-1], strict=True):
        moved = np.abs(amounts[-1].figures - earlier.figures)
        people = np.abs(counts[-1].figures - earlier_count.figures)
        is_shown = ~amounts[-1].hidden & ~earlier.hidden
        is_few = (people < minimum) | (largest > dominance * moved)
        count += int(((moved > TOLERANCE) & is_few & is_shown & ~_already_counted(people, minimum)).sum())
    return count


def _already_counted(people: Numbers, minimum: int) -> Pattern:
    return (people > 0) & (people < minimum)
