"""Booleans: the field's own words for true and false."""

from typing import Any

import pyarrow.compute as pc

from ..buffers import flags, texts_of


def screen_boolean(field: Any) -> Any:
    """Frictionless looks the text up as it is: no trimming, no case."""
    if "enum" in field.constraints:
        return None
    words = texts_of([*field.true_values, *field.false_values])
    return lambda texts: flags(pc.is_in(texts, words))
