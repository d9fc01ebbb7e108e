"""Dates in a fixed numeric form, by the calendar's regular shape.

29 February is left to the reader; the strptime and strftime kernels cost 20
times the expression.
"""

import re
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..buffers import flags, numbers, without
from .bounds import bounds, within

_CALENDAR = (
    ("(?:0[13578]|1[02])", "(?:0[1-9]|[12][0-9]|3[01])"),
    ("(?:0[469]|11)", "(?:0[1-9]|[12][0-9]|30)"),
    ("02", "(?:0[1-9]|1[0-9]|2[0-8])"),
)
_YEAR = "(?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])"  # strptime knows no year 0
_FORMAT = re.compile(r"%([dmY])([-/. ]?)%([dmY])\2%([dmY])")
_EPOCH = date(1970, 1, 1)


def shape(date_format: str) -> str | None:
    """An expression of real dates in the format; None for a format that is not day, month and year."""
    written = _FORMAT.fullmatch("%Y-%m-%d" if date_format == "default" else date_format)
    if written is None or sorted(written.group(1, 3, 4)) != ["Y", "d", "m"]:
        return None
    separator = re.escape(written.group(2))
    dates = (
        separator.join({"Y": _YEAR, "m": month, "d": day}[part] for part in written.group(1, 3, 4))
        for month, day in _CALENDAR
    )
    return f"^(?:{'|'.join(dates)})$"


def screen_date(field: Any) -> Any:
    """In another format than the ISO one, bounds leave the field to the reader."""
    expression, limits = shape(field.format), bounds(field)
    if expression is None or "enum" in field.constraints or (limits and field.format != "default"):
        return None
    if not all(type(limit) is date for limit in limits.values()):
        return None
    days = {name: (limit - _EPOCH).days for name, limit in limits.items()}

    def screen(texts: Any) -> Any:
        certain = flags(pc.match_substring_regex(texts, expression))
        if days:
            certain = certain & within(numbers(pc.cast(without(texts, ~certain), pa.date32()), np.int32), days)
        return certain

    return screen
