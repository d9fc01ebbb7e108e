"""Rows in the order that a reader asks for: by codes, which are in the order of their cells."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .columns import Codes, Columns, Rows
from .query import Order

_DIRECTIONS = {False: "ascending", True: "descending"}


def ordered_rows(columns: Columns, rows: Rows, orders: Sequence[Order], most: int | None) -> Rows:
    """`rows` sorted, the first `most` of them at least; equal ones stay as published, empty cells come last."""
    if not orders:
        return rows
    first = _rising(columns, orders[0], rows)
    if most is not None and 0 < most < len(rows) // 4:
        is_early = first <= np.partition(first, most - 1)[most - 1]
        rows, first = rows[is_early], first[is_early]
    keys = [*reversed([_rising(columns, order, rows) for order in orders[1:]]), first]
    return rows[np.lexsort(keys) if len(keys) > 1 else np.argsort(first, kind="stable")]


def ordered_groups(groups: pa.Table, orders: Sequence[Order]) -> pa.Table:
    """Groups sorted by columns of the answer; equal ones stay in the order of their keys."""
    if not orders:
        return groups
    names = list(groups.column_names)
    # By place: Arrow would read a name with a point as a path.
    numbered = groups.rename_columns([str(place) for place in range(len(names))])
    keys = [(str(names.index(each.column)), _DIRECTIONS[each.is_descending], "at_end") for each in orders]
    return groups.take(pc.sort_indices(numbered, sort_keys=keys))


def _rising(columns: Columns, order: Order, rows: Rows) -> Codes:
    """Numbers that rise as the rows are wanted."""
    column = columns[order.column]
    codes = column.codes.take(rows)
    if not order.is_descending:
        return codes
    falling = column.empty - 1 - codes.astype(np.int64)
    return np.where(codes == column.empty, column.empty, falling)
