"""A new dataset is one folder, one schema and one suite in the installation: no Python, whatever spreadsheet it has."""

import json
from pathlib import Path

import pytest

from tests.installation import Town, build_town

DECLARATION = """
name: bancs_publics
title: {fr: Bancs publics, en: Public benches}
description: {fr: Les bancs de la ville., en: The town's benches.}
license: etalab-2.0
themes: [REGI]
keywords: [mobilier urbain]
update_frequency: annual
contact: opendata@example.org
source:
  connector: file
  path: "depot/{organisation}/bancs_publics/*"
  columns: {"Numéro d'inventaire": banc_id}
schema: bancs_publics
update: replace
privacy:
  unit: none
  columns:
    banc_id: {role: public, action: keep}
    quartier: {role: public, action: keep}
    prix: {role: public, action: keep}
    pose_le: {role: public, action: keep}
    Agent: {role: identifier, action: drop}
quality: bancs_publics
schedule: "0 6 * * 1"
"""
SCHEMA = {
    "fields": [
        {"name": "banc_id", "type": "string", "constraints": {"required": True}},
        {"name": "quartier", "title": "Quartier", "type": "string"},
        {"name": "prix", "title": "Prix (€)", "type": "number", "decimals": 2},
        {"name": "pose_le", "title": "Posé le", "type": "date"},
    ],
    "primaryKey": ["banc_id"],
}
SUITE = """
expectations:
  - expect: expect_column_values_to_be_between
    with: {column: prix, min_value: 0}
    severity: error
    message: {fr: Prix négatif., en: Negative price.}
"""
CSV = """Inventaire de la régie;;;;
;;;;
Numéro d'inventaire;QUARTIER;Prix (€);Posé le;Agent
0012;Le Mail;1250,50;31/03/2024;Ysaline Inventée
0013;Bas-Coteau;990,00;02/04/2024;Ysaline Inventée
"""


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return town_with_benches(tmp_path)


def town_with_benches(parent: Path) -> Town:
    """The invented town, with a dataset of its own and nothing delivered for it yet."""
    found = build_town(parent / "town")
    folder = found.root / "datasets" / "bancs_publics"
    folder.mkdir(parents=True)
    (folder / "dataset.yaml").write_text(DECLARATION, "utf-8")
    (found.root / "schemas" / "bancs_publics.json").write_text(json.dumps(SCHEMA), "utf-8")
    (found.root / "quality" / "bancs_publics.yaml").write_text(SUITE, "utf-8")
    found.depot("bancs_publics").mkdir(parents=True)
    return found


def published(town: Town) -> str:
    manifest = town.latest("bancs_publics")
    assert manifest is not None
    file = manifest.file("bancs_publics.csv")
    assert file is not None
    return (town.root / "store" / "files" / file.sha256[:2] / file.sha256).read_text("utf-8")


def test_a_dirty_spreadsheet_is_published_clean_under_its_declaration(town: Town) -> None:
    (town.depot("bancs_publics") / "bancs.csv").write_bytes(CSV.encode("cp1252"))
    result = town.run("run", "bancs_publics")
    assert result.code == 0, result.err
    assert published(town).splitlines() == [
        "banc_id,quartier,prix,pose_le",
        "0012,Le Mail,1250.50,2024-03-31",
        "0013,Bas-Coteau,990.00,2024-04-02",
    ]
    assert "Inventée" not in result.out + result.err


def test_a_column_that_nobody_declared_stops_it(town: Town) -> None:
    (town.depot("bancs_publics") / "bancs.csv").write_text(CSV.replace("Agent", "Téléphone"), "utf-8")
    result = town.run("run", "bancs_publics")
    assert result.code == 12
    assert "column 5 (E)" in result.err
    assert "Téléphone" not in result.err  # where the header is missing, a title is a person's cell
    assert town.latest("bancs_publics") is None


def test_cells_beyond_the_header_stop_it(town: Town) -> None:
    (town.depot("bancs_publics") / "bancs.csv").write_text(CSV.replace("Inventée\n", "Inventée;de trop\n", 1), "utf-8")
    result = town.run("run", "bancs_publics")
    assert result.code == 11
    assert town.latest("bancs_publics") is None


def test_a_suite_that_names_a_column_wrong_is_told_by_check(town: Town) -> None:
    (town.root / "quality" / "bancs_publics.yaml").write_text(SUITE.replace("column: prix", "column: pris"), "utf-8")
    result = town.run("check")
    assert result.code == 10
    assert "quality/bancs_publics.yaml" in result.out
    assert "“pris”" in result.out
    assert "“prix”" in result.out


@pytest.mark.parametrize("name", ["bancs_publics", "bancs"])
def test_validating_it_reads_the_titles_that_its_run_reads(town: Town, name: str) -> None:
    """By the dataset's name, or by that of its schema; another declaration that is broken takes nothing from it."""
    (town.root / "schemas" / "bancs_publics.json").rename(town.root / "schemas" / "bancs.json")
    declaration = town.root / "datasets" / "bancs_publics" / "dataset.yaml"
    declaration.write_text(DECLARATION.replace("schema: bancs_publics", "schema: bancs"), "utf-8")
    broken = town.root / "datasets" / "begun"
    broken.mkdir()
    (broken / "dataset.yaml").write_text("name: begun\nschema: bancs\n", "utf-8")
    file = town.root / "bancs.csv"
    file.write_bytes(CSV.encode("cp1252"))
    result = town.run("validate", str(file), "--schema", name)
    assert result.code == 0, result.out + result.err


def test_a_declared_column_is_found_whatever_the_case_of_its_title(town: Town) -> None:
    (town.depot("bancs_publics") / "bancs.csv").write_text(CSV.replace("Agent", "AGENT"), "utf-8")
    result = town.run("run", "bancs_publics")
    assert result.code == 0, result.err
    assert "Inventée" not in published(town)
