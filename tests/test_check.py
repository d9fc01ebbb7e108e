"""`parvis init` and `parvis check`: what would stop a run, or lead nowhere, is told before the first one."""

import json
import shutil
from pathlib import Path

import pytest
import yaml

from pipelines.declarations import json_schema
from tests.installation import SLUG, Result, Town, build_town


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return build_town(tmp_path)


def check(town: Town, **config: object) -> Result:
    path = town.root / "parvis.yaml"
    path.write_text(yaml.safe_dump({**yaml.safe_load(path.read_text("utf-8")), **config}), "utf-8")
    return town.run("check")


def portal(**declared: object) -> dict[str, object]:
    """A portal that harvests: nothing is asked of it."""
    return {"portals": {"ville": {"kind": "ckan", "url": "https://ckan.example.org", **declared}}}


def init(root: Path, *options: str) -> Result:
    return Town(root).run("init", "--siren", "219900016", "--name", "Saint-Parvis-sur-Loire", *options)


def test_a_wrong_address_leaves_nothing_that_bars_the_next_try(tmp_path: Path) -> None:
    result = init(tmp_path / "town", "--public-url", "exemple.fr")
    assert (result.code, (tmp_path / "town").exists()) == (10, False)
    assert "public_url: expected an address that starts with http://" in result.err
    assert init(tmp_path / "town", "--public-url", "https://exemple.fr").code == 0


def test_an_installation_that_is_not_whole_is_checked_too(town: Town) -> None:
    shutil.rmtree(town.root / "schemas")
    assert "✓" in check(town).out


def test_the_first_thing_to_do_can_be_done(tmp_path: Path) -> None:
    said = init(tmp_path / "town").out
    assert f"depot/{SLUG}/budget/" in said
    assert {path.name for path in (tmp_path / "town/depot" / SLUG).iterdir()} >= {"budget", "bp_projets"}
    missing = Town(tmp_path / "town").run("run", "budget")
    assert (missing.code, f"no file at depot/{SLUG}/budget/*.xml" in missing.err) == (14, True)


def test_an_editor_finds_the_schema_of_declarations_where_their_first_line_says(tmp_path: Path) -> None:
    init(tmp_path)
    (tmp_path / "datasets/petitions").mkdir()
    said = (tmp_path / "datasets/petitions/../../schemas/dataset.schema.json").read_text("utf-8")
    assert json.loads(said) == json_schema()
    path = tmp_path / "schemas/dataset.schema.json"
    path.write_text("{}", "utf-8")  # of an earlier Parvis
    Town(tmp_path).run("check")
    assert path.read_text("utf-8") == said


@pytest.mark.parametrize("key", ["datasets", "harvested"])
def test_a_portal_of_an_unknown_dataset_would_never_get_it(town: Town, key: str) -> None:
    result = check(town, **portal(**{key: ["budgets"]}))
    assert (result.code, f"portals.ville.{key}: no dataset “budgets” (did you mean “budget”?)" in result.out) == (
        10,
        True,
    )


def test_a_portal_of_a_site_that_only_this_machine_reaches_is_told(town: Town) -> None:
    assert "public_url" not in check(town).out
    told = check(town, **portal(harvested=["budget"]))
    assert (told.code, "! public_url: this machine alone reaches it" in told.out) == (0, True)
    assert "public_url" not in check(town, public_url="https://donnees.example.org").out


def test_a_declaration_that_every_run_would_refuse_is_refused(town: Town) -> None:
    declared = town.root / "datasets" / "budget"
    declared.mkdir(parents=True)
    bundled = Path(__file__).parents[1] / "datasets/budget/dataset.yaml"
    content = yaml.safe_load(bundled.read_text("utf-8")) | {"contact": "od@exemple-ville.fr"}
    (declared / "dataset.yaml").write_text(yaml.safe_dump(content), "utf-8")
    told = check(town)
    assert (told.code, "“contact” (1 × e-mail address)" in told.out) == (12, True)
    content["privacy"]["contacts"] = ["exemple-ville.fr"]
    (declared / "dataset.yaml").write_text(yaml.safe_dump(content), "utf-8")
    assert check(town).code == 0
