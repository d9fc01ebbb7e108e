"""Random schemas and random dirty files for them: every type, constraint, key, dialect and encoding."""

from dataclasses import dataclass, field
from hashlib import md5
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from pipelines.validate.strict import Source

V2 = "https://datapackage.org/profiles/2.0/dataresource.json"

NASTY = [
    "", " ", "a", "é", "œuvre", "x" * 61, "None", "-", "n/a", "NaN", "Infinity", "-inf", "1e5", "1_000", " 12 ", "+5",
    "٣", "007", "7", "7.0", "-0", "0", "0.0", "1", "1.5", "1,5", "1.005", "12.", ".5", "1e400", "9" * 20, "2024-1-5",
    "2024-02-29", "2023-02-29", "2024-01-31", "31/01/2024", "2024", "02024", "0000", "20 4", "2024-13", "2024-05",
    "2024-05-01T10:00:00Z", "2024-05-01T10:00:00", "10:00:00", "true", "True", "oui", "non", "FALSE", "P1D",
    "2.5,48.1", "[2.5, 48.1]", '{"lon": 2.5, "lat": 48.1}', '{"type": "Point", "coordinates": [1, 2]}', "[1, 2]", "{}",
    "nobody@example.org", "http://example.org/a", "nowhere", "123e4567-e89b-12d3-a456-426614174000", "POINT (1 2)",
    "a\nb", 'say "hi"', "a,b", "a;b", "a\r\nb", "a\tb", "a|b", "'", "aa", "ab", "aaaab", "a\n", "AAA-123",
    "12345678901234", "\u00a0", "\u2028", "10 %", "€ 5", "1 234,5", "-", "--1", "1-2", "5-", "1.2.3", "-.5", "1.-5",
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
    "integer": ["1", "2", "3", "-7", "007", "100"],
    "list": ["a,b", "1,2"],
    "number": ["1.5", "2", "-3.25", "0.00", "100.0"],
    "object": ["{}", '{"a": 1}'],
    "string": ["a", "b", "ab", "AAA-123", "12345678901234", "été"],
    "time": ["10:00:00", "23:59:59Z"],
    "year": ["2024", "2023", "1999"],
    "yearmonth": ["2024-05", "2023-12"],
}

# One step from a likely cell: what a rule lets in, or keeps out, when it is a little too weak.
NEAR = {
    "boolean": ["tru", "2", "True", "faux"],
    "date": [
        *("2023-02-29", "2024-02-30", "2024-04-31", "2024-01-32", "2024-13-01", "2024-00-10", "0000-01-01"),
        *("2024-01-3x", "2024/01/31", "24-01-031", "2024-01-30", "2024-02-01", "1999-12-30", "2024-99-01"),
    ],
    "integer": ["7", "01", "-07", "1-2", "5-", "-", "--1", "1x", "4", "0", "101", "-8", "9" * 19, f"{10**17 + 1}"],
    "number": ["1.2.3", "-.5", "1.-5", "5-", "1-2", ".", "1,5", "1.50", "1.501", "100.01", "-3.251", "0.1", "1e1",
               "2,0", "0.10000000000000000001", "100.000000000000001"],
    "string": ["", "AAA-12x", "aaa-123", "1234567890123x", "123456789012345", "aaa", "bb", "é", "٣", "a\n", "AB", "œ1"],
    "time": ["10:00:0x", "25:00:00", "10:00", "09:59:59", "10:00:01"],
    "year": ["0000", "20x4", "02024", "202", "1998", "2025", "2000", "20 4"],
    "yearmonth": ["2024-13", "2024-00", "2024/05", "2024-5", "2023-11", "2024-1x"],
}  # fmt: skip

FORMATS = {
    "string": ["default", "default", "default", "email", "uri", "uuid", "binary", "wkt"],
    "date": [
        "default",
        "default",
        "%d/%m/%Y",
        "%Y%m%d",
        "any",
        "%d-%m-%Y",
        "%d.%m.%Y",
        "%d %m %Y",
        "%m/%Y",
        "%d/%m/%y",
    ],
    "datetime": ["default", "any", "%Y-%m-%dT%H:%M:%SZ", "%d/%m/%Y %H:%M"],
    "time": ["default", "any", "%H:%M:%S", "%Hh%M"],
    "geopoint": ["default", "array", "object"],
    "geojson": ["default", "topojson"],
}

BOUNDS = {
    "integer": [0, 1, 2, 100, -7, "3", 10**17],
    "number": [0, 1.5, 2, "-3.25", 100, 0.1, "0.10000000000000000001", 1e9],
    "date": ["2024-01-31", "2000-01-01"],
    "datetime": ["2024-05-01T10:00:00Z"],
    "time": ["10:00:00"],
    "year": [2000, 2024, "2023"],
    "yearmonth": ["2023-12"],
}

