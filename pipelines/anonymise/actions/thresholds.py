"""Figures that already count people (votes, signatures): none from one to the preset's minimum less one leaves.

Beside earlier versions a figure moves by nobody or by enough people; else it stays as it was last published.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from ...column_policies import Threshold
from ...privacy_policy import Privacy
from ...vocabularies import PRESETS
from ..groups import codes


@dataclass(frozen=True)
class SteadyCounts:
    """A table whose counts can stand beside the earlier versions, and how many of them stayed as they were."""

    table: pa.Table
    cells_waiting: int


def hide_small_counts(table: pa.Table, privacy: Privacy) -> pa.Table:
    """`table` with every small count blank, and with it the figures that sum over the same people."""
    for count, figures in counts_of(privacy, table.column_names).items():
        people = table[count].cast(pa.float64())
        is_small = pc.fill_null(pc.and_(pc.greater(people, 0), pc.less(people, _minimum(privacy))), True)
        for name in (count, *figures):
            table = _replaced(table, name, is_small, pa.nulls(table.num_rows, table[name].type))
    return table


def steady_counts(table: pa.Table, earlier: Sequence[pa.Table], key: Sequence[str], privacy: Privacy) -> SteadyCounts:
    """Rows are the same where their `key` is; a count that moved by too few since any version keeps its latest figures.

    Without a key nobody can tell which figure is whose: nothing is compared.
    """
    counts, waiting = counts_of(privacy, table.column_names), 0
    if not key:
        return SteadyCounts(table, 0)
    latest = True
    for release in reversed(earlier):
        for count, figures in counts.items():
            known = release.column_names
            if not {count, *figures, *key} <= set(known):
                continue
            before = release.take(_places(table, release, key))
            moved = pc.abs(pc.subtract(table[count].cast(pa.float64()), before[count].cast(pa.float64())))
            stays = pc.fill_null(pc.and_(pc.less(moved, _minimum(privacy)), pc.greater(moved, 0)), False)
            for figure in figures:
                is_other = pc.fill_null(pc.not_equal(table[figure], before[figure].cast(table[figure].type)), False)
                stays = pc.or_(stays, pc.and_(is_other, pc.fill_null(pc.equal(moved, 0), False)))
            waiting += pc.sum(stays).as_py() or 0
            source = before if latest else earlier[-1].take(_places(table, earlier[-1], key))
            for name in (count, *figures):
                table = _replaced(table, name, stays, source[name].cast(table[name].type).combine_chunks())
        latest = False
    return SteadyCounts(table, waiting)


def counts_of(privacy: Privacy, published: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    """Each published count with the figures that are hidden with it."""
    declared = {
        name: column for name, column in privacy.columns.items() if isinstance(column, Threshold) and name in published
    }
    return {
        name: tuple(other for other, column in declared.items() if column.count == name)
        for name, policy in declared.items()
        if policy.count is None
    }


def _minimum(privacy: Privacy) -> int:
    return PRESETS[privacy.preset].minimum if privacy.preset else 0


def _places(table: pa.Table, release: pa.Table, key: Sequence[str]) -> pa.Array:
    """For each row of `table`, where the same key stands in `release`; null where it does not."""
    names = list(key)
    both = codes(pa.concat_tables([table.select(names), release.select(names).cast(table.select(names).schema)]), names)
    return pc.index_in(both.slice(0, table.num_rows), value_set=both.slice(table.num_rows))


def _replaced(table: pa.Table, name: str, where: pa.Array, values: pa.Array) -> pa.Table:
    field = table.schema.field(name)
    return table.set_column(table.schema.get_field_index(name), field, pc.if_else(where, values, table[name]))
