"""Booleans: the field's own words for true and false."""

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc


def screen_boolean(field: Any) -> Any:
    """Frictionless looks the text up as it is: no trimming, no case."""
    if "enum" in field.constraints:
        return None
    words = pa.array([*field.true_values, *field.false_values], pa.string())
    return lambda texts: pc.is_in(texts, words)
