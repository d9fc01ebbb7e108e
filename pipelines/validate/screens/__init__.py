"""Screens: per field, which texts are *certainly* valid.

A screen may over-suspect; it must never under-suspect. What it suspects goes to
frictionless' own cell reader, so a report is frictionless' by construction. A
field that has no vector screen is judged by that reader too, once per distinct
text (`distinct.py`).
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..buffers import Flags, flags, lengths, texts_of
from ..fields import missing_values
from .booleans import screen_boolean
from .dates import screen_date
from .distinct import DistinctScreen
from .numbers import representable, screen_integer, screen_number
from .strings import screen_string
from .years import screen_year, screen_yearmonth

__all__ = [
    "SCREENS",
    "DistinctScreen",
    "Screen",
    "is_missing",
    "is_plain",
    "representable",
    "vector_screen",
]

Screen = Callable[[pa.StringArray], Flags]  # one flag per text


def screen_any(field: Any) -> Screen | None:
    """`any` takes every text, as long as nothing is asked of it."""
    return None if "enum" in field.constraints else lambda texts: np.ones(len(texts), bool)


# type -> a function that returns a screen, or None where it does not know an option of the field
SCREENS: Mapping[str, Callable[[Any], Screen | None]] = {
    "any": screen_any,
    "boolean": screen_boolean,
    "date": screen_date,
    "integer": screen_integer,
    "number": screen_number,
    "string": screen_string,
    "year": screen_year,
    "yearmonth": screen_yearmonth,
}


def is_missing(texts: pa.StringArray, missing: list[str]) -> Flags:
    """Which texts mean "nothing"."""
    if missing == [""]:
        return lengths(texts) == 0
    return flags(pc.is_in(texts, texts_of(missing)))


def is_plain(field: Any) -> bool:
    """Whether the certain texts of the field are its type's plain ones, which arrow casts to what the reader reads."""
    return vector_screen(field) is not None


def vector_screen(field: Any) -> Screen | None:
    """Certainly valid texts of the field, missing values included; None where no screen is known."""
    screen = SCREENS.get(field.type, lambda _field: None)(field)
    if screen is None:
        return None
    missing, required = missing_values(field), bool(field.constraints.get("required"))
    if not missing:
        return screen

    def certain(texts: pa.StringArray) -> Flags:
        absent = is_missing(texts, missing)
        return screen(texts) & ~absent if required else screen(texts) | absent

    return certain
