"""Errors in our words: what is expected, what was found *described, not quoted*, and how to mend it."""

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from ..messages import _, ngettext
from .faults import Fault

_EXAMPLES = {
    "date": "2024-12-31",
    "datetime": "2024-12-31T23:59:00Z",
    "integer": "1250",
    "number": "1250.50",
    "time": "23:59:00",
    "year": "2024",
    "yearmonth": "2024-12",
}
_LAST_MINUTE = datetime(2024, 12, 31, 23, 59, tzinfo=UTC)
_SHOWN_WORDS = 8
_DAY_FIRST = re.compile(r"\s*(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\s*")
_YEAR_FIRST = re.compile(r"\s*(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})\s*")
_DIGITS = re.compile(r"\^?(?:\[0-9\]|\\d)\{(\d+)\}\$?")  # [0-9]{14}, the most frequent pattern of all


def message_of(fault: Fault, field: Any | None) -> str:
    """The fault of one cell or row; `field` is its frictionless field, where it has one."""
    if fault.rule == "type" and field is not None:
        return f"{_expected_type(field)} {found(fault.cell or '')}"
    if fault.rule in _CONSTRAINTS and field is not None:
        expected = _CONSTRAINTS[fault.rule](field.constraints.get(fault.rule))
        if fault.rule == "pattern" and isinstance(field.example, str):
            expected = _("{expected} For example {example}.").format(expected=expected, example=field.example)
        return expected if fault.rule == "required" else f"{expected} {_found_in(field, fault.cell or '')}"
    return row_message(fault.rule)


def _found_in(field: Any, text: str) -> str:
    """Digits are counted where they are a code: that one is missing is what the officer needs to know.

    A date that is one is beyond what its field allows.
    """
    if field.type in ("date", "datetime") and _YEAR_FIRST.match(text):
        return _("Found a date out of bounds.")
    if field.type == "string" and text.isdigit():
        return ngettext("Found {count} digit.", "Found {count} digits.", len(text)).format(count=len(text))
    return found(text)


def found(text: str) -> str:
    """A cell's shape, so that the officer recognises it and nobody else learns it."""
    if _is_impossible_date(text):
        return _("Found a date that does not exist.")
    for shape, describe in _SHAPES:
        if shape.fullmatch(text):
            return describe()
    return ngettext("Found a text of {count} character.", "Found a text of {count} characters.", len(text)).format(
        count=len(text)
    )


def _is_impossible_date(text: str) -> bool:
    """Whether it is written as a date and is none: day first, month first or year first."""
    if match := _YEAR_FIRST.fullmatch(text):
        year, month, day = map(int, match.groups())
        return not _is_date(year, month, day)
    if match := _DAY_FIRST.fullmatch(text):
        first, second, year = map(int, match.groups())
        return not (_is_date(year, second, first) or _is_date(year, first, second))
    return False


def _is_date(year: int, month: int, day: int) -> bool:
    return bool(year) and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]


def _expected_type(field: Any) -> str:
    if field.type == "boolean":
        words = ", ".join([*field.true_values, *field.false_values])
        return _("Expected one of: {words}.").format(words=words)
    if field.type in ("date", "datetime", "time") and "%" in field.format:
        return _("Expected {type}, for example {example}.").format(
            type=_type_name(field), example=_LAST_MINUTE.strftime(field.format)
        )
    if field.type in _EXAMPLES:
        return _("Expected {type}, for example {example}.").format(type=_type_name(field), example=_example(field))
    return _("Expected {type}.").format(type=_type_name(field))


def _example(field: Any) -> str:
    example = _EXAMPLES[field.type]
    return example.replace(".", field.decimal_char) if field.type == "number" else example


def _type_name(field: Any) -> str:
    names = {
        "date": _("a date"),
        "datetime": _("a date with its time"),
        "integer": _("a whole number"),
        "number": _("a number"),
        "time": _("a time"),
        "year": _("a year of four digits"),
        "yearmonth": _("a year and month"),
        "geopoint": _("a longitude and a latitude"),
        "email": _("an e-mail address"),
        "uri": _("a web address"),
        "uuid": _("a UUID"),
        "binary": _("bytes written in base64"),
        "array": _("a list written in JSON"),
        "object": _("an object written in JSON"),
        "geojson": _("a shape written in GeoJSON"),
        "duration": _("a duration written as P1DT2H"),
        "boolean": _("true or false"),
    }
    return names.get(field.format if field.type == "string" else field.type, _("a text"))


def _one_of(words: Any) -> str:
    shown = ", ".join(map(str, words[:_SHOWN_WORDS])) + (", …" if len(words) > _SHOWN_WORDS else "")
    return _("Expected one of: {words}.").format(words=shown)


