"""What a frictionless field says, as far as the engine asks; no arrow, for files that need none."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

# What a reader of frictionless ends in where a bound cannot be compared with the value: a time with and without offset.
CRASHES = (TypeError, ValueError, ArithmeticError, AttributeError)

BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")

# types whose values are hashed in a canonical text -> a value to that text
CANONICAL: Mapping[str, Callable[[Any], str]] = {
    "any": str,
    "date": date.isoformat,
    "integer": str,
    "string": str,
    "year": str,
}


def missing_values(field: Any) -> list[str]:
    """The texts that mean "nothing" in this field: its own, else its schema's."""
    if not field.has_defined("missing_values") and field.schema:
        return list(field.schema.missing_values)
    return list(field.missing_values)


def bounds(field: Any) -> dict[str, Any]:
    """The field's bounds, read as frictionless reads them: by the field's own value reader."""
    supported = [name for name in BOUNDS if name in field.supported_constraints]
    given = {name: field.constraints[name] for name in supported if field.constraints.get(name) is not None}
    if not given:
        return {}
    read = field.create_value_reader()
    return {name: read(bound) for name, bound in given.items()}


def is_hashed(field: Any) -> bool:
    """Whether keys over the field are compared through hashes; where not, every row must be judged."""
    return field.type in CANONICAL and (field.type != "date" or field.format == "default")


def canonical_text(field: Any, value: Any) -> str | None:
    """A key's value as the text whose hash stands for it: "007" and "7" are one integer."""
    return None if value is None else CANONICAL[field.type](value)
