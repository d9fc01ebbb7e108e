"""What every room asks a Table Schema descriptor; what a schema asks of rows is the matter of `validate`."""

from collections.abc import Mapping
from typing import Any

TOTALS = "totals"  # the last key of a table of counts: the columns that a row sums over


def primary_key(table_schema: Mapping[str, Any]) -> tuple[str, ...]:
    """The columns of the key; () where there is none."""
    return names_of(table_schema.get("primaryKey", ()))


def counted_by(table_schema: Mapping[str, Any]) -> tuple[str, ...]:
    """The dimensions of a table of counts with its margins; () where rows are rows."""
    *dimensions, last = primary_key(table_schema) or ("",)
    return tuple(dimensions) if last == TOTALS else ()


def names_of(key: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    """The columns of any key of a schema: a single one may stand without a list."""
    return (key,) if isinstance(key, str) else tuple(key)
