"""Integers and numbers in their plain form; spaces, signs, exponents and words are the reader's."""

import re
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..buffers import Flags, data_of, flags, numbers, owners_of, without
from ..fields import bounds
from .bounds import within
from .shapes import DIGIT, has_length, holds_only

MINUS = ord("-")
# Two decimals of at most 15 digits have different doubles, and a double keeps their order:
# up to this length bounds compare exactly.
_EXACT_DIGITS = 15
_LARGEST = 2**53
_LONGEST = 31  # without bounds


def screen_integer(field: Any) -> Any:
    """`bareNumber` changes nothing here: a plain integer has no unit to strip."""
    limits = bounds(field)
    if "enum" in field.constraints or not all(type(n) is int and abs(n) < _LARGEST for n in limits.values()):
        return None

    def screen(texts: Any) -> Any:
        certain = are_plain(texts) & has_length(texts, 1, _EXACT_DIGITS + 1)
        if limits:
            certain &= within(numbers(pc.cast(without(texts, ~certain), pa.int64()), np.int64), limits)
        return certain

    return screen


def screen_number(field: Any) -> Any:
    """Digits, one decimal character, digits."""
    limits = {name: _exact(limit) for name, limit in bounds(field).items()}
    mark = field.decimal_char
    if "enum" in field.constraints or None in limits.values() or not _is_plain(mark, field.group_char):
        return None
    longest = _EXACT_DIGITS + 1 if limits else _LONGEST

    def screen(texts: Any) -> Any:
        certain = are_plain(texts, ord(mark)) & has_length(texts, 1, longest)
        if limits:
            plain = without(texts, ~certain)
            plain = plain if mark == "." else pc.replace_substring(plain, mark, ".")
            certain &= within(numbers(pc.cast(plain, pa.float64()), np.float64), limits)
        return certain

    return screen


def are_plain(texts: Any, mark: int | None = None) -> Flags:
    """Which texts are digits behind a minus or none; with a decimal mark, perhaps one of it between two digits."""
    classes = (*DIGIT, (MINUS, MINUS), *([(mark, mark)] if mark else []))
    plain = has_length(texts, 1, _LARGEST) & holds_only(texts, classes)
    offsets, data = data_of(texts)
    if len(data):
        plain &= _are_digits(data[np.maximum(offsets[1:] - 1, 0)])
        plain[_with_inner_minus(offsets, data)] = False
        if mark:
            plain[_with_odd_mark(offsets, data, mark)] = False
    return plain


def _with_inner_minus(offsets: Any, data: Any) -> Any:
    places = np.flatnonzero(data == MINUS)
    owners = owners_of(offsets, places)
    return owners[offsets[owners] != places]


def _with_odd_mark(offsets: Any, data: Any, mark: int) -> Any:
    """Texts with a second mark, or without a digit before it; their ends are known to be digits."""
    places = np.flatnonzero(data == mark)
    owners = owners_of(offsets, places)
    odd = (places == offsets[owners]) | ~_are_digits(data[places - 1])
    odd[1:] |= owners[1:] == owners[:-1]
    return owners[odd]


def _are_digits(characters: Any) -> Flags:
    return (characters - np.uint8(DIGIT[0][0])) <= DIGIT[0][1] - DIGIT[0][0]


def _is_plain(mark: str, group: str) -> bool:
    """Neither character can be taken for a part of the number, nor for the other."""
    return len(mark) == 1 and mark.isascii() and not mark.isalnum() and mark not in "-+_ " and _is_group(mark, group)


def _is_group(mark: str, group: str) -> bool:
    return mark not in group and not any(character in "0123456789-" for character in group)


def _exact(limit: Any) -> float | None:
    """The bound as a double that is exactly it among short decimals; None where there is none."""
    if not isinstance(limit, Decimal | int | float) or isinstance(limit, bool):
        return None
    decimal = Decimal(limit) if not isinstance(limit, float) else Decimal(repr(limit))
    if not decimal.is_finite() or len(decimal.as_tuple().digits) > _EXACT_DIGITS or abs(decimal) > _LARGEST:
        return None
    return float(decimal)


def representable(field: Any, texts: Any, arrow_type: pa.DataType) -> Any:
    """Which texts certainly have a place in a decimal column, if they are numbers at all."""
    if not pa.types.is_decimal(arrow_type):
        return np.ones(len(texts), bool)
    scale, mark = arrow_type.scale, re.escape(field.decimal_char)
    digits = f"[0-9]{{1,{min(15, arrow_type.precision - scale)}}}"
    decimals = f"(?:{mark}[0-9]{{1,{scale}}})?" if scale else ""
    return flags(pc.match_substring_regex(texts, f"^(?:-?{digits}{decimals})?$"))
