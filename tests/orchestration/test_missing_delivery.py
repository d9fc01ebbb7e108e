"""An export that no longer arrives is told, to whom it concerns and to nobody else."""

import json
from pathlib import Path

import pytest

from tests.installation import Town, build_town

BP = "bp_projets"
NEIGHBOUR, NEWCOMER = "parvis-le-vieux", "parvis-le-neuf"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """Two towns that deliver and have published, and one that never did."""
    town = build_town(tmp_path_factory.mktemp("town"))
    for siren, slug in (("219900024", NEIGHBOUR), ("219900032", NEWCOMER)):
        assert town.run("organisations", "add", siren, "--name", slug, "--slug", slug).code == 0
    deliver(town)
    assert town.run("run", BP).code == 0
    return town


def delivery(town: Town) -> Path:
    return town.root / "depot" / NEIGHBOUR / BP / "projets.csv"


def deliver(town: Town) -> None:
    delivery(town).parent.mkdir(parents=True, exist_ok=True)
    delivery(town).write_bytes(town.example(BP, ".csv").read_bytes())


def errors(town: Town) -> dict[str, str]:
    lines = json.loads(town.run("status", "--json").out)
    return {one["organisation"]: one["error"] for one in lines if one["dataset"] == BP and one["error"]}


def test_a_town_whose_file_is_missing_is_told_until_it_is_there_again(town: Town) -> None:
    delivery(town).unlink()
    told = {NEIGHBOUR: f"{BP}: no file at depot/{NEIGHBOUR}/{BP}/*. Put the export there, or name it with --source."}
    for _again in range(2):
        ended = town.run("run", BP, "--json")
        assert ended.code == 14
        assert [one["status"] for one in json.loads(ended.out)] == ["unchanged", "refused"]
        assert errors(town) == told
    deliver(town)
    assert town.run("run", BP).code == 0
    assert errors(town) == {}


def test_a_town_that_published_a_file_named_by_hand_is_not_missed(town: Town) -> None:
    file = town.root / "projets.csv"
    delivery(town).rename(file)
    assert town.run("run", BP, "--source", str(file), "--organisation", "219900024").code == 0
    assert town.run("run", BP).code == 0
    assert errors(town) == {}


def test_where_no_file_is_left_at_all_everybody_who_published_is_told(town: Town) -> None:
    for path in town.depot(BP).iterdir():
        path.unlink()
    assert town.run("run", BP).code == 14
    assert set(errors(town)) == {town.slug, NEIGHBOUR}
