"""Where a search begins: rows that need no looking for, because the version's order or an index has them together."""

import threading
import weakref
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard

import numpy as np

from .columns import Codes, Column, Columns, Rows
from .filters import Member, code_range
from .query import Condition, Query

INDEX_BYTES = 64 * 1024 * 1024  # of all indexes together
INDEXED_ITEM_BYTES = 2  # codes of this size at most: so few different cells that the rows of each are many


@dataclass(frozen=True)
class Start:
    """`rows`: ascending, None for every row; `members`: the conditions that they are still to be tested for."""

    rows: Rows | None
    members: Sequence[Member]


@dataclass(frozen=True)
class _Index:
    """The rows of a column by code, ascending within each; `ends[code]` is where those of a code end."""

    rows: Codes
    ends: np.ndarray[Any, Any]

    def of(self, low: int, high: int) -> Rows:
        """The rows of the codes from `low` up to `high`, ascending."""
        first, end = ((self.ends[code - 1] if code else 0) for code in (low, max(low, high)))
        rows = self.rows[first:end].astype(np.int64)
        return np.sort(rows) if high > low + 1 else rows


class Indexes:
    """Made of a column when it is first compared with a value, in a pass over its codes; kept while there is room."""

    def __init__(self, most_bytes: int = INDEX_BYTES) -> None:
        self._most_bytes = most_bytes
        self._lock = threading.Lock()
        self._known: weakref.WeakKeyDictionary[Column, _Index] = weakref.WeakKeyDictionary()

    def __len__(self) -> int:
        return len(self._known)

    def of(self, column: Column) -> _Index:
        with self._lock:
            index = self._known.pop(column, None) or _index(column)
            self._known[column] = index  # the last that is thrown away
            for other in list(self._known):
                if sum(each.rows.nbytes for each in self._known.values()) > self._most_bytes:
                    del self._known[other]
            return index


def ordered_start(columns: Columns, query: Query) -> Start | None:
    """Exact conditions on the first of `filter_by`, found by halving the order; None where there is none."""
    members, low, high = _members(query), 0, columns.row_count
    for name in columns.filter_by:
        exact = next((each for each in members if _is_exact(each) and each.column == name), None)
        if exact is None:
            break
        members.remove(exact)
        codes = columns[name].codes
        first, end = code_range(columns[name], "exact", exact.values[0])
        low = bisect_left(columns.order, first, low, high, key=codes.__getitem__)
        high = bisect_left(columns.order, end, low, high, key=codes.__getitem__)
    if len(members) == len(_members(query)):
        return None
    return Start(np.sort(columns.order[low:high]).astype(np.int64), members)


def start(columns: Columns, query: Query, indexes: Indexes) -> Start:
    """By the order, else by an index of a column of few different cells, else every row."""
    if found := ordered_start(columns, query):
        return found
    members = _members(query)
    for each in members:
        if _is_exact(each) and columns[each.column].codes.itemsize <= INDEXED_ITEM_BYTES:
            column = columns[each.column]
            low, high = code_range(column, "exact", each.values[0])
            members.remove(each)
            return Start(indexes.of(column).of(low, high), members)
    return Start(None, members)


def _is_exact(member: Member) -> TypeGuard[Condition]:
    return isinstance(member, Condition) and member.operator == "exact"


def _members(query: Query) -> list[Member]:
    return list(query.where.members) if query.where.joint == "and" else [query.where]


def _index(column: Column) -> _Index:
    counts = np.bincount(column.codes, minlength=column.empty + 1)
    return _Index(np.argsort(column.codes, kind="stable").astype(np.uint32), np.cumsum(counts))
