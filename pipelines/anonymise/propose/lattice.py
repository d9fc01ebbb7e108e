"""The best declared step of every ladder: fewest details lost, and every group large enough.

Full-domain generalisation with suppression of rows; the loss is that of ARX's
granularity: of each cell, how much of its ladder's values its label stands for;
of a suppressed row, all. Where only the size of groups counts, suppression falls
as steps rise: what fails at one node of the lattice fails at all finer ones.
A richer model is judged node by node, from the one that loses least.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from ...errors import InvalidData
from ...ladders import Ladder
from ...messages import _

Node = tuple[int, ...]
_DENSE = 4_000_000  # keys below this are counted in place, above it by sorting


@dataclass(frozen=True)
class Proposal:
    """The steps to declare, and what they cost."""

    steps: Mapping[str, int]  # column -> place on its ladder, 0 being the value itself
    loss: float
    rows_suppressed: int
    rows_blanked: int
    nodes_judged: int


@dataclass(frozen=True)
class Judged:
    """What one node costs."""

    rows_suppressed: int
    rows_blanked: int  # rows that leave without one of their cells
    loss: float


Judge = Callable[[Node], Judged | None]  # None where the node costs more than is allowed


def propose(table: pa.Table, ladders: Sequence[Ladder], minimum: int, max_suppressed: float) -> Proposal:
    """The node of least loss whose groups have `minimum` rows once at most `max_suppressed` of them are left out.

    Raises InvalidData, naming the column, where a ladder misses a value or no node will do.
    """
    found = proposals(table, ladders, minimum, max_suppressed, 1)
    if not found:
        raise InvalidData(no_step(", ".join(ladder.column for ladder in ladders), minimum))
    return found[0]


def no_step(columns: str, minimum: int) -> str:
    """What to say where no node will do."""
    return _(
        "no step of {columns} gives groups of {minimum} that the policy allows: too few rows, too few different "
        "values, or too small a budget (suppression: max_rows, max_blanked)."
    ).format(columns=columns, minimum=minimum)


def proposals(
    table: pa.Table,
    ladders: Sequence[Ladder],
    minimum: int,
    max_suppressed: float,
    count: int,
    units: pa.Array | None = None,
    judge: Judge | None = None,
) -> tuple[Proposal, ...]:
    """The `count` nodes of least loss, the best first; fewer where fewer will do, or none.

    `units` gives each row's contributor: groups then have `minimum` of these. `judge` judges by another model.
    """
    if table.num_rows == 0:
        raise InvalidData(_("the table is empty: no step can be proposed."))
    lattice = _Lattice(table, ladders, units)
    judge = judge or lattice.judge_by_size(minimum, max_suppressed)
    best: list[tuple[float, Node, Judged]] = []
    judged = 0
    for node in lattice.by_loss():
        if len(best) == count and lattice.detail_lost(node) >= best[-1][0]:
            break
        if lattice.fails[node]:
            continue
        judged += 1
        if (cost := judge(node)) is not None:
            best = sorted([*best, (cost.loss, node, cost)], key=lambda one: one[:2])[:count]
    names = [ladder.column for ladder in ladders]
    return tuple(
        Proposal(dict(zip(names, node, strict=True)), loss, cost.rows_suppressed, cost.rows_blanked, judged)
        for loss, node, cost in best
    )


class _Lattice:
    """The distinct rows, their number, and for every step of every ladder their label and its loss."""

    def __init__(self, table: pa.Table, ladders: Sequence[Ladder], units: pa.Array | None) -> None:
        values = [_codes(table[ladder.column], ladder) for ladder in ladders]
        if units is not None:
            values.append(np.asarray(pc.fill_null(units.cast(pa.int64()), -1)) + 1)
        distinct, self.counts = np.unique(np.column_stack(values), axis=0, return_counts=True)
        self.units = None if units is None else distinct[:, -1]
        self.rows = int(self.counts.sum())
        self.labels: list[list[NDArray[np.int64]]] = []
        self.losses: list[list[NDArray[np.float64]]] = []
        for place, ladder in enumerate(ladders):
            levels = _levels(ladder)
            self.labels.append([code[distinct[:, place]] for code in levels])
            self.losses.append([_granularity(code, step)[distinct[:, place]] for step, code in enumerate(levels)])
        self.means = [[float(loss @ self.counts) / self.rows for loss in column] for column in self.losses]
        self.fails = np.zeros(tuple(len(column) for column in self.labels), dtype=bool)

    def detail_lost(self, node: Node) -> float:
        """The loss of generalisation alone: no suppression makes it less."""
        return sum(self.means[place][step] for place, step in enumerate(node)) / len(node)

    def by_loss(self) -> Iterator[Node]:
        nodes = product(*(range(len(column)) for column in self.labels))
        return iter(sorted(nodes, key=lambda node: (self.detail_lost(node), node)))

    def judge_by_size(self, minimum: int, max_suppressed: float) -> Judge:
        """A judge by the number of rows in small groups, which tags on its way the nodes that must fail too."""

        def judge(node: Node) -> Judged | None:
            suppressed, loss = self.judge(node, minimum)
            if suppressed > max_suppressed * self.rows:
                self._tag_failures(node, minimum, max_suppressed)
                return None
            return Judged(suppressed, 0, loss)

        return judge

    def _tag_failures(self, node: Node, minimum: int, max_suppressed: float) -> None:
        """Search the way up from `node` for the first step that passes; all below a failure fails."""
        path = self._way_up(node)
        low, high = 0, len(path)
        while low < high:
            middle = (low + high) // 2
            if self.judge(path[middle], minimum)[0] > max_suppressed * self.rows:
                self.fails[tuple(slice(0, step + 1) for step in path[middle])] = True
                low = middle + 1
            else:
                high = middle

    def judge(self, node: Node, minimum: int) -> tuple[int, float]:
        """Rows in groups below `minimum`, and the whole loss with these suppressed."""
        sizes = self._group_sizes(node)
        is_shown = sizes >= minimum
        lost = sum(self.losses[place][step] for place, step in enumerate(node)) / len(node)
        suppressed = int(self.counts[~is_shown].sum())
        return suppressed, (float(np.asarray(lost)[is_shown] @ self.counts[is_shown]) + suppressed) / self.rows

    def _group_sizes(self, node: Node) -> NDArray[np.float64]:
        """For each distinct row, how many rows, or contributors, share its labels."""
        keys, size = np.zeros(len(self.counts), dtype=np.int64), 1
        for place, step in enumerate(node):
            labels = self.labels[place][step]
            width = int(labels.max()) + 1
            if size * width > _DENSE:
                keys = np.unique(keys, return_inverse=True)[1]
                size = int(keys.max()) + 1
            keys = keys * width + labels
            size *= width
        if size > _DENSE:
            keys = np.unique(keys, return_inverse=True)[1]
        if self.units is None:
            return np.asarray(np.bincount(keys, weights=self.counts)[keys], dtype=np.float64)
        width = int(self.units.max()) + 1
        keys = np.unique(keys, return_inverse=True)[1]
        pairs = np.unique(keys.astype(np.int64) * width + self.units)
        return np.asarray(np.bincount(pairs // width)[keys], dtype=np.float64)

    def _way_up(self, node: Node) -> list[Node]:
        """From `node` to the top, each time by the step that costs least."""
        path = [node]
        while steps := [place for place, column in enumerate(self.means) if path[-1][place] + 1 < len(column)]:
            current = path[-1]
            place = min(steps, key=lambda one: self.means[one][current[one] + 1] - self.means[one][current[one]])
            path.append((*current[:place], current[place] + 1, *current[place + 1 :]))
        return path


def losses_of(values: pa.ChunkedArray, ladder: Ladder) -> list[NDArray[np.float64]]:
    """For every step, what each row's cell loses at it."""
    codes = _codes(values, ladder)
    return [_granularity(level, step)[codes] for step, level in enumerate(_levels(ladder))]


