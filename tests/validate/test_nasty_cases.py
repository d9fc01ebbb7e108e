"""Frictionless' own behaviour, trap by trap; and each rule of the screens weakened in turn, to see the traps spring."""

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipelines.errors import InvalidDeclaration
from pipelines.validate.strict import Source, fallback, validate_strictly
from tests.validate.random_files import V2
from tests.validate.test_same_as_frictionless import frictionless_report
from tests.validate.weakened_rules import WEAKENED, report_of_vectors, weakened


@dataclass(frozen=True)
class Nasty:
    """One column `x` beside a filled column `y`; or a whole text where rows have another shape."""

    field: dict[str, Any] = dataclasses.field(default_factory=dict)
    cells: tuple[str, ...] = ()
    text: str | None = None
    schema: dict[str, Any] = dataclasses.field(default_factory=dict)
    dialect: dict[str, Any] | None = None
    encoding: str = "utf-8"
    reference: str | None = None

    def write(self, folder: Path) -> Source:
        text = self.text if self.text is not None else "x,y\n" + "".join(f"{cell},filled\n" for cell in self.cells)
        (folder / "table.csv").write_bytes(text.encode(self.encoding))
        references = {}
        if self.reference is not None:
            (folder / "reference.csv").write_text(self.reference, "utf-8")
            shape = {"fields": [{"name": "code", "type": "string"}]}
            references = {"reference": Source(folder / "reference.csv", shape, {"csv": {"delimiter": ","}}, "utf-8")}
        columns = [{"name": "x", **self.field}, {"name": "y", "type": "string"}]
        schema = {"fields": columns, **self.schema}
        dialect = self.dialect or {"csv": {"delimiter": ",", "quoteChar": '"', "skipInitialSpace": False}}
        return Source(folder / "table.csv", schema, dialect, self.encoding, None, {"$schema": V2}, references)


def number(**constraints: Any) -> dict[str, Any]:
    return {"type": "number", "constraints": constraints}


def integer(**constraints: Any) -> dict[str, Any]:
    return {"type": "integer", "constraints": constraints}


def string(**constraints: Any) -> dict[str, Any]:
    return {"type": "string", "constraints": constraints}


KEY = {"primaryKey": ["x"]}
FOREIGN = {"foreignKeys": [{"fields": ["x"], "reference": {"resource": "reference", "fields": ["code"]}}]}

