"""What Dagster shows of an installation: the same assets, checks, jobs, and a schedule per dataset."""

import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import dagster as dg
import pytest

from pipelines.declarations import Dataset, read_datasets
from pipelines.orchestration.code_location import build_definitions
from pipelines.orchestration.overview import next_run
from pipelines.settings import Settings, read_installation
from tests.installation import build_town

CHECKOUT = Path(__file__).parent.parent.parent
STAGES = ["raw", "valid", "anonymous", "checked", "version", "published"]
DATASETS = ["bp_projets", "budget", "grc_signalements"]


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    return build_town(tmp_path_factory.mktemp("town"))


@pytest.fixture
def definitions(town) -> dg.Definitions:
    return build_definitions(read_installation(town.root), Settings(root=town.root))


def test_each_dataset_is_six_assets_in_the_data_s_order(definitions):
    graph = definitions.resolve_asset_graph()
    for dataset in DATASETS:
        for before, after in pairwise(STAGES):
            assert dg.AssetKey([dataset, before]) in graph.get(dg.AssetKey([dataset, after])).parent_keys


def test_each_dataset_has_four_checks_two_jobs_and_a_schedule(definitions):
    graph = definitions.resolve_asset_graph()
    assert len(graph.asset_check_keys) == 4 * len(DATASETS)
    names = {job.name for job in definitions.resolve_all_job_defs()}
    assert names >= {f"{name}_to_{end}" for name in DATASETS for end in ("version", "portals")}
    schedules = {schedule.name: schedule for schedule in definitions.schedules}
    assert sorted(schedules) == [f"{name}_schedule" for name in DATASETS]
    assert {schedule.execution_timezone for schedule in schedules.values()} == {"Europe/Paris"}


TRICKY = ["config", "type", "input", "dict", "lambda", "budget_to_version", "budget_schedule"]


def test_dagster_takes_every_name_that_a_declaration_takes(tmp_path):
    town = build_town(tmp_path)
    for name in TRICKY:
        shutil.copytree(CHECKOUT / "datasets" / "budget", town.root / "datasets" / name)
        path = town.root / "datasets" / name / "dataset.yaml"
        path.write_text(path.read_text("utf-8").replace("name: budget", f"name: {name}"), "utf-8")
    definitions = build_definitions(read_installation(town.root), Settings(root=town.root))
    jobs = {job.name for job in definitions.get_repository_def().get_all_jobs()}
    assert jobs >= {f"{name}_to_version" for name in [*TRICKY, *DATASETS]}


@pytest.mark.parametrize("time", ["0 6 29 2 *", "0 6 l * *", "30 5 * * 5#3", "0 6 1-7 jan mon", "*/20 6 ? * *"])
def test_dagster_takes_a_schedule_that_a_declaration_takes(time):
    (budget,) = [one for one in read_datasets((CHECKOUT,)) if one.name == "budget"]
    again = Dataset.model_validate({**budget.model_dump(by_alias=True), "schedule": time})
    assert dg.ScheduleDefinition(name="budget_schedule", job_name="x", cron_schedule=again.schedule).cron_schedule


def test_a_schedule_asks_for_one_run(definitions):
    with dg.DagsterInstance.ephemeral() as instance:
        assert len(_tick(definitions, instance)) == 1


def _tick(definitions: dg.Definitions, instance: dg.DagsterInstance):
    """The runs that a dataset's schedule asks for when it is due."""
    context = dg.build_schedule_context(
        instance,
        scheduled_execution_time=datetime(2026, 3, 2, 6, tzinfo=UTC),
        repository_def=definitions.get_repository_def(),
    )
    return next(iter(definitions.schedules)).evaluate_tick(context).run_requests


def test_shards_are_partitions_and_one_run_each(tmp_path):
    town = build_town(tmp_path)
    (town.root / "organisations.csv").write_text(
        "siren,slug,name,code_insee,kind,contact_email,shard\n"
        "219900016,saint-parvis,Saint-Parvis,,commune,,99\n219900024,vieux,Parvis-le-Vieux,,commune,,98\n"
    )
    definitions = build_definitions(read_installation(town.root), Settings(root=town.root))
    with dg.DagsterInstance.ephemeral() as instance:
        requests = _tick(definitions, instance)
    assert sorted(request.partition_key for request in requests) == ["98", "99"]


def test_the_next_run_keeps_to_the_hour_of_paris_when_the_clock_changes(town):
    (budget,) = [one for one in read_datasets(read_installation(town.root).declaration_roots) if one.name == "budget"]
    hours = [
        next_run(budget, datetime(2026, month, day, tzinfo=UTC)).astimezone(ZoneInfo("Europe/Paris")).strftime("%H:%M")
        for month, day in ((3, 20), (3, 29), (10, 20), (10, 26))
    ]
    assert hours == ["05:30"] * 4


def test_dagster_finds_the_assets_from_the_installation_s_folder(town):
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PARVIS", "DAGSTER"))}
    done = subprocess.run(
        [Path(sys.executable).parent / "dagster", "definitions", "validate"],
        cwd=town.root,
        env={**environment, "PYTHONPATH": str(CHECKOUT)},
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_shards_run_alone(tmp_path):
    """`parvis run` on a sharded installation runs the organisation's own shard."""
    town = build_town(tmp_path)
    (town.root / "organisations.csv").write_text(
        "siren,slug,name,code_insee,kind,contact_email,shard\n219900016,saint-parvis-sur-loire,Saint-Parvis,,commune,,99\n"
    )
    result = town.run("run", "grc_signalements")
    assert result.code == 0, result.err
    assert town.latest("grc_signalements") is not None


def test_the_path_of_a_named_file_is_not_kept_by_dagster(tmp_path):
    town = build_town(tmp_path)
    named = tmp_path / "export de Madame Untel.xml"
    shutil.copy(town.example("budget", ".xml"), named)
    assert town.run("run", "budget", "--source", str(named)).code == 0
    kept = [path for path in (town.root / ".dagster").rglob("*") if path.is_file()]
    assert len(kept) > 3
    assert [path for path in kept if b"Madame" in path.read_bytes()] == []
