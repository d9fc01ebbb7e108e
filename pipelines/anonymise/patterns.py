"""Which cells are blank stays as it was last published: rows that moved between a blank and a shown group would tell.

A group that was too small, and whose rows stand among the blanked ones, does not come to light when it has grown:
the blanked rows would shrink by exactly those that were hidden.
"""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .groups import GroupRule, codes
from .suppression import Suppressed, all_null, blank, compared, suppress


def suppress_like(
    table: pa.Table,
    units: pa.Array | None,
    rule: GroupRule,
    steps: Sequence[tuple[str, ...]],
    latest: pa.Table,
    key: Sequence[str] = (),
) -> Suppressed:
    """As `suppress`, but no group of blanked rows of `latest` loses rows to a group that `latest` does not show.

    Where a `key` tells rows apart, each row stays as blank as it was, and new ones are judged as they are. Where none
    does, a group that `latest` does not show joins the blanked ones that it may have been among.
    """
    before = table
    table = _as_blank_as(latest, table, steps, key) if key else _with_the_blank(latest, table, rule, steps)
    done = suppress(table, units, rule, steps)
    for _round in range(table.num_rows):  # each round blanks a group more
        hidden = _leaving(done, rule, steps, latest)
        if not any(pc.any(where).as_py() for _columns, where in hidden):
            break
        for columns, where in hidden:
            table = blank(table, columns, where)
        done = suppress(table, units, rule, steps)
    return done if table is before else _since(before, done)


def _as_blank_as(latest: pa.Table, table: pa.Table, steps: Sequence[tuple[str, ...]], key: Sequence[str]) -> pa.Table:
    names = list(key)
    rows = table.select(names)
    both = codes(pa.concat_tables([rows, latest.select(names).cast(rows.schema)]), names)
    place = pc.index_in(both.slice(0, table.num_rows), value_set=both.slice(table.num_rows))
    then = latest.take(place)  # all blank where the key is new
    for columns in steps:
        table = blank(table, columns, pc.and_(pc.is_valid(place), all_null(then, columns)))
    return table


def _with_the_blank(latest: pa.Table, table: pa.Table, rule: GroupRule, steps: Sequence[tuple[str, ...]]) -> pa.Table:
    if not steps:
        return table
    names = list(rule.quasi_identifiers)
    without = blank(table, steps[0], pa.array(np.ones(table.num_rows, dtype=bool)))
    joins = pc.and_(_is_among(without, latest, names), pc.invert(_is_among(table, latest, names)))
    return blank(table, steps[0], joins)


def _leaving(
    done: Suppressed, rule: GroupRule, steps: Sequence[tuple[str, ...]], latest: pa.Table
) -> list[tuple[list[str], pa.Array]]:
    """For each number of steps, their columns and the rows that came in and must stay blank in them."""
    names = list(rule.quasi_identifiers)
    is_known = _is_among(done.table, latest, names)
    found = []
    columns: list[str] = []
    for step in steps:
        columns = [*columns, *step]
        shared = [name for name in names if name not in columns]
        both = pa.concat_tables([done.table.select(names), latest.select(names).cast(done.table.select(names).schema)])
        around, is_blank = codes(both, shared), all_null(both, columns)
        count = done.table.num_rows
        shrunk = _fewer(around.slice(0, count), is_blank.slice(0, count), around.slice(count), is_blank.slice(count))
        leaving = pc.and_(pc.is_in(around.slice(0, count), value_set=shrunk), pc.invert(is_blank.slice(0, count)))
        found.append((columns, _in_whole(done.kept, pc.and_(leaving, pc.invert(is_known)))))
    return found


def _fewer(here: pa.Array, is_blank_here: pa.Array, there: pa.Array, is_blank_there: pa.Array) -> pa.Array:
    """The blanked groups of `there` that have fewer rows `here`."""
    before, counts_before = np.unique(np.asarray(there.filter(is_blank_there)), return_counts=True)
    now, counts_now = np.unique(np.asarray(here.filter(is_blank_here)), return_counts=True)
    left = dict(zip(now.tolist(), counts_now.tolist(), strict=True))
    shrunk = [
        code for code, count in zip(before.tolist(), counts_before.tolist(), strict=True) if left.get(code, 0) < count
    ]
    return pa.array(shrunk, pa.int64())


def _is_among(table: pa.Table, latest: pa.Table, names: Sequence[str]) -> pa.Array:
    same = table.select(names)
    both = codes(pa.concat_tables([same, latest.select(names).cast(same.schema)]), names)
    return pc.is_in(both.slice(0, table.num_rows), value_set=both.slice(table.num_rows))


def _in_whole(kept: pa.Array, of_kept: pa.Array) -> pa.Array:
    """A mask over the rows that were kept, as one over all rows."""
    whole = np.zeros(len(kept), dtype=bool)
    whole[np.asarray(kept)] = np.asarray(of_kept)
    return pa.array(whole)


def _since(before: pa.Table, done: Suppressed) -> Suppressed:
    """`done` with what the rows lost since `before`."""
    lost = compared(
        before.filter(done.kept), done.table, done.units, pa.array(np.ones(done.table.num_rows, dtype=bool))
    )
    return replace(done, cells_blanked=lost.cells_blanked, rows_blanked=lost.rows_blanked)