CASES = {
    "int() takes underscores, blanks, signs and other digits": Nasty(
        integer(), ("1_000", " 12 ", "+5", "٣", "1__0", "4.5", "12 3")
    ),
    "what looks like an integer": Nasty(integer(), ("-", "5-", "1-2", "--5", "-5", "")),
    "what looks like a number": Nasty(
        number(), ("-", "1.5-", "1-2", "--1.5", "1.2.3", ".", "-.5", "1..5", "1.-5", "-1.5", "5.", "1/5", "")
    ),
    "an integer may be longer than 64 bits": Nasty(integer(minimum=0), ("9" * 30, "-" + "9" * 30)),
    "integers at their bounds": Nasty(integer(minimum=0, maximum=10), ("-1", "0", "10", "11")),
    "integers at their exclusive bounds": Nasty(
        integer(exclusiveMinimum=0, exclusiveMaximum=10), ("0", "1", "9", "10")
    ),
    "an integer without bareNumber loses its unit": Nasty(
        {"type": "integer", "bareNumber": False}, ("10 %", "€ 5", "x")
    ),
    "Decimal takes NaN, Infinity and exponents": Nasty(
        number(), ("NaN", "Infinity", "1e5", "1_000", "1,5", ".5", "5.")
    ),
    "NaN keeps no bound": Nasty(number(minimum=0), ("NaN", "-Infinity", "Infinity")),
    "a bound that no double holds": Nasty(
        number(minimum="0.1", maximum="0.3"), ("0.1", "0.09999999999999999", "0.3", "0.30000000000000004")
    ),
    "a number that a double rounds to its bound": Nasty(
        number(minimum="123456789012345"), ("123456789012344.999999999", "123456789012345")
    ),
    "a bound that a double rounds": Nasty(number(minimum="0.10000000000000000001"), ("0.1", "0.2")),
    "a group character that is a digit": Nasty({"type": "number", "groupChar": "1"}, ("11", "12")),
    "a group character that is the decimal point": Nasty({"groupChar": ".", **number(maximum=10)}, ("1.5", "9", "11")),
    "numbers at their bounds": Nasty(number(minimum=0, maximum=100), ("-0.01", "0", "0.00", "100.00", "100.01")),
    "numbers at their exclusive bounds": Nasty(number(exclusiveMinimum=0, exclusiveMaximum=1), ("0.0", "0.1", "1.00")),
    "a decimal comma forbids the point": Nasty({"type": "number", "decimalChar": ","}, ("1,5", "1.5", "1", "1,5,5")),
    "a group character is taken out first": Nasty(
        {"type": "number", "decimalChar": ",", "groupChar": " "}, ('"1 234,5"', "1 2", "12")
    ),
    "numbers in a closed list compare as numbers": Nasty(number(enum=["1", "2.50"]), ("1.0", "2.5", "3")),
    "strptime takes months and days of one digit": Nasty({"type": "date"}, ("2024-1-5", "2024-01-05", "24-01-05")),
    "what is as long as a date": Nasty({"type": "date"}, ("2024/01/05", "2024-01-0x", "05-01-2024", "abcdefghij")),
    "the calendar": Nasty(
        {"type": "date"},
        (
            "2024-02-29",
            "2023-02-29",
            "1900-02-29",
            "2000-02-29",
            "2024-04-31",
            "2024-02-30",
            "0000-01-01",
            "2024-13-01",
            "2024-00-10",
            "2024-01-32",
        ),
    ),
    "dates at their bounds": Nasty(
        {"type": "date", "constraints": {"minimum": "2000-01-01", "maximum": "2035-12-31"}},
        ("1999-12-31", "2000-01-01", "2035-12-31", "2036-01-01", "2000-1-1"),
    ),
    "a date in a French form": Nasty(
        {"type": "date", "format": "%d/%m/%Y"}, ("31/12/2024", "1/2/2024", "31/04/2024", "2024-01-31")
    ),
    "a year has four characters, whatever they are": Nasty(
        {"type": "year"}, ("2024", "20245", " 202", "20_4", "0000", "+202", "-202")
    ),
    "years at their bounds": Nasty(
        {"type": "year", "constraints": {"minimum": 2000, "maximum": 2035}}, ("1999", "2000", "2035", "2036")
    ),
    "a month of a year": Nasty({"type": "yearmonth"}, ("2024-05", "2024-5", "2024-13", "2024", "2024-00")),
    "a boolean is looked up as it is": Nasty(
        {"type": "boolean", "trueValues": ["oui"], "falseValues": ["non"]}, ("oui", "Oui", "non", "true")
    ),
    "a length counts characters, not bytes": Nasty(
        string(minLength=2, maxLength=4), ("é", "éé", "éééé", "ééééé", "abcde")
    ),
    "a pattern of a fixed width": Nasty(
        string(pattern="[A-Z]{3}-[0-9]{9}"),
        ("BGT-000000001", "BGt-000000001", "BGT_000000001", "BGT-00000000x", "BGT-1"),
    ),
    "a pattern of one class, at its lengths": Nasty(
        string(pattern="[0-9]{2,4}"), ("1", "12", "1234", "12345", "1a", "")
    ),
    "a class of several ranges": Nasty(string(pattern="[0-9A-F_]+"), ("09AF_", "g", "G", "/", ":", "@", "^", "`", "é")),
    "a word of three": Nasty(string(pattern=r"\w{3}"), ("a_1", "a-1", "été")),
    "a class that leaves some out": Nasty(string(pattern="[^ab]{2}"), ("cc", "aa", "éé")),
    "positions of different classes": Nasty(
        string(pattern=r"[AB][0-9a-f]\d"), ("A09", "Bf0", "Cf0", "Ag0", "Afa", "A9٣")
    ),
    "a pattern is not grouped": Nasty(string(pattern="a|b"), ("a", "ax", "b", "bx", "xb")),
    "a pattern's end takes a last line end": Nasty(string(pattern="[a-z]+"), ('"ab\n"', "ab", '"ab\n\n"')),
    "digits of other scripts are digits": Nasty(string(pattern=r"\d+"), ("12", "٣٤", "1a")),
    "what is no digit in ASCII may be one in Unicode": Nasty(string(pattern=r"\D+"), ("ab", "٣٤", "12")),
    "what is no word in ASCII may be one in Unicode": Nasty(string(pattern=r"\W+"), ("é", "!!", "ab")),
    "a repetition from nothing": Nasty(string(pattern="a{,2}"), ("a", "aaa", '"a{,2}"')),
    "a back reference, which RE2 refuses": Nasty(string(pattern=r"(a|b)\1"), ("aa", "ab")),
    "a pattern that hangs": Nasty(string(pattern="^(a+)+$"), ("a" * 40, "a" * 20 + "!")),
    "closed lists of values": Nasty({"type": "any", "constraints": {"enum": ["a"]}}, ("a", "b")),
    "a closed list of truth": Nasty({"type": "boolean", "constraints": {"enum": ["true"]}}, ("true", "false", "1")),
    "a closed list of dates": Nasty(
        {"type": "date", "constraints": {"enum": ["2024-01-05"]}}, ("2024-01-05", "2024-1-5", "2024-01-06"), schema=KEY
    ),
    "a closed list of integers": Nasty(integer(enum=["1", "2"]), ("1", "01", " 1", "3"), schema=KEY),
    "a closed list of years": Nasty({"type": "year", "constraints": {"enum": ["2024"]}}, ("2024", "2023")),
    "a closed list of months": Nasty(
        {"type": "yearmonth", "constraints": {"enum": ["2024-05"]}}, ("2024-05", "2024-06")
    ),
    "a closed list": Nasty(string(enum=["F", "I"]), ("F", "f", "I ", "")),
    "required": Nasty(string(required=True), ("", "a", "NA")),
    "missing values are not trimmed": Nasty({"type": "integer", "missingValues": ["-", ""]}, ("-", " -", "", "3")),
    "an empty text that does not mean nothing": Nasty({"type": "integer", "missingValues": ["-"]}, ("", "-", "3")),
    "no missing value at all": Nasty({"type": "string", "missingValues": []}, ("", "a")),
    "formats of their own": Nasty({"type": "string", "format": "email"}, ("nobody@example.org", "nobody", "")),
    "an address": Nasty({"type": "string", "format": "uri"}, ("http://example.org", "example.org", "://")),
    "a date and time": Nasty({"type": "datetime"}, ("2024-05-01T10:00:00Z", "2024-05-01", "2024-05-01T10:00")),
    "a point": Nasty({"type": "geopoint"}, ('"2.5,48.1"', '"190,2"', "x")),
    "a list of integers": Nasty({"type": "list", "itemType": "integer"}, ('"1,2"', '"1,b"', "")),
    "an object": Nasty({"type": "object"}, ("{}", "[]", "{")),
    "ragged and blank rows": Nasty(string(required=True), text="x,y\n1,2,3\n1\n\n,\n1,2\n1,2,3,4\n"),
    "a blank row with nothing required": Nasty({}, text="x,y\n,\n\na,b\n"),
    "an empty line where empty text is a value": Nasty(
        string(required=True), text="x,y\n\na,b\n,\n", schema={"missingValues": ["-"]}
    ),
    "a blank line at the end": Nasty({}, text="x,y\na,b\n\n"),
    "no line end at the end": Nasty({}, text="x,y\na,b\n1"),
    "a file without rows": Nasty({}, text="x,y\n"),
    "an empty file": Nasty({}, text=""),
    "a header that does not fit": Nasty({}, text="y,x,z\na,b,c\n"),
    "line feeds in quotes do not count rows": Nasty(integer(), text='x,y\n1,"a\nb"\nq,"c\n\nd"\n\nq,e\n'),
    "carriage returns alone": Nasty(integer(), text="x,y\r1,a\rq,b\r"),
    "carriage returns and line feeds": Nasty(integer(), text='x,y\r\n1,"a\r\nb"\r\nq,b\r\n'),
    "a quote in the middle of a cell": Nasty(integer(), text='x,y\n1,3" pipe\nq,"a"b"c"\n"2"x,"z\n3,y"\n'),
    "quotes within quotes": Nasty(integer(), text='x,y\n"1"2"3",b\n"4",c\n'),
    "quotes that neither open nor close": Nasty(integer(), text='x,y\n,1"1"a\nb"q\n"q\n\n,'),
    "a quote that never closes": Nasty(integer(), text='x,y\n1,a\nq,"b\n2,c\n'),
    "doubled quotes": Nasty(string(maxLength=2), text='x,y\n"a""b",c\n"""",""""\n'),
    "a key that comes back": Nasty(string(), ("a", "b", "a", "a"), schema=KEY),
    "a short key among longer ones": Nasty(
        string(), text="x,y\na\n12345678901234567890\na,b\nb,c\n", schema={"primaryKey": ["x"]}
    ),
    "keys are compared as values": Nasty(integer(), ("7", "007", "+7", "8"), schema=KEY),
    "dates are compared as values": Nasty({"type": "date"}, ("2024-01-05", "2024-1-5"), schema=KEY),
    "dates of a form of their own are compared as values": Nasty(
        {"type": "date", "format": "%d/%m/%Y"}, ("05/01/2024", "5/1/2024"), schema=KEY
    ),
    "a key of nothing": Nasty(string(), ("", "a", ""), schema=KEY),
    "a key of nothing in a blank row": Nasty(string(), text="x,y\n,\na,b\n\n", schema=KEY),
    "a key whose cell breaks a rule": Nasty(string(pattern="[a-z]"), ("a", "A", "A"), schema=KEY),
    "a key of two columns": Nasty(string(), text="x,y\na,b\na,c\na,b\n,b\n,b\n", schema={"primaryKey": ["x", "y"]}),
    "key cells are read first": Nasty(
        integer(),
        text="y0,x,y\n",
        schema={"fields": [integer() | {"name": "y0"}, integer() | {"name": "x"}, {"name": "y"}], "primaryKey": ["x"]},
    ),
    "errors in the order of the key": Nasty(
        {},
        text="a,b\nq,r\nq,1\nq,1\n",
        schema={"fields": [{"name": "a", "type": "integer"}, {"name": "b", "type": "integer"}], "primaryKey": ["b"]},
    ),
    "a unique column": Nasty(integer(unique=True), ("1", "01", "", "", "x", "x")),
    "a value that the reference does not hold": Nasty(
        string(), ("A", "B", "", "a"), schema=FOREIGN, reference="code\nA\n"
    ),
    "a key and a reference at once": Nasty(
        string(), ("A", "B", "A", ""), schema={**KEY, **FOREIGN}, reference="code\nA\n"
    ),
    "an integer never equals a text": Nasty(integer(), ("1", "2"), schema=FOREIGN, reference="code\n1\n"),
    "a comment character": Nasty(
        integer(), text="x,y\n#a,b\nc\n", dialect={"commentChar": "#", "csv": {"delimiter": ","}}
    ),
    "a blank after the delimiter is left out": Nasty(
        string(minLength=2), text="x,y\n a,b\n", dialect={"csv": {"delimiter": ",", "skipInitialSpace": True}}
    ),
    "two header rows": Nasty(
        {}, text="x,y\n(text),(text)\na,b,c\n", dialect={"headerRows": [1, 2], "csv": {"delimiter": ","}}
    ),
    "no header row": Nasty(integer(), text="1,b\nq,c\n", dialect={"header": False, "csv": {"delimiter": ","}}),
    "a Windows encoding": Nasty(string(maxLength=3), ("été", "œuvre"), encoding="cp1252"),
    "UTF-16": Nasty(string(maxLength=3), ("été", "œuvre"), encoding="utf-16"),
    "byte order marks before rows": Nasty(string(maxLength=1), ("\ufeffa", "a", "\ufeff", "b", "\ufeffb")),
    "a byte order mark": Nasty(string(maxLength=3), ("été", "œuvre"), encoding="utf-8-sig"),
}

