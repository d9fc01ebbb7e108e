"""The two participation datasets: declaration, schema, suite and example, each against the others."""

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import frictionless
import pyarrow as pa
import pytest

from pipelines.anonymise import refuse_undeclared
from pipelines.declarations import Dataset, read_dataset
from pipelines.extract import Extract, References
from pipelines.extract.connectors import extract
from pipelines.quality import check, failures, read_suite

ROOT = Path(__file__).parents[1]
NAMES = ("bp_projets", "grc_signalements")
DATASETS = {name: read_dataset(ROOT / "datasets" / name, [ROOT]) for name in NAMES}
EXAMPLES = [
    (dataset, path)
    for dataset in DATASETS.values()
    for path in sorted((dataset.folder / "example").iterdir())
    if path.name != "planted.txt"
]
REAL = [
    ("bp_projets", "participation_pb/France_Toulouse_2022.pb"),
    ("bp_projets", "participation_pb/Hungary_Budapest_2024.pb"),
    ("bp_projets", "participation_pb/checker_example_valid.pb"),
    ("bp_projets", "participation_pb/france_toulouse_2019_.pb"),
    ("bp_projets", "participation_pb/netherlands_amsterdam_179_.pb"),
    ("bp_projets", "participation_pb/poland_wroclaw_2016_rejon-nr-1-250.pb"),
    ("grc_signalements", "open311/requests_single.xml"),
    ("grc_signalements", "open311/service_requests.json"),
]


def errors(found: Extract, dataset: Dataset) -> list[tuple[str, str]]:
    """What frictionless itself finds in the fields of the schema: error type and field."""
    names = [name for name in dataset.field_names if name in found.table.column_names]
    fields = {field["name"]: field for field in dataset.table_schema["fields"]}
    descriptor = {**dataset.table_schema, "fields": [fields[name] for name in names]}
    rows = [names, *(list(row.values()) for row in found.table.select(names).to_pylist())]
    report = frictionless.Resource(data=rows, schema=frictionless.Schema.from_descriptor(descriptor)).validate()
    return [(error.type, getattr(error, "field_name", "")) for error in report.tasks[0].errors]


@pytest.mark.parametrize("name", NAMES)
def test_every_field_has_words_in_both_languages(name: str) -> None:
    for field in DATASETS[name].table_schema["fields"]:
        assert all(field[key] for key in ("title", "title_en", "description", "description_en")), field["name"]


@pytest.mark.parametrize(("dataset", "path"), EXAMPLES, ids=[path.name for _dataset, path in EXAMPLES])
def test_an_example_is_declared_whole_and_valid(dataset: Dataset, path: Path) -> None:
    found = extract(path, dataset.source, References())
    refuse_undeclared(found.table.column_names, dataset.privacy, found.source)
    assert errors(found, dataset) == []
    assert found.findings == ()


@pytest.mark.parametrize(("name", "path"), REAL)
def test_a_real_file_is_declared_whole_and_valid(real_data: Path, name: str, path: str) -> None:
    dataset = DATASETS[name]
    found = extract(real_data / path, dataset.source, References())
    refuse_undeclared(found.table.column_names, dataset.privacy, found.source)
    assert errors(found, dataset) == []


def test_a_currency_that_does_not_exist_is_refused_by_the_schema(real_data: Path) -> None:
    dataset = DATASETS["bp_projets"]
    found = extract(real_data / "participation_pb/checker_example_invalid.pb", dataset.source, References())
    assert errors(found, dataset) == [("constraint-error", "monnaie")] * 3


@pytest.mark.parametrize("name", NAMES)
def test_planted_values_stand_in_the_example_and_only_in_columns_that_do_not_leave_as_they_are(name: str) -> None:
    dataset = DATASETS[name]
    planted = (dataset.folder / "example" / "planted.txt").read_text("utf-8").split("\n")[:-1]
    raw = "\n".join(path.read_text("utf-8") for one, path in EXAMPLES if one.name == name)
    assert len(planted) > 300
    assert [value for value in planted if value not in raw] == []

    kept = [field for field in dataset.field_names if dataset.privacy.columns[field].action == "keep"]
    leaving = "\n".join(
        cell
        for one, path in EXAMPLES
        if one.name == name
        for title, column in columns_of(extract(path, dataset.source, References())).items()
        if title in kept
        for cell in column
    )
    assert [value for value in planted if value in leaving] == []