PATTERNS = [
    "[0-9]{14}", "a|b", "[A-Z]{3}-[0-9]{3}", "(a+)+", r"\d+", r"\w*", r"\S+", r"[^\d]+", "a{,2}", "(?i)AB?", ".*", "",
    "x$", "^a", r"\D*", r"(a)\1", "(?=a).*", r"\bé", r"[\s]*", "a.b", r"[\w-]+@[\w.]+", r"\d{14}", "[A-Z0-9_]{2,5}",
    r"^\d{4}-\d{2}$", "[a-zé]+", "[^a]{2}", "a{3}", "[ab]{2}[0-9]?", "A{3}-[0-9]*", "a+?b", "aa|ab$", "(?:ab)+", "[]a]",
]  # fmt: skip

CSV_OPTIONS: list[dict[str, Any]] = [
    {"skipInitialSpace": True},
    {"escapeChar": "\\"},
    {"doubleQuote": False},
    {"escapeChar": "\\", "doubleQuote": False},
    {"nullSequence": "-"},
    {"lineTerminator": "\n"},
    {"quoteChar": ""},
    {"quoteChar": "|"},
]

DIALECT_OPTIONS: list[dict[str, Any]] = [
    {"header": False},
    {"headerRows": [1, 2]},
    {"headerRows": [2]},
    {"headerRows": [1, 3]},
    {"headerRows": [2, 3], "headerJoin": "-"},
    {"headerRows": []},
    {"headerCase": False},
    {"commentChar": "a"},
    {"commentChar": "#"},
    {"commentRows": [2]},
    {"commentRows": [1, 3]},
    {"skipBlankRows": True},
]

# Half of the cells are likely ones.
CELLS = {kind: [likely, likely, NEAR.get(kind, NASTY), NASTY] for kind, likely in LIKELY.items()}

HASHED = ("any", "date", "integer", "string", "year")


@dataclass(frozen=True)
class Case:
    """A file on disk, how to read it, and how the engine is set."""

    content: bytes
    schema: dict[str, Any]
    dialect: dict[str, Any] | None
    encoding: str | None
    more: dict[str, Any]
    reference: bytes | None
    limit_errors: int
    block_bytes: int
    notes: dict[str, Any] = field(default_factory=dict)

    def write(self, folder: Path) -> Source:
        """The source to validate."""
        (folder / "table.csv").write_bytes(self.content)
        references = {}
        if self.reference is not None:
            (folder / "reference.csv").write_bytes(self.reference)
            fields = [{"name": "code", "type": self.notes["reference_type"]}, {"name": "label", "type": "string"}]
            references = {"reference": Source(folder / "reference.csv", {"fields": fields}, None, "utf-8")}
        return Source(
            folder / "table.csv", self.schema, self.dialect, self.encoding, more=self.more, references=references
        )


def sometimes(draw: Any, one_in: int) -> bool:
    return draw(st.integers(0, one_in - 1)) == one_in - 1


@st.composite
def fields(draw: Any, name: str) -> dict[str, Any]:
    """One field with some of the constraints of its type."""
    kind = draw(st.sampled_from([*LIKELY, *("string", "number", "integer", "date") * 3, "year", "yearmonth"]))
    described: dict[str, Any] = {"name": name, "type": kind}
    if kind in FORMATS:
        described["format"] = draw(st.sampled_from(FORMATS[kind]))
    constraints: dict[str, Any] = {}
    if sometimes(draw, 3):
        constraints["required"] = draw(st.booleans())
    if sometimes(draw, 6) and kind in HASHED:
        constraints["unique"] = True
    if kind in BOUNDS and sometimes(draw, 2) and described.get("format", "default") == "default":
        names = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"]
        for bound in draw(st.lists(st.sampled_from(names), max_size=2, unique=True)):
            constraints[bound] = draw(st.sampled_from(BOUNDS[kind]))
    if kind in ("string", "list", "array", "object") and sometimes(draw, 3):
        constraints[draw(st.sampled_from(["minLength", "maxLength"]))] = draw(st.integers(0, 4))
    if kind == "string" and sometimes(draw, 2):
        constraints["pattern"] = draw(st.sampled_from(PATTERNS))
    if kind not in ("list", "geojson", "array", "object") and sometimes(draw, 6):
        constraints["enum"] = draw(st.lists(st.sampled_from(LIKELY[kind]), min_size=1, max_size=3))
    if constraints:
        described["constraints"] = constraints
    described |= draw(options(kind))
    if sometimes(draw, 8):
        described["missingValues"] = draw(st.sampled_from([[], ["-"], ["", "n/a"], ["0"], ["2024", "a"], [" "]]))
    return described


