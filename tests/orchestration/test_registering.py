"""A register that cannot be signed: what is published stays told so, and what is to go goes."""

import json
import shutil
from pathlib import Path

import pytest

from pipelines.signing import PUBLISHED
from pipelines.versions import Store
from tests.installation import SIREN, Town, build_town

GRC = "grc_signalements"


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Town:
    town = build_town(tmp_path_factory.mktemp("town"))
    assert [town.run("run", dataset).code for dataset in ("budget", GRC)] == [0, 0]
    return town


@pytest.fixture
def town(published: Town, tmp_path: Path) -> Town:
    return Town(Path(shutil.copytree(published.root, tmp_path / "town", symlinks=True)))


def lose_key(town: Town) -> None:
    (town.root / "work" / "keys" / "signing.key").unlink()


def damage_public_keys(town: Town) -> None:
    (town.root / PUBLISHED).write_text("damaged")


LOST = pytest.mark.parametrize("lose", [lose_key, damage_public_keys], ids=lambda lose: lose.__name__)


@LOST
def test_a_version_is_withdrawn_and_portals_are_told_though_its_register_cannot_be_signed(town: Town, lose):
    lose(town)
    done = town.run("withdraw", "budget", "1.0.0", "--reason", "personal-data")
    assert "1.0.0 is withdrawn." in done.out and "Beyond reach" in done.out
    assert done.code == 10 and "budget: the register of its versions is not signed" in done.err
    assert town.latest("budget") is None


def test_a_version_is_withdrawn_and_portals_are_told_whatever_became_of_the_declarations(town: Town):
    (town.root / "datasets" / "broken").mkdir(parents=True)
    (town.root / "datasets" / "broken" / "dataset.yaml").write_text("name: [")
    done = town.run("withdraw", "budget", "1.0.0", "--reason", "personal-data")
    assert (done.code, done.err) == (0, "") and "Beyond reach" in done.out


@LOST
def test_a_row_is_erased_and_portals_are_told_though_what_is_left_cannot_be_attested(town: Town, lose):
    newest = town.latest(GRC)
    assert newest
    row = Store(town.root / "store").read_table(newest)["signalement_id"][0].as_py()
    lose(town)
    done = town.run("erase", GRC, "--key", f"signalement_id={row}")
    assert "1.0.0 is withdrawn." in done.out and "Beyond reach" in done.out
    assert "The rest is not published again" in done.out
    assert done.code == 10 and "is not signed" in done.err
    assert town.latest(GRC) is None


@LOST
def test_nothing_is_rolled_back_that_cannot_be_attested(town: Town, lose):
    lose(town)
    done = town.run("rollback", "budget", "1.0.0")
    assert done.code == 10 and done.out == ""
    assert not (town.root / "work" / "undone").exists()


def test_a_version_that_is_published_is_told_so_though_its_register_cannot_be_kept(tmp_path: Path):
    town = build_town(tmp_path / "town")
    place = town.root / "store" / "datasets" / SIREN / "budget" / "register"
    place.parent.mkdir(parents=True)
    place.write_text("no folder")
    done = town.run("run", "budget", "--json")
    told = json.loads(done.out)[0]
    assert (told["status"], told["version"], told["address"][-8:]) == ("published", "1.0.0", "/budget/")
    assert "the register of its versions is not signed" in told["warnings"][-1]
