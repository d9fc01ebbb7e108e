"""The filter form: what a person types, as an address says it."""

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any

from starlette.requests import Request

from ..query.grammar import FILTERS, NULL_TESTS
from .table_view import address

Field = Mapping[str, Any]
_FRENCH_DAY = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})", re.ASCII)
_AROUND_DIGITS = re.compile(r"[\s\u00a0\u202f€]+")
_TRUTHS = {"oui": "true", "yes": "true", "vrai": "true", "non": "false", "no": "false", "faux": "false"}
# A part of a number or of a date is not searched: who asks for it means the whole.
_WHOLE = {"contains": "exact", "notcontains": "differs"}


def address_of_new_filter(request: Request, fields: Sequence[Field]) -> str:
    """The form sends a filter in three fields; its address has it in one parameter. "" where none was sent."""
    asked: Mapping[str, str] = request.query_params
    column, operator = asked.get("filter_column", ""), asked.get("filter_operator", "")
    if not column or operator not in FILTERS:
        return ""
    kind = next((field.get("type", "string") for field in fields if field["name"] == column), "string")
    if kind != "string":
        operator = _WHOLE.get(operator, operator)
    value = "" if operator in NULL_TESTS else as_written(asked.get("filter_value", ""), kind)
    kept = [
        pair for pair in request.query_params.multi_items() if not pair[0].startswith("filter_") and pair[0] != "page"
    ]
    return address(request.url.path, [*kept, (f"{column}__{operator}", value)])


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
