"""Table Schema types as arrow types, and texts and values as arrow columns of them."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from math import isfinite
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from .screens import is_plain

PRECISION = 18
_TYPES: Mapping[str, pa.DataType] = {
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "datetime": pa.timestamp("s", tz="UTC"),
    "integer": pa.int64(),
    "number": pa.float64(),
    "year": pa.int32(),
}


def arrow_schema(table_schema: Mapping[str, Any]) -> pa.Schema:
    """The typed columns of a valid row. A number with the property `decimals` is exact; other types stay text."""
    return pa.schema([(field["name"], _arrow_type(field)) for field in table_schema["fields"]])


def _arrow_type(field: Mapping[str, Any]) -> pa.DataType:
    if field.get("type") == "number" and field.get("decimals") is not None:
        return pa.decimal128(PRECISION, int(field["decimals"]))
    return _TYPES.get(field.get("type", "string"), pa.string())


def fits(value: Any, arrow_type: pa.DataType) -> str | None:
    """Why a valid value has no place in the column: "finite", "decimals" or "size"; None where it has one."""
    if isinstance(value, float | Decimal) and not _is_finite(value):
        return "finite"
    if pa.types.is_decimal(arrow_type):
        number = Decimal(value)
        if abs(number) >= 10 ** (PRECISION - arrow_type.scale):
            return "size"  # first: 1e400 cannot be rounded
        return "decimals" if number != round(number, arrow_type.scale) else None
    if pa.types.is_float64(arrow_type):
        return None if isfinite(float(value)) else "size"
    if pa.types.is_int64(arrow_type):
        return None if -(2**63) <= value < 2**63 else "size"
    return None


def _is_finite(value: float | Decimal) -> bool:
    return value.is_finite() if isinstance(value, Decimal) else isfinite(value)


def column_of_values(values: Sequence[Any], texts: Sequence[str | None], arrow_type: pa.DataType) -> pa.Array:
    """Values that fit, as frictionless' readers return them; a column of text keeps the source's own text."""
    if pa.types.is_string(arrow_type):
        kept = [None if value is None else text for value, text in zip(values, texts, strict=True)]
        return pa.array(kept, arrow_type)
    return pa.array([_convert(value, arrow_type) for value in values], arrow_type)


def _convert(value: Any, arrow_type: pa.DataType) -> Any:
    if value is None:
        return None
    if pa.types.is_decimal(arrow_type):
        return round(Decimal(value), arrow_type.scale)
    if pa.types.is_timestamp(arrow_type):
        return _utc(value)
    return float(value) if pa.types.is_float64(arrow_type) else value


def _utc(moment: datetime) -> datetime:
    """A moment without an offset is taken as UTC, as a reader of the published column will take it."""
    aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return aware.replace(microsecond=0)


def _booleans(field: Any, texts: pa.Array, _arrow_type: pa.DataType) -> pa.Array:
    is_true = pc.is_in(texts, pa.array(field.true_values, pa.string()))
    return pc.if_else(pc.is_valid(texts), is_true, None)


def _numbers(field: Any, texts: pa.Array, arrow_type: pa.DataType) -> pa.Array:
    plain = texts if field.decimal_char == "." else pc.replace_substring(texts, field.decimal_char, ".")
    return pc.cast(plain, arrow_type)


def _cast(_field: Any, texts: pa.Array, arrow_type: pa.DataType) -> pa.Array:
    return pc.cast(texts, arrow_type)


# How plain texts of a type become a column; the other types go through the reader, once per distinct text
CASTS: Mapping[str, Callable[[Any, pa.Array, pa.DataType], pa.Array]] = {
    "boolean": _booleans,
    "date": _cast,
    "integer": _cast,
    "number": _numbers,
    "year": _cast,
}


def column_of_texts(
    field: Any, read: Callable[[Any], tuple[Any, Any]], texts: pa.Array, arrow_type: pa.DataType
) -> pa.Array:
    """Certain texts (null where missing) as a typed column."""
    if pa.types.is_string(arrow_type):
        return texts
    if field.type in CASTS and is_plain(field) and not (field.type == "date" and field.format != "default"):
        return CASTS[field.type](field, texts, arrow_type)
    encoded = pc.dictionary_encode(texts)
    distinct = encoded.dictionary.to_pylist()
    typed = column_of_values([read(text)[0] for text in distinct], distinct, arrow_type)
    return pc.take(typed, encoded.indices)
