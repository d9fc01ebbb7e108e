"""One job and one schedule per dataset, from its declaration."""

from collections.abc import Iterator
from typing import Any

import dagster as dg

from ..declarations import Dataset
from ..settings import Installation
from .events import asset_key
from .overview import TIMEZONE
from .runner import STAGES


def to_version_job(dataset: Dataset) -> Any:
    """As far as a version in the store: what `parvis run` does."""
    return dg.define_asset_job(f"{dataset.name}_to_version", selection=[asset_key(dataset.name, one) for one in STAGES])


def whole_job(dataset: Dataset) -> Any:
    """As far as the portals: what the schedule does."""
    return dg.define_asset_job(f"{dataset.name}_to_portals", selection=dg.AssetSelection.groups(dataset.name))


def schedule(dataset: Dataset, job: Any, installation: Installation) -> dg.ScheduleDefinition:
    """When the declaration says, one run for all organisations, or one per shard."""

    def requests(context: dg.ScheduleEvaluationContext) -> Iterator[dg.RunRequest]:
        if not installation.shards:
            yield dg.RunRequest()
        for shard in installation.shards:
            yield dg.RunRequest(run_key=f"{context.scheduled_execution_time:%Y%m%dT%H%M}-{shard}", partition_key=shard)

    return dg.ScheduleDefinition(
        name=f"{dataset.name}_schedule",
        job=job,
        cron_schedule=dataset.schedule,
        execution_timezone=TIMEZONE,
        execution_fn=requests,
        default_status=dg.DefaultScheduleStatus.RUNNING,
    )
