"""A declaration is closed: what is unknown, missing or impossible is told by file, key and nearest word."""

import json
import re
from collections.abc import Iterator
from copy import deepcopy
from functools import reduce
from operator import getitem
from pathlib import Path

import pytest
import yaml

from pipelines.closed import Closed, parse_closed
from pipelines.declarations import Declaration, json_schema, read_dataset, read_datasets
from pipelines.errors import InvalidDeclaration
from pipelines.settings import ParvisYaml

FIELDS = ["edition", "projet_id", "latitude", "longitude", "porteur"]
DECLARATION = {
    "name": "bp",
    "title": {"fr": "Projets", "en": "Projects"},
    "description": {"fr": "Les projets", "en": "The projects"},
    "license": "etalab-2.0",
    "themes": ["GOVE"],
    "keywords": ["budget participatif"],
    "update_frequency": "annual",
    "contact": "opendata@example.org",
    "source": {"connector": "pabulib", "path": "depot/*.pb", "columns": {"Projet": "projet_id"}},
    "schema": "bp",
    "update": "part",
    "part_key": ["edition"],
    "max_refused": 0.01,
    "privacy": {
        "unit": "none",
        "columns": {
            "edition": {"role": "public", "action": "keep"},
            "projet_id": {"role": "public", "action": "keep"},
            "latitude": {"role": "quasi_identifier", "action": "grid", "axis": "latitude", "cell_m": 1000},
            "longitude": {"role": "quasi_identifier", "action": "grid", "axis": "longitude", "cell_m": 1000},
            "porteur": {"role": "identifier", "action": "drop"},
            "courriel": {"role": "identifier", "action": "drop"},
        },
    },
    "quality": "bp",
    "filter_by": ["edition"],
    "schedule": "0 6 * * 1",
    "portals": [],
}


def declare(root: Path, **changes: object) -> Path:
    """Write the declaration with dotted keys changed (None removes one), its schema and its suite."""
    content = json.loads(json.dumps(DECLARATION))
    for dotted, value in changes.items():
        *way, last = dotted.split("__")
        place = content
        for key in way:
            place = place[key]
        if value is None:
            del place[last]
        else:
            place[last] = value
    folder = root / "datasets" / "bp"
    for path in (folder, root / "schemas", root / "quality"):
        path.mkdir(parents=True, exist_ok=True)
    types = {"latitude": "number", "longitude": "number"}
    fields = [{"name": name, "type": types.get(name, "string")} for name in FIELDS]
    schema = {"fields": fields, "primaryKey": ["edition", "projet_id"]}
    (root / "schemas" / "bp.json").write_text(json.dumps(schema), "utf-8")
    (root / "quality" / "bp.yaml").write_text("expectations: []", "utf-8")
    (folder / "dataset.yaml").write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    return folder


def problem(root: Path, **changes: object) -> str:
    with pytest.raises(InvalidDeclaration) as error:
        read_dataset(declare(root, **changes), [root])
    message = str(error.value)
    assert str(root / "datasets" / "bp" / "dataset.yaml") in message
    return message


def test_a_sound_declaration_knows_what_leaves(tmp_path):
    dataset = read_dataset(declare(tmp_path), [tmp_path])
    assert dataset.published_names == ("edition", "projet_id", "latitude", "longitude")
    assert dataset.source.connectors == ("pabulib",)


