"""Which rows a query means. Every condition becomes a test of codes: a reader's text is compared, and never run."""

import datetime as dt
from bisect import bisect_left
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .columns import Codes, Column, Columns, Rows
from .query import Condition, Group, Value

Mask = np.ndarray[tuple[int], np.dtype[np.bool_]]
Test = Callable[[Codes], Mask]
Member = Condition | Group


def matching_rows(
    columns: Columns, members: Sequence[Member], words: Sequence[str], rows: Rows | None, check_time: Callable[[], None]
) -> Rows:
    """Those of `rows` (None: of all) that pass every test, ascending: as published. `check_time` raises at the end."""
    for test in [*members, *words]:
        check_time()
        mask = _word_mask(columns, test, rows) if isinstance(test, str) else _mask(columns, test, rows)
        rows = np.flatnonzero(mask) if rows is None else rows[mask]
    return np.arange(columns.row_count) if rows is None else rows


def _mask(columns: Columns, member: Member, rows: Rows | None) -> Mask:
    if isinstance(member, Condition):
        column = columns[member.column]
        return _test(column, member)(_codes(column, rows))
    join = np.logical_and if member.joint == "and" else np.logical_or
    return join.reduce([_mask(columns, each, rows) for each in member.members])  # type: ignore[no-any-return]


def _word_mask(columns: Columns, word: str, rows: Rows | None) -> Mask:
    """Somewhere in the texts of a row, whatever its case and accents."""
    found = np.zeros(columns.row_count if rows is None else len(rows), bool)
    for column in columns.texts:
        found |= _lookup(pc.match_substring(column.bare, bare(word)))(_codes(column, rows))
    return found


def bare(text: str) -> str:
    """As `Column.bare`."""
    return str(Column(np.zeros(0, np.uint8), pa.array([text]), pa.string()).bare[0])


def _codes(column: Column, rows: Rows | None) -> Codes:
    return column.codes if rows is None else column.codes.take(rows)


def _test(column: Column, condition: Condition) -> Test:
    """The condition as a test of codes; an empty cell passes `differs` and `isnull` alone."""
    operator, values, empty = condition.operator, condition.values, column.empty
    if operator == "isnull":
        return lambda codes: codes == empty
    if operator == "isnotnull":
        return lambda codes: codes != empty
    if operator in ("in", "notin"):
        known = np.zeros(empty, bool)
        for value in values:
            known[slice(*code_range(column, "exact", value))] = True
        return _lookup(known if operator == "in" else ~known)
    if operator in ("contains", "notcontains"):
        part = pc.utf8_lower(pa.scalar(str(values[0]))).as_py()
        found = pc.match_substring(pc.utf8_lower(column.words), part)
        return _lookup(found if operator == "contains" else pc.invert(found))
    low, high = code_range(column, operator, values[0])
    if operator == "differs":
        return lambda codes: codes != low if high > low else np.ones(len(codes), bool)
    return _between(low, high)


def _between(low: int, high: int) -> Test:
    if high <= low:
        return lambda codes: np.zeros(len(codes), bool)
    if high == low + 1:
        return lambda codes: codes == low
    return lambda codes: codes < high if low == 0 else (codes >= low) & (codes < high)


def _lookup(passes: Any) -> Test:
    """The test that says of each code what `passes` says of its word; an empty cell never passes."""
    table = np.append(np.asarray(passes, bool), False)
    return lambda codes: table.take(codes)


def code_range(column: Column, operator: str, value: Value) -> tuple[int, int]:
    """The codes, from the first up to the second, that pass a comparison with `value`; of `differs`, that fail it."""
    wanted = _like_cells(value, column.kind)
    words: Sequence[Any] = column.words
    before = after = bisect_left(words, wanted, key=lambda word: word.as_py())
    while after < column.empty and words[after].as_py() == wanted:  # once at most, but for the zeros of floats
        after += 1
    return {
        "exact": (before, after),
        "differs": (before, after),
        "less": (0, after),
        "strictly_less": (0, before),
        "greater": (before, column.empty),
        "strictly_greater": (after, column.empty),
    }[operator]


def _like_cells(value: Value, kind: pa.DataType) -> Any:
    """A value as the cells compare: amounts may be floats, and what Arrow has no type for is text."""
    if pa.types.is_floating(kind):
        return float(value) if isinstance(value, int | Decimal) else value
    if pa.types.is_string(kind) and not isinstance(value, str):
        return value.isoformat() if isinstance(value, dt.date) else str(value)
    return value
