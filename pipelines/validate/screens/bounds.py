"""Minimum, maximum and their exclusive forms, on values that a screen has already read."""

import operator
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ..buffers import Flags

COMPARISONS: Mapping[str, Callable[[Any, Any], Any]] = {
    "minimum": operator.ge,
    "maximum": operator.le,
    "exclusiveMinimum": operator.gt,
    "exclusiveMaximum": operator.lt,
}


def within(values: Any, limits: Mapping[str, Any]) -> Flags:
    """Which of numpy's values keep every bound."""
    kept = np.ones(len(values), bool)
    for name, limit in limits.items():
        kept &= COMPARISONS[name](values, limit)
    return kept