def columns_of(found: Extract) -> Mapping[str, list[str]]:
    return {title: found.table[title].to_pylist() for title in found.table.column_names}


PROJECT: dict[str, Any] = {
    "edition": "2024",
    "scrutin": "ville",
    "projet_id": "1",
    "titre": "Un banc",
    "cout_estime": Decimal("6000.10"),
    "monnaie": "EUR",
    "statut": "laureat",
    "laureat": True,
    "votes": 12,
    "enveloppe": Decimal("6000.10"),
    "latitude": 47.35,
    "longitude": 0.65,
}
SIGNALEMENT: dict[str, Any] = {
    "signalement_id": "a",
    "annee": 2025,
    "service": "Voirie",
    "statut": "clos",
    "date_demande": "2025-Q3",
    "delai_jours": "2-7",
    "latitude": 47.35,
    "longitude": 0.65,
}
TYPES = pa.schema({"annee": pa.int32(), "delai_jours": pa.string()})


def told(name: str, rows: list[dict[str, Any]], previous: list[dict[str, Any]] | None = None) -> list[tuple[str, str]]:
    """What the suite does not find met: severity and the first words."""
    dataset = DATASETS[name]
    tables = [_typed(one) if one is not None else None for one in (rows, previous)]
    assert tables[0] is not None
    verdicts = check(read_suite(dataset.quality, dataset.suite), tables[0], tables[1], "219900016")
    return [
        (severity, message.split(":")[0])
        for severity in ("error", "warning")
        for message in failures(verdicts, severity)
    ]


def _typed(rows: list[dict[str, Any]]) -> pa.Table:
    table = pa.Table.from_pylist(rows)
    for index, field in enumerate(table.schema):
        if field.name in TYPES.names:
            table = table.set_column(index, field.name, table[field.name].cast(TYPES.field(field.name).type))
    return table


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"edition": "k_approval_3"}, [("warning", "An edition does not start with a year (2000 to 2099)")]),
        ({"votes": -1}, [("error", "A number of votes is negative")]),
        ({"cout_estime": Decimal("0.00")}, [("warning", "A project costs nothing")]),
        ({"cout_estime": Decimal("6000.11")}, [("warning", "The winners of a vote cost more than its budget")]),
        ({"cout_estime": Decimal("6000.11"), "laureat": False, "statut": "soumis_au_vote"}, []),
        (
            {"laureat": False},
            [("error", "A project is a winner in one column and none in the other (statut, laureat)")],
        ),
        (
            {"latitude": 0.65, "longitude": 47.35},
            [("warning", "A project lies outside France (mainland and overseas)")],
        ),
        ({"latitude": -21.1, "longitude": 55.5}, []),
        ({"latitude": -17.5, "longitude": -149.5}, []),
    ],
)
def test_what_makes_no_sense_in_a_project_is_told(changes: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert told("bp_projets", [PROJECT | changes]) == expected


def test_an_edition_in_two_currencies_is_an_error() -> None:
    rows = [PROJECT, PROJECT | {"projet_id": "2", "laureat": False, "statut": "non_laureat", "monnaie": "XPF"}]
    assert told("bp_projets", rows) == [("error", "An edition has amounts in two currencies")]


def test_an_edition_that_shrinks_or_changes_its_unit_is_told() -> None:
    before = [PROJECT | {"projet_id": str(number), "cout_estime": Decimal("20.00")} for number in range(3)]
    assert told("bp_projets", [PROJECT], before) == [
        ("warning", "A vote has lost more than half of its projects since the version before"),
        ("warning", "The total cost of an edition has changed fifty times or more"),
    ]


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"annee": 2024}, [("error", "The year of a request is not that of its date")]),
        ({"statut": "ouvert"}, [("error", "An open request has a date of closing")]),
        ({"delai_jours": None}, [("warning", "A closed request has no date of closing")]),
        (
            {"latitude": 43.69, "longitude": -79.27},
            [("warning", "A request lies outside France (mainland and overseas)")],
        ),
    ],
)
def test_what_makes_no_sense_in_a_request_is_told(changes: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    assert told("grc_signalements", [SIGNALEMENT | changes]) == expected


def test_a_year_that_shrinks_is_told() -> None:
    before = [SIGNALEMENT | {"signalement_id": str(number)} for number in range(3)]
    assert told("grc_signalements", [SIGNALEMENT], before) == [
        ("warning", "A year has lost more than half of its requests since the version before")
    ]
