"""Cells for a field: likely ones, those one step beside its own rules, and nasty ones that no rule expects."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from frictionless import Field, FrictionlessException
from hypothesis import strategies as st

NASTY = [
    "", " ", "a", "é", "œuvre", "x" * 61, "None", "-", "n/a", "NaN", "Infinity", "-inf", "1e5", "1_000", " 12 ", "+5",
    "٣", "007", "7", "7.0", "-0", "0", "0.0", "1", "1.5", "1,5", "1.005", "12.", ".5", "1e400", "9" * 20, "2024-1-5",
    "2024-02-29", "2023-02-29", "2024-01-31", "31/01/2024", "2024", "02024", "0000", "20 4", "2024-13", "2024-05",
    "2024-05-01T10:00:00Z", "2024-05-01T10:00:00", "10:00:00", "true", "True", "oui", "non", "FALSE", "P1D",
    "2.5,48.1", "[2.5, 48.1]", '{"lon": 2.5, "lat": 48.1}', '{"type": "Point", "coordinates": [1, 2]}', "[1, 2]", "{}",
    "nobody@example.org", "http://example.org/a", "nowhere", "123e4567-e89b-12d3-a456-426614174000", "POINT (1 2)",
    "a\nb", 'say "hi"', "a,b", "a;b", "a\r\nb", "a\tb", "a|b", "'", "aa", "ab", "aaaab", "a\n", "AAA-123",
    "12345678901234", "\u00a0", "\u2028", "10 %", "€ 5", "1 234,5", "--1", "1-2", "5-", "1.2.3", "-.5", "1.-5",
    "2024/01/05", "2024-01-0x", "2024-04-31", "2024-00-10", "0000-01-01", "+1.5", "1e-5", "١٢", "−5", "\x1c", "\x85",
    "\ufeffa", "a\0b", " a", "a ", "#a", "\\", 'a\\"b', "#N/A", "½", "AAA-12x", "aaa-123", "1234567890123x", "0" * 18,
    "23:59:59Z", "25:00:00", "2024-02-30T00:00:00Z", "P1Y2M3DT4H", "[]", '{"a": 1}', '["a", "b"]', "TRUE", "1900",
]  # fmt: skip

LIKELY = {
    "any": ["a", "b", "1"],
    "array": ["[1, 2]", "[]", '["a"]'],
    "boolean": ["true", "false", "1", "0"],
    "date": ["2024-01-31", "2020-12-01", "2024-02-29", "1999-12-31"],
    "datetime": ["2024-05-01T10:00:00Z", "2024-05-01T10:00:00+02:00"],
    "duration": ["P1D", "PT5M"],
    "geojson": ['{"type": "Point", "coordinates": [1, 2]}'],
    "geopoint": ["2.5,48.1", "190,2"],
    "integer": ["1", "01", "3", "-7", "007", "7", "100"],
    "list": ["a,b", "1,2"],
    "number": ["1.5", "2", "-3.25", "0.00", "100.0"],
    "object": ["{}", '{"a": 1}'],
    "string": ["a", "b", "ab", "AAA-123", "12345678901234", "été"],
    "time": ["10:00:00", "23:59:59Z"],
    "year": ["2024", "2023", "1999"],
    "yearmonth": ["2024-05", "2023-12"],
}

# Each with texts that it takes as frictionless compiles it, or as its grouped form would be read, or nearly.
PATTERNS: dict[str, list[str]] = {
    "[0-9]{14}": ["12345678901234"], "a|b": ["a", "b", "ax"], "[A-Z]{3}-[0-9]{3}": ["AAA-123"], "(a+)+": ["aa"],
    r"\d+": ["12", "٣"], r"\w*": ["a_1", "é", "", "a-1"], r"\S+": ["a-b", "é"], r"[^\d]+": ["ab", "é"],
    "a{,2}": ["aa", "a{,2}"], "(?i:AB?)": ["ab", "A"], ".*": ["é", "a b"], "": ["", "a"], "x$": ["x"], "^a": ["a"],
    r"\D*": ["ab", "٣"], r"(a)\1": ["aa"], "(?=a).*": ["ab"], r"\bé": ["é"], r"[\s]*": [" ", "\u00a0"],
    "a.b": ["a-b", "aéb"], r"[\w-]+@[\w.]+": ["a@b.c"], r"\d{14}": ["12345678901234"], "[A-Z0-9_]{2,5}": ["A_1"],
    r"^\d{4}-\d{2}$": ["2024-05"], "[a-zé]+": ["été", "ab"], "[^a]{2}": ["bb", "é1"], "a{3}": ["aaa"],
    "[ab]{2}[0-9]?": ["ab1"], "A{3}-[0-9]*": ["AAA-1"], "a+?b": ["aab"], "aa|ab$": ["aa"], "(?:ab)+": ["abab"],
    "[]a]": ["a", "]"], r"\W+": ["-", "é", "€"], "[^ab]{2}": ["cd", "é1"], r"[\W_]{2}": ["_-", "é_"],
    "[[:alpha:]]+": ["a:"], r"\w{3}": ["a_1", "été", "a-1"], "[0-9]{2,4}": ["123"],
}  # fmt: skip

# One for each rule that a pattern can be screened by.
SCREENED_PATTERNS = [r"\D*", r"\W+", "a{,2}", "[0-9]{2,4}", r"\w{3}", "[^ab]{2}", "[A-Z]{3}-[0-9]{3}"]

# Quotes where no writer would put them.
UNTIDY = ['a"b', '"a"b', '"a"b"', '"a""b"', '1"2"3', '"', '""', '"1"', '"a\nb"', '"1"2', 'b"q\n"q', '""1', '"1""']

# Marks that escape, where a dialect has such marks.
ESCAPED = ["\\a", "a\\\\", "a\\", "1\\", "\\"]

_FORMS = ("{}", "+{}", "0{}", "00{}", " {}", "{} ", "{}.0", "{}x", "{}-", "-{}", "1_{}", "{}e0", "{}\n")
_DAYS = {
    "February": ((1900, 2, 29), (2023, 2, 29), (2024, 2, 29), (2023, 2, 28), (2024, 2, 30)),
    "31": ((2024, 1, 31), (2024, 4, 31), (2023, 6, 31), (2000, 9, 31), (2023, 11, 31), (2023, 12, 31)),
    "0 and beyond": ((2024, 0, 10), (2024, 1, 0), (2024, 1, 32), (2024, 13, 1), (2024, 99, 1)),
    "year 0": ((0, 1, 1), (0, 2, 29), (1, 1, 1)),
}
_BOUNDS = ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")


def _bounds(field: Mapping[str, Any]) -> list[Any]:
    return [value for name, value in field.get("constraints", {}).items() if name in _BOUNDS]


def _integers(field: Mapping[str, Any]) -> Iterator[list[str]]:
    centres = [int(bound) for bound in _bounds(field)]
    yield [str(centre + step) for centre in centres for step in (-1, 0, 1)] or ["0", "55"]
    yield [form.format(centre) for centre in centres or (1, 7) for form in _FORMS]
    yield ["-0", "-", "--1", "1-2", "-07", "9" * 19, str(10**17 + 1), "1 2"]


def _numbers(field: Mapping[str, Any]) -> Iterator[list[str]]:
    mark, group = field.get("decimalChar", "."), field.get("groupChar", "")
    centres = [Decimal(str(bound)) for bound in _bounds(field)]
    steps = [Decimal(step) for step in ("0", "1", "-1", "0.01", "-0.01", "1e-12", "-1e-12")]
    odd = ["1.2.3", "-.5", "1.-5", "5.", ".", "1..5", "0.1", "-0.0", "100.000000000000001", "1.5-", "--1.5"]
    plain = [
        [f"{centre + step:f}" for centre in centres for step in steps] or ["0", "0.0"],
        [f"{float(centre):.15g}" for centre in centres] or ["55"],
        [f"{centre:.9f}" for centre in centres] or ["11", "1.50"],
        [form.format(centre) for centre in centres or (1, "1.5") for form in _FORMS],
        odd,
    ]
    yield from ([text.replace(".", mark) for text in texts] for texts in plain)
    yield [
        f"1{group}234{mark}5",
        f"12{group}",
        f"{group}5",
        f"1{mark}5{mark}5",
        f"1{group}{group}2",
        "1.5",
        "1,5",
        "55",
    ]


def _dates(field: Mapping[str, Any]) -> Iterator[list[str]]:
    written = _format(field)
    bounds = [date.fromisoformat(bound) for bound in _bounds(field)]
    near = [bound + timedelta(days=step) for bound in bounds for step in (-1, 0, 1)]
    texts = [_dated(written, day.year, day.month, day.day) for day in near or [date(2024, 1, 5)]]
    yield texts
    yield from ([_dated(written, *day) for day in days] for days in _DAYS.values())
    yield [form(text) for text in texts for form in _DATE_FORMS]
    yield [_dated(other, 2024, month, 11) for month in (12, 1) for other in _FORMATS]


_FORMATS = ("%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%Y%m%d", "%Y/%m/%d", "%y-%m-%d", "%Y-%d-%m", "%d-%m-%Y")
_DATE_FORMS: Sequence[Callable[[str], str]] = (
    lambda text: text.replace("-0", "-").replace("/0", "/"),
    lambda text: f"{text} ",
    lambda text: text[:-1] + "x",
    lambda text: f"0{text}",
)


def _format(field: Mapping[str, Any]) -> str:
    given: str = field.get("format", "default")
    return "%Y-%m-%d" if given in ("default", "any") else given


def likely_of(field: Mapping[str, Any]) -> list[str]:
    """Texts that the field's type takes, in its own format."""
    kind, given = field["type"], field.get("format", "default")
    if kind == "date":
        texts = [_dated(_format(field), *day) for day in ((2024, 1, 31), (2020, 12, 1), (2024, 2, 29), (1999, 12, 31))]
        return [*texts, _DATE_FORMS[0](texts[0])]
    return _FORMATTED.get(given, LIKELY[kind]) if kind == "string" else LIKELY[kind]