def test_an_installation_s_own_dataset_hides_the_bundled_one(tmp_path):
    own, bundled = tmp_path / "own", tmp_path / "bundled"
    declare(bundled)
    declare(own, license="odc-odbl")
    assert [dataset.license for dataset in read_datasets([own, bundled])] == ["odc-odbl"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"licence": "x"}, "licence: unknown key (did you mean “license”?)"),
        ({"privacy__column": {}}, "privacy.column: unknown key (did you mean “columns”?)"),
        ({"source__colums": {}}, "source.colums: unknown key (did you mean “columns”?)"),
        ({"contact": None}, "contact: missing key"),
        ({"title__en": None}, "title.en: missing key"),
        ({"license": "etalab"}, "license: unknown word “etalab” (did you mean “etalab-2.0”?)"),
        ({"themes": ["GOUV"]}, "themes: unknown word “GOUV” (did you mean “GOVE”?)"),
        ({"update_frequency": "yearly"}, "update_frequency: unknown word “yearly”"),
        ({"update": "append"}, "update: expected replace, part"),
        ({"part_key": []}, "part_key: needed with “update: part”"),
        ({"part_key": ["editon"]}, "part_key: “editon” is not a published column (did you mean “edition”?)"),
        ({"part_key": ["latitude"]}, "part_key: “latitude” is not a published column"),
        ({"part_key": ["porteur"]}, "part_key: “porteur” is not a published column"),
        ({"filter_by": ["porteur"]}, "filter_by: “porteur” is not a published column"),
        ({"schema": "bq"}, "schema: schemas/bq.json does not exist"),
        ({"name": "bq"}, "name “bq” must be its folder's name “bp”"),
        ({"source__connector": "pabulibb"}, "yaml: source.connector: expected totem, decidim_projects, pabulib"),
        ({"source__connector": ["pabulib", "fil"]}, "source.connector: expected totem"),
        ({"source__connector": "fil"}, "(did you mean “file”?)"),
        ({"source__connector": 3}, "source.connector: expected a list, such as [a, b]"),
        ({"portals": "ckan"}, "portals: expected a list, such as [a, b]"),
        ({"title__fr": 2024}, "title.fr: expected a text"),
        ({"privacy": "keep"}, "privacy: expected “key: value” lines"),
        ({"privacy__columns__porteur": {"role": "identifier"}}, "privacy.columns.porteur: missing key action"),
        (
            {"source__columns": {"X": "projet"}},
            "“X” stands for “projet”, which is no column (did you mean “projet_id”?)",
        ),
        ({"privacy__unit": "personne"}, "unit: “personne” is not one of the columns"),
        ({"privacy__columns__porteur": None}, "field “porteur” of the schema has no role and action"),
        (
            {"privacy__columns__porteur": {"role": "identifier", "action": "keep"}},
            "an identifier is dropped or pseudonymised, never “keep”",
        ),
        (
            {"privacy__columns__porteur": {"role": "identifier", "action": "pseudonymise", "scope": "dataset"}},
            "privacy.columns.porteur: a pseudonym that stays the same across versions needs a written “reason:”",
        ),
        (
            {"privacy__columns__courriel": {"role": "public", "action": "keep"}},
            "privacy.columns.courriel: not a field of the schema, so it can only be dropped",
        ),
        (
            {"privacy__columns__longitude": {"role": "quasi_identifier", "action": "drop"}},
            "a grid needs one latitude and one longitude",
        ),
        ({"max_refused": 1.5}, "max_refused: expected a number < 1"),
        ({"schedule": "monday"}, "schedule: expected the five fields of cron"),
        ({"schedule": "0 6 31 2 *"}, "schedule: cron knows no such time, or it never comes"),
        ({"schedule": "0 6 31 4 1"}, "schedule: cron knows no such time, or it never comes"),
        ({"schedule": "H 6 * * *"}, "schedule: cron knows no such time, or it never comes"),
        ({"schedule": "0 25 * * *"}, "schedule: cron knows no such time, or it never comes"),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else None,
)
def test_what_cannot_be_is_told_by_key(tmp_path, changes, said):
    assert said in problem(tmp_path, **changes)


def every_place(content: object, *way: str | int) -> Iterator[tuple[str | int, ...]]:
    """The way to each value of a declaration."""
    inside = content.items() if isinstance(content, dict) else enumerate(content) if isinstance(content, list) else ()
    for key, value in inside:
        yield (*way, key)
        yield from every_place(value, *way, key)


