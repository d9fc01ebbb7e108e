"""What Dagster keeps and shows of a run: what is so, over whom it is so, and no word that may name a person."""

import re
import shutil
import threading
from contextlib import ExitStack
from pathlib import Path

import dagster as dg
import pytest

from pipelines.alone import alone
from pipelines.declarations import read_datasets
from pipelines.orchestration.assets import step_name
from pipelines.orchestration.code_location import build_definitions
from pipelines.orchestration.request import Order
from pipelines.orchestration.runner import STAGES, run_order
from pipelines.settings import read_installation
from pipelines.state import PortalOutcome, outcomes, portal_outcomes, record_on_portal
from pipelines.versions import Store
from tests.installation import SIREN, SLUG, Town, build_town

BUDGET = "budget"
OTHER = "219900024"
LISTED = (
    "siren,slug,name,code_insee,kind,contact_email,shard\n"
    f"{SIREN},{SLUG},Saint-Parvis,,commune,,loire\n{OTHER},parvis-le-vieux,Parvis-le-Vieux,,commune,,loire\n"
    "219900032,bourg,Bourg,,commune,,cher\n"
)
PARTS = [dg.AssetKey([BUDGET, stage]) for stage in STAGES]


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Town:
    town = build_town(tmp_path_factory.mktemp("town"))
    for source in town.depot(BUDGET).iterdir():
        if source != town.example(BUDGET, ".xml"):
            source.unlink()
    assert town.run("run", BUDGET).code == 0
    return town


@pytest.fixture
def town(first: Town, tmp_path: Path) -> Town:
    """Two towns in one shard, each with a delivery, and a third in another shard without any."""
    shutil.copytree(first.root, tmp_path / "town", symlinks=True)
    town = Town(tmp_path / "town")
    (town.root / "organisations.csv").write_text(LISTED, "utf-8")
    depot = town.root / "depot" / "parvis-le-vieux" / BUDGET
    depot.mkdir(parents=True)
    content = town.example(BUDGET, ".xml").read_bytes()
    (depot / "ca.xml").write_bytes(
        content.replace(b"21990001600011", b"21990002400015").replace(b"21990001600029", b"21990002400023")
    )
    return town


def run(
    town: Town,
    partition: str = "loire",
    job: str = f"{BUDGET}_to_version",
    selection: list[dg.AssetKey] | None = None,
    config: dict[str, object] | None = None,
) -> dg.ExecuteInProcessResult:
    """One run of Dagster's own."""
    definitions = build_definitions(read_installation(town.root), town.settings())
    with dg.DagsterInstance.from_config(str(town.root / ".dagster")) as instance:
        return definitions.resolve_job_def(job).execute_in_process(
            run_config={"ops": {step_name(BUDGET): {"config": config or {}}}},
            instance=instance,
            partition_key=partition,
            asset_selection=selection,
            raise_on_error=False,
        )


def verdicts(result: dg.ExecuteInProcessResult) -> dict[str, tuple[bool, int]]:
    """Each check that was told: whether it passed, and over how many organisations."""
    counted = {one.check_name: one.metadata.get("organisations") for one in result.get_asset_check_evaluations()}
    passed = {one.check_name: one.passed for one in result.get_asset_check_evaluations()}
    return {name: (passed[name], int(count.value) if count else 0) for name, count in counted.items()}


def why(result: dg.ExecuteInProcessResult) -> str:
    (failed,) = [one for one in result.all_events if one.event_type_value == "STEP_FAILURE"]
    told = failed.event_specific_data
    return told.user_failure_data.description if told.user_failure_data else told.error.to_string()


def kept_by_dagster(town: Town) -> bytes:
    return b"".join(path.read_bytes() for path in (town.root / ".dagster").rglob("*") if path.is_file())


def deliver_broken(town: Town, name: str) -> None:
    (town.depot(BUDGET) / name).write_bytes(town.example(BUDGET, ".xml").read_bytes()[:200])


def deliver_amounts_in_words(town: Town) -> None:
    source = town.example(BUDGET, ".xml")
    source.write_bytes(re.sub(rb'<MtPrev V="[^"]*"', b'<MtPrev V="douze"', source.read_bytes()))


def test_no_file_name_and_no_private_path_is_kept_by_dagster_where_a_file_is_refused(town: Town) -> None:
    deliver_broken(town, "plainte de Madame Zorglubine 0612345678.xml")
    for ended in (run(town), run(town, job=f"{BUDGET}_to_portals")):
        assert why(ended) == f"{SLUG}: source. `parvis status` says why."
    kept = kept_by_dagster(town)
    assert b"Zorglubine" not in kept and b"0612345678" not in kept
    assert "Zorglubine" in town.run("status").out


def test_the_path_of_held_rows_is_not_kept_by_dagster(town: Town) -> None:
    deliver_amounts_in_words(town)
    assert why(run(town)) == f"{SLUG}: data. `parvis status` says why."
    assert b"-refused" not in kept_by_dagster(town)
    assert "-refused" in town.run("status").out


def test_a_part_of_the_way_is_no_run(town: Town) -> None:
    (town.depot(BUDGET) / "other.xml").write_bytes(town.example(BUDGET, ".xml").read_bytes() + b"\n")
    before = [one.ended_at for one in outcomes(town.root / "state.db")]
    assert "raw, valid, anonymous, checked, version together" in why(run(town, selection=PARTS[:1]))
    assert [one.ended_at for one in outcomes(town.root / "state.db")] == before


