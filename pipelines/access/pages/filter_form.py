"""The filter form: what a person types, as an address says it."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request

from ..query.grammar import NULL_TESTS
from ..query.lists import quoted
from .table_view import OFFERED, Parameters, address

Field = Mapping[str, Any]
_FRENCH_DAY = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})", re.ASCII)
_AROUND_DIGITS = re.compile(r"[\s\u00a0\u202f€]+")
_TRUTHS = {"oui": "true", "yes": "true", "vrai": "true", "non": "false", "no": "false", "faux": "false"}


def address_of_new_filter(request: Request, fields: Sequence[Field]) -> str:
    """The form sends a filter in three fields; its address has it as the grammar does. "" where none was sent."""
    asked: Mapping[str, str] = request.query_params
    column, operator = asked.get("filter_column", ""), asked.get("filter_operator", "")
    if not column or operator not in OFFERED:
        return ""
    kind = next((field.get("type", "string") for field in fields if field["name"] == column), "string")
    if kind != "string" and operator == "contains":  # a part of a number or of a date means the whole
        operator = "exact"
    value = "" if operator in NULL_TESTS else as_written(asked.get("filter_value", ""), kind)
    kept = [
        pair for pair in request.query_params.multi_items() if not pair[0].startswith("filter_") and pair[0] != "page"
    ]
    day = _whole_day(column, operator, value) if kind == "datetime" else ()
    return address(request.url.path, [*kept, *(day or [(f"{column}__{operator}", value)])])


def _whole_day(column: str, operator: str, value: str) -> Parameters:
    """The comparison with every moment of the day `value`; nothing where it is no bare day."""
    try:
        day = dt.date.fromisoformat(value)
        following = day + dt.timedelta(days=1)
    except (ValueError, OverflowError):
        return ()
    since, before = (f"{column}__greater", f"{day}"), (f"{column}__strictly_less", f"{following}")
    name = quoted(column)
    other_days = f"({name}__strictly_less.{day},{name}__greater.{following},{name}__isnull)"
    said = {"exact": (since, before), "less": (before,), "greater": (since,), "differs": (("or", other_days),)}
    return said[operator]


def as_written(text: str, kind: str) -> str:
    """A value as the grammar has it: 12 000,50 is 12000.50, 31/03/2026 is 2026-03-31, oui is true."""
    word = text.strip()
    if kind in ("integer", "year", "number"):
        return _AROUND_DIGITS.sub("", word).replace(",", ".").replace("\u2212", "-")
    if kind == "boolean":
        return _TRUTHS.get(word.casefold(), word.casefold())
    if kind in ("date", "datetime") and (found := _FRENCH_DAY.fullmatch(word)):
        day, month, year = map(int, found.groups())
        try:
            return dt.date(year, month, day).isoformat()
        except ValueError:  # no such day: the grammar says what is expected
            return word
    return word
