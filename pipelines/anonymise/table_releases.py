"""A table with margins beside every earlier release of it: published figures only.

What is hidden here and shown there is searched by one linear programme over
all releases at once; what is shown in both must not move by too few.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from .audit import Knowledge, intervals
from .tables import Cell, Numbers, Pattern

TOTALS = "totals"  # the published column that names what a row sums over
ROWS = "row_count"
_TOLERANCE = 1e-6


@dataclass(frozen=True)
class Release:
    """One published table, on axes common to all releases; an absent cell counts nobody."""

    figures: Numbers  # zero where hidden
    hidden: Pattern


@dataclass(frozen=True)
class Exposure:
    """What a stranger finds by comparing releases."""

    moved_by_few: int  # published counts that moved by 1 to minimum - 1
    computable: int  # hidden counts that all releases together pin down


def exposure(tables: Sequence[pa.Table], by: Sequence[str], minimum: int) -> Exposure:
    """What comparing the releases `tables`, oldest first, gives away; the last is the candidate."""
    releases = aligned(tables, by)
    return Exposure(_moved_by_few(releases, minimum), _computable(releases, minimum))


def aligned(tables: Sequence[pa.Table], by: Sequence[str]) -> list[Release]:
    """The counts of every table, on the same axes."""
    rows = [table.select([*by, TOTALS, ROWS]).to_pylist() for table in tables]
    axes = [
        sorted({row[name] for table in rows for row in table if name not in row[TOTALS].split()}, key=str)
        for name in by
    ]
    shape = tuple(len(axis) + 1 for axis in axes)
    releases = []
    for table in rows:
        figures, hidden = np.zeros(shape), np.zeros(shape, dtype=bool)
        for row in table:
            cell: Cell = tuple(
                len(axis) if name in row[TOTALS].split() else axis.index(row[name])
                for name, axis in zip(by, axes, strict=True)
            )
            hidden[cell] = row[ROWS] is None
            figures[cell] = row[ROWS] or 0
        releases.append(Release(figures, hidden))
    return releases


def _moved_by_few(releases: Sequence[Release], minimum: int) -> int:
    candidate, count = releases[-1], 0
    for earlier in releases[:-1]:
        moved = np.abs(candidate.figures - earlier.figures)
        count += int(((moved > 0) & (moved < minimum) & ~candidate.hidden & ~earlier.hidden).sum())
    return count


def _computable(releases: Sequence[Release], minimum: int) -> int:
    """Hidden counts known to be small, within fewer values than the threshold."""
    knowledge, placed = Knowledge(), []
    for release in releases:
        placed.append((release.figures, knowledge.add_table(release.figures, release.hidden)))
    if _only_grows(releases):
        for earlier, later in itertools.pairwise(placed):
            knowledge.add_growth(earlier, later)
    unknowns = [number for _figures, numbers in placed for number in numbers.values()]
    found = intervals(knowledge, unknowns, [float(minimum)] * len(unknowns), lowest=1.0)
    is_known = (found[:, 1] - found[:, 0] < minimum * (1 - _TOLERANCE)) & (found[:, 0] < minimum - _TOLERANCE)
    return int(is_known.sum())


def _only_grows(releases: Sequence[Release]) -> bool:
    """Whether no shown count ever fell: a stranger then takes it that rows are only added."""
    return all(
        (later.figures >= earlier.figures)[~later.hidden & ~earlier.hidden].all()
        for earlier, later in itertools.pairwise(releases)
    )
