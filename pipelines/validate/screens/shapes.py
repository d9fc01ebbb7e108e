"""Texts of a plain shape, judged by the bytes of a whole column: many times cheaper than an expression per text.

A shape is a sequence of character classes, each with how often it comes. Two kinds of shape are known:
all classes the same (`[0-9]{2,8}`), or a fixed width (`[A-Z]{3}-[0-9]{9}`).
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..buffers import Flags, data_of, lengths, owners_of

# `re._parser` is the parsed form that Python itself compiles from; there is no public one.
from re import _constants, _parser  # type: ignore[attr-defined]  # isort: skip

Ranges = tuple[tuple[int, int], ...]  # first and last byte of each
DIGIT: Ranges = ((48, 57),)
# The part of each category that is ASCII: a screen need not be sure of the rest.
_CATEGORIES = {
    _constants.CATEGORY_DIGIT: DIGIT,
    _constants.CATEGORY_WORD: (*DIGIT, (65, 90), (95, 95), (97, 122)),
}
_WIDEST = 64
_LAST_ASCII = 127


@dataclass(frozen=True)
class Part:
    """A class of ASCII characters, and how often it comes."""

    ranges: Ranges
    low: int
    high: int


def shape_of(pattern: str) -> list[Part] | None:
    """The pattern's shape, whole texts meant; None where it has another form."""
    try:
        parsed = _parser.parse(pattern)
    except (re.error, RecursionError, OverflowError):
        return None
    if parsed.state.flags != re.UNICODE:
        return None
    operations = list(parsed)
    if operations[:1] == [(_constants.AT, _constants.AT_BEGINNING)]:
        del operations[0]
    if operations[-1:] == [(_constants.AT, _constants.AT_END)]:
        del operations[-1]
    parts = [_part(*one) for one in operations]
    return [part for part in parts if part] if parts and None not in parts else None


def _part(operation: Any, argument: Any) -> Part | None:
    if operation is not _constants.MAX_REPEAT:
        ranges = _ranges(operation, argument)
        return Part(ranges, 1, 1) if ranges else None
    low, high, repeated = argument
    ranges = _ranges(*repeated[0]) if len(repeated) == 1 else ()
    return Part(ranges, int(low), int(high)) if ranges else None


def _ranges(operation: Any, argument: Any) -> Ranges:
    """The ASCII characters of a literal or a class; none where there is more to it."""
    found = list(_ranges_within([(operation, argument)] if operation is not _constants.IN else argument))
    return tuple(one for one in found if one) if None not in found else ()


def _ranges_within(operations: Sequence[Any]) -> Iterator[tuple[int, int] | None]:
    for operation, argument in operations:
        if operation is _constants.LITERAL and argument <= _LAST_ASCII:
            yield argument, argument
        elif operation is _constants.RANGE and argument[0] <= _LAST_ASCII:
            yield argument[0], min(argument[1], _LAST_ASCII)
        elif operation is _constants.CATEGORY and argument in _CATEGORIES:
            yield from _CATEGORIES[argument]
        else:
            yield None


def screen_shape(pattern: str) -> Callable[[Any], Flags] | None:
    """Which texts are certainly of the pattern's shape; None for a pattern of another kind."""
    parts = shape_of(pattern)
    if not parts:
        return None
    low, high = sum(part.low for part in parts), sum(part.high for part in parts)
    classes = {part.ranges for part in parts}
    if len(classes) == 1:
        [ranges] = classes
        return lambda texts: has_length(texts, low, high) & holds_only(texts, ranges)
    if low == high <= _WIDEST:
        return FixedShape([part.ranges for part in parts for _time in range(part.low)])
    return None


def has_length(texts: Any, low: int, high: int) -> Flags:
    """Which texts have from `low` to `high` bytes."""
    sizes = lengths(texts)
    return (sizes >= low) & (sizes <= high)


def holds_only(texts: Any, ranges: Ranges) -> Flags:
    """Which texts hold bytes of the ranges only; an empty one does."""
    offsets, data = data_of(texts)
    strange = np.flatnonzero(_outside(data, [np.uint8(low) for low, _high in ranges], _spans(ranges)))
    only = np.ones(len(texts), bool)
    only[owners_of(offsets, strange)] = False
    return only


def _spans(ranges: Ranges) -> list[Any]:
    return [np.uint8(high - low) for low, high in ranges]


def _outside(data: Any, lows: Sequence[Any], spans: Sequence[Any]) -> Flags:
    """Which bytes lie in none of the ranges: below its first byte, the difference turns over to a large one."""
    outside = (data - lows[0]) > spans[0]
    for low, span in zip(lows[1:], spans[1:], strict=True):
        outside &= (data - low) > span
    return outside


class FixedShape:
    """One character of each class, in this order."""

    def __init__(self, classes: Sequence[Ranges]) -> None:
        self._classes = classes
        self._tiles: list[tuple[Any, Any]] = []
        self._tiled_count = 0

    def __call__(self, texts: Any) -> Flags:
        return self.rows_of(texts)[0]

    def rows_of(self, texts: Any) -> tuple[Flags, Any]:
        """Which texts are of the shape, and the bytes of these, one row each."""
        fits, table = fixed_width(texts, len(self._classes))
        self._tile(len(table))
        lows, spans = zip(*((low[: table.size], span[: table.size]) for low, span in self._tiles), strict=True)
        strange = _outside(table.ravel(), lows, spans)
        if strange.any():
            regular = ~strange.reshape(table.shape).any(axis=1)
            fits[np.flatnonzero(fits)] = regular
            table = table[regular]
        return fits, table

    def _tile(self, row_count: int) -> None:
        """Per round, each position's first byte and span, for as many rows; a class of few ranges repeats its last."""
        if row_count <= self._tiled_count and self._tiles:
            return
        self._tiled_count, self._tiles = row_count, []
        for place in range(max(map(len, self._classes))):
            row = [ranges[min(place, len(ranges) - 1)] for ranges in self._classes]
            low = np.tile(np.array([low for low, _high in row], np.uint8), row_count)
            span = np.tile(np.array([high - low for low, high in row], np.uint8), row_count)
            self._tiles.append((low, span))


def fixed_width(texts: Any, width: int) -> tuple[Flags, Any]:
    """Which texts have `width` bytes, and these texts' bytes as rows."""
    sizes, (_offsets, data) = lengths(texts), data_of(texts)
    fits = sizes == width
    if not fits.all():
        data = data[np.repeat(fits, sizes)]
    return fits, data.reshape(-1, width)