def _levels(ladder: Ladder) -> list[NDArray[np.int64]]:
    """For every step, the number of each value's label."""
    return [np.unique(np.array(level), return_inverse=True)[1] for level in zip(*ladder.labels.values(), strict=True)]


def _codes(values: pa.ChunkedArray, ladder: Ladder) -> NDArray[np.int64]:
    known = {value: code for code, value in enumerate(ladder.labels)}
    encoded = values.cast(pa.string()).combine_chunks().dictionary_encode(null_encoding="encode")
    codes = np.array([known.get(value or "", -1) for value in encoded.dictionary.to_pylist()], dtype=np.int64)
    found: NDArray[np.int64] = codes[np.asarray(encoded.indices)]
    if (found < 0).any():
        raise InvalidData(
            _(
                "column “{column}”: its ladder misses {count} of the values; add a line for each (also for empty)."
            ).format(column=ladder.column, count=int((codes < 0).sum()))
        )
    return found


def _granularity(labels: NDArray[np.int64], step: int) -> NDArray[np.float64]:
    """How much of the ladder's values each label stands for: 0 for the value itself, 1 for all of them."""
    if step == 0 or len(labels) == 1:
        return np.zeros(len(labels))
    sizes = np.bincount(labels)[labels]
    return np.asarray((sizes - 1) / (len(labels) - 1))
