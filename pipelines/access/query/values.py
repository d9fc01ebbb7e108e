"""A reader's word as a value of a column's type."""

import datetime as dt
import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from ...messages import _
from .query import Value

# Whatever a cell can say: 64 bits, and floats, which files write without an exponent and JSON's writers with one.
_WHOLE = re.compile(r"-?\d{1,19}", re.ASCII)
_DECIMAL = re.compile(r"-?\d{1,310}(\.\d{1,350})?(e[+-]?\d{1,3})?", re.ASCII | re.IGNORECASE)
_WHOLES = range(-(2**63), 2**63)
TRUTHS = {"true": True, "false": False}
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d)?Z?)?", re.ASCII)


class NotOfType(ValueError):
    """The word is no value of the column's type; the message says what was expected, `allowed` names it if it can."""

    def __init__(self, expected: str, *allowed: str) -> None:
        super().__init__(expected)
        self.allowed = allowed


def typed(word: str, field: Mapping[str, Any]) -> Value:
    """`word` as a value of the Table Schema field. Raises NotOfType."""
    read, expected = READERS.get(field.get("type", "string"), READERS["string"])
    try:
        return read(word)
    except ValueError:
        raise NotOfType(expected(), *(TRUTHS if read is _truth else ())) from None


def _text(word: str) -> Value:
    if "\0" in word:
        raise ValueError
    return word


def _whole(word: str) -> Value:
    number = int(_matching(_WHOLE, word))
    if number not in _WHOLES:
        raise ValueError
    return number


def _decimal(word: str) -> Value:
    return Decimal(_matching(_DECIMAL, word))


def _truth(word: str) -> Value:
    if word not in TRUTHS:
        raise ValueError
    return TRUTHS[word]


def _day(word: str) -> Value:
    return dt.date.fromisoformat(_matching(_DAY, word))


def _moment(word: str) -> Value:
    return dt.datetime.fromisoformat(_matching(_MOMENT, word)).replace(tzinfo=None)


def _matching(pattern: re.Pattern[str], word: str) -> str:
    if not pattern.fullmatch(word):
        raise ValueError
    return word


READERS: Mapping[str, tuple[Callable[[str], Value], Callable[[], str]]] = {
    "string": (_text, lambda: _("a text without null characters")),
    "integer": (_whole, lambda: _("a whole number, such as 2026")),
    "year": (_whole, lambda: _("a year, such as 2026")),
    "number": (_decimal, lambda: _("a number with a point, such as 12.50")),
    "boolean": (_truth, lambda: _("“true” or “false”")),
    "date": (_day, lambda: _("a date, such as 2026-03-31")),
    "datetime": (_moment, lambda: _("a date and time, such as 2026-03-31T09:30:00Z")),
}
