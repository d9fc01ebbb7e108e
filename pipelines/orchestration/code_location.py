"""Everything that Dagster shows of an installation."""

import dagster as dg

from ..declarations import read_datasets
from ..settings import Installation, Settings
from ..state import Outcome
from .assets import Told, build_assets
from .jobs import schedule, to_version_job, whole_job


def _nobody(_outcome: Outcome) -> None:
    """Dagster's own runs: their outcomes are read from the installation's state."""


def build_definitions(installation: Installation, settings: Settings, told: Told = _nobody) -> dg.Definitions:
    """Assets, checks, jobs and schedules of every declared dataset, run in one process.

    `told` hears how each organisation's run ended. The multiprocess executor costs about 3.4 CPU seconds more per step.
    """
    datasets = read_datasets(installation.declaration_roots)
    jobs = {dataset.name: whole_job(dataset) for dataset in datasets}
    return dg.Definitions(
        assets=[build_assets(dataset, installation, settings, told) for dataset in datasets],
        jobs=[*jobs.values(), *(to_version_job(dataset) for dataset in datasets)],
        schedules=[schedule(dataset, jobs[dataset.name], installation) for dataset in datasets],
        executor=dg.in_process_executor,
    )
