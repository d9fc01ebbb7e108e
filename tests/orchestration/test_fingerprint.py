"""A run that would meet what the last one met is not run: its answer is given; whatever differs is run whole."""

import json
import shutil
from pathlib import Path

import dagster as dg
import pytest

from pipelines.alone import alone
from pipelines.orchestration import flow, unchanged
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


def history(town: Town) -> tuple[int, list[dg.AssetObservation | None]]:
    """How many runs Dagster knows, and what it was told of looks at the dataset."""
    with dg.DagsterInstance.from_config(str(town.root / ".dagster")) as instance:
        looks = instance.fetch_observations(dg.AssetKey(["budget", "version"]), limit=10).records
        return len(instance.get_runs()), [look.event_log_entry.asset_observation for look in looks]


def test_nothing_new_starts_no_run_and_dagster_shows_that_somebody_looked(town: Town) -> None:
    assert town.run("run", "budget").code == 0
    (runs, looks) = history(town)
    assert runs == 1
    (look,) = looks
    assert look and (look.metadata["unchanged"].value, look.metadata["dagster/row_count"].value) == (1, 79)


def test_one_new_delivery_of_many_is_run_with_all(town: Town) -> None:
    add_a_neighbour(town)
    ends = json.loads(town.run("run", "budget", "--json").out)
    assert {one["organisation"]: one["status"] for one in ends} == {
        "saint-parvis-sur-loire": "unchanged",
        "parvis-le-vieux": "published",
    }
    assert history(town)[0] == 2


def add_a_neighbour(town: Town) -> None:
    town.run("organisations", "add", "219900024", "--name", "Parvis-le-Vieux")
    depot = town.root / "depot" / "parvis-le-vieux" / "budget"
    depot.mkdir(parents=True)
    content = town.example("budget", ".xml").read_bytes()
    (depot / "ca.xml").write_bytes(
        content.replace(b"21990001600011", b"21990002400015").replace(b"21990001600029", b"21990002400023")
    )


def test_once_one_must_be_run_nobody_else_is_asked_before_the_run(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    add_a_neighbour(town)
    town.run("run", "budget")
    shutil.rmtree(town.root / "work" / "undone", ignore_errors=True)
    change_source(town)
    asked: list[str] = []
    answered = unchanged.answered

    def counted(request: flow.Request, *others: object) -> object:
        asked.append(request.organisation.slug)
        return answered(request, *others)  # type: ignore[arg-type]

    monkeypatch.setattr(unchanged, "answered", counted)
    assert town.run("run", "budget").code == 0
    assert asked == ["saint-parvis-sur-loire"]


def test_shards_are_looked_at_one_by_one(town: Town) -> None:
    listed = town.root / "organisations.csv"
    listed.write_text(
        "".join(f"{line}{'' if line.startswith('siren') else 'est'}\n" for line in listed.read_text("utf-8").split())
    )
    assert [town.run("run", "budget").code for _time in range(2)] == [0, 0]
    runs, looks = history(town)
    assert (runs, [look and look.partition for look in looks]) == (2, ["est"])


def test_who_works_on_the_dataset_is_not_disturbed(town: Town) -> None:
    with alone(town.root / "work", SIREN, "budget"):
        result = town.run("run", "budget")
    assert result.code == 15
    assert "another command is at work on it" in result.err


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
