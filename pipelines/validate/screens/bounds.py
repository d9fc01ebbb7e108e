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


def bounds(field: Any) -> dict[str, Any]:
    """The field's bounds, read as frictionless reads them: by the field's own value reader."""
    supported = [name for name in COMPARISONS if name in field.supported_constraints]
    given = {name: field.constraints[name] for name in supported if field.constraints.get(name) is not None}
    if not given:
        return {}
    read = field.create_value_reader()
    return {name: read(bound) for name, bound in given.items()}


def within(values: Any, limits: Mapping[str, Any]) -> Flags:
    """Which of numpy's values keep every bound."""
    kept = np.ones(len(values), bool)
    for name, limit in limits.items():
        kept &= COMPARISONS[name](values, limit)
    return kept
