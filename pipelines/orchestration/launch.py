"""Running a dataset's job in this process: what `parvis run` and `parvis demo` do, kept in Dagster's history."""

import logging
import os
import uuid
import warnings
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import dagster as dg

from ..declarations import Dataset
from ..settings import UNSHARDED, Installation, Settings
from ..state import Outcome, outcomes
from .code_location import build_definitions


def run_to_version(
    dataset: Dataset,
    installation: Installation,
    settings: Settings,
    organisation: str = "",
    source: Path | None = None,
    removed_parts: tuple[str, ...] = (),
) -> tuple[Outcome, ...]:
    """Run `<dataset>_to_version` and return how it ended for each organisation that it concerned.

    Raises PublicationError where the run failed before any organisation was reached.
    """
    _quiet(installation.dagster_home)
    config = {"organisation": organisation, "source": str(source or ""), "removed_parts": list(removed_parts)}
    run_ids = []
    with dg.DagsterInstance.from_config(str(installation.dagster_home)) as instance:
        job = build_definitions(installation, settings).resolve_job_def(f"{dataset.name}_to_version")
        for shard in _shards(installation, organisation):
            run_ids.append(str(uuid.uuid4()))
            with suppress(dg.Failure):  # each organisation's own words are in its outcome
                job.execute_in_process(
                    run_config={"ops": {dataset.name: {"config": config}}, "loggers": _SILENT},
                    instance=instance,
                    partition_key=shard,
                    run_id=run_ids[-1],
                )
    return tuple(one for one in outcomes(installation.state, dataset.name) if one.run in run_ids)


def _shards(installation: Installation, organisation: str) -> Sequence[str | None]:
    """The partitions to run: the organisation's, or all; None where the installation has no shards."""
    if organisation and installation.shards:
        return [installation.by_siren[organisation].shard or UNSHARDED]
    return installation.shards or [None]


_SILENT = {"console": {"config": {"log_level": "CRITICAL"}}}


def _quiet(home: Path) -> None:
    """Our own table is what people read; Dagster's events are kept in its storage."""
    os.environ["DAGSTER_HOME"] = str(home)
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "yes"
    logging.getLogger("dagster").setLevel(logging.CRITICAL)
    warnings.filterwarnings("ignore", module="dagster")
