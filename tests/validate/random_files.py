"""Random dirty files for random schemas: every dialect and encoding."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import md5
from pathlib import Path
from typing import Any

from hypothesis import strategies as st

from pipelines.validate.strict import Source
from tests.validate.random_cells import ESCAPED, NASTY, UNTIDY, cells_of, valid_of
from tests.validate.random_schemas import keyed_names, references, schemas, sometimes

V2 = "https://datapackage.org/profiles/2.0/dataresource.json"

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

ENCODINGS = ["cp1252", "iso8859-1", "iso8859-15", "cp850", "utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"]
BLOCK_BYTES = [1 << 20, 1 << 20, 97, 31, 512]


def stated(content: bytes) -> list[dict[str, Any]]:
    """What a descriptor may say of the file, rightly or wrongly."""
    digest = md5(content, usedforsecurity=False).hexdigest()
    sizes = [{"rows": 3}, {"fields": 2}, {"bytes": len(content)}, {"bytes": 5}, {"rows": 3, "bytes": 5, "fields": 1}]
    return [*sizes, {"hash": digest}, {"hash": f"md5:{digest}"}, {"hash": "sha256:0"}]


@dataclass(frozen=True)
class Case:
    """A file on disk, how to read it, and how the engine is set."""

    content: bytes
    schema: dict[str, Any]
    dialect: dict[str, Any] | None
    encoding: str | None
    more: dict[str, Any]
    reference: bytes | None
    reference_type: str  # of its column `code`
    limit_errors: int
    block_bytes: int

    def write(self, folder: Path) -> Source:
        """The source to validate."""
        (folder / "table.csv").write_bytes(self.content)
        references = {}
        if self.reference is not None:
            (folder / "reference.csv").write_bytes(self.reference)
            fields = [{"name": "code", "type": self.reference_type}, {"name": "label", "type": "string"}]
            references = {"reference": Source(folder / "reference.csv", {"fields": fields}, None, "utf-8")}
        return Source(
            folder / "table.csv", self.schema, self.dialect, self.encoding, more=self.more, references=references
        )


@st.composite
def labels(draw: Any, names: list[str]) -> list[str]:
    """The header: mostly the fields' names, sometimes spoilt."""
    if not sometimes(draw, 8):
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
def rows(draw: Any, schema: dict[str, Any], width: int, counts: list[int]) -> list[list[str]]:
    """Good rows, rows of all sorts of cells, ragged and empty ones, rows that came before."""
    described, keys = (schema["fields"] * 2)[:width], keyed_names(schema)
    valid = st.tuples(*(valid_of(one, one["name"] in keys) for one in described))
    dirty = st.tuples(*(cells_of(one, schema.get("missingValues", [])) for one in described))
    found: list[list[str]] = []
    for _number in range(draw(st.sampled_from(counts))):
        shape = draw(st.integers(0, 19))
        cells = [] if shape in (2, 3) else list(draw(dirty if sometimes(draw, 3) else valid))
        if shape == 0:
            cells = cells[: draw(st.integers(0, len(cells) - 1))] if cells else []
        elif shape == 1:
            cells = [*cells, *draw(st.lists(st.sampled_from(NASTY), min_size=1, max_size=2))]
        elif shape == 2:
            cells = [""] * len(described)
        elif shape <= 5 and found:
            cells = list(draw(st.sampled_from(found)))
        elif shape == 6:
            cells[0] = f"\ufeff{cells[0]}"  # where another file was joined to the first
        found.append(cells)
    return found


def written(table: list[list[str]], delimiter: str, quote: str, line_ends: list[str]) -> str:
    """CSV text as a writer writes it; blanks may follow the delimiter."""
    special = (delimiter[0], quote, "\n", "\r")
    lines = []
    for number, cells in enumerate(table):
        texts = [
            quote + cell.replace(quote, quote * 2) + quote if any(mark in cell for mark in special) else cell
            for cell in cells
        ]
        alone = len(cells) == 1 and cells == [""]
        lines.append((quote * 2 if alone else delimiter.join(texts)) + line_ends[number % len(line_ends)])
    return "".join(lines)


@st.composite
def strewn(draw: Any, table: list[list[str]], odd: list[str]) -> list[list[str]]:
    """The table with one of these cells in some of its rows."""
    found = [list(cells) for cells in table]
    for cells in found:
        if cells and sometimes(draw, 4):
            cells[draw(st.integers(0, len(cells) - 1))] = draw(st.sampled_from(odd))
    return found