def options(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    """The properties that only some types have."""
    if kind == "number":
        numbers = {"decimalChar": st.sampled_from([",", "."]), "groupChar": st.sampled_from([" ", ",", "."])}
        flags = {"bareNumber": st.booleans(), "floatNumber": st.booleans()}
        return st.one_of(st.just({}), st.just({}), st.fixed_dictionaries({}, optional={**numbers, **flags}))
    if kind == "integer":
        return st.one_of(st.just({}), st.just({"bareNumber": False}))
    if kind == "boolean":
        return st.sampled_from([{}, {"trueValues": ["oui", "1"], "falseValues": ["non"]}])
    if kind == "list":
        return st.sampled_from([{}, {"itemType": "integer"}, {"delimiter": ";"}])
    return st.just({})


@st.composite
def schemas(draw: Any) -> dict[str, Any]:
    """Up to four fields, and sometimes keys and a way of matching."""
    names = [f"f{number}" for number in range(draw(st.integers(1, 4)))]
    schema: dict[str, Any] = {"fields": [draw(fields(name)) for name in names]}
    hashed = [one["name"] for one in schema["fields"] if one["type"] in HASHED]
    if hashed and sometimes(draw, 3):
        keyed = names if sometimes(draw, 6) else hashed
        schema["primaryKey"] = draw(st.lists(st.sampled_from(keyed), min_size=1, max_size=3, unique=True))
        if len(schema["primaryKey"]) == 1 and sometimes(draw, 3):
            schema["primaryKey"] = schema["primaryKey"][0]
    if hashed and sometimes(draw, 4):
        schema["foreignKeys"] = draw(st.lists(foreign_keys(names if sometimes(draw, 6) else hashed), max_size=2))
    if sometimes(draw, 4):
        schema["missingValues"] = draw(st.sampled_from([[], ["", "-"], ["n/a"], ["", "None"], ["a", "1"]]))
    if sometimes(draw, 5):
        schema["fieldsMatch"] = draw(st.sampled_from(["exact", "equal", "subset", "superset", "partial"]))
    return schema


@st.composite
def foreign_keys(draw: Any, names: list[str]) -> dict[str, Any]:
    """To one or two columns of the reference, or to the table itself."""
    mine = draw(st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True))
    if sometimes(draw, 5):
        theirs = draw(st.lists(st.sampled_from(names), min_size=len(mine), max_size=len(mine), unique=True))
        return {"fields": mine, "reference": {"resource": "", "fields": theirs}}
    theirs = draw(st.permutations(["code", "label"]))[: len(mine)]
    if len(mine) == 1 and sometimes(draw, 3):
        return {"fields": mine[0], "reference": {"resource": "reference", "fields": theirs[0]}}
    return {"fields": mine, "reference": {"resource": "reference", "fields": theirs}}


@st.composite
def labels(draw: Any, names: list[str]) -> list[str]:
    """The header: mostly the fields' names, sometimes spoilt."""
    if not sometimes(draw, 4):
        return names
    spoilt = list(names)
    place = draw(st.integers(0, len(names) - 1))
    change = draw(st.sampled_from(["rename", "blank", "extra", "missing", "repeat", "upper", "swap", "pad"]))
    if change in ("rename", "blank", "upper", "pad", "repeat"):
        changed = {"rename": "other", "blank": "", "upper": names[place].upper(), "pad": f" {names[place]} "}
        spoilt[place] = changed.get(change, names[0])
    elif change == "extra":
        spoilt.insert(place + 1, "more")
    elif change == "missing":
        spoilt.pop(place)
    else:
        spoilt.reverse()
    return spoilt


@st.composite
def rows(draw: Any, kinds: list[str]) -> list[list[str]]:
    """Likely cells, nasty ones, ragged and empty rows, rows that came before."""
    found: list[list[str]] = []
    for _number in range(draw(st.sampled_from([6, 0, 1, 10, 14, 18]))):
        shape = draw(st.integers(0, 19))
        cells = [draw(st.sampled_from(draw(st.sampled_from(CELLS[kind])))) for kind in kinds]
        if shape == 0:
            cells = cells[: draw(st.integers(0, len(cells) - 1))] if cells else []
        elif shape == 1:
            cells = [*cells, *draw(st.lists(st.sampled_from(NASTY), min_size=1, max_size=2))]
        elif shape == 2:
            cells = [""] * len(cells)
        elif shape == 3:
            cells = []
        elif shape <= 5 and found:
            cells = list(draw(st.sampled_from(found)))
        found.append(cells)
    return found


