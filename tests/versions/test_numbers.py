"""The number of the next version says what a reuser must do: read again, look again, or change a program."""

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.versions import Store
from pipelines.versions.compare import RowChanges, count_changes

from .conftest import METADATA, SCHEMA, candidate, publish

CODE, TITRE, MONTANT = SCHEMA["fields"]
NORD, SUD = "001 | Nord | 1.10", "002 | Sud | 2.00"


def told(store: Store, *lines: str, **changes: object) -> tuple[str, list[str]]:
    """The number and the causes of the version after 1.0.0."""
    publish(store, NORD, SUD)
    manifest = publish(store, *lines, **changes)
    return manifest.number, [f"{cause.what} {cause.detail}".strip() for cause in manifest.causes]


def schema(*fields: dict, **changes: object) -> dict:
    return {**SCHEMA, "fields": list(fields), **changes}


def with_constraints(field: dict, **constraints: object) -> dict:
    return {**field, "constraints": constraints}


def test_the_first_version_is_1_0_0(store: Store):
    assert publish(store, NORD).number == "1.0.0"


@pytest.mark.parametrize(
    ("lines", "number", "causes"),
    [
        ([NORD, SUD, "003 | Est | 1"], "1.1.0", ["rows-added 1"]),
        ([NORD], "1.1.0", ["rows-withdrawn 1"]),
        ([NORD, "002 | Sud | 3.00"], "1.0.1", ["values-corrected 1"]),
        (["003 | Nord | 1.10", "002 | | 2.00"], "1.1.0", ["rows-added 1", "rows-withdrawn 1", "values-corrected 1"]),
        ([SUD, NORD], "1.0.1", ["rows-reordered"]),
    ],
)
def test_rows_are_compared_by_their_key(store: Store, lines: list[str], number: str, causes: list[str]):
    assert told(store, *lines) == (number, causes)


def test_without_a_key_a_changed_row_is_one_that_went_and_one_that_came(store: Store):
    keyless = {"fields": SCHEMA["fields"]}
    publish(store, NORD, NORD, SUD, schema=keyless)
    manifest = publish(store, NORD, "002 | Sud | 3.00", schema=keyless)
    assert [(cause.what, cause.detail) for cause in manifest.causes] == [("rows-added", "1"), ("rows-withdrawn", "2")]


AN = {"name": "an", "type": "integer"}


@pytest.mark.parametrize(
    ("fields", "lines", "number", "causes"),
    [
        ([CODE, TITRE], ["001|Nord", "002|Sud"], "2.0.0", ["column-removed montant"]),
        ([CODE, MONTANT, TITRE], ["001|1.10|Nord", "002|2|Sud"], "2.0.0", ["columns-reordered"]),
        ([{**CODE, "type": "integer"}, TITRE, MONTANT], ["1|Nord|1.10", "2|Sud|2"], "2.0.0", ["column-retyped code"]),
        ([CODE, TITRE, MONTANT, AN], [NORD + "|1", SUD + "|"], "1.1.0", ["column-added an"]),
        (
            [CODE, AN, TITRE, MONTANT],
            ["001||Nord|1.10", "002||Sud|2"],
            "2.0.0",
            ["columns-reordered", "column-added an"],
        ),
        (
            [CODE, {**TITRE, "name": "nom"}, MONTANT],
            [NORD, SUD],
            "2.0.0",
            ["column-removed titre", "columns-reordered", "column-added nom"],
        ),
        ([CODE, {**TITRE, "title": "Titre"}, MONTANT], [NORD, SUD], "1.0.1", ["metadata"]),
    ],
)
def test_a_column_appended_is_minor_and_any_other_change_of_columns_is_major(
    store: Store, fields: list[dict], lines: list[str], number: str, causes: list[str]
):
    assert told(store, *lines, schema=schema(*fields)) == (number, causes)


