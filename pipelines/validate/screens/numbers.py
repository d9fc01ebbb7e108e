"""Integers and numbers in their plain form; spaces, signs, exponents and words are the reader's."""

import re
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..buffers import flags, lengths, numbers, without
from .bounds import bounds, within

_INTEGER = r"^-?[0-9]{1,15}$"
# Two decimals of at most 15 digits have different doubles, and a double keeps their order:
# up to this length bounds compare exactly.
_EXACT_DIGITS = 15
_LARGEST = 2**53


def screen_integer(field: Any) -> Any:
    """`bareNumber` changes nothing here: a plain integer has no unit to strip."""
    limits = bounds(field)
    if "enum" in field.constraints or not all(type(n) is int and abs(n) < _LARGEST for n in limits.values()):
        return None

    def screen(texts: Any) -> Any:
        certain = flags(pc.match_substring_regex(texts, _INTEGER))
        if limits:
            certain = certain & within(numbers(pc.cast(without(texts, ~certain), pa.int64()), np.int64), limits)
        return certain

    return screen


def screen_number(field: Any) -> Any:
    """Digits, one decimal character, digits."""
    limits = {name: _exact(limit) for name, limit in bounds(field).items()}
    mark = field.decimal_char
    if "enum" in field.constraints or None in limits.values() or not _is_plain(mark, field.group_char):
        return None
    expression = rf"^-?[0-9]{{1,15}}(?:{re.escape(mark)}[0-9]{{1,15}})?$"

    def screen(texts: Any) -> Any:
        certain = flags(pc.match_substring_regex(texts, expression))
        if limits:
            certain = certain & (lengths(texts) <= _EXACT_DIGITS + 1)
            plain = without(texts, ~certain)
            plain = plain if mark == "." else pc.replace_substring(plain, mark, ".")
            certain = certain & within(numbers(pc.cast(plain, pa.float64()), np.float64), limits)
        return certain

    return screen


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
