"""What a stranger can compute of hidden figures from everything public: linear programmes (HiGHS).

The stranger knows every shown figure, that totals are sums, that figures are not
negative where that is so, and what one version says about another.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import highspy
import numpy as np
from numpy.typing import NDArray

from .tables import Cell, Numbers, Pattern, lines

_ENDLESS = (highspy.HighsModelStatus.kUnbounded, highspy.HighsModelStatus.kUnboundedOrInfeasible)


@dataclass
class Knowledge:
    """Hidden figures as unknowns 0..count-1, and the equations and inequalities that tie them."""

    count: int = 0
    relations: list[tuple[float, float, list[int], list[float]]] = field(default_factory=list)

    def unknowns(self, pattern: Pattern) -> dict[Cell, int]:
        """New unknowns for the hidden cells of a pattern."""
        cells = [tuple(map(int, cell)) for cell in np.argwhere(pattern)]
        numbers = {cell: self.count + place for place, cell in enumerate(cells)}
        self.count += len(cells)
        return numbers

    def add_table(self, figures: Numbers, pattern: Pattern) -> dict[Cell, int]:
        """All sums of one published table; the hidden figures themselves are not looked at."""
        numbers = self.unknowns(pattern)
        for line in lines(figures.shape):
            hidden = [cell for cell in line if pattern[cell]]
            if hidden:
                known = sum(figures[cell] for cell in line[:-1] if not pattern[cell])
                known -= 0 if pattern[line[-1]] else figures[line[-1]]
                signs = [-1.0 if cell == line[-1] else 1.0 for cell in hidden]
                self.relations.append((-known, -known, [numbers[cell] for cell in hidden], signs))
        return numbers

    def add_growth(self, earlier: tuple[Numbers, dict[Cell, int]], later: tuple[Numbers, dict[Cell, int]]) -> None:
        """Every cell of `later` is at least what it was: rows are only added."""
        for cell in earlier[1].keys() | later[1].keys():
            indices, signs, known = [], [], 0.0
            for (figures, numbers), sign in ((later, 1.0), (earlier, -1.0)):
                if cell in numbers:
                    indices.append(numbers[cell])
                    signs.append(sign)
                else:
                    known += sign * figures[cell]
            self.relations.append((-known, highspy.kHighsInf, indices, signs))


def intervals(
    knowledge: Knowledge, wanted: Sequence[int], wide_enough: Sequence[float], lowest: float = 0.0
) -> NDArray[np.float64]:
    """The lowest and highest possible value of each wanted unknown.

    An interval already seen to be as wide as `wide_enough` asks is not searched
    to its end: its true ends lie further out.
    """
    solver = _solver(knowledge, lowest)
    seen = np.column_stack([np.full(knowledge.count, np.inf), np.full(knowledge.count, -np.inf)])
    for unknown, width in zip(wanted, wide_enough, strict=True):
        for sense in (highspy.ObjSense.kMaximize, highspy.ObjSense.kMinimize):
            if seen[unknown, 1] - seen[unknown, 0] >= width:
                break
            _search(solver, unknown, sense, seen)
    return seen[list(wanted)]


def _solver(knowledge: Knowledge, lowest: float) -> highspy.Highs:
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    # Only the goal changes from one search to the next: the last corner stays a valid start for the primal simplex.
    solver.setOptionValue("solver", "simplex")
    solver.setOptionValue("simplex_strategy", 4)
    solver.setOptionValue("presolve", "off")
    solver.addVars(knowledge.count, np.full(knowledge.count, lowest), np.full(knowledge.count, highspy.kHighsInf))
    for lower, upper, indices, signs in knowledge.relations:
        solver.addRow(lower, upper, len(indices), np.array(indices, dtype=np.int32), np.array(signs))
    return solver


def _search(solver: highspy.Highs, unknown: int, sense: highspy.ObjSense, seen: NDArray[np.float64]) -> None:
    """One end of one interval; every vertex met on the way widens what is known of the others."""
    solver.changeColCost(unknown, 1.0)
    solver.changeObjectiveSense(sense)
    solver.run()
    status = solver.getModelStatus()
    if status == highspy.HighsModelStatus.kOptimal:
        values = np.array(solver.getSolution().col_value)
        seen[:, 0], seen[:, 1] = np.minimum(seen[:, 0], values), np.maximum(seen[:, 1], values)
    elif status in _ENDLESS:
        is_upper = sense == highspy.ObjSense.kMaximize
        seen[unknown, 1] = np.inf if is_upper else max(seen[unknown, 1], 0.0)
        seen[unknown, 0] = min(seen[unknown, 0], 0.0) if is_upper else -np.inf
    # Any other status leaves the interval as narrow as it was: the cell counts as exposed.
    solver.changeColCost(unknown, 0.0)  # forgets status and solution, so it comes last
