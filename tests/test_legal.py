"""`legal:` of parvis.yaml: written by `parvis init`, told by `parvis check` where it is incomplete."""

from pathlib import Path

import yaml

from pipelines.legal import MANDATORY, Legal
from tests.installation import build_town


def write_legal(root: Path, **said: str) -> None:
    path = root / "parvis.yaml"
    config = yaml.safe_load(path.read_text("utf-8"))
    config["legal"] = config.get("legal", {}) | said
    path.write_text(yaml.safe_dump(config, allow_unicode=True), "utf-8")


def test_a_new_installation_has_every_key_and_check_names_those_that_say_nothing(tmp_path: Path) -> None:
    town = build_town(tmp_path)
    written = yaml.safe_load((town.root / "parvis.yaml").read_text("utf-8"))["legal"]
    assert list(written) == list(Legal.model_fields)
    assert written["publisher"] == "Saint-Parvis-sur-Loire"
    checked = town.run("check")
    line = next(line for line in checked.out.splitlines() if "legal.address" in line)
    assert line.startswith("! ")
    assert "legal.publisher" not in line
    assert checked.code == 0


def test_nothing_is_said_where_all_is_there(tmp_path: Path) -> None:
    town = build_town(tmp_path)
    write_legal(town.root, **dict.fromkeys(MANDATORY, "x"))
    assert "legal." not in town.run("check").out


def test_the_one_organisation_of_an_older_installation_is_its_publisher(tmp_path: Path) -> None:
    town = build_town(tmp_path)
    write_legal(town.root, publisher="")
    assert "legal.publisher" not in town.run("check").out
    assert town.run("organisations", "add", "219900024", "--name", "Parvis-le-Vieux").code == 0
    assert "legal.publisher" in town.run("check").out


def test_an_unknown_key_is_refused_with_the_nearest(tmp_path: Path) -> None:
    town = build_town(tmp_path)
    write_legal(town.root, adress="x")
    refused = town.run("check")
    assert refused.code == 10
    assert "adress" in refused.err
    assert "address" in refused.err