@pytest.mark.parametrize(
    ("constraints", "level"),
    [
        ({"minimum": 0}, "major"),
        ({"minimum": -2000}, "patch"),
        ({"minimum": -1000, "maximum": 10}, "major"),
        ({"minimum": -1000, "required": True}, "major"),
        ({"minimum": -1000, "required": False}, "patch"),
        ({"minimum": -1000, "enum": ["1.10", "2.00"]}, "major"),
        ({}, "patch"),
    ],
)
def test_a_tightened_constraint_is_major_and_a_loosened_one_is_not(store: Store, constraints: dict, level: str):
    publish(store, NORD, SUD)
    manifest = publish(store, NORD, SUD, schema=schema(CODE, TITRE, with_constraints(MONTANT, **constraints)))
    assert manifest.causes[0].level == level


def test_another_key_is_major(store: Store):
    assert told(store, NORD, SUD, schema=schema(CODE, TITRE, MONTANT, primaryKey=["titre"])) == (
        "2.0.0",
        ["key-changed"],
    )


def test_another_anonymisation_step_is_major_and_another_reason_for_it_is_not(store: Store):
    keep = {"role": "public", "action": "keep"}
    publish(store, NORD)
    columns = {"code": keep, "titre": keep, "montant": {"role": "public", "action": "generalise", "to": "month"}}
    assert publish(store, NORD, privacy=columns).causes[0].what == "anonymisation-changed"
    reasoned = {**columns, "titre": {**keep, "basis": "CRPA L312-1"}}
    assert [cause.level for cause in publish(store, NORD, privacy=reasoned).causes] == ["patch"]


def test_a_new_source_column_that_is_dropped_is_no_change_of_anonymisation(store: Store):
    columns = {**candidate(NORD).privacy, "email": {"role": "identifier", "action": "drop"}}
    assert told(store, NORD, SUD, privacy=columns) == ("1.0.1", ["metadata"])


def test_corrected_metadata_is_a_patch(store: Store):
    assert told(store, NORD, SUD, metadata={**METADATA, "keywords": ["aide"]}) == ("1.0.1", ["metadata"])


def test_of_several_causes_the_weightiest_decides(store: Store):
    number, causes = told(store, "001 | Nord", schema=schema(CODE, TITRE))
    assert (number, causes[:2]) == ("2.0.0", ["column-removed montant", "rows-withdrawn 1"])


def test_numbers_rise_past_nine(store: Store):
    for count in range(12):
        manifest = publish(store, *[f"{number:03} | Nord | 1" for number in range(count + 1)])
    assert manifest.number == "1.11.0"
    assert store.resolve(manifest.siren, "subventions", "1.9.0") is not None


def test_files_that_another_parvis_writes_differently_are_a_patch(store: Store):
    first = publish(store, NORD)
    path = store.root / "datasets" / first.siren / "subventions" / "v" / "0000000001.json"
    path.write_bytes(replace(first, content_digest="0" * 64).to_json())
    assert [cause.what for cause in publish(store, NORD).causes] == ["files-rewritten"]


def counted(tmp_path: Path, old: dict, new: dict, key: list[str]) -> RowChanges:
    pq.write_table(pa.table(old), tmp_path / "old.parquet")
    pq.write_table(pa.table(new), tmp_path / "new.parquet")
    return count_changes(tmp_path / "old.parquet", tmp_path / "new.parquet", key, tmp_path)


def test_a_null_in_a_key_is_a_key_like_another(tmp_path: Path):
    assert counted(tmp_path, {"k": [None, "a"], "v": [1, 2]}, {"k": [None, "a"], "v": [1, 3]}, ["k"]) == RowChanges(
        0, 0, 1
    )


def test_columns_whose_names_need_quotes_are_compared(tmp_path: Path):
    name = 'l"eau, drop'
    assert counted(tmp_path, {name: ["a"]}, {name: ["b"]}, [name]) == RowChanges(1, 1, 0)


def test_tables_without_a_column_in_common_are_all_new(tmp_path: Path):
    assert counted(tmp_path, {"a": [1, 2]}, {"b": [1]}, ["a"]) == RowChanges(1, 2, 0)