def written(table: list[list[str]], delimiter: str, quote: str, line_ends: list[str], loosely: bool) -> str:
    """CSV text; loosely: quotes stand where they will, as in files that nobody's writer wrote."""
    lines = []
    for number, cells in enumerate(table):
        special = (delimiter, quote, "\n", "\r")
        texts = [
            cell
            if loosely or not any(mark in cell for mark in special)
            else quote + cell.replace(quote, quote * 2) + quote
            for cell in cells
        ]
        if len(cells) == 1 and cells == [""] and not loosely:
            texts = [quote * 2]
        lines.append(delimiter.join(texts) + line_ends[number % len(line_ends)])
    return "".join(lines)


ENCODINGS = ["cp1252", "iso8859-1", "iso8859-15", "cp850", "utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"]


def stated(content: bytes) -> list[dict[str, Any]]:
    """What a descriptor may say of the file, rightly or wrongly."""
    digest = md5(content, usedforsecurity=False).hexdigest()
    sizes = [{"rows": 3}, {"fields": 2}, {"bytes": len(content)}, {"bytes": 5}, {"rows": 3, "bytes": 5, "fields": 1}]
    return [*sizes, {"hash": digest}, {"hash": f"md5:{digest}"}, {"hash": "sha256:0"}]


@st.composite
def cases(draw: Any) -> Case:
    """One file and its schema."""
    schema = draw(schemas())
    names = [one["name"] for one in schema["fields"]]
    header = draw(labels(names))
    kinds = [one["type"] for one in schema["fields"]]
    table = [header, *draw(rows((kinds * 2)[: max(len(header), 1)]))]
    if sometimes(draw, 40):
        table = draw(st.sampled_from([[], table[:1], [[]], [[], *table]]))
    delimiter = draw(st.sampled_from([",", ",", ";", "\t", "|", " ", ":"]))
    quote = draw(st.sampled_from(['"', '"', '"', "'"]))
    line_ends = draw(st.sampled_from([["\n"], ["\n"], ["\r\n"], ["\r"], ["\n", "\r\n"]]))
    text = written(table, delimiter, quote, line_ends, sometimes(draw, 8))
    if sometimes(draw, 3):
        text = text.rstrip("\r\n")
    dialect = draw(dialects(delimiter, quote, len(table)))
    encoding = draw(st.sampled_from([*["utf-8"] * 6, *ENCODINGS]))
    content = text.encode(encoding, errors="replace")
    if sometimes(draw, 25):
        content += b"\xe9\xff"
    declared = encoding if not sometimes(draw, 4) else draw(st.sampled_from([None, "utf-8", "cp1252"]))
    more: dict[str, Any] = {} if sometimes(draw, 8) else {"$schema": V2}
    more |= draw(st.sampled_from([{}, {}, {}, *stated(content)]))
    reference = None
    notes = {}
    if "foreignKeys" in schema:
        codes = draw(st.lists(st.sampled_from(["a", "1", "2024", "7", "é", "2024-01-31", ""]), max_size=4))
        texts = draw(st.lists(st.sampled_from(["x", "a", "1", ""]), min_size=len(codes), max_size=len(codes)))
        reference = "code,label\n" + "".join(f"{code},{text}\n" for code, text in zip(codes, texts, strict=True))
        notes["reference_type"] = draw(st.sampled_from(["string", "string", "integer", "any", "boolean", "date"]))
    return Case(
        content,
        schema,
        dialect,
        declared,
        more,
        None if reference is None else reference.encode(),
        draw(st.sampled_from([0, 0, 1, 3, 1000])),
        draw(st.sampled_from([1 << 20, 1 << 20, 97, 31, 512])),
        notes,
    )


@st.composite
def dialects(draw: Any, delimiter: str, quote: str, row_count: int) -> dict[str, Any] | None:
    """Declared whole, declared in part, or left to detection."""
    if sometimes(draw, 4):
        return None
    csv: dict[str, Any] = {"delimiter": delimiter}
    if quote != '"' or sometimes(draw, 2):
        csv["quoteChar"] = quote
    if sometimes(draw, 8):
        csv |= draw(st.sampled_from(CSV_OPTIONS))
    dialect: dict[str, Any] = {"csv": csv}
    while sometimes(draw, 6):
        dialect |= draw(st.sampled_from(DIALECT_OPTIONS))
    return dialect
