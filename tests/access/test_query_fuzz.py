"""Any query in the grammar: the engine over HTTP says what plain loops say, and nothing a reader writes is a 500."""

import datetime as dt
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from pipelines.access.app import create_app
from pipelines.access.limits import Limits
from pipelines.access.query.grammar import BUCKETS, FILTERS, FUNCTIONS, OPERATORS, PARAMETERS, parse
from pipelines.versions.identifiers import resource_id
from pipelines.versions.store import Store
from tests.access import naive
from tests.access.town import METADATA, PROJETS_SCHEMA, SITE, TYPES, VALMONT, candidate, publish

SCHEMA = {
    **PROJETS_SCHEMA,
    "fields": [*PROJETS_SCHEMA["fields"], {"name": "note", "type": "number"}, {"name": "depose", "type": "datetime"}],
}
FIELDS = {field["name"]: field for field in SCHEMA["fields"]}
NAMES = sorted(FIELDS)
UNCHECKED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
SAMPLE = settings(max_examples=150, deadline=None, suppress_health_check=UNCHECKED)
TEXTS = [name for name, field in FIELDS.items() if field["type"] == "string"]
WORDS = [
    "Nord",
    "nord",
    "É",
    "e",
    "école",
    "Ecole",
    "a,b",
    "(a)",
    'a"b',
    "%",
    "_",
    "\\",
    "'",
    "",
    " ",
    "a.b",
    "=1",
    "Œuvre",
    "oeuv",
]
MOMENTS = [dt.datetime(2022, 5, 14, 9, 30), dt.datetime(2022, 5, 14, 23, 59, 59), dt.datetime(2023, 1, 1)]
DAYS = [dt.date(2022, 1, 1), dt.date(2022, 5, 14), dt.date(2023, 12, 31), dt.date(2024, 2, 29)]
CELLS: dict[str, st.SearchStrategy[Any]] = {
    "string": st.sampled_from(WORDS),
    "integer": st.integers(-5, 12),
    "number": st.decimals(-20, 20, places=2),
    "boolean": st.booleans(),
    "date": st.sampled_from(DAYS),
    "datetime": st.sampled_from(MOMENTS),
}
KINDS = {"note": st.integers(-8, 8).map(lambda quarters: quarters / 4)}  # floats that are exact


def rows() -> list[tuple[Any, ...]]:
    """Four hundred rows with many equal and empty cells, always the same ones."""
    found: list[tuple[Any, ...]] = []
    for number in range(400):
        word, other = WORDS[number * 7 % len(WORDS)], WORDS[number * 5 % 11]
        cost = None if number % 9 == 0 else Decimal(number * 37 % 4001 - 2000) / 100
        votes = None if number % 13 == 0 else number * 11 % 18 - 5
        won = None if number % 17 == 0 else number % 3 == 0
        day = None if number % 7 == 0 else DAYS[number % 4]
        note = None if number % 8 == 0 else (number % 17 - 8) / 4
        moment = None if number % 6 == 0 else MOMENTS[number % 3]
        place = None if number % 5 == 0 else other
        found.append((f"{number:03}", 2020 + number % 5, word, place, cost, votes, won, day, note, moment))
    return found


def table() -> pa.Table:
    """The rows with their types; instants are UTC."""
    *first, moments = zip(*rows(), strict=True)
    kinds = [*(TYPES[field["type"]] for field in PROJETS_SCHEMA["fields"]), pa.float64()]
    columns = [pa.array(cells, kind) for cells, kind in zip(first, kinds, strict=True)]
    return pa.table([*columns, pa.array(moments, pa.timestamp("s", "UTC"))], names=list(FIELDS))


@pytest.fixture(scope="module")
def asked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, list[dict[str, Any]]]]:
    store = Store(tmp_path_factory.mktemp("fuzz") / "store")
    metadata = {**METADATA, "filter_by": ["edition", "quartier"]}
    manifest = publish(store, candidate(VALMONT, table=table(), table_schema=SCHEMA, metadata=metadata))
    with TestClient(
        create_app(store, [VALMONT], SITE, Limits(requests_per_minute=0)),
        headers={"accept-language": "en"},
        raise_server_exceptions=False,
    ) as client:
        yield client, [without_zone(row) for row in store.read_table(manifest).to_pylist()]


def without_zone(row: dict[str, Any]) -> dict[str, Any]:
    """Instants as the grammar reads them: UTC, unsaid."""
    return {name: cell.replace(tzinfo=None) if name == "depose" and cell else cell for name, cell in row.items()}


