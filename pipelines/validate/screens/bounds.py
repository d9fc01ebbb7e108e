"""Minimum, maximum and their exclusive forms, on values that a screen has already read."""

from collections.abc import Callable, Mapping
from typing import Any

import pyarrow.compute as pc

COMPARISONS: Mapping[str, Callable[[Any, Any], Any]] = {
    "minimum": pc.greater_equal,
    "maximum": pc.less_equal,
    "exclusiveMinimum": pc.greater,
    "exclusiveMaximum": pc.less,
}


def bounds(field: Any) -> dict[str, Any]:
    """The field's bounds, read as frictionless reads them: by the field's own value reader."""
    read = field.create_value_reader()
    supported = [name for name in COMPARISONS if name in field.supported_constraints]
    given = {name: field.constraints[name] for name in supported if field.constraints.get(name) is not None}
    return {name: read(bound) for name, bound in given.items()}


def within(values: Any, limits: Mapping[str, Any]) -> Any:
    """Which values keep every bound; null values keep none. None where there is no bound."""
    kept = None
    for name, limit in limits.items():
        keeps = pc.fill_null(COMPARISONS[name](values, limit), False)
        kept = keeps if kept is None else pc.and_(kept, keeps)
    return kept
