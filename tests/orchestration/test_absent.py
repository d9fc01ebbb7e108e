"""A delivery that lost a column is not published blank; a column that never had values may stay away."""

import json
from pathlib import Path

import pytest

from tests.installation import Result, Town, build_town

DECLARATION = """
name: entrees
title: {fr: Entrées, en: Visitors}
description: {fr: Les entrées du musée., en: The visitors of the museum.}
license: etalab-2.0
themes: [EDUC]
keywords: [musée]
update_frequency: daily
contact: opendata@example.org
source: {connector: file, path: "depot/{organisation}/entrees/*"}
schema: entrees
update: UPDATE
privacy:
  unit: none
  columns:
    id: {role: public, action: keep}
    annee: {role: public, action: keep}
    nombre: {role: public, action: keep}
    agent: {role: identifier, action: drop}
quality: entrees
schedule: "0 6 * * 1"
"""
FIELDS = [{"name": name, "type": "string"} for name in ("id", "annee", "nombre", "agent")]


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return museum(tmp_path, "replace")


@pytest.fixture
def town_of_parts(tmp_path: Path) -> Town:
    return museum(tmp_path, "part\npart_key: [annee]")


def museum(folder: Path, update: str) -> Town:
    found = build_town(folder)
    declared = folder / "datasets" / "entrees"
    declared.mkdir(parents=True)
    (declared / "dataset.yaml").write_text(DECLARATION.replace("UPDATE", update), "utf-8")
    (folder / "schemas/entrees.json").write_text(json.dumps({"fields": FIELDS}), "utf-8")
    (folder / "quality/entrees.yaml").write_text("expectations: []\n", "utf-8")
    found.depot("entrees").mkdir(parents=True)
    return found


def deliver(town: Town, *lines: str, name: str = "entrees.csv") -> Result:
    (town.depot("entrees") / name).write_text("\n".join([*lines, ""]), "utf-8")
    return town.run("run", "entrees", "--source", str(town.depot("entrees") / name))


def test_a_column_that_was_published_with_values_may_not_go_missing(town: Town) -> None:
    assert deliver(town, "id;annee;nombre", "a;2024;12", "b;2024;15").code == 0
    found = deliver(town, "id;annee", "a;2024", "b;2024")
    assert found.code == 11
    assert "entrees.csv: no column “nombre”, and version 1.0.0 has values there." in found.err
    assert town.latest("entrees").number == "1.0.0"
    assert deliver(town, "id;annee;nombre", "a;2024;12", "b;2024;16").code == 0


def test_a_column_that_never_had_values_is_told_once_and_stops_nothing(town: Town) -> None:
    first = deliver(town, "id;annee", "a;2024")
    assert first.code == 0
    assert "entrees.csv: no column “nombre”; it is published empty." in first.out
    second = deliver(town, "id;annee", "a;2024", "b;2024")
    assert second.code == 0
    assert "nombre" not in second.out


@pytest.mark.parametrize("name", ["entrees.ndjson", "entrees.json"])
def test_json_says_nothing_of_a_column_that_has_no_value_today(town: Town, name: str) -> None:
    opening, comma, closing = ("[", ",", "]") if name.endswith(".json") else ("", "", "")
    filled = '{"id": "a", "annee": "2024", "nombre": "12"}', '{"id": "b", "annee": "2024"}'
    empty = '{"id": "a", "annee": "2024"}', '{"id": "b", "annee": "2024"}'
    assert deliver(town, opening, filled[0] + comma, filled[1], closing, name=name).code == 0
    found = deliver(town, opening, empty[0] + comma, empty[1], closing, name=name)
    assert found.code == 0
    assert f"{name}: no column “nombre”; it is published empty." in found.out
    assert town.latest("entrees").number != "1.0.0"
    again = deliver(town, opening, empty[0], closing, name=name)
    assert again.code == 0
    assert "nombre" not in again.out


def test_a_column_that_is_not_published_may_stay_away(town: Town) -> None:
    assert deliver(town, "id;annee;nombre;agent", "a;2024;12;Zoé").code == 0
    found = deliver(town, "id;annee;nombre", "a;2024;13")
    assert found.code == 0
    assert "agent" not in found.out


def test_each_part_is_compared_with_itself(town_of_parts: Town) -> None:
    town = town_of_parts
    assert deliver(town, "id;annee;nombre", "a;2023;12", name="2023.csv").code == 0
    new = deliver(town, "id;annee", "a;2024", name="2024.csv")
    assert new.code == 0
    assert "2024.csv: no column “nombre”; it is published empty." in new.out
    assert deliver(town, "id;annee", "a;2024", "b;2024", name="2024.csv").code == 0
    assert deliver(town, "id;annee", "a;2023", name="2023.csv").code == 11


def test_each_file_is_told_of_what_it_lacks_itself(town_of_parts: Town) -> None:
    town, depot = town_of_parts, town_of_parts.depot("entrees")
    full = '{{"id": "a", "annee": "{}", "nombre": "12", "agent": "Z"}}\n'
    (depot / "2023.ndjson").write_text(full.format(2023), "utf-8")
    (depot / "2024.ndjson").write_text(full.format(2024), "utf-8")
    assert town.run("run", "entrees").code == 0
    (depot / "2023.ndjson").write_text('{"annee": "2023", "nombre": "12"}\n', "utf-8")
    (depot / "2024.ndjson").write_text('{"id": "a", "annee": "2024"}\n', "utf-8")
    found = town.run("run", "entrees")
    assert "2023.ndjson: no column “id”; it is published empty." in found.out
    assert "2024.ndjson: no column “nombre”; it is published empty." in found.out


def test_a_delivery_without_the_column_that_tells_its_parts_is_refused(town_of_parts: Town) -> None:
    found = deliver(town_of_parts, "id;nombre", "a;12")
    assert found.code == 11
    assert "no column “annee”, which says what part" in found.err
