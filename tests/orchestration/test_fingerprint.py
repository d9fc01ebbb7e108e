"""A run that would meet what the last one met gives its answer at once; whatever differs is run whole."""

import json
import shutil
from pathlib import Path

import pytest

from pipelines.orchestration import flow
from tests.installation import SIREN, Town, build_town


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Town:
    town = build_town(tmp_path_factory.mktemp("town"))
    assert town.run("run", "budget").code == 0
    return town


@pytest.fixture
def town(published: Town, tmp_path: Path) -> Town:
    """The same installation, in its own folder."""
    shutil.copytree(published.root, tmp_path / "town", symlinks=True)
    return Town(tmp_path / "town")


@pytest.fixture
def whole_runs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The datasets whose sources were read."""
    read: list[str] = []
    extract_all = flow.extract_all

    def counted(request: flow.Request, references: object) -> object:
        read.append(request.dataset.name)
        return extract_all(request, references)  # type: ignore[arg-type]

    monkeypatch.setattr(flow, "extract_all", counted)
    return read


def test_the_same_again_reads_nothing_and_tells_the_same(town: Town, whole_runs: list[str]) -> None:
    first, again = (json.loads(town.run("run", "budget", "--json").out)[0] for _time in range(2))
    assert whole_runs == []
    assert (again["status"], again["version"], again["rows_read"]) == ("unchanged", "1.0.0", first["rows_read"])


def change_source(town: Town) -> None:
    source = town.example("budget", ".xml")
    source.write_bytes(source.read_bytes().replace(b"</", b"</", 1) + b"\n")


def change_declaration(town: Town) -> None:
    folder = town.root / "datasets" / "budget"
    shutil.copytree(Path("datasets/budget"), folder)
    path = folder / "dataset.yaml"
    path.write_text(path.read_text("utf-8").replace("finances locales", "finances"), "utf-8")


def change_suite(town: Town) -> None:
    path = town.root / "quality" / "budget.yaml"
    path.write_text(Path("quality/budget.yaml").read_text("utf-8") + "\n", "utf-8")


def change_charts(town: Town) -> None:
    shutil.copytree("quality/nomenclatures/plans", town.root / "quality/nomenclatures/plans")


def change_store(town: Town) -> None:
    town.run("withdraw", "budget", "1.0.0", "--reason", "error")
    shutil.rmtree(town.root / "work" / "undone")


def change_memory_of_erasures(town: Town) -> None:
    path = town.root / "work" / "erased" / SIREN / "budget.json"
    path.parent.mkdir(parents=True)
    path.write_text("[]")


def lose_state(town: Town) -> None:
    (town.root / "state.db").unlink()


@pytest.mark.parametrize(
    "change",
    [
        change_source,
        change_declaration,
        change_suite,
        change_charts,
        change_store,
        change_memory_of_erasures,
        lose_state,
    ],
    ids=lambda change: change.__name__,
)
def test_whatever_differs_is_run_whole(town: Town, whole_runs: list[str], change) -> None:
    change(town)
    assert town.run("run", "budget").code == 0
    assert whole_runs == ["budget"]


def test_a_damaged_memory_is_no_obstacle(town: Town, whole_runs: list[str]) -> None:
    (town.root / "state.db").write_text("no database")
    assert town.run("run", "budget").code == 0
    assert whole_runs == ["budget"]
