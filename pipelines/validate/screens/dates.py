"""Dates in a fixed numeric form, by the bytes of their digits.

Arrow's strptime costs 20 times an expression, and an expression ten times this.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np

from ..buffers import narrowed
from ..fields import bounds
from .bounds import within
from .shapes import DIGIT, FixedShape

_FORMAT = re.compile(r"%([dmY])([-/. ]?)%([dmY])\2%([dmY])")
_WIDTHS = {"d": 2, "m": 2, "Y": 4}
DAYS = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31, *[0] * 87], np.int8)  # of months 0 to 99
FIRST_YEAR = 1  # strptime knows no year 0


def places_of_parts(date_format: str) -> tuple[dict[str, int], list[Any]] | None:
    """Where day, month and year start, and the class of each character; None for a format that is not these three."""
    written = _FORMAT.fullmatch("%Y-%m-%d" if date_format == "default" else date_format)
    if written is None or sorted(written.group(1, 3, 4)) != ["Y", "d", "m"]:
        return None
    separator = [((ord(one), ord(one)),) for one in written.group(2)]
    starts: dict[str, int] = {}
    classes: list[Any] = []
    for part in written.group(1, 3, 4):
        classes += separator if starts else []
        starts[part] = len(classes)
        classes += [DIGIT] * _WIDTHS[part]
    return starts, classes


def screen_date(field: Any) -> Any:
    """Bounds that are no dates leave the field to the reader."""
    parts, limits = places_of_parts(field.format), bounds(field)
    if parts is None or "enum" in field.constraints or not all(type(limit) is date for limit in limits.values()):
        return None
    starts, shape = parts[0], FixedShape(parts[1])
    numbered = {name: _number(limit.year, limit.month, limit.day) for name, limit in limits.items()}

    def screen(texts: Any) -> Any:
        certain, table = shape.rows_of(texts)
        return narrowed(certain, _are_dates(table, starts, numbered))

    return screen


def _are_dates(table: Any, starts: Mapping[str, int], limits: Mapping[str, int]) -> Any:
    year, month, day = (number_at(table, starts[part], _WIDTHS[part]) for part in "Ymd")
    real = (day >= 1) & (day <= DAYS[month]) & (year >= FIRST_YEAR)
    others = np.flatnonzero(~real)
    real[others] = _are_leap_days(year[others], month[others], day[others])
    return real & within(_number(year.astype(np.int32), month, day), limits) if limits else real


def _are_leap_days(year: Any, month: Any, day: Any) -> Any:
    """Which dates are a 29 February that there was."""
    is_leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0)) & (year >= FIRST_YEAR)
    return is_leap & (month == 2) & (day == 29)


def _number(year: Any, month: Any, day: Any) -> Any:
    """Dates as whole numbers, in their order."""
    return (year * 100 + month) * 100 + day


def number_at(table: Any, start: int, width: int) -> Any:
    """The number that `width` columns of digits spell, at most 9999."""
    number = np.zeros(len(table), np.int16)
    for place in range(start, start + width):
        number = number * np.int16(10) + (table[:, place] - np.uint8(48))
    return number
