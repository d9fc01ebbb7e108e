"""Somebody asks to be forgotten: the row leaves every version, and the next run does not bring it back."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipelines.versions import Store

from ..installation import SIREN, Town, build_town, leaks
from ..test_a_new_dataset import CSV, town_with_benches

DATASET = "grc_signalements"


def published(root: Path) -> Town:
    built = build_town(root)
    assert built.run("run", DATASET).code == 0
    return built


@pytest.fixture
def town(tmp_path: Path) -> Town:
    return published(tmp_path / "town")


@pytest.fixture(scope="module")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """For commands that change nothing."""
    return published(tmp_path_factory.mktemp("untouched") / "town")


def keys(town: Town) -> list[str]:
    newest = town.latest(DATASET)
    assert newest is not None
    table = Store(town.root / "store").read_table(newest)
    return [str(key) for key in table["signalement_id"].to_pylist()]


def test_a_row_is_erased_and_stays_away_though_the_source_delivers_it(town: Town):
    first, *others = keys(town)
    done = town.run("erase", DATASET, "--key", f"signalement_id={first}")
    assert done.code == 0, done.err
    assert "1.0.0 is withdrawn." in done.out and "1.1.0 is published without it: " in done.out
    assert "Beyond reach" in done.out
    assert first not in keys(town)
    assert town.run("run", DATASET).code == 0
    assert first not in keys(town)
    assert set(keys(town)) <= set(others)


def test_no_byte_outside_the_work_area_tells_the_row_and_a_backup_remembers_the_erasure(town: Town, tmp_path: Path):
    first = keys(town)[0]
    assert leaks(town.root / "store", frozenset([f'"{first}"', f"\n{first},", f"'{first}'"]))
    town.run("erase", DATASET, "--key", f"signalement_id={first}")
    assert not leaks(town.root / "store", frozenset([f'"{first}"', f"\n{first},", f"'{first}'"]))
    tables = [pq.read_table(path) for path in (town.root / "store" / "files").rglob("*") if is_parquet(path)]
    assert tables and all(first not in table["signalement_id"].to_pylist() for table in tables)
    assert town.run("backup", str(tmp_path / "b.tar")).code == 0
    restored = Town(tmp_path / "elsewhere")
    assert restored.run("restore", str(tmp_path / "b.tar")).code == 0
    assert (restored.root / "work" / "erased" / SIREN / f"{DATASET}.json").is_file()


def is_parquet(path: Path) -> bool:
    return path.is_file() and path.read_bytes()[:4] == b"PAR1"


def test_a_row_that_no_version_holds_is_said_to_be_nowhere(untouched: Town):
    done = untouched.run("erase", DATASET, "--key", "signalement_id=not-there")
    assert (done.code, done.out) == (0, "No version holds this row.\n")
    newest = untouched.latest(DATASET)
    assert newest is not None and newest.number == "1.0.0"


@pytest.mark.parametrize(
    ("key", "words"),
    [("signalement_id", "expected COLUMN=VALUE"), ("service=1", "a row is named by signalement_id")],
)
def test_a_key_that_names_no_row_is_refused(untouched: Town, key: str, words: str):
    done = untouched.run("erase", DATASET, "--key", key)
    assert done.code == 10
    assert words in done.err


REFUSED = "0014;Devant chez Mme Ysaline Inventée;cher;31/03/2024;x\n"
NAMED = "0015;Devant chez Mme Ysaline Inventée;10,00;31/03/2024;x\n"


def held(town: Town, dataset: str = "bancs_publics") -> list[str]:
    """The kinds of files that are held back of the dataset."""
    folder = town.root / "work" / "held" / SIREN / dataset
    return sorted(path.name.split("-", 1)[1] for path in folder.iterdir())


def test_what_is_held_of_the_dataset_goes_with_the_row_and_a_run_makes_it_again(tmp_path: Path):
    town = town_with_benches(tmp_path)
    declared = town.root / "datasets" / "bancs_publics" / "dataset.yaml"
    declared.write_text(declared.read_text("utf-8") + "max_refused: 0.9\n", "utf-8")
    (town.depot("bancs_publics") / "bancs.csv").write_text(CSV + NAMED + REFUSED, "utf-8")
    assert town.run("run", "bancs_publics").code == 0
    all_kinds = ["names.csv", "refused.csv", "refused.html", "refused.xlsx"]
    other = town.root / "work" / "held" / SIREN / "grc_signalements" / "20240101T000000-refused.csv"
    other.parent.mkdir()
    other.write_text("another dataset's", "utf-8")
    assert held(town) == all_kinds
    for key, words in [("0012", "1.0.0 is withdrawn."), ("0012", "it was erased"), ("0099", "No version holds this")]:
        done = town.run("erase", "bancs_publics", "--key", f"banc_id={key}")
        assert done.code == 0 and words in done.out
        assert "4 files that were held back" in done.out and held(town) == []
        assert town.run("run", "bancs_publics").code == 0
        assert held(town) == all_kinds
    assert other.exists()
    assert town.run("erase", "bancs_publics", "--key", "prix=12").code == 10
    assert held(town) == all_kinds