_FORMATTED = {
    "email": ["nobody@example.org", "a@example.org"],
    "uri": ["http://example.org/a", "http://example.org/b"],
    "uuid": ["123e4567-e89b-12d3-a456-426614174000", "123e4567-e89b-12d3-a456-426614174001"],
    "binary": ["YWJj", "YQ=="],
    "wkt": ["POINT (1 2)", "POINT (2 1)"],
}


def _dated(written: str, year: int, month: int, day: int) -> str:
    parts = {"%Y": f"{year:04}", "%y": f"{year % 100:02}", "%m": f"{month:02}", "%d": f"{day:02}"}
    for part, number in parts.items():
        written = written.replace(part, number)
    return written


def _strings(field: Mapping[str, Any]) -> Iterator[list[str]]:
    constraints = field.get("constraints", {})
    for name in ("minLength", "maxLength"):
        length = constraints.get(name, 2)
        yield [letter * max(length + step, 0) for letter in ("a", "é", "€") for step in (-1, 0, 1)]
    if texts := PATTERNS.get(constraints.get("pattern"), []):
        yield texts
        yield [
            text[:place] + letter + text[place + 1 :] for text in texts for place in range(4) for letter in "a5é٣-_Z:"
        ]
        yield [form(text) for text in texts for form in _STRING_FORMS]


