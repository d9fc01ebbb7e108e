"""`parvis remake`: an auditor with the source and the key gets the published bytes again, or is told what differs."""

import json
import shutil
from pathlib import Path

import pytest

from pipelines.versions import Store
from tests.installation import Town, build_town


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """Two versions of two parts: the second run brought the second file beside the first."""
    town = build_town(tmp_path_factory.mktemp("town"))
    first, *others = sources(town)
    assert town.run("run", "budget", "--source", str(first)).code == 0
    for other in others:
        assert town.run("run", "budget", "--source", str(other)).code == 0
    return town


def sources(town: Town) -> list[Path]:
    return sorted(town.depot("budget").glob("*.xml"))


def test_every_version_is_made_again_from_its_own_source(town: Town) -> None:
    numbers = [one["number"] for one in json.loads(town.run("versions", "budget", "--json").out)]
    assert len(numbers) == len(sources(town)) > 1
    for number, source in zip(numbers, sources(town), strict=True):
        result = town.run("remake", "budget", number, "--source", str(source))
        assert (result.code, result.err) == (0, "")
        assert result.out.startswith(f"{number} ")


def test_another_source_does_not_give_the_version(town: Town) -> None:
    result = town.run("remake", "budget", "1.0.0", "--source", str(sources(town)[1]), "--json")
    assert result.code == 15
    told = json.loads(result.out)
    assert "budget.csv" in told["differing"]
    assert told["changed"] == ["source_hmac"]


def test_another_key_is_told(town: Town, tmp_path: Path) -> None:
    other = build_town(tmp_path)
    first = sources(town)[0]
    assert other.run("run", "budget", "--source", str(first)).code == 0
    key = other.root / "work" / "keys" / "installation.key"
    key.write_bytes(bytes(reversed(key.read_bytes())))
    result = other.run("remake", "budget", "1.0.0", "--source", str(first), "--json")
    assert (result.code, json.loads(result.out)["differing"]) == (15, ["datapackage.json"])


def test_a_version_that_is_not_there_is_refused(town: Town) -> None:
    result = town.run("remake", "budget", "9.0.0", "--source", str(sources(town)[0]))
    assert result.code == 15
    assert "9.0.0" in result.err


def test_nothing_is_written(town: Town) -> None:
    before = sorted(path for path in (town.root / "store").rglob("*") if path.is_file())
    town.run("remake", "budget", "1.0.0", "--source", str(sources(town)[0]))
    assert sorted(path for path in (town.root / "store").rglob("*") if path.is_file()) == before


def test_a_version_that_says_again_what_an_earlier_one_said_is_made_again(town: Town, tmp_path: Path) -> None:
    shutil.copytree(town.root, tmp_path / "town", symlinks=True)
    undone = Town(tmp_path / "town")
    assert undone.run("rollback", "budget", "1.0.0").code == 0
    number = undone.latest("budget").number
    result = undone.run("remake", "budget", number, "--source", str(sources(town)[0]))
    assert (result.code, result.err) == (0, ""), result.out


def test_a_version_without_an_erased_row_is_made_again(tmp_path: Path) -> None:
    town = build_town(tmp_path)
    assert town.run("run", "grc_signalements").code == 0
    row = Store(town.root / "store").read_table(town.latest("grc_signalements"))["signalement_id"][0].as_py()
    assert town.run("erase", "grc_signalements", "--key", f"signalement_id={row}").code == 0
    number = town.latest("grc_signalements").number
    delivered = [f"--source={path}" for path in sorted(town.depot("grc_signalements").iterdir())]
    result = town.run("remake", "grc_signalements", number, *delivered)
    assert (result.code, result.err) == (0, ""), result.out