def cells_of(column: str) -> st.SearchStrategy[Any]:
    """Values to compare the column with: often ones that it has."""
    return KINDS[column] if column in KINDS else CELLS[FIELDS[column]["type"]]


def written(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dt.datetime):
        return value.isoformat() + "Z"
    return str(value)


def quoted(value: Any) -> str:
    return '"' + written(value).replace("\\", "\\\\").replace('"', '\\"') + '"'


@st.composite
def conditions(draw: st.DrawFn) -> tuple[str, str, str]:
    """(column, operator, value) of the grammar."""
    column = draw(st.sampled_from(NAMES))
    kind = FIELDS[column]["type"]
    operator = draw(st.sampled_from([each for each in FILTERS if "contains" not in each or kind == "string"]))
    if operator in ("isnull", "isnotnull"):
        return column, operator, ""
    if operator in ("in", "notin"):
        return column, operator, ",".join(map(quoted, draw(st.lists(cells_of(column), min_size=1, max_size=4))))
    return column, operator, written(draw(cells_of(column)))


@st.composite
def alternatives(draw: st.DrawFn, joint: str = "", depth: int = 0) -> str:
    members = []
    for _ in range(draw(st.integers(1, 3))):
        if depth < 2 and draw(st.integers(0, 3)) == 0:
            members.append(draw(alternatives(draw(st.sampled_from(["and", "or"])), depth + 1)))
        else:
            column, operator, value = draw(conditions())
            if operator in ("in", "notin"):
                members.append(f"{column}__{operator}.({value})")
            else:
                members.append(
                    f"{column}__{operator}" + (f".{quoted(value)}" if value or "null" not in operator else "")
                )
    return f"{joint}({','.join(members)})"


@st.composite
def queries(draw: st.DrawFn) -> list[tuple[str, str]]:
    """The parameters of a question that has an answer."""
    found = [(f"{column}__{operator}", value) for column, operator, value in draw(st.lists(conditions(), max_size=3))]
    if draw(st.integers(0, 3)) == 0:
        found.append(("or", draw(alternatives())))
    if draw(st.integers(0, 3)) == 0:
        found.append(("q", " ".join(draw(st.lists(st.sampled_from(["nord", "école", "e", "%", "a.b"]), max_size=2)))))
    names = draw(grouping(found)) if draw(st.booleans()) else draw(choice_of_columns(found))
    for name in draw(st.lists(st.sampled_from(names), unique=True, max_size=2)):
        found.append((f"{name}__sort", draw(st.sampled_from(["asc", "desc"]))))
    if draw(st.booleans()):
        found.append(("page", str(draw(st.integers(1, 8)))))
        found.append(("page_size", str(draw(st.sampled_from([1, 3, 50, 10_000])))))
    return found


@st.composite
def grouping(draw: st.DrawFn, found: list[tuple[str, str]]) -> list[str]:
    """Adds keys and figures to `found`; their names are the answer's columns."""
    keys = draw(st.lists(st.sampled_from(NAMES), unique=True, min_size=1, max_size=2))
    for name in keys:
        dated = FIELDS[name]["type"] in ("date", "datetime")
        found.append((f"{name}__groupby", draw(st.sampled_from(["", *BUCKETS])) if dated else ""))
    figures = []
    for function in draw(st.lists(st.sampled_from(FUNCTIONS), unique=True, max_size=3)):
        numeric = [name for name in NAMES if FIELDS[name]["type"] in ("integer", "number")]
        column = draw(st.sampled_from(numeric if function in ("sum", "avg") else NAMES))
        found.append((f"{column}__{function}", ""))
        figures.append(f"{column}__{function}")
    return keys + figures


@st.composite
def choice_of_columns(draw: st.DrawFn, found: list[tuple[str, str]]) -> list[str]:
    chosen = draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=4))
    if chosen:
        found.append(("columns", ",".join(chosen)))
    return NAMES


def published(row: dict[str, Any]) -> dict[str, Any]:
    """A row as JSON reads it."""
    return {name: written(cell) if isinstance(cell, dt.date) else cell for name, cell in row.items()}