ENGINE_LEAVES = {"an empty file", "a comment character", "dates of a form of their own are compared as values"}


HANGS = "a pattern that hangs"


@dataclass(frozen=True)
class Written:
    source: Source
    expected: list[dict[str, Any]]


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Written]:
    """Every case on disk, with frictionless' own report of it."""
    written = {}
    for name, case in CASES.items():
        if name != HANGS:
            source = case.write(tmp_path_factory.mktemp("case"))
            written[name] = Written(source, frictionless_report(source, 0) or [])
    return written


@pytest.mark.parametrize("block_bytes", [1 << 20, 16, None], ids=["one block", "small blocks", "record by record"])
@pytest.mark.parametrize("name", [name for name in CASES if name != HANGS])
def test_the_report_is_frictionless_report(
    name: str, block_bytes: int | None, corpus: dict[str, Written], monkeypatch: pytest.MonkeyPatch
):
    if name not in ENGINE_LEAVES:
        monkeypatch.setattr(fallback, "resource_of", None)
    found = validate_strictly(corpus[name].source, 0, block_bytes).descriptors()
    assert list(found) == corpus[name].expected


def test_a_pattern_that_hangs_frictionless_is_judged_at_once(tmp_path: Path):
    found = list(validate_strictly(CASES[HANGS].write(tmp_path), 0).descriptors())
    assert [(error["rowNumber"], error["type"]) for error in found] == [(3, "constraint-error")]


def test_a_bound_that_cannot_be_compared_is_the_schemas_fault(tmp_path: Path):
    field = {"type": "time", "constraints": {"minimum": "10:00:00"}}
    with pytest.raises(InvalidDeclaration):
        validate_strictly(Nasty(field, ("23:59:59Z",)).write(tmp_path), 0)


@pytest.mark.parametrize("rule", WEAKENED)
def test_a_weaker_rule_is_caught_by_a_nasty_case(rule: str, corpus: dict[str, Written]):
    block_bytes = 16 if rule.startswith("blocks") else 1 << 20
    with weakened(rule):
        assert any(differs(name, written, block_bytes) for name, written in corpus.items())


def differs(name: str, written: Written, block_bytes: int) -> bool:
    found = report_of_vectors(written.source, block_bytes)
    return found != written.expected and (found is not None or name not in ENGINE_LEAVES)
