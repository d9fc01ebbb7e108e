"""Running a dataset in this process: what `parvis run` and `parvis demo` do, kept in Dagster's history.

Where nothing is new no job is run: one observation tells that somebody looked. A run of Dagster costs half a second of
its own.
"""

import logging
import os
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import dagster as dg
from sqlalchemy.exc import OperationalError, SQLAlchemyError
from yaml import YAMLError

from ..declarations import Dataset
from ..errors import StoreUnavailable
from ..installations import create_dagster_home
from ..messages import _
from ..settings import Installation, Organisation, Settings
from ..state import Outcome
from .caller import Caller
from .partitions import members, partition_of, partitions
from .request import Order
from .sources import nothing_delivered
from .unchanged import unchanged


def run_to_version(
    dataset: Dataset,
    installation: Installation,
    settings: Settings,
    organisation: str = "",
    source: Path | None = None,
    removed_parts: tuple[str, ...] = (),
    again: bool = False,
) -> tuple[Outcome, ...]:
    """Run `<dataset>_to_version` and return how it ended for each organisation that it concerned.

    Raises SourceUnavailable where none has anything to read, PublicationError where the run failed before any was
    reached.
    """
    create_dagster_home(installation.root)
    _quiet(installation.dagster_home)
    ended: list[Outcome] = []
    wanted = _asked(installation, organisation)
    home = installation.dagster_home
    with _told_damage(home), _interruptible(), dg.DagsterInstance.from_config(str(home)) as instance:
        for shard, asked in wanted.items():
            order = Order(dataset, asked, source=source, removed_parts=removed_parts, again=again)
            if answers := unchanged(order, installation, settings):
                instance.report_runless_asset_event(_looked_at(dataset, answers, shard))
                ended += answers
                continue
            config = {"organisation": organisation, "removed_parts": list(removed_parts), "again": again}
            # Here, for the import budget: where nothing is new, nothing that reads or judges rows is needed.
            from .assets import step_name
            from .code_location import build_definitions

            definitions = build_definitions(installation, settings, Caller(source, ended.append))
            with suppress(dg.Failure):  # each organisation's own words are in its outcome
                definitions.resolve_job_def(f"{dataset.name}_to_version").execute_in_process(
                    run_config={"ops": {step_name(dataset.name): {"config": config}}, "loggers": _SILENT},
                    instance=instance,
                    partition_key=shard,
                )
    if not ended:
        raise nothing_delivered(dataset, [one for asked in wanted.values() for one in asked])
    return tuple(ended)


def _asked(installation: Installation, organisation: str) -> dict[str | None, tuple[Organisation, ...]]:
    """Whom to run, by partition: the one organisation, or all."""
    if organisation:
        one = installation.organisation(organisation)
        return {partition_of(one, installation): (one,)}
    return {partition: members(partition, installation) for partition in partitions(installation)}


def _looked_at(dataset: Dataset, answers: Sequence[Outcome], shard: str | None) -> dg.AssetObservation:
    """What Dagster's history shows of a look that found nothing new."""
    rows = sum(one.rows.get("version", 0) for one in answers)
    return dg.AssetObservation(
        asset_key=[dataset.name, "version"],
        description="Looked at, and found unchanged.",
        partition=shard,
        metadata={"unchanged": len(answers), "dagster/row_count": rows},
    )


@contextmanager
def _interruptible() -> Iterator[None]:
    """Ctrl-C inside a step is Dagster's own exception; outside, and for whoever called, it is Python's."""
    try:
        yield
    except dg.DagsterExecutionInterruptedError:
        raise KeyboardInterrupt from None


@contextmanager
def _told_damage(home: Path) -> Iterator[None]:
    """Dagster's storage holds the history of runs, and nothing that publication needs."""
    try:
        yield
    except OperationalError:  # full, read-only, or locked too long
        raise StoreUnavailable(
            _("{path}: cannot be written. Free space or rights, and run again.").format(path=home)
        ) from None
    except (SQLAlchemyError, YAMLError, dg.DagsterInvalidConfigError):
        raise StoreUnavailable(
            _(
                "{path}: damaged. Move it away: nothing published depends on it, and the next run makes it anew, "
                "with an empty history."
            ).format(path=home)
        ) from None


_SILENT = {"console": {"config": {"log_level": "CRITICAL"}}}


def _quiet(home: Path) -> None:
    """Our own table is what people read; Dagster's events are kept in its storage."""
    os.environ["DAGSTER_HOME"] = str(home)
    os.environ["DAGSTER_DISABLE_TELEMETRY"] = "yes"
    logging.getLogger("dagster").setLevel(logging.CRITICAL)
    warnings.filterwarnings("ignore", module="dagster")
