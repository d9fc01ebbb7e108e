"""What a stranger can compute of hidden figures from everything public: linear programmes (HiGHS).

The stranger knows every shown figure, that totals are sums, that figures are not
negative where that is so, and what one version says about another.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import highspy
import numpy as np
from numpy.typing import NDArray

from .tables import Cell, Numbers, Pattern, lines

Placed = tuple[Numbers, dict[Cell, int]]  # the figures of a published table, and the unknowns of its hidden cells
# Whether an interval from the first number to the second hides its figure. What hides does so in any wider one.
Hides = Callable[[float, float], bool]
TOLERANCE = 1e-6
_ENDLESS = (highspy.HighsModelStatus.kUnbounded, highspy.HighsModelStatus.kUnboundedOrInfeasible)


@dataclass
class Knowledge:
    """Hidden figures as unknowns, each with a floor, and the equations and inequalities that tie them."""

    floors: list[float] = field(default_factory=list)
    relations: list[tuple[float, float, list[int], list[float]]] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.floors)

    def add_table(self, figures: Numbers, pattern: Pattern, lowest: float = 0.0) -> dict[Cell, int]:
        """All sums of one published table; the hidden figures themselves are not looked at."""
        cells = [tuple(map(int, cell)) for cell in np.argwhere(pattern)]
        numbers = {cell: self._unknown(lowest) for cell in cells}
        for line in lines(figures.shape):
            hidden = [cell for cell in line if pattern[cell]]
            if hidden:
                known = sum(figures[cell] for cell in line[:-1] if not pattern[cell])
                known -= 0 if pattern[line[-1]] else figures[line[-1]]
                signs = [-1.0 if cell == line[-1] else 1.0 for cell in hidden]
                self.relations.append((-known, -known, [numbers[cell] for cell in hidden], signs))
        return numbers

    def add_growth(self, earlier: Placed, later: Placed) -> None:
        """Every cell of `later` is at least what it was: rows are only added."""
        for cell in earlier[1].keys() | later[1].keys():
            indices, signs, known = _growth(earlier, later, cell)
            self.relations.append((-known, highspy.kHighsInf, indices, signs))

    def add_same(self, earlier: Placed, later: Placed, same: Pattern) -> None:
        """The cells of the mask are in `later` what they were."""
        for cell in earlier[1].keys() | later[1].keys():
            if same[cell]:
                self.add_equal((earlier, cell), (later, cell))

    def add_equal(self, one: tuple[Placed, Cell], other: tuple[Placed, Cell]) -> None:
        """A cell of one table is a cell of another."""
        indices, signs, known = _difference(one, other)
        if indices:
            self.relations.append((-known, -known, indices, signs))

    def growth(self, earlier: Placed, later: Placed, cell: Cell) -> int:
        """A new unknown: by how much a cell that is hidden in either grew."""
        indices, signs, known = _growth(earlier, later, cell)
        number = self._unknown(-highspy.kHighsInf)
        self.relations.append((known, known, [number, *indices], [1.0, *(-sign for sign in signs)]))
        return number

    def _unknown(self, lowest: float) -> int:
        self.floors.append(lowest)
        return len(self.floors) - 1


def _growth(earlier: Placed, later: Placed, cell: Cell) -> tuple[list[int], list[float], float]:
    return _difference((later, cell), (earlier, cell))


def _difference(one: tuple[Placed, Cell], other: tuple[Placed, Cell]) -> tuple[list[int], list[float], float]:
    """One less the other, as unknowns with their signs, and what of it is shown."""
    indices, signs, known = [], [], 0.0
    for ((figures, numbers), cell), sign in ((one, 1.0), (other, -1.0)):
        if cell in numbers:
            indices.append(numbers[cell])
            signs.append(sign)
        else:
            known += sign * float(figures[cell])
    return indices, signs, known


def as_wide_as(width: float) -> Hides:
    return lambda low, high: high - low >= width * (1 - TOLERANCE)


def intervals(knowledge: Knowledge, wanted: Sequence[int], hides: Sequence[Hides]) -> NDArray[np.float64] | None:
    """The lowest and highest possible value of each wanted unknown; None where no values satisfy all that is known.

    An interval already seen to hide its figure is not searched to its end: its true ends lie further out.
    """
    if not knowledge.count:
        return np.empty((0, 2))
    solver = _solver(knowledge)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    seen = np.column_stack([solver.getSolution().col_value] * 2)
    for unknown, is_hidden in zip(wanted, hides, strict=True):
        for sense in (highspy.ObjSense.kMaximize, highspy.ObjSense.kMinimize):
            if is_hidden(*seen[unknown]):
                break
            _search(solver, unknown, sense, seen)
    return seen[list(wanted)]


def _solver(knowledge: Knowledge) -> highspy.Highs:
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    # Only the goal changes from one search to the next: the last corner stays a valid start for the primal simplex.
    solver.setOptionValue("solver", "simplex")
    solver.setOptionValue("simplex_strategy", 4)
    solver.setOptionValue("presolve", "off")
    solver.addVars(knowledge.count, np.array(knowledge.floors), np.full(knowledge.count, highspy.kHighsInf))
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
        if sense == highspy.ObjSense.kMaximize:
            seen[unknown, 1] = np.inf
        else:
            seen[unknown, 0] = -np.inf
    # Any other status leaves the interval as narrow as it was: the cell counts as exposed.
    solver.changeColCost(unknown, 0.0)  # forgets status and solution, so it comes last
