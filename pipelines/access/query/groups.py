"""Groups of rows and their figures, exact: whole numbers and amounts are added as whole numbers."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .columns import Codes, Column, Columns, Rows
from .query import Key, Query

Numbers = np.ndarray[tuple[int], np.dtype[np.int64]]
EXACT_FLOATS = 2**53  # whole numbers below are exact as floats
DENSE = 65_536  # so many possible groups are counted whether or not they have rows


@dataclass(frozen=True)
class _Groups:
    """`numbers`: the group of each row; `counts`: the rows of each possible group; `present`: the groups with rows."""

    numbers: Numbers
    counts: Numbers
    present: Numbers
    key_codes: Sequence[Codes]  # of each key, its code in each group of `present`

    @property
    def size(self) -> int:
        return len(self.counts)


def grouped(columns: Columns, query: Query, rows: Rows) -> pa.Table:
    """A row for each group in the order of its keys: the keys, then the figures. Without keys there is one group."""
    keys = [_key(columns, key) for key in query.keys]
    groups = _groups([key.codes.take(rows) for key in keys], [key.empty + 1 for key in keys], len(rows))
    arrays = [key.cells(codes) for key, codes in zip(keys, groups.key_codes, strict=True)]
    arrays += [_figure(columns[each.column], each.function, rows, groups) for each in query.aggregates]
    names = [key.column for key in query.keys] + [each.name for each in query.aggregates]
    return pa.Table.from_arrays(arrays, names)


def _key(columns: Columns, key: Key) -> Column:
    """The column to group by, its dates cut into periods."""
    column = columns[key.column]
    if key.bucket is None:
        return column
    days = pc.floor_temporal(column.words, unit=key.bucket).cast(pa.date32())
    encoded = days.dictionary_encode()  # ascending words: the periods come in order
    places = np.append(encoded.indices.to_numpy(), len(encoded.dictionary))
    return Column(places[column.codes], encoded.dictionary, pa.date32())


def _groups(codes: Sequence[Codes], sizes: Sequence[int], row_count: int) -> _Groups:
    """The rows numbered by the combinations of their codes, in the order of these."""
    if not codes:
        return _Groups(np.zeros(row_count, np.int64), np.array([row_count]), np.zeros(1, np.int64), ())
    is_dense = math.prod(sizes) <= max(DENSE, 4 * row_count)
    numbers, size = codes[0].astype(np.int64), sizes[0]
    for each, its_size in zip(codes[1:], sizes[1:], strict=True):
        if not is_dense:
            numbers, size = _packed(numbers, size)
        numbers, size = numbers * its_size + each, size * its_size
    if is_dense:
        counts = np.bincount(numbers, minlength=size)
        present = np.flatnonzero(counts)
        return _Groups(numbers, counts, present, np.unravel_index(present, sizes))
    numbers, size = _packed(numbers, size)
    some_row = np.empty(size, np.int64)
    some_row[numbers] = np.arange(row_count)
    counts = np.bincount(numbers, minlength=size)
    return _Groups(numbers, counts, np.arange(size), [each[some_row] for each in codes])


def _packed(numbers: Numbers, size: int) -> tuple[Numbers, int]:
    """The same groups without those that have no rows, in the same order."""
    if size > max(DENSE, 4 * len(numbers)):
        found, places = np.unique(numbers, return_inverse=True)
        return places, len(found)
    is_there = np.zeros(size, bool)
    is_there[numbers] = True
    return (np.cumsum(is_there) - 1).take(numbers), int(is_there.sum())


def _figure(column: Column, function: str, rows: Rows, groups: _Groups) -> pa.Array:
    """A figure of each group that has rows."""
    numbers, counts, present = groups.numbers, groups.counts, groups.present
    if function == "count" and column.is_full:
        return pa.array(counts[present])
    codes = column.codes.take(rows)
    if not column.is_full:
        codes, numbers = codes[codes != column.empty], numbers[codes != column.empty]
        counts = np.bincount(numbers, minlength=groups.size)
    counts = counts[present]
    match function:
        case "count":
            return pa.array(counts)
        case "min":
            return column.cells(_least(codes, numbers, groups.size, column.empty)[present])
        case "max":
            mirrored = _least(column.empty - 1 - codes.astype(np.int64), numbers, groups.size, column.empty)[present]
            return column.cells(np.where(counts > 0, column.empty - 1 - mirrored, column.empty))
    sums = _sums(column.whole_numbers.take(codes), numbers, groups.size)[present]
    scale = column.kind.scale if pa.types.is_decimal(column.kind) else 0
    return _averages(sums, counts, scale) if function == "avg" else _totals(sums, counts, scale)


def _least(codes: Codes, numbers: Numbers, size: int, empty: int) -> Codes:
    found = np.full(size, empty, np.int64)
    np.minimum.at(found, numbers, codes.astype(np.int64))
    return found


def _sums(values: Codes, numbers: Numbers, size: int) -> np.ndarray[Any, Any]:
    """The sum of each group: of floats a float, of whole numbers exact, however large."""
    if values.dtype.kind == "f":
        return np.bincount(numbers, values, size)
    largest = max((abs(int(value)) for value in (values.min(), values.max())), default=0) if len(values) else 0
    if largest * len(values) < EXACT_FLOATS:
        return np.bincount(numbers, values, size).astype(np.int64)
    sums = np.zeros(size, np.int64 if largest * len(values) < 2**63 else object)
    np.add.at(sums, numbers, values.astype(sums.dtype))
    return sums


def _averages(sums: np.ndarray[Any, Any], counts: Numbers, scale: int) -> pa.Array:
    parts = np.where(counts > 0, counts, 1) * 10**scale
    return pa.array((sums / parts).astype(np.float64), mask=counts == 0)


def _totals(sums: np.ndarray[Any, Any], counts: Numbers, scale: int) -> pa.Array:
    if sums.dtype.kind == "f" or (scale == 0 and sums.dtype != object):
        return pa.array(sums, mask=counts == 0)
    cells = [Decimal(int(each)).scaleb(-scale) if count else None for each, count in zip(sums, counts, strict=True)]
    return pa.array(cells, pa.decimal128(38, scale))
