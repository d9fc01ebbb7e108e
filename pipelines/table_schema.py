"""What every room asks a Table Schema descriptor; what a schema asks of rows is the matter of `validate`."""

from collections.abc import Mapping
from typing import Any


def primary_key(table_schema: Mapping[str, Any]) -> tuple[str, ...]:
    """The columns of the key; () where there is none."""
    return names_of(table_schema.get("primaryKey", ()))


def names_of(key: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    """The columns of any key of a schema: a single one may stand without a list."""
    return (key,) if isinstance(key, str) else tuple(key)
