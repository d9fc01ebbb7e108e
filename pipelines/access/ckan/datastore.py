"""CKAN's datastore_search as a Query, and its fields."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ...messages import _
from ...versions.manifest import Manifest
from ..query.columns import POSITION
from ..query.query import Condition, Group, Key, Order, Query, Value
from ..query.values import NotOfType, typed

LIMIT, LIMIT_MOST = 100, 32_000
OPERATORS = {
    "eq": "exact",
    "in": "in",
    "gt": "strictly_greater",
    "gte": "greater",
    "lt": "strictly_less",
    "lte": "less",
}
TYPES = {
    "string": "text",
    "integer": "int8",
    "year": "int4",
    "number": "numeric",
    "boolean": "bool",
    "date": "date",
    "datetime": "timestamp",
}
Fields = Mapping[str, Mapping[str, Any]]


class Invalid(Exception):
    """CKAN's Validation Error: the parameter and what is wrong with it."""

    def __init__(self, parameter: str, message: str) -> None:
        super().__init__(message)
        self.parameter = parameter
        self.message = message


def search_query(given: Mapping[str, Any], manifest: Manifest, most: int | None = LIMIT_MOST) -> Query:
    """The rows that a datastore_search asks for; with `most` None, all of them unless it says otherwise."""
    fields = {field["name"]: field for field in manifest.table_schema["fields"]}
    position = {POSITION: {"name": POSITION, "type": "integer"}}
    columns = _names("fields", given.get("fields"), position | fields) or tuple(position | fields)
    limit = _count("limit", given.get("limit"), LIMIT if most else None)
    where = [*_filters(given.get("filters"), position | fields), *_field_words(given.get("q"), fields)]
    is_distinct = _is_true(given.get("distinct"))
    return Query(
        where=Group("and", tuple(where)),
        words=tuple(_words(given.get("q"))),
        columns=() if is_distinct else columns,
        keys=tuple(Key(name) for name in columns) if is_distinct else (),
        orders=_orders(given.get("sort"), columns if is_distinct else (position | fields)),
        limit=min(limit, most) if limit is not None and most else limit,
        offset=_count("offset", given.get("offset"), 0) or 0,
    )


def described_fields(manifest: Manifest, names: Sequence[str]) -> list[dict[str, Any]]:
    """Name, type and dictionary of the columns of an answer."""
    known = {field["name"]: field for field in manifest.table_schema["fields"]}
    return [{"id": name, "type": "int"} if name not in known else _described(known[name]) for name in names]


def _described(field: Mapping[str, Any]) -> dict[str, Any]:
    kind = TYPES.get(field.get("type", "string"), "text")
    info = {"label": field.get("title", field["name"]), "notes": field.get("description", ""), "type_override": kind}
    return {"id": field["name"], "type": kind, "info": info}


def _filters(given: Any, fields: Fields) -> list[Condition]:
    text = given.strip() if isinstance(given, str) else given
    found = read_json("filters", text) if isinstance(text, str) and text else text
    if not found:
        return []
    if not isinstance(found, dict):
        raise Invalid("filters", _("Expected a JSON object of columns and values."))
    return [condition for name, value in found.items() for condition in _filter(name, value, fields)]


def _filter(name: str, value: Any, fields: Fields) -> list[Condition]:
    if name not in fields:
        raise Invalid("filters", _("There is no such column."))
    if isinstance(value, dict):
        if not set(value) <= set(OPERATORS):
            raise Invalid("filters", _("The operators are {words}.").format(words=", ".join(OPERATORS)))
        return [_condition(fields[name], OPERATORS[operator], each) for operator, each in value.items()]
    if value is None:
        return [Condition(name, "isnull")]
    return [_condition(fields[name], "in" if isinstance(value, list) else "exact", value)]


def _condition(field: Mapping[str, Any], operator: str, value: Any) -> Condition:
    given = value if isinstance(value, list) else [value]
    if not given or len(given) > 1000 or (operator != "in" and len(given) > 1):
        raise Invalid("filters", _("Expected one value, or a list of 1 to 1,000 with “in”."))
    return Condition(field["name"], operator, tuple(_typed(each, field) for each in given))


def _typed(value: Any, field: Mapping[str, Any]) -> Value:
    word = json.dumps(value) if isinstance(value, (bool, int, float)) else value
    if not isinstance(word, str):
        raise Invalid("filters", _("A value is a text, a number, true or false."))
    try:
        return typed(word, field)
    except NotOfType as expected:
        raise Invalid("filters", _("Expected {expected}.").format(expected=expected)) from None


def _words(given: Any) -> list[str]:
    if isinstance(given, str) and not given.lstrip().startswith("{"):
        return given.replace("\0", " ").split()[:10]
    return []


def _field_words(given: Any, fields: Fields) -> list[Condition]:
    """`q` as an object looks into single columns."""
    found = read_json("q", given) if isinstance(given, str) and given.lstrip().startswith("{") else given
    if not isinstance(found, dict):
        return []
    for name, word in found.items():
        if name not in fields or fields[name].get("type", "string") != "string" or not isinstance(word, str):
            raise Invalid("q", _("Only text columns are searched."))
    return [Condition(name, "contains", (word.replace("\0", " "),)) for name, word in found.items()]


def _orders(given: Any, known: Sequence[str] | Fields) -> tuple[Order, ...]:
    parts = given if isinstance(given, list) else str(given or "").split(",")
    return tuple(_order(str(part).strip(), known) for part in parts if str(part).strip())


def _order(part: str, known: Sequence[str] | Fields) -> Order:
    """`column`, `column asc`, `"column" desc nulls last`."""
    text = part.lower()
    for ending in (" nulls last", " nulls first"):
        text = text.removesuffix(ending)
    name = part[: len(text)]
    is_descending = text.endswith(" desc")
    for ending in (" desc", " asc"):
        if text.endswith(ending):
            name = name[: -len(ending)]
    name = name.strip().strip('"')
    if name not in known:
        raise Invalid("sort", _("There is no such column."))
    return Order(name, is_descending)


def _names(parameter: str, given: Any, known: Fields) -> tuple[str, ...]:
    names = given if isinstance(given, list) else [each.strip() for each in str(given or "").split(",") if each.strip()]
    for name in names:
        if not isinstance(name, str) or name not in known:
            raise Invalid(parameter, _("There is no such column."))
    return tuple(dict.fromkeys(names))


def _count(parameter: str, given: Any, default: int | None) -> int | None:
    if given in (None, ""):
        return default
    if isinstance(given, bool) or not str(given).isascii() or not str(given).isdigit() or len(str(given)) > 12:
        raise Invalid(parameter, _("Expected a whole number."))
    return int(given)


def read_json(parameter: str, text: str | bytes) -> Any:
    """What a reader says in JSON. Raises Invalid, also for half a character: an escape may say one, no text can."""
    try:
        found = json.loads(text)
        json.dumps(found, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise Invalid(parameter, _("This is not JSON.")) from None
    return found


def _is_true(given: Any) -> bool:
    return str(given).lower() in ("true", "1", "yes", "on")
