"""What a stranger computes of hidden figures who lays all versions of a table on one another (HiGHS).

Written apart from the gates' audit: figures by label, one programme over everything. Where no shown figure ever
falls, the stranger takes it that rows are only added: what is not known is then by how much each cell grew.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray

TOTAL = object()  # in the place of a label: the sum over all of them
Cell = tuple[Any, ...]
Figures = Mapping[
    Cell, float | None
]  # of one version, by cell; None is hidden, and a cell that is not there holds nobody
Ends = tuple[float, float]  # the least and the most that a figure may be
MOST_UNKNOWNS = 20_000
MOST_SECONDS = 60.0  # of one puzzle, all its searches together: HiGHS counts them so
_NEARLY = 1e-6


class Contradictory(Exception):
    """Nothing is possible."""


class TooMany(Exception):
    """More unknowns than are searched here."""


@dataclass(frozen=True)
class Sum:
    """What is known, and unknowns that are added to it."""

    known: float
    unknowns: tuple[int, ...] = ()

    def __add__(self, other: "Sum") -> "Sum":
        return Sum(self.known + other.known, self.unknowns + other.unknowns)


@dataclass
class Puzzle:
    """Unknowns with what each is at least, and equations: some sums less others are nothing."""

    least: list[float] = field(default_factory=list)
    equations: list[tuple[list[Sum], Sum]] = field(default_factory=list)

    def unknown(self, least: float) -> Sum:
        self.least.append(least)
        return Sum(0.0, (len(self.least) - 1,))

    def equal(self, parts: list[Sum], whole: Sum) -> None:
        """Raises Contradictory where shown figures alone do not add up."""
        if whole.unknowns or any(part.unknowns for part in parts):
            self.equations.append((parts, whole))
        elif abs(sum(part.known for part in parts) - whole.known) > 1e-3 + 1e-9 * abs(whole.known):
            raise Contradictory

    def ends(self, wanted: Sequence[Sum], is_enough: Sequence[Callable[[float, float], bool]]) -> list[Ends]:
        """Of each the least and the most, or what is seen to be far enough apart. Raises Contradictory, TooMany."""
        if len(self.least) > MOST_UNKNOWNS:
            raise TooMany
        if not self.least:
            return [(one.known, one.known) for one in wanted]
        solver = self._solver()
        solver.run()
        if solver.getModelStatus() == highspy.HighsModelStatus.kTimeLimit:
            raise TooMany
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            raise Contradictory
        columns = [np.array(one.unknowns, dtype=np.int32) for one in wanted]
        every, known = np.concatenate([*columns, [0]]).astype(np.int32), np.array([one.known for one in wanted])
        starts = np.cumsum([0, *(len(one) for one in columns)])

        def values() -> NDArray[np.float64]:
            """Of every wanted sum, at the solution that was found."""
            added = np.concatenate([[0.0], np.cumsum(np.array(solver.getSolution().col_value)[every])])
            found: NDArray[np.float64] = known + added[starts[1:]] - added[starts[:-1]]
            return found

        low, high = values(), values()
        for place, one in enumerate(columns):
            for sense in (highspy.ObjSense.kMaximize, highspy.ObjSense.kMinimize):
                if is_enough[place](low[place], high[place]) or not len(one):
                    break
                solver.changeColsCost(len(one), one, np.ones(len(one)))
                solver.changeObjectiveSense(sense)
                solver.run()
                status = solver.getModelStatus()
                if status == highspy.HighsModelStatus.kOptimal:
                    found = values()
                    low, high = np.minimum(low, found), np.maximum(high, found)
                elif status in (highspy.HighsModelStatus.kUnbounded, highspy.HighsModelStatus.kUnboundedOrInfeasible):
                    end, which = (np.inf, high) if sense == highspy.ObjSense.kMaximize else (-np.inf, low)
                    which[place] = end
                elif status == highspy.HighsModelStatus.kTimeLimit:
                    raise TooMany
                solver.changeColsCost(len(one), one, np.zeros(len(one)))
        return list(zip(low.tolist(), high.tolist(), strict=True))

    def _solver(self) -> highspy.Highs:
        solver = highspy.Highs()
        solver.setOptionValue("output_flag", False)
        solver.setOptionValue("threads", 1)
        solver.setOptionValue("time_limit", MOST_SECONDS)
        solver.addVars(len(self.least), np.array(self.least), np.full(len(self.least), highspy.kHighsInf))
        for parts, whole in self.equations:
            factors: dict[int, float] = defaultdict(float)
            for part, sign in (*((part, 1.0) for part in parts), (whole, -1.0)):
                for unknown in part.unknowns:
                    factors[unknown] += sign
            left = whole.known - sum(part.known for part in parts)
            columns = np.array(list(factors), dtype=np.int32)
            solver.addRow(left, left, len(columns), columns, np.array(list(factors.values())))
        return solver


@dataclass(frozen=True)
class Laid:
    """All that versions say together: every figure of each, and by how much it grew where that is not known."""

    puzzle: Puzzle
    levels: list[dict[Cell, Sum]]
    moves: list[Sum]


def laid(versions: Sequence[Figures], least: float, grows: bool) -> Laid:
    """The versions on one another, oldest first."""
    found = Laid(Puzzle(), [], [])
    cells = list(dict.fromkeys(cell for figures in versions for cell in figures))
    totals = sums(cells)
    for figures in versions:
        now = {cell: figures.get(cell, 0.0) for cell in cells}
        if found.levels and grows:
            more = _grown(found, now, least)
            found.moves.extend(one for one in more.values() if one.unknowns)
        else:
            found.levels.append(
                {cell: found.puzzle.unknown(least) if one is None else Sum(one) for cell, one in now.items()}
            )
            more = found.levels[-1]
        for total, members in totals:
            found.puzzle.equal([more[cell] for cell in members], more[total])
    return found


def _grown(found: Laid, now: Figures, least: float) -> dict[Cell, Sum]:
    """By how much each cell grew; what it became is added to the levels."""
    more, level = dict[Cell, Sum](), dict[Cell, Sum]()
    for cell, figure in now.items():
        was = found.levels[-1][cell]
        if figure is not None and not was.unknowns:
            more[cell], level[cell] = Sum(figure - was.known), Sum(figure)
        elif figure is not None:
            more[cell], level[cell] = found.puzzle.unknown(0.0), Sum(figure)
            found.puzzle.equal([was, more[cell]], level[cell])
        else:
            more[cell] = found.puzzle.unknown(0.0 if was.unknowns else max(0.0, least - was.known))
            level[cell] = was + more[cell]
    found.levels.append(level)
    return more


def only_grow(versions: Sequence[Figures]) -> bool:
    """Whether no shown figure falls."""
    return all(
        before is None or now is None or now >= before
        for one, other in pairwise(versions)
        for before, now in ((one.get(cell, 0.0), other.get(cell, 0.0)) for cell in one.keys() | other.keys())
    )


def sums(cells: Sequence[Cell]) -> list[tuple[Cell, list[Cell]]]:
    """Every total along one dimension, with the cells that it sums."""
    known, found = set(cells), defaultdict[tuple[int, Cell], list[Cell]](list)
    for cell in cells:
        for axis, label in enumerate(cell):
            total = (*cell[:axis], TOTAL, *cell[axis + 1 :])
            if label is not TOTAL and total in known:
                found[(axis, total)].append(cell)
    return [(total, members) for (_axis, total), members in found.items()]


def counts_computable(versions: Sequence[Figures], minimum: int) -> int:
    """Hidden counts of any version that lie within fewer values than the threshold and may be below it; and moves.

    A move that is not shown, but must be one of somebody and of fewer than the threshold, counts too. Raises TooMany;
    figures that contradict one another are all counted.
    """
    try:
        levels, moves = count_ends(versions, minimum)
    except Contradictory:
        return sum(len(figures) for figures in versions)
    is_small = [high - low < minimum - _NEARLY and low < minimum - _NEARLY for low, high in levels.values()]
    is_few = [low > _NEARLY and high < minimum - _NEARLY for low, high in moves]
    return sum(is_small) + sum(is_few)


def count_ends(versions: Sequence[Figures], minimum: int) -> tuple[dict[tuple[int, Cell], Ends], list[Ends]]:
    """The ends of every hidden count, by version and cell, and of every unseen move from one version to the next."""

    def is_wide(low: float, high: float) -> bool:
        return high - low >= minimum

    def may_be_nobody(low: float, high: float) -> bool:
        return low <= _NEARLY or high >= minimum

    hidden = _hidden(versions)
    for grows in (True, False) if only_grow(versions) else (False,):
        try:
            found = laid(versions, 1.0, grows)
            levels = [found.levels[t][cell] for t, cell in hidden]
            enough = [is_wide] * len(levels) + [may_be_nobody] * len(found.moves)
            ends = found.puzzle.ends([*levels, *found.moves], enough)
        except Contradictory:
            continue
        return dict(zip(hidden, ends, strict=False)), ends[len(hidden) :]
    raise Contradictory


def sums_computable(counts: Sequence[Figures], amounts: Sequence[Figures], minimum: int) -> int:
    """Hidden sums of any version that are known to the last cent, of cells that may hold too few people.

    How far apart their ends should lie is the publisher's: the largest share of one contributor is not published.
    Raises TooMany; figures that contradict one another are all counted.
    """
    is_owed = any(one is not None and one < 0 for figures in amounts for one in figures.values())
    try:
        levels, _moves = count_ends(counts, minimum)
        small = [place for place in _hidden(amounts) if levels.get(place, (0.0, 0.0))[0] < minimum - _NEARLY]
        may_grow = not is_owed and only_grow(counts) and only_grow(amounts)
        for grows in (True, False) if may_grow else (False,):
            try:
                found = laid(amounts, -np.inf if is_owed else 0.0, grows)
                ends = found.puzzle.ends([found.levels[t][cell] for t, cell in small], [_is_open] * len(small))
            except Contradictory:
                continue
            return sum(not _is_open(low, high) for low, high in ends)
    except Contradictory:
        pass
    return sum(len(figures) for figures in amounts)


def _is_open(low: float, high: float) -> bool:
    return high - low >= max(_NEARLY / 2, 1e-4 * max(abs(low), abs(high)))


def _hidden(versions: Sequence[Figures]) -> list[tuple[int, Cell]]:
    return [(t, cell) for t, figures in enumerate(versions) for cell, one in figures.items() if one is None]