@pytest.mark.parametrize("model", [Declaration, ParvisYaml])
def test_whatever_is_written_in_a_place_is_told_in_words(model: type[Closed]) -> None:
    portal = {"kind": "ckan", "url": "https://x", "files": "linked", "keep_versions": 1, "datastore": True}
    portal |= {"token_file": "t", "datasets": ["a"], "organisations": {"a": "b"}}
    config = {"format": 1, "title": {"fr": "D", "en": "D"}, "public_url": "https://x", "portals": {"ckan": portal}}
    config |= {"limits": {"query_seconds": 3, "answer_rows": 3}, "legal": {"accessibility_checked_on": "2024-01-01"}}
    announced = {"day": "2027-01-01", "change": {"fr": "a", "en": "a"}}
    sound = config if model is ParvisYaml else {**deepcopy(DECLARATION), "announcements": [announced]}
    if model is Declaration:
        lawful = {"role": "public", "action": "keep", "basis": "public_by_law", "article": "CGCT L2313-1"}
        kept = {
            "role": "identifier",
            "action": "pseudonymise",
            "scope": "dataset",
            "reason": "followed from year to year",
        }
        sound["privacy"]["columns"] |= {"loi": {**lawful, "covers": "budget_lines"}, "suivi": kept}
    parse_closed(model, sound, "x.yaml")
    problems = set()
    for way in every_place(sound):
        for wrong in (None, [], {}, "Ä b", "abcdefgh", -1, 2.5, [3], {"Ä b": {}}, {"Ä b": 3}, "x" * 50):
            changed = deepcopy(sound)
            reduce(getitem, way[:-1], changed)[way[-1]] = wrong  # type: ignore[call-overload, arg-type]
            try:
                parse_closed(model, changed, "x.yaml")
            except InvalidDeclaration as error:
                problems |= {str(error)}
    assert len(problems) > 30
    assert not [one for one in problems if re.search(r"[a-z]\[|\[key\]|Input should|[a-z]+_(type|parsing)\b", one)]
    assert not [one for one in problems if "not of the expected form" in one]


def test_broken_yaml_is_told_by_line(tmp_path):
    folder = declare(tmp_path)
    (folder / "dataset.yaml").write_text("name: bp\ntitle: {fr: x\n", "utf-8")
    with pytest.raises(InvalidDeclaration, match="line 3: not valid YAML"):
        read_dataset(folder, [tmp_path])


def test_a_file_that_is_no_mapping_is_told(tmp_path):
    folder = declare(tmp_path)
    (folder / "dataset.yaml").write_text("- name\n", "utf-8")
    with pytest.raises(InvalidDeclaration, match="expected “key: value” lines"):
        read_dataset(folder, [tmp_path])


def test_a_breaking_change_is_announced_with_its_day(tmp_path):
    told = {"day": "2027-01-01", "change": {"fr": "La colonne disparaît.", "en": "The column goes."}}
    declared = read_dataset(declare(tmp_path, announcements=[told]), (tmp_path,))
    assert [str(each.day) for each in declared.announcements] == ["2027-01-01"]
    with pytest.raises(InvalidDeclaration, match="day"):
        read_dataset(declare(tmp_path, announcements=[told | {"day": "soon"}]), (tmp_path,))


def test_editors_get_a_json_schema_that_is_closed():
    schema = json_schema()
    assert schema["additionalProperties"] is False
    assert {"name", "schema", "privacy"} <= set(schema["required"])


def test_editors_explain_every_key_and_offer_every_word_of_a_closed_list() -> None:
    schema = json_schema()
    models = {"Declaration": schema, **schema["$defs"]}
    keys = {f"{model}.{key}": told for model, one in models.items() for key, told in one["properties"].items()}
    assert [key for key, told in keys.items() if not told.get("description")] == []
    assert "irregular" in keys["Declaration.update_frequency"]["enum"]
    assert "GOVE" in keys["Declaration.themes"]["items"]["enum"]


def test_a_table_of_counts_without_a_preset_is_told_before_its_first_run(tmp_path: Path) -> None:
    privacy = {**DECLARATION["privacy"], "preset": None, "aggregate": {"by": ["edition"]}}
    assert "aggregate: needs a preset" in problem(tmp_path, privacy=privacy)
