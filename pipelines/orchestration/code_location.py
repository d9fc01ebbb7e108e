"""Everything that Dagster shows of an installation."""

import dagster as dg

from ..declarations import read_datasets
from ..settings import Installation, Settings
from .assets import build_assets
from .caller import Caller
from .jobs import schedule, to_version_job, whole_job
from .looking import portals_sensor

DAGSTER = Caller(patience_seconds=600)  # two runs of a shard meet at each organisation in turn


def build_definitions(installation: Installation, settings: Settings, caller: Caller = DAGSTER) -> dg.Definitions:
    """Assets, checks, jobs, schedules and sensors of every declared dataset, run in one process.

    `caller` is who runs them here, if not Dagster. The multiprocess executor costs about 3.4 CPU seconds more per step.
    """
    datasets = read_datasets(installation.declaration_roots)
    jobs = {dataset.name: whole_job(dataset) for dataset in datasets}
    return dg.Definitions(
        assets=[build_assets(dataset, installation, settings, caller) for dataset in datasets],
        jobs=[*jobs.values(), *(to_version_job(dataset) for dataset in datasets)],
        schedules=[schedule(dataset, jobs[dataset.name], installation) for dataset in datasets],
        sensors=[portals_sensor(one, installation, settings) for one in datasets if installation.config.portals],
        executor=dg.in_process_executor,
    )