def _form(pattern: str) -> str:
    if digits := _DIGITS.fullmatch(pattern):
        count = int(digits[1])
        return ngettext("Expected {count} digit.", "Expected {count} digits.", count).format(count=count)
    return _("Expected the form {pattern}.").format(pattern=pattern)


_CONSTRAINTS: Mapping[str, Callable[[Any], str]] = {
    "required": lambda _rule: _("This cell must be filled in."),
    "enum": _one_of,
    "pattern": lambda rule: _form(str(rule)),
    "minLength": lambda rule: _("Expected at least {count} characters.").format(count=rule),
    "maxLength": lambda rule: _("Expected at most {count} characters.").format(count=rule),
    "minimum": lambda rule: _("Expected at least {bound}.").format(bound=rule),
    "maximum": lambda rule: _("Expected at most {bound}.").format(bound=rule),
    "exclusiveMinimum": lambda rule: _("Expected more than {bound}.").format(bound=rule),
    "exclusiveMaximum": lambda rule: _("Expected less than {bound}.").format(bound=rule),
}

_ROWS: Mapping[str, Callable[[], str]] = {
    "blank-row": lambda: _("This row is empty. Delete it."),
    "extra-cell": lambda: _("This row has more cells than the header. Remove what is beyond the last column."),
    "missing-cell": lambda: _(
        "This row has fewer cells than the header. Complete it, or join it to its other half if a line break cut it."
    ),
    "unique": lambda: _("This value stands in an earlier row too, and must be unique. Keep one of the rows."),
    "primary-key": lambda: _(
        "The cells that identify the row are all empty, or are those of an earlier row. Complete or remove it."
    ),
    "foreign-key": lambda: _("This value is not in the list that it must come from. Correct it or complete the list."),
    "finite": lambda: _("Expected a finite number."),
    "decimals": lambda: _("This number has more decimals than can be published. Round it."),
    "size": lambda: _("This number is too large to be published. Check it."),
}


_SHAPES: tuple[tuple[re.Pattern[str], Callable[[], str]], ...] = (
    (re.compile(r"\s*"), lambda: _("Found an empty cell.")),
    (re.compile(r"#\S+"), lambda: _("Found an error of the spreadsheet.")),
    (_DAY_FIRST, lambda: _("Found a date that starts with its day or month.")),
    (re.compile(r"\s*\d{1,2}[/.-]\d{1,2}[/.-]\d{2}\s*"), lambda: _("Found a date with a year of two digits.")),
    (re.compile(r"\s*\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}[ T]\d.*"), lambda: _("Found a date with its time.")),
    (_YEAR_FIRST, lambda: _("Found a date that starts with its year.")),
    (re.compile(r"\s*[-+]?[\d\s]+,\d+\s*"), lambda: _("Found a number with a decimal comma.")),
    (re.compile(r"\s*[-+]?\d+\.\d+\s*"), lambda: _("Found a number with decimals.")),
    (re.compile(r"\s*[-+]?\d+\s*"), lambda: _("Found a whole number.")),
    (re.compile(r"\s*[-+]?\d[\d\s.,]*(?:€|EUR|%)\s*"), lambda: _("Found a number with a unit.")),
)


def row_message(rule: str) -> str:
    """The message of a rule where no field is at hand to say what it expects."""
    known = _ROWS.get(rule)
    return known() if known else _("This cell does not keep the rule “{rule}” of its column.").format(rule=rule)


_RULES: Mapping[str, Callable[[], str]] = {
    "type": lambda: _("not of the expected kind"),
    "required": lambda: _("empty"),
    "enum": lambda: _("not in the list"),
    "pattern": lambda: _("not of the expected form"),
    "minLength": lambda: _("too short"),
    "maxLength": lambda: _("too long"),
    "minimum": lambda: _("too small"),
    "maximum": lambda: _("too large"),
    "exclusiveMinimum": lambda: _("too small"),
    "exclusiveMaximum": lambda: _("too large"),
    "unique": lambda: _("twice, and must be unique"),
    "primary-key": lambda: _("key empty or there twice"),
    "missing-label": lambda: _("column missing"),
    "missing-cell": lambda: _("too few cells"),
    "extra-cell": lambda: _("too many cells"),
    "blank-row": lambda: _("empty row"),
    "decimals": lambda: _("too many decimals"),
    "size": lambda: _("too large"),
}


def refusal_in_words(column: str, rule: str, count: int) -> str:
    """How often a column breaks a rule, in two or three words; the rule's own word where there are none."""
    what = _RULES[rule]() if rule in _RULES else rule
    return _("{column}: {what} × {count}").format(column=column or _("(row)"), what=what, count=count)
