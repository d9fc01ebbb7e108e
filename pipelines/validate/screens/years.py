"""Years of four digits, and months of such years."""

from typing import Any

import pyarrow.compute as pc

from .bounds import bounds, within

_YEAR = "^[0-9]{4}$"
_YEARMONTH = "^[0-9]{4}-(?:0[1-9]|1[0-2])$"


def screen_year(field: Any) -> Any:
    """Four digits sort as text as they do as numbers."""
    limits = bounds(field)
    if "enum" in field.constraints or not all(type(limit) is int for limit in limits.values()):
        return None
    texts_of_limits = {name: f"{limit:04d}" for name, limit in limits.items()}

    def screen(texts: Any) -> Any:
        certain = pc.match_substring_regex(texts, _YEAR)
        kept = within(texts, texts_of_limits)
        return certain if kept is None else pc.and_(certain, kept)

    return screen


def screen_yearmonth(field: Any) -> Any:
    """A field with bounds or a list is the reader's."""
    if "enum" in field.constraints or bounds(field):
        return None
    return lambda texts: pc.match_substring_regex(texts, _YEARMONTH)