_STRING_FORMS: Sequence[Callable[[str], str]] = (
    lambda text: text[1:],
    lambda text: text[:-1],
    lambda text: f"{text}\n",
    lambda text: text + text,
    lambda text: f"{text}a",
    lambda text: f"a{text}",
    str.swapcase,
    lambda text: f" {text}",
)


def _years(field: Mapping[str, Any]) -> Iterator[list[str]]:
    yield [str(int(bound) + step) for bound in _bounds(field) or (2000,) for step in (-1, 0, 1)]
    yield ["0000", "20x4", "02024", "202", " 202", "+202", "-202", "20_4", "20 4"]


def _yearmonths(_field: Mapping[str, Any]) -> Iterator[list[str]]:
    yield [f"{year}-{month}" for year in ("2023", "0000", "202x") for month in ("00", "01", "12", "13", "5", "1x")]
    yield ["2024/05", "2024", "202405"]


def _booleans(field: Mapping[str, Any]) -> Iterator[list[str]]:
    words = [*field.get("trueValues", ["true", "1"]), *field.get("falseValues", ["false", "0"])]
    yield [*words, *(word.upper() for word in words), *(f"{word} " for word in words), "tru", "2", "faux"]


def _times(_field: Mapping[str, Any]) -> Iterator[list[str]]:
    yield ["10:00:00", "09:59:59", "10:00:01", "10:00:0x", "25:00:00", "10:00", "10h00", "24:00:00"]


