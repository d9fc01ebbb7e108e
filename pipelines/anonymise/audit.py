"""What a stranger can compute of hidden figures from everything public: linear programmes (HiGHS).

Parts of what is known that share no unknown have a programme each. The ends of a
figure that lies in several of them are the sums of its ends in each.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product

import highspy
import numpy as np
from numpy.typing import NDArray

from .knowledge import Figure, Knowledge
from .reduction import TOLERANCE, Contradiction, Reduction

# Whether an interval from the first number to the second hides its figure. What hides does so in any wider one.
Hides = Callable[[float, float], bool]
_SENSES = (highspy.ObjSense.kMaximize, highspy.ObjSense.kMinimize)
_ENDLESS = (highspy.HighsModelStatus.kUnbounded, highspy.HighsModelStatus.kUnboundedOrInfeasible)
_Goal = tuple[tuple[int, float], ...]  # unknowns of one part, each with its factor; that of the first is 1


def as_wide_as(width: float) -> Hides:
    return lambda low, high: high - low >= width * (1 - TOLERANCE)


def intervals(knowledge: Knowledge, wanted: Sequence[Figure], hides: Sequence[Hides]) -> NDArray[np.float64] | None:
    """The lowest and highest possible value of each wanted figure; None where no values satisfy all that is known.

    An interval already seen to hide its figure is not searched to its end: its true ends lie further out.
    """
    try:
        reduction = Reduction(knowledge)
        parts = reduction.parts()
        whose = {unknown: place for place, (unknowns, _known) in enumerate(parts) for unknown in unknowns}
        asked = [_Asked.of(reduction.figure(figure), whose) for figure in wanted]
        goals: list[dict[_Goal, None]] = [{} for _part in parts]
        for one in asked:
            for place, goal, _factor in one.goals:
                goals[place][goal] = None
        programmes = [
            _Programme(unknowns, known, reduction.floors, list(mine))
            for (unknowns, known), mine in zip(parts, goals, strict=True)
        ]
    except Contradiction:
        return None
    for one, is_hidden in zip(asked, hides, strict=True):
        for search in one.searches(programmes):
            if is_hidden(*one.ends(programmes)):
                break
            search()
    return np.array([one.ends(programmes) for one in asked]).reshape(-1, 2)


class _Programme:
    """One part of what is known, what is asked of it, and how far apart each goal was seen.

    Raises Contradiction where no values satisfy it.
    """

    def __init__(
        self, unknowns: Sequence[int], known: Sequence[Figure], floors: Sequence[float], goals: Sequence[_Goal]
    ) -> None:
        places = {unknown: place for place, unknown in enumerate(unknowns)}
        self._solver = _solver([floors[unknown] for unknown in unknowns])
        for one in known:
            columns = np.array([places[unknown] for unknown in one.terms], dtype=np.int32)
            self._solver.addRow(-one.known, -one.known, len(columns), columns, np.array(list(one.terms.values())))
        self._numbers = {goal: number for number, goal in enumerate(goals)}
        self._columns = [np.array([places[unknown] for unknown, _factor in goal], dtype=np.int32) for goal in goals]
        self._factors = [np.array([factor for _unknown, factor in goal]) for goal in goals]
        self._every_column = np.concatenate([*self._columns, []]).astype(np.int32)
        self._every_factor = np.concatenate([*self._factors, []])
        self._starts = np.cumsum([0, *(len(goal) for goal in goals[:-1])])
        self._searched = set[tuple[_Goal, highspy.ObjSense]]()
        self._solver.run()
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise Contradiction
        self._seen = np.column_stack([self._values()] * 2)

    def seen(self, goal: _Goal) -> tuple[float, float]:
        low, high = self._seen[self._numbers[goal]].tolist()
        return low, high

    def search(self, goal: _Goal, sense: highspy.ObjSense) -> None:
        """One end of one interval; every vertex met on the way widens what is known of the others."""
        if (goal, sense) in self._searched:
            return
        self._searched.add((goal, sense))
        number = self._numbers[goal]
        columns, factors = self._columns[number], self._factors[number]
        self._solver.changeColsCost(len(columns), columns, factors)
        self._solver.changeObjectiveSense(sense)
        self._solver.run()
        status = self._solver.getModelStatus()
        if status == highspy.HighsModelStatus.kOptimal:
            values = self._values()
            self._seen[:, 0] = np.minimum(self._seen[:, 0], values)
            self._seen[:, 1] = np.maximum(self._seen[:, 1], values)
        elif status in _ENDLESS:
            if sense == highspy.ObjSense.kMaximize:
                self._seen[number, 1] = np.inf
            else:
                self._seen[number, 0] = -np.inf
        # Any other status leaves the interval as narrow as it was: the cell counts as exposed.
        # Another cost forgets status and solution, so it comes last.
        self._solver.changeColsCost(len(columns), columns, np.zeros(len(columns)))

    def _values(self) -> NDArray[np.float64]:
        """Of every goal, at the vertex that was found."""
        if not self._columns:
            return np.empty(0)
        at = np.array(self._solver.getSolution().col_value)
        return np.add.reduceat(self._every_factor * at[self._every_column], self._starts)


@dataclass(frozen=True)
class _Asked:
    """A wanted figure: what is known of it, and of which parts' goals so much is added to that."""

    known: float
    goals: Sequence[tuple[int, _Goal, float]]

    @classmethod
    def of(cls, figure: Figure, whose: Mapping[int, int]) -> "_Asked":
        terms: dict[int, list[tuple[int, float]]] = {}
        for unknown, factor in sorted(figure.terms.items()):
            terms.setdefault(whose[unknown], []).append((unknown, factor))
        return cls(
            figure.known,
            [
                (place, tuple((unknown, factor / each[0][1]) for unknown, factor in each), each[0][1])
                for place, each in terms.items()
            ],
        )

    def ends(self, programmes: Sequence[_Programme]) -> tuple[float, float]:
        low = high = self.known
        for place, goal, times in self.goals:
            one, other = (times * end for end in programmes[place].seen(goal))
            low, high = low + min(one, other), high + max(one, other)
        return low, high

    def searches(self, programmes: Sequence[_Programme]) -> Iterator[Callable[[], None]]:
        for (place, goal, _times), sense in product(self.goals, _SENSES):
            yield partial(programmes[place].search, goal, sense)


def _solver(floors: Sequence[float]) -> highspy.Highs:
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("threads", 1)
    # Only the goal changes from one search to the next: the last corner stays a valid start for the primal simplex.
    solver.setOptionValue("solver", "simplex")
    solver.setOptionValue("simplex_strategy", 4)
    solver.setOptionValue("presolve", "off")
    solver.addVars(len(floors), np.array(floors), np.full(len(floors), highspy.kHighsInf))
    return solver
