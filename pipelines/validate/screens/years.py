"""Years of four digits, and months of such years."""

from typing import Any

from ..buffers import narrowed
from ..fields import bounds
from .bounds import within
from .dates import number_at
from .shapes import DIGIT, FixedShape

_YEAR = [DIGIT] * 4
_YEARMONTH = [*_YEAR, ((45, 45),), DIGIT, DIGIT]
LAST_MONTH = 12


def screen_year(field: Any) -> Any:
    """Bounds are whole numbers, or leave the field to the reader."""
    limits, shape = bounds(field), FixedShape(_YEAR)
    if "enum" in field.constraints or not all(type(limit) is int for limit in limits.values()):
        return None

    def screen(texts: Any) -> Any:
        certain, table = shape.rows_of(texts)
        return narrowed(certain, within(number_at(table, 0, 4), limits)) if limits else certain

    return screen


def screen_yearmonth(field: Any) -> Any:
    """A field with bounds or a list is the reader's."""
    shape = FixedShape(_YEARMONTH)
    if "enum" in field.constraints or bounds(field):
        return None

    def screen(texts: Any) -> Any:
        certain, table = shape.rows_of(texts)
        month = number_at(table, 5, 2)
        return narrowed(certain, (month >= 1) & (month <= LAST_MONTH))

    return screen