# type -> lists of cells, each around one rule
_EDGES: Mapping[str, Callable[[Mapping[str, Any]], Iterator[list[str]]]] = {
    "boolean": _booleans,
    "date": _dates,
    "integer": _integers,
    "number": _numbers,
    "string": _strings,
    "time": _times,
    "year": _years,
    "yearmonth": _yearmonths,
}


def valid_of(field: Mapping[str, Any], is_key: bool) -> st.SearchStrategy[str]:
    """Cells that frictionless takes, as far as there are some; those of a key seldom come back as they were."""
    likely = [key for number in range(1, 60) for key in _keys(field, number)] if is_key else []
    return st.sampled_from(taken(field, likely) or taken(field) or likely_of(field))


def taken(field: Mapping[str, Any], likely: Sequence[str] = ()) -> list[str]:
    """Which of these cells, or of the likely ones, frictionless' own reader takes; none where there is no reader."""
    constraints = field.get("constraints", {})
    words = [str(word) for word in constraints.get("enum", [])]
    lengths = [letter * constraints.get(name, 2) for name in ("minLength", "maxLength") for letter in "bé"]
    cells = likely or [*words, *PATTERNS.get(constraints.get("pattern"), []), *likely_of(field), *lengths]
    try:
        read = Field.from_descriptor(dict(field)).create_cell_reader()
        return [cell for cell in cells if not read(cell)[1]]
    except (FrictionlessException, TypeError, re.error):
        return []


def _keys(field: Mapping[str, Any], number: int) -> list[str]:
    """Texts of one value, or of a few: what must not come back is often written in another way."""
    if field["type"] == "date":
        text = _dated(_format(field), 2024, number // 28 + 1, number % 28 + 1)
        return [text, _DATE_FORMS[0](text)]
    if field["type"] == "integer":
        return [f"{number}", f"0{number}", f"+{number}"]
    if field["type"] == "year":
        return [f"{1950 + number}"]
    return [f"{number}", f" {number}", f"AAA-{number:03}", f"AAA-{number:03}-{number:03}"]


def cells_of(field: Mapping[str, Any], missing: Sequence[str]) -> st.SearchStrategy[str]:
    """Likely cells, those around each of the field's rules, missing ones or nearly, nasty ones."""
    edges = list(_EDGES.get(field["type"], lambda _field: iter([NASTY]))(field))
    if words := field.get("constraints", {}).get("enum"):
        edges.append([form.format(word) for word in words for form in _FORMS])
    absent = [*missing, *field.get("missingValues", []), "", "-", " ", "n/a"]
    return st.sampled_from([*[likely_of(field)] * 2, *edges, absent, NASTY]).flatmap(st.sampled_from)