def joined(table: list[list[str]], delimiter: str, line_ends: list[str]) -> str:
    """Quotes stand where they will, as in files that nobody's writer wrote."""
    lines = (delimiter.join(cells) for cells in table)
    return "".join(line + line_ends[number % len(line_ends)] for number, line in enumerate(lines))


@st.composite
def texts_of(
    draw: Any,
    schema: dict[str, Any],
    counts: list[int],
    delimiter: str,
    quote: str,
    ends: list[str],
    csv_option: Mapping[str, Any] = {},
) -> str:
    """The whole text of a file for the schema; what an option of the dialect reads in its own way is often there."""
    if csv_option.get("skipInitialSpace"):
        delimiter += draw(st.sampled_from(["", " "]))
    header = draw(labels([one["name"] for one in schema["fields"]]))
    data = draw(rows(schema, max(len(header), 1), counts))
    table = [header, *data]
    if sometimes(draw, 40):
        table = draw(st.sampled_from([[], table[:1], [[]], [[], *table]]))
    if "escapeChar" in csv_option:
        table = draw(strewn(table, ESCAPED))
    if sometimes(draw, 8):
        table = draw(strewn(table, [text.replace('"', quote) for text in UNTIDY]))
        text = joined(table, delimiter, ends)
    else:
        text = written(table, delimiter, quote, ends)
    return text.rstrip("\r\n") if sometimes(draw, 3) else text


@st.composite
def cases(draw: Any) -> Case:
    """One file and its schema."""
    schema = draw(schemas())
    delimiter = draw(st.sampled_from([",", ",", ";", "\t", "|", " ", ":"]))
    quote = draw(st.sampled_from(['"', '"', '"', "'"]))
    ends = draw(st.sampled_from([["\n"], ["\n"], ["\r\n"], ["\r"], ["\n", "\r\n"]]))
    text = draw(texts_of(schema, [6, 0, 1, 10, 14, 18], delimiter, quote, ends))
    dialect = draw(dialects(delimiter, quote))
    encoding = draw(st.sampled_from([*["utf-8"] * 6, *ENCODINGS]))
    content = text.encode(encoding, errors="replace")
    if sometimes(draw, 25):
        content += b"\xe9\xff"
    declared = encoding if not sometimes(draw, 4) else draw(st.sampled_from([None, "utf-8", "cp1252"]))
    more: dict[str, Any] = {} if sometimes(draw, 8) else {"$schema": V2}
    more |= draw(st.sampled_from([{}, {}, {}, *stated(content)]))
    limit_errors, block_bytes = draw(st.sampled_from([0, 0, 1, 3, 1000])), draw(st.sampled_from(BLOCK_BYTES))
    reference = draw(references()) if "foreignKeys" in schema else None
    kind = draw(st.sampled_from(["string", "string", "integer", "any", "boolean", "date"]))
    return Case(content, schema, dialect, declared, more, reference, kind, limit_errors, block_bytes)


@st.composite
def plain_cases(draw: Any) -> Case:
    """A longer file in the dialect and of the types that the vectors know, so that every rule of theirs is asked."""
    schema = draw(schemas(widths=(5, 8), kinds=()))
    delimiter = draw(st.sampled_from([",", ";"]))
    ends = draw(st.sampled_from([["\n"], ["\n"], ["\r\n"], ["\n", "\r"]]))
    csv_option = draw(st.sampled_from(CSV_OPTIONS)) if sometimes(draw, 4) else {}
    text = draw(texts_of(schema, [80, 30, 120], delimiter, '"', ends, csv_option))
    csv = {"delimiter": delimiter, "quoteChar": '"', "skipInitialSpace": False, **csv_option}
    dialect: dict[str, Any] = {"csv": csv}
    if sometimes(draw, 10):
        dialect |= draw(st.sampled_from(DIALECT_OPTIONS))
    reference = draw(references()) if "foreignKeys" in schema else None
    kind = draw(st.sampled_from(["string", "integer", "any", "date"]))
    block_bytes = draw(st.sampled_from(BLOCK_BYTES))
    return Case(text.encode(), schema, dialect, "utf-8", {"$schema": V2}, reference, kind, 0, block_bytes)


@st.composite
def dialects(draw: Any, delimiter: str, quote: str) -> dict[str, Any] | None:
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
