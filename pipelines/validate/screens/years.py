"""Years of four digits, and months of such years."""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..buffers import flags, numbers, without
from .bounds import bounds, within

_YEAR = "^[0-9]{4}$"
_YEARMONTH = "^[0-9]{4}-(?:0[1-9]|1[0-2])$"


def screen_year(field: Any) -> Any:
    """Bounds are whole numbers, or leave the field to the reader."""
    limits = bounds(field)
    if "enum" in field.constraints or not all(type(limit) is int for limit in limits.values()):
        return None

    def screen(texts: Any) -> Any:
        certain = flags(pc.match_substring_regex(texts, _YEAR))
        if limits:
            certain = certain & within(numbers(pc.cast(without(texts, ~certain), pa.int32()), np.int32), limits)
        return certain

    return screen


def screen_yearmonth(field: Any) -> Any:
    """A field with bounds or a list is the reader's."""
    if "enum" in field.constraints or bounds(field):
        return None
    return lambda texts: flags(pc.match_substring_regex(texts, _YEARMONTH))
