"""What a declared policy does to a delivered file, through `parvis run`: an invented list of requests for aid."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
import yaml

from pipelines.commands.glue import find_dataset
from pipelines.orchestration.request import Order
from pipelines.orchestration.runner import run_order
from pipelines.settings import read_installation
from pipelines.versions import Store
from tests.installation import Result, Town, build_town

FIELDS = {"age": "integer", "code_postal": "string", "rue": "string", "revenu": "number", "theme": "string"}
TRAIT = "quasi_identifier"
COLUMNS: dict[str, dict[str, Any]] = {
    "dossier": {"role": "identifier", "action": "drop"},
    "age": {"role": TRAIT, "action": "generalise", "bands": {"edges": [18, 40, 65]}},
    "code_postal": {"role": TRAIT, "action": "generalise", "to": "department"},
    "rue": {"role": TRAIT, "action": "generalise", "ladder": "rues.csv", "level": 1, "match": "street"},
    "revenu": {"role": "public", "action": "round", "base": 500},
    "theme": {"role": "public", "action": "keep"},
}
LADDER = "rue du Port;Nord;ville\nallée des Élus;Sud;ville\n"
SUPPRESSION = {"max_rows": 0.05, "max_blanked": 0.5, "priority": ["rue"]}


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return build_town(tmp_path / "town")


def declare(town: Town, columns: dict[str, Any] | None = None, ladder: str = LADDER, **privacy: Any) -> None:
    """The dataset `aides`, with these changes to its columns and its privacy block."""
    chosen = COLUMNS | (columns or {})
    policy = {"unit": "dossier", "preset": "insee_enterprises_3_85", "suppression": SUPPRESSION} | privacy
    content = {
        "name": "aides",
        "title": {"fr": "Aides", "en": "Aid"},
        "description": {"fr": "Demandes d'aide.", "en": "Requests for aid."},
        "license": "etalab-2.0",
        "themes": ["SOCI"],
        "keywords": ["aide"],
        "update_frequency": "annual",
        "contact": "opendata@example.org",
        "source": {"connector": "file", "path": "depot/{organisation}/aides/*.csv"},
        "schema": "aides",
        "update": "replace",
        "privacy": policy | {"columns": chosen},
        "quality": "aides",
        "schedule": "0 6 * * 1",
    }
    folder = town.root / "datasets" / "aides"
    for path in (folder, town.root / "schemas", town.root / "quality", town.depot("aides")):
        path.mkdir(parents=True, exist_ok=True)
    fields = [{"name": name, "type": FIELDS.get(name, "string")} for name in chosen if name in FIELDS]
    fields += [{"name": name, "type": "string"} for name in chosen if name in ("demandeur",)]
    (town.root / "schemas" / "aides.json").write_text(json.dumps({"fields": fields}), "utf-8")
    (town.root / "quality" / "aides.yaml").write_text("expectations: []", "utf-8")
    (folder / "rues.csv").write_text(ladder, "utf-8")
    (folder / "dataset.yaml").write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")


def person(number: int, **changes: str) -> dict[str, str]:
    row = {"dossier": f"D{number}", "age": "30", "code_postal": "37000", "rue": "3 bis, Rue du Port"}
    return row | {"revenu": "1240", "theme": "eau"} | changes


def write(town: Town, rows: list[dict[str, str]]) -> None:
    names = list(rows[0]) if rows else list(COLUMNS)
    lines = [";".join(names), *(";".join(row[name] for name in names) for row in rows)]
    (town.depot("aides") / "aides.csv").write_text("\n".join(lines) + "\n", "utf-8")


def deliver(town: Town, rows: list[dict[str, str]]) -> Result:
    """What `parvis run aides` does, without Dagster around it: three times as fast."""
    write(town, rows)
    installation = read_installation(town.root)
    dataset = find_dataset("aides", installation)
    (run,) = run_order(Order(dataset, installation.organisations, "test"), installation, town.settings())
    said = "\n".join([run.outcome.version or "", *run.outcome.warnings])
    return Result(run.outcome.exit_code, said, f"{run.outcome.error}\n" if run.outcome.error else "")


def published(town: Town) -> pa.Table:
    manifest = town.latest("aides")
    assert manifest is not None
    return Store(town.root / "store").read_table(manifest)


def refused(town: Town, result: Result, code: int) -> str:
    assert result.code == code, (result.out, result.err)
    assert town.latest("aides") is None
    assert result.err.count("\n") == 1
    return result.err


SIX = [person(number, age="30" if number < 3 else "70") for number in range(6)]


def test_every_kind_of_step_is_published_with_its_type(town: Town) -> None:
    declare(town)
    south = {"rue": "12 ALLEE DES ELUS, 37000 Saint-Parvis", "code_postal": "20600", "revenu": "1250"}
    result = deliver(town, [*SIX[:3], *(person(number, **south) for number in range(3, 6))])
    assert result.code == 0, result.err
    rows = Counter(tuple(row.values()) for row in published(town).to_pylist())
    assert rows == {("18-39", "37", "Nord", 1000.0, "eau"): 3, ("18-39", "2B", "Sud", 1500.0, "eau"): 3}
    manifest = town.latest("aides")
    assert manifest is not None
    fields = {field["name"]: field for field in manifest.table_schema["fields"]}
    assert fields["age"]["constraints"] == {"enum": ["<18", "18-39", "40-64", "65+"]}
    assert fields["code_postal"]["type"] == "string"
    assert "dossier" not in fields
    assert deliver(town, [*SIX[:3], *(person(number, **south) for number in range(3, 6))]).out.startswith("1.0.0")


def test_one_resident_with_many_rows_is_one_though_who_it_is_stands_in_no_field(town: Town) -> None:
    declare(town)
    said = refused(town, deliver(town, [person(1, theme=f"t{number}") for number in range(9)]), 12)
    assert "100.0% of the rows would be left out" in said


def test_a_unit_that_the_source_does_not_deliver_is_told(town: Town) -> None:
    declare(town)
    rows = [{name: cell for name, cell in row.items() if name != "dossier"} for row in SIX]
    assert "no column “dossier”" in refused(town, deliver(town, rows), 11)


@pytest.mark.parametrize(
    ("rows", "code", "said"),
    [
        ([*SIX, person(7, rue="1 rue Cachée")], 11, "column “rue”: 1 of its values (1 rows) are unknown"),
        ([*SIX, person(7, code_postal="3700")], 11, "column “code_postal”: 1 of its values (1 rows) are unknown"),
        ([], 11, "no row at all"),
        ([person(1)], 12, "100.0% of the rows would be left out, and suppression.max_rows allows 5.0%"),
        (
            [person(number, age="", code_postal="", rue="", revenu="") for number in range(2)],
            12,
            "100.0% of the rows would be left out",
        ),
        (
            [person(number, rue="Rue du Port" if number % 2 else "Allée des Élus") for number in range(4)],
            12,
            "100.0% of the rows would lose a cell (most often “rue”), and suppression.max_blanked allows 50.0%",
        ),
    ],
    ids=["ladder misses a value", "no postcode", "empty", "one row", "all null", "stricter than the data allow"],
)
def test_bad_input_is_refused_with_column_and_figure(town: Town, rows: list, code: int, said: str) -> None:
    declare(town)
    write(town, rows)
    told = refused(town, town.run("run", "aides"), code)
    assert said in told
    assert "Cachée" not in told


def test_nothing_but_missing_cells_is_one_group_where_it_is_large_enough(town: Town) -> None:
    declare(town)
    assert deliver(town, [person(number, age="", rue="", code_postal="") for number in range(3)]).code == 0


def test_a_district_with_too_few_households_takes_the_next_label(town: Town) -> None:
    declare(town, {"rue": COLUMNS["rue"] | {"households": "menages.csv"}})
    (town.root / "ladders").mkdir()
    (town.root / "ladders" / "menages.csv").write_text("quartier;menages\nNord;2\nSud;40\n", "utf-8")
    assert deliver(town, SIX).code == 0
    assert set(published(town)["rue"].to_pylist()) == {"ville"}


def test_a_place_too_small_at_every_level_stops_the_run(town: Town) -> None:
    declare(town, {"rue": COLUMNS["rue"] | {"households": "menages.csv"}})
    (town.root / "datasets" / "aides" / "menages.csv").write_text("Nord;2\n", "utf-8")
    said = refused(town, deliver(town, SIX), 12)
    assert "column “rue”: 6 rows lie where fewer than 3 households live" in said


GRANTS = {
    "basis": "public_by_law",
    "article": "loi 2000-321 art. 10",
    "covers": "grants_to_legal_persons",
    "nature": "categorie",
}


def test_grants_to_people_and_to_nobody_knows_whom_wait_for_review(town: Town) -> None:
    columns = {"categorie": {"role": "public", "action": "drop"}, "theme": {"role": "identifier", "action": "keep"}}
    declare(town, {**columns, "theme": columns["theme"] | GRANTS}, unit="none", suppression={"max_rows": 0.0})
    kinds = ["9220", "7210", "5710", "1000", "", "2110"]
    rows = [person(number, categorie=kind, theme=f"Bénéficiaire {kind}") for number, kind in enumerate(kinds)]
    result = deliver(town, rows)
    assert result.code == 0, result.err
    assert "3 rows wait for review" in result.out
    assert published(town)["theme"].to_pylist() == ["Bénéficiaire 9220", "Bénéficiaire 7210", "Bénéficiaire 5710"]
    (held,) = json.loads(town.run("privacy", "held", "--json").out)
    assert "Bénéficiaire 1000" in Path(held["path"]).read_text("utf-8-sig")
    assert Path(held["path"]).stat().st_mode & 0o777 == 0o600


DEMANDEUR = {"demandeur": {"role": "identifier", "action": "pseudonymise"}}


def test_a_pseudonym_is_another_one_in_every_version_and_makes_none_by_itself(town: Town) -> None:
    declare(town, DEMANDEUR)
    rows = [row | {"demandeur": f"P{number // 2}"} for number, row in enumerate(SIX)]
    assert deliver(town, rows).code == 0
    first = published(town)["demandeur"].to_pylist()
    assert len(set(first)) == 3
    (town.root / "ladders").mkdir()  # something else, so that the delivery is read again
    (town.root / "ladders" / "autre.csv").write_text("a;b\n")
    assert deliver(town, rows).out.startswith("1.0.0")
    rows[0] = rows[0] | {"theme": "gaz"}
    assert deliver(town, rows).code == 0
    second = published(town)
    assert second["theme"].to_pylist().count("gaz") == 1
    assert not set(first) & set(second["demandeur"].to_pylist())
    manifest = town.latest("aides")
    assert manifest is not None
    assert len(manifest.provenance["pseudonym_key_id"]) == 16


def test_another_step_is_a_major_version_that_says_so(town: Town) -> None:
    declare(town)
    assert deliver(town, SIX).code == 0
    declare(town, {"age": COLUMNS["age"] | {"bands": {"edges": [18, 65]}}})
    assert deliver(town, SIX).code == 0
    manifest = town.latest("aides")
    assert manifest is not None
    assert manifest.number == "2.0.0"
    assert ("anonymisation-changed", "age") in {(cause.what, cause.detail) for cause in manifest.causes}


def test_another_step_does_not_hide_who_came(town: Town) -> None:
    declare(town)
    assert deliver(town, SIX).code == 0
    declare(town, {"age": COLUMNS["age"] | {"bands": {"edges": [18, 65]}}})
    result = deliver(town, [*SIX, person(9)])
    assert result.code == 12
    assert "earlier versions were made under other steps" in result.err
    assert town.latest("aides").number == "1.0.0"  # type: ignore[union-attr]


def test_what_is_refused_is_kept_as_long_as_the_declaration_says(town: Town) -> None:
    declare(town, retention=0)
    assert deliver(town, [*SIX, person(8, age="trente")]).code == 11
    assert len(json.loads(town.run("privacy", "held", "--json").out)) == 3
    assert deliver(town, SIX).code == 0
    assert json.loads(town.run("privacy", "held", "--json").out) == []


def test_the_best_steps_are_proposed_as_a_policy_that_can_be_pasted(town: Town) -> None:
    declare(town)
    assert deliver(town, SIX).code == 0
    source = str(town.depot("aides") / "aides.csv")
    result = town.run("privacy", "propose", "aides", "--source", source)
    assert result.code == 0, result.err
    assert "# instead: loss of detail" in result.out
    found = yaml.safe_load(result.out)["privacy"]
    assert found["columns"]["age"] == {"role": TRAIT, "action": "keep"}
    declare(town, found["columns"])
    assert town.run("check").code == 0


def test_a_table_is_proposed_with_the_columns_that_it_counts_by_and_can_be_pasted(town: Town) -> None:
    declare(town)
    assert deliver(town, SIX).code == 0
    path = town.root / "datasets" / "aides" / "dataset.yaml"
    content = yaml.safe_load(path.read_text("utf-8"))
    content["privacy"] |= {"unit": "none", "aggregate": {"by": ["age", "rue"]}}
    path.write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    result = town.run("privacy", "propose", "aides", "--source", str(town.depot("aides") / "aides.csv"))
    assert result.code == 0, result.err
    assert "of the rows counted in hidden cells" in result.out
    content["privacy"] = yaml.safe_load(result.out)["privacy"]
    assert set(content["privacy"]["aggregate"]["by"]) <= {"age", "rue"}
    path.write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    assert town.run("check").code == 0


def in_parts(town: Town) -> None:
    """The same dataset, whose years are delivered one by one."""
    declare(town, {"annee": {"role": "public", "action": "keep"}})
    path = town.root / "datasets" / "aides" / "dataset.yaml"
    content = yaml.safe_load(path.read_text("utf-8")) | {"update": "part", "part_key": ["annee"]}
    path.write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    schema = town.root / "schemas" / "aides.json"
    fields = json.loads(schema.read_text("utf-8"))["fields"]
    schema.write_text(json.dumps({"fields": [*fields, {"name": "annee", "type": "string"}]}), "utf-8")


def years(town: Town) -> Counter[str]:
    return Counter(published(town)["annee"].to_pylist())


def of_year(year: str, *numbers: int) -> list[dict[str, str]]:
    return [person(number, annee=year) for number in numbers]


def test_somebody_who_moves_from_one_part_to_another_is_seen_in_neither(town: Town) -> None:
    in_parts(town)
    assert deliver(town, [*of_year("2024", *range(8)), *of_year("2025", *range(20, 28))]).code == 0
    moved = [*of_year("2024", *range(1, 8)), *of_year("2025", 0, *range(20, 28))]
    assert "1 rows wait" in deliver(town, moved).out
    assert years(town) == {"2024": 8, "2025": 8}


def test_a_part_that_comes_back_under_another_name_without_somebody_is_refused(town: Town) -> None:
    in_parts(town)
    assert deliver(town, [*of_year("2024", *range(8)), *of_year("2025", *range(20, 28))]).code == 0
    write(town, of_year("2024-bis", *range(1, 8)))
    result = town.run("run", "aides", "--remove-part", "2024")
    assert result.code == 12
    assert "part 2024-bis is mostly a part that ended" in result.err
    assert years(town) == {"2024": 8, "2025": 8}


def test_a_new_part_with_too_few_people_waits_and_the_others_go_out(town: Town) -> None:
    in_parts(town)
    result = deliver(town, [*of_year("2024", *range(8)), *of_year("2025", 20)])
    assert result.code == 0, result.err
    assert "1 rows wait" in result.out
    assert years(town) == {"2024": 8}