def check(asked: tuple[TestClient, list[dict[str, Any]]], parameters: list[tuple[str, str]]) -> None:
    client, table = asked
    text = urlencode(parameters)
    answer = client.get(f"/valmont/bp_projets/latest/bp_projets.json?{text}")
    assert answer.status_code == 200, (text, answer.text)
    query = parse(parse_qsl(text, keep_blank_values=True), SCHEMA["fields"])
    expected, total = naive.answer(table, query, TEXTS)
    found = json.loads(answer.text, parse_float=Decimal)
    assert int(answer.headers["x-total-count"]) == total
    averages = {each.name for each in query.aggregates if each.function == "avg"}
    assert len(found) == len(expected)
    for got, wanted in zip(found, expected, strict=True):
        for name, cell in published(dict(wanted)).items():
            if name in averages and cell is not None:
                assert float(got[name]) == pytest.approx(cell)
            else:
                assert got[name] == cell, (text, name)


@given(parameters=queries())
@SAMPLE
@seed(20260322)
def test_the_engine_says_what_plain_loops_say(
    asked: tuple[TestClient, list[dict[str, Any]]], parameters: list[tuple[str, str]]
) -> None:
    check(asked, parameters)


@pytest.mark.campaign
@pytest.mark.timeout(3600)
@given(parameters=queries())
@settings(max_examples=20_000, deadline=None, suppress_health_check=UNCHECKED)
def test_the_engine_says_what_plain_loops_say_twenty_thousand_times(
    asked: tuple[TestClient, list[dict[str, Any]]], parameters: list[tuple[str, str]]
) -> None:
    check(asked, parameters)


NOISE = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["(", ")", '"', "\\", ",", "or", "and(", "__", ".", "1", "-", "9" * 30, "'; DROP TABLE rows; --"]),
)


@st.composite
def nonsense(draw: st.DrawFn) -> str:
    """Query strings that are mostly not in the grammar."""
    pairs = []
    for _ in range(draw(st.integers(1, 4))):
        name = draw(st.sampled_from([*NAMES, *PARAMETERS])) if draw(st.booleans()) else draw(NOISE)
        operator = draw(st.sampled_from([*(f"__{each}" for each in OPERATORS), ""]))
        pairs.append((name + operator, "".join(draw(st.lists(NOISE, max_size=5)))))
    return urlencode(pairs, errors="surrogatepass")


TEXT = st.sampled_from(["\ud800", "\ud800", "id", "titre", "_id desc"]) | st.text(
    max_size=6
)  # JSON can say half a character
JSON = st.recursive(
    TEXT | st.none() | st.booleans() | st.integers() | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["titre", "in", "gt"]) | TEXT, inner),
    max_leaves=6,
)
ROWS_ASKED = ("filters", "q", "fields", "sort", "distinct", "limit", "offset", "records_format")
SOLR = st.sampled_from(["name:", "tags:", "(", ")", '"', "OR", "AND", "NOT ", "-", "*", "\\", "[", "a", " "]) | TEXT
RESOURCE = str(resource_id("valmont", "bp_projets", "bp_projets.csv"))


@given(rows=st.dictionaries(st.sampled_from(ROWS_ASKED), JSON, min_size=1, max_size=2), text=st.lists(SOLR, max_size=8))
@SAMPLE
@seed(20260322)
def test_whatever_json_asks_of_ckan_s_face_is_answered_or_refused(
    asked: tuple[TestClient, list[dict[str, Any]]], rows: dict[str, Any], text: list[str]
) -> None:
    """The resource is there: else nothing behind it would be asked."""
    client, _table = asked
    written_twice = {name: json.dumps(value) for name, value in rows.items()}
    answers = [
        client.post("/api/3/action/datastore_search", content=json.dumps({"resource_id": RESOURCE, **rows})),
        client.get("/api/3/action/datastore_search", params={"resource_id": RESOURCE, **written_twice}),
        client.get(f"/datastore/dump/{RESOURCE}", params=written_twice),
        *(
            client.post("/api/3/action/package_search", content=json.dumps({name: "".join(text)}))
            for name in ("q", "fq", "sort", "facet.field")
        ),
    ]
    assert {answer.status_code for answer in answers} <= {200, 400, 409}, (rows, text)


@given(text=nonsense(), ending=st.sampled_from(["csv", "fr.csv", "json", "ndjson", "geojson", "parquet"]))
@SAMPLE
@seed(20260322)
def test_nonsense_is_refused_and_never_fails(
    asked: tuple[TestClient, list[dict[str, Any]]], text: str, ending: str
) -> None:
    answer = asked[0].get(f"/valmont/bp_projets/latest/bp_projets.{ending}?{text}")
    assert answer.status_code in (200, 400, 414), (text, answer.text)
    if answer.status_code == 400:
        assert answer.headers["content-type"] == "application/problem+json"
