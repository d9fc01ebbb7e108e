"""A table with margins as a stranger reads it, and what its shown figures say beside those of another version."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from .together import TOTAL, Cell

COUNT = "row_count"
TOTALS = "totals"
_NEARLY = 1e-6


@dataclass(frozen=True)
class Table:
    """The published counts by cell, and sums where there are any; None where one is hidden."""

    counts: Mapping[Cell, int | None]
    sums: Mapping[Cell, float | None] = field(default_factory=dict)


def read_table(rows: pa.Table, by: Sequence[str], value: str | None = None) -> Table:
    """The cells of the published rows."""
    counts, sums = dict[Cell, int | None](), dict[Cell, float | None]()
    for row in rows.select([*by, TOTALS, COUNT, *filter(None, [value])]).to_pylist():
        summed = row[TOTALS].split()
        cell = tuple(TOTAL if name in summed else row[name] for name in by)
        counts[cell] = row[COUNT]
        if value is not None:
            sums[cell] = None if row[value] is None else float(row[value])
    return Table(counts, sums)


def below(table: Table, minimum: int) -> int:
    """How many shown counts are smaller than the threshold."""
    return sum(count is not None and count < minimum for count in table.counts.values())


def moved_by_few(now: Table, before: Table, minimum: int) -> int:
    """How many counts that both versions show differ by 1 to minimum - 1; a cell that is not there holds nobody."""
    moved = 0
    for cell in now.counts.keys() | before.counts.keys():
        here, there = now.counts.get(cell, 0), before.counts.get(cell, 0)
        moved += here is not None and there is not None and 0 < abs(here - there) < minimum
    return moved


def sums_moved_by_few(now: Table, before: Table, minimum: int) -> int:
    """How many sums that both versions show differ while their counts, shown too, do by fewer than the threshold."""
    moved = 0
    for cell in now.counts.keys() | before.counts.keys():
        here, there = now.sums.get(cell, 0.0), before.sums.get(cell, 0.0)
        people, then = now.counts.get(cell, 0), before.counts.get(cell, 0)
        if here is not None and there is not None and people is not None and then is not None:
            moved += abs(here - there) > _NEARLY and abs(people - then) < minimum
    return moved
