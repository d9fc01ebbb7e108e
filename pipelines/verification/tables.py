"""What a stranger computes of the hidden counts of a table with margins: one small linear programme per end (HiGHS).

Written apart from the gates' audit: unknowns and sums are built from the published
rows one by one, by label, and solved with HiGHS' own modelling.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import highspy
import pyarrow as pa

TOTAL = object()  # in the place of a label: the sum over all of them
COUNT = "row_count"
TOTALS = "totals"
_NEARLY = 1e-6
Cell = tuple[Any, ...]


@dataclass(frozen=True)
class Table:
    """The published counts by cell; None where one is hidden."""

    counts: Mapping[Cell, int | None]

    @property
    def hidden(self) -> list[Cell]:
        return [cell for cell, count in self.counts.items() if count is None]


def read_table(rows: pa.Table, by: Sequence[str]) -> Table:
    """The cells of the published rows."""
    counts = {}
    for row in rows.select([*by, TOTALS, COUNT]).to_pylist():
        summed = row[TOTALS].split()
        counts[tuple(TOTAL if name in summed else row[name] for name in by)] = row[COUNT]
    return Table(counts)


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


def computable(table: Table, minimum: int) -> int:
    """How many hidden counts lie, for a stranger, within fewer values than the threshold, and may be below it."""
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    solver.setOptionValue("time_limit", 60.0)
    unknown = {cell: solver.addVariable(lb=1.0) for cell in table.hidden}  # a row is there: somebody is in it
    for total, members in _sums(table):
        known = sum(count for cell in members if (count := table.counts[cell]) is not None)
        hidden = [unknown[cell] for cell in members if table.counts[cell] is None]
        whole = table.counts[total]
        if hidden or whole is None:
            left = solver.qsum(hidden) if hidden else 0.0
            right = unknown[total] if whole is None else float(whole)
            solver.addConstr(left + float(known) == right)
    return sum(_is_known(solver, variable, minimum) for variable in unknown.values())


def _sums(table: Table) -> list[tuple[Cell, list[Cell]]]:
    """Every total along one dimension, with the cells that it sums."""
    found: dict[tuple[int, Cell], list[Cell]] = defaultdict(list)
    for cell in table.counts:
        for axis, label in enumerate(cell):
            total = (*cell[:axis], TOTAL, *cell[axis + 1 :])
            if label is not TOTAL and total in table.counts:
                found[(axis, total)].append(cell)
    return [(total, members) for (_axis, total), members in found.items()]


def _is_known(solver: Any, variable: Any, minimum: int) -> bool:
    low, high = (_end(solver, goal, variable) for goal in (solver.minimize, solver.maximize))
    return high - low < minimum - _NEARLY and low < minimum - _NEARLY


def _end(solver: Any, goal: Any, variable: Any) -> float:
    """One end of what is possible; an endless one is infinite, and one that was not found counts as known."""
    goal(variable)
    status = solver.getModelStatus()
    if status == highspy.HighsModelStatus.kOptimal:
        return float(solver.val(variable))
    endless = (highspy.HighsModelStatus.kUnbounded, highspy.HighsModelStatus.kUnboundedOrInfeasible)
    return (float("-inf") if goal == solver.minimize else float("inf")) if status in endless else 0.0
