"""A table with its margins: one cell per combination, and a total for every subset.

Arrays have one axis per dimension; the last place of an axis is its total.
Figures are counts of rows, or sums of an amount; people are distinct contributors.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from .engine import query

Numbers = NDArray[np.float64]
Pattern = NDArray[np.bool_]
Cell = tuple[int, ...]
MAX_DIMENSIONS = 3


@dataclass(frozen=True)
class Margins:
    """What the rows say, cell by cell: not for publication."""

    by: tuple[str, ...]
    labels: tuple[tuple[Any, ...], ...]  # of each axis, without its total
    people: Numbers
    figures: Numbers
    largest: Numbers | None  # one contributor's share of the amount; None for counts

    @property
    def grand_total(self) -> Cell:
        return tuple(size - 1 for size in self.figures.shape)


@dataclass(frozen=True)
class CellRule:
    """A cell is shown from `minimum` contributors on, if none holds more than `dominance` of its amount."""

    minimum: int
    dominance: float


def margins(table: pa.Table, by: Sequence[str], value: str | None, units: pa.Array | None) -> Margins:
    """The table of `by` with all its margins, over counts of rows or sums of `value`."""
    encoded = [table[name].combine_chunks().dictionary_encode(null_encoding="encode") for name in by]
    padding = [pa.array(np.zeros(table.num_rows, dtype=np.int32))] * (MAX_DIMENSIONS - len(by))
    columns = dict(zip(("a", "b", "c"), [code.indices for code in encoded] + padding, strict=True))
    columns["unit"] = units if units is not None else pa.array(np.arange(table.num_rows))
    columns["amount"] = (
        table[value].combine_chunks().cast(pa.float64())
        if value is not None
        else pa.array(np.ones(table.num_rows, dtype=np.float64))
    )
    cells = query(_CUBE, rows=pa.table(columns))
    labels = tuple(tuple(code.dictionary.to_pylist()) for code in encoded)
    shape = tuple(len(names) + 1 for names in labels)
    for axis in ("a", "b", "c")[len(by) :]:  # a padding axis has one value: its total says it all
        cells = cells.filter(pc.is_null(cells[axis]))
    place = tuple(
        np.asarray(pc.fill_null(cells[axis].cast(pa.int64()), size - 1))
        for axis, size in zip(("a", "b", "c"), shape, strict=False)
    )
    people, figures, largest = (np.zeros(shape) for _name in range(3))
    for target, name in ((people, "people"), (figures, "amount"), (largest, "largest")):
        target[place] = np.asarray(pc.fill_null(cells[name].cast(pa.float64()), 0.0))
    return Margins(tuple(by), labels, people, figures, None if value is None else largest)


def refused_cells(table: Margins, rule: CellRule) -> Pattern:
    """The cells that may not be shown on their own: too few people, or one of them too large."""
    refused = (table.people > 0) & (table.people < rule.minimum)
    if table.largest is not None:
        refused |= (table.largest > rule.dominance * np.abs(table.figures)) & (table.people > 0)
    return refused


def lines(shape: Sequence[int]) -> Iterator[tuple[Cell, ...]]:
    """Every sum of the table: the cells of one line, its total last."""
    for axis, size in enumerate(shape):
        for rest in np.ndindex(*(other for place, other in enumerate(shape) if place != axis)):
            yield tuple((*rest[:axis], place, *rest[axis:]) for place in range(size))


def published_rows(table: Margins, hidden: Pattern, figure: str) -> pa.Table:
    """One row per cell that holds something; `totals` names the columns summed over; a hidden figure is null."""
    places = [cell for cell in np.ndindex(*table.figures.shape) if table.people[cell] > 0]
    columns: dict[str, Any] = {
        name: pa.array([_label(table, axis, cell[axis]) for cell in places]) for axis, name in enumerate(table.by)
    }
    columns["totals"] = pa.array(
        [" ".join(name for axis, name in enumerate(table.by) if _is_total(table, axis, cell[axis])) for cell in places]
    )
    exact = table.largest is not None
    columns[figure] = pa.array(
        [None if hidden[cell] else table.figures[cell] if exact else int(table.figures[cell]) for cell in places],
        pa.float64() if exact else pa.int64(),
    )
    return pa.table(columns)


def _label(table: Margins, axis: int, place: int) -> Any:
    return None if _is_total(table, axis, place) else table.labels[axis][place]


def _is_total(table: Margins, axis: int, place: int) -> bool:
    return place == len(table.labels[axis])


_CUBE = """
WITH shares AS (
    SELECT a, b, c, coalesce(unit, -1) AS unit, sum(amount) AS amount FROM rows
    GROUP BY coalesce(unit, -1), CUBE (a, b, c)
)
SELECT a, b, c, count(*) AS people, sum(amount) AS amount, max(abs(amount)) AS largest FROM shares GROUP BY a, b, c
"""