def test_a_check_is_told_over_who_came_to_it_and_fails_for_its_own_reason_alone(town: Town) -> None:
    deliver_broken(town, "ca-2.xml")
    assert verdicts(run(town)) == {
        "every_column_declared": (True, 1),
        "refused_rows_within_bound": (True, 1),
        "expectations_met": (True, 1),
    }


def test_one_shard_s_checks_are_not_those_of_another(town: Town) -> None:
    listed = town.root / "organisations.csv"
    listed.write_text(LISTED.replace("Vieux,,commune,,loire", "Vieux,,commune,,cher"), "utf-8")
    deliver_amounts_in_words(town)
    assert (run(town, "loire").success, run(town, "cher").success) == (False, True)
    key = dg.AssetCheckKey(dg.AssetKey([BUDGET, "valid"]), "refused_rows_within_bound")
    with dg.DagsterInstance.from_config(str(town.root / ".dagster")) as instance:
        told = instance.event_log_storage.get_asset_check_execution_history(key, 10)
    by_shard = {one.partition: one.status.value for one in told if one.partition}
    assert by_shard == {"loire": "FAILED", "cher": "SUCCEEDED"}


def test_a_run_of_one_town_leaves_the_counts_and_checks_of_its_shard(town: Town) -> None:
    whole, alone_ = run(town), run(town, config={"organisation": OTHER})
    assert (len(verdicts(whole)), len(whole.get_asset_materialization_events())) == (3, 5)
    assert (verdicts(alone_), alone_.get_asset_materialization_events()) == ({}, [])
    assert {one.partition for one in alone_.get_asset_observation_events()} == {"loire"}


def test_a_town_is_run_in_its_own_shard_alone(town: Town) -> None:
    refused = run(town, "cher", config={"organisation": OTHER})
    assert "219900024" in why(refused) and "loire" in why(refused)
    assert Store(town.root / "store").latest(OTHER, BUDGET) is None


def test_each_town_is_told_before_the_next_is_run(town: Town) -> None:
    installation = read_installation(town.root)
    (budget,) = [one for one in read_datasets(installation.declaration_roots) if one.name == BUDGET]
    told = run_order(Order(budget, installation.in_shard("loire")), installation, town.settings())
    assert next(told).outcome.siren == SIREN
    assert OTHER not in {one.siren for one in outcomes(installation.state)}
    assert [one.outcome.siren for one in told] == [OTHER]


def test_a_shard_without_a_delivery_is_no_failure(town: Town) -> None:
    ended = run(town, "cher")
    assert ended.success
    assert (verdicts(ended), ended.get_asset_materialization_events()) == ({}, [])


def test_the_command_says_that_nothing_was_delivered(town: Town) -> None:
    refused = town.run("run", BUDGET, "--organisation", "219900032")
    assert (refused.code, "depot/bourg/budget" in refused.err) == (14, True)
    assert town.run("run", BUDGET).code == 0


def add_a_portal_that_never_answers(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    config = town.root / "parvis.yaml"
    portal = 'portals:\n  ckan: {kind: ckan, url: "http://127.0.0.1:9", datasets: [budget]}'
    config.write_text(config.read_text("utf-8").replace("portals: {}", portal), "utf-8")
    for name, value in {"CKAN_TOKEN": "t", "PATIENCE_SECONDS": "0", "TIMEOUT_SECONDS": "2"}.items():
        monkeypatch.setenv(f"PARVIS_PORTAL_{name}", value)


def test_without_a_delivery_the_portals_that_wait_are_asked_again(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    add_a_portal_that_never_answers(town, monkeypatch)
    earlier = "2026-01-01T00:00:00+00:00"
    waiting = PortalOutcome(SIREN, SLUG, BUDGET, "ckan", "1.0.0", "waiting", earlier)
    record_on_portal(town.root / "state.db", waiting)
    shutil.rmtree(town.depot(BUDGET))
    shutil.rmtree(town.root / "depot" / "parvis-le-vieux")
    ended = run(town, job=f"{BUDGET}_to_portals")
    assert why(ended) == f"{SLUG}: source; {SLUG}, ckan: waiting. `parvis status` says why."
    (line,) = portal_outcomes(town.root / "state.db")
    assert (line.waiting_since, line.ended_at > earlier) == (earlier, True)


def test_a_portal_that_never_answered_is_not_as_published(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    add_a_portal_that_never_answers(town, monkeypatch)
    ended = run(town, job=f"{BUDGET}_to_portals", selection=[dg.AssetKey([BUDGET, "published"])])
    assert verdicts(ended)["as_published_on_portals"][0] is False
    definitions = build_definitions(read_installation(town.root), town.settings())
    with dg.DagsterInstance.ephemeral() as instance:
        sensor = definitions.resolve_sensor_def(f"{BUDGET}_portals_sensor")
        events = sensor(dg.build_sensor_context(instance=instance, definitions=definitions)).asset_events
    assert [(one.partition, one.passed) for one in events] == [("loire", False)]


def test_a_run_waits_for_another_at_the_same_town(town: Town) -> None:
    with ExitStack() as other:
        other.enter_context(alone(town.root / "work", SIREN, BUDGET))
        threading.Timer(1, other.pop_all().close).start()
        assert run(town).success
