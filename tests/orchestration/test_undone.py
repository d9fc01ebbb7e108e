"""What an officer took back stays back, although the schedule finds the same export again."""

import shutil
import stat
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from pipelines.state import PortalOutcome, record_on_portal
from pipelines.versions.undone import Undone
from tests.installation import SIREN, Town, build_town


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """1.0.0 from the first export, 1.1.0 from the export of today, which turns out to be wrong."""
    town = build_town(tmp_path_factory.mktemp("town"))
    older = sorted(town.depot("budget").glob("*.xml"))
    assert town.run("run", "budget", "--source", str(older[0])).code == 0
    assert town.run("run", "budget").code == 0
    assert town.latest("budget").number == "1.1.0"
    return town


@pytest.fixture
def town(published: Town, tmp_path: Path) -> Town:
    """The same installation, in its own folder."""
    shutil.copytree(published.root, tmp_path / "town", symlinks=True)
    return Town(tmp_path / "town")


def test_after_a_rollback_the_same_export_publishes_nothing(town: Town) -> None:
    assert town.run("rollback", "budget", "1.0.0").code == 0
    rolled_back = town.latest("budget").number
    result = town.run("run", "budget")
    assert result.code == 11
    assert "--again" in result.err
    assert town.latest("budget").number == rolled_back


def test_a_rollback_says_which_portal_shows_the_wrong_version_still(town: Town) -> None:
    config = yaml.safe_load((town.root / "parvis.yaml").read_text("utf-8"))
    config["portals"] = {"ckan": {"kind": "ckan", "url": "http://127.0.0.1:1"}}
    (town.root / "parvis.yaml").write_text(yaml.safe_dump(config | {"locale": "en"}), "utf-8")
    shown = PortalOutcome(SIREN, town.slug, "budget", "ckan", "1.1.0", "published", "2026-03-02", address="http://x/b")
    record_on_portal(town.root / "state.db", shown)
    result = town.run("rollback", "budget", "1.0.0")
    assert "ckan shows 1.1.0 still: `parvis publish budget --portal ckan` brings" in result.out


def test_after_a_withdrawal_the_same_export_publishes_nothing(town: Town) -> None:
    assert town.run("withdraw", "budget", "1.1.0", "--reason", "personal-data").code == 0
    assert town.run("run", "budget").code == 11
    assert town.latest("budget").number == "1.0.0"


def test_a_mended_export_is_published(town: Town) -> None:
    town.run("rollback", "budget", "1.0.0")
    wrong = town.depot("budget") / "budget_primitif_2024.xml"
    wrong.unlink()
    assert town.run("run", "budget").code == 0


def test_an_officer_may_publish_again_what_was_taken_back(town: Town) -> None:
    town.run("rollback", "budget", "1.0.0")
    before = town.latest("budget").row_count
    assert town.run("run", "budget", "--again").code == 0
    assert town.latest("budget").row_count > before


def test_going_forward_again_is_a_rollback_too(town: Town) -> None:
    town.run("rollback", "budget", "1.0.0")
    town.run("rollback", "budget", "1.1.0")
    result = town.run("run", "budget")
    assert result.code == 0, result.err


def test_a_backup_holds_what_was_taken_back_and_comes_back_as_private_as_it_was(town: Town, tmp_path: Path) -> None:
    town.run("rollback", "budget", "1.0.0")
    assert town.run("backup", str(tmp_path / "b.tar")).code == 0
    restored = Town(tmp_path / "restored")
    assert restored.run("restore", str(tmp_path / "b.tar")).code == 0
    work = restored.root / "work"
    private = [work, *(path for path in work.rglob("*") if path.is_dir())]
    assert {path.name for path in private} >= {"work", "keys", "undone"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in private} == {0o700}
    (restored.root / "depot").symlink_to(town.root / "depot")
    assert restored.run("run", "budget").code == 11


def test_a_run_that_failed_to_publish_it_again_leaves_it_taken_back(town: Town) -> None:
    town.run("withdraw", "budget", "1.1.0", "--reason", "personal-data")
    wrong = town.depot("budget") / "budget_primitif_2024.xml"
    whole = wrong.read_bytes()
    wrong.write_bytes(whole[: len(whole) // 2])
    assert town.run("run", "budget", "--again").code == 14
    assert town.run("run", "budget", "--again", "--source", "none.xml").code == 14
    wrong.write_bytes(whole)
    assert town.run("run", "budget").code == 11
    assert town.latest("budget").number == "1.0.0"


def test_what_one_organisation_publishes_again_stays_back_for_the_others(town: Town) -> None:
    town.run("rollback", "budget", "1.0.0")
    other = Undone(town.root / "work" / "undone")
    taken = replace(town.latest("budget"), siren="219900024")
    other.remember([taken])
    assert town.run("run", "budget", "--again").code == 0
    assert other.holds("219900024", "budget", taken.provenance)
    assert not other.holds(SIREN, "budget", town.latest("budget").provenance)
