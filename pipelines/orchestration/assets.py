"""Six asset specs per dataset, in the order of the data's way, carried by one multi_asset (one step, not six).

Assets return counts only: what they return is written to Dagster's storage.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import dagster as dg

from ..barrier import barrier
from ..declarations import Dataset
from ..settings import Installation, Organisation, Settings
from ..state import PortalOutcome, portal_outcomes
from .caller import Caller
from .owners import owner, references
from .portals import catch_up_everywhere
from .request import Order, utc_now
from .runner import STAGES, Run, run_order

PUBLISHED = "published"
DESCRIPTIONS = {
    "raw": "The source's rows as text, as the connector read them.",
    "valid": "The rows that fit the Table Schema; the others wait in work/held/.",
    "anonymous": "The rows without anything that points to a person.",
    "checked": "The same rows, found to make sense.",
    "version": "An immutable version in the store, served at once.",
    "published": "The latest version on the portals that the dataset names.",
}
AS_PUBLISHED = "as_published_on_portals"
CHECKS = {
    "valid": "refused_rows_within_bound",
    "anonymous": "every_column_declared",
    "checked": "expectations_met",
}


class RunConfig(dg.Config):
    """What a person may say beside the schedule. Empty: every organisation's delivered files."""

    organisation: str = ""  # a SIREN
    source: str = ""  # a file
    removed_parts: list[str] = []
    again: bool = False  # publish what was taken back too


def asset_key(dataset: str, stage: str) -> dg.AssetKey:
    return dg.AssetKey([dataset, stage])


def build_assets(
    dataset: Dataset, installation: Installation, settings: Settings, caller: Caller
) -> dg.AssetsDefinition:
    """The dataset's way, from `raw` to `published`."""

    @dg.multi_asset(
        name=dataset.name,
        group_name=dataset.name,
        specs=_specs(dataset),
        check_specs=_check_specs(dataset),
        can_subset=True,
        partitions_def=dg.StaticPartitionsDefinition(installation.shards) if installation.shards else None,
    )
    def way(context: dg.AssetExecutionContext, config: RunConfig) -> Iterator[Any]:
        selected = {key.path[-1] for key in context.selected_asset_keys}
        errors = installation.work / "errors"
        with barrier(errors, utc_now()):
            order = _order(dataset, installation, config, context, caller)
            runs = run_order(order, installation, settings) if selected != {PUBLISHED} else ()
        for run in runs:
            context.log.info(_line(run))
            caller.told(run.outcome)
        yield from _materialisations(dataset.name, runs, selected)
        if PUBLISHED in selected:
            with barrier(errors, utc_now()):
                sirens = _to_deliver(order, runs, installation)
                found = catch_up_everywhere(dataset, installation, settings, utc_now(), sirens)
            yield _published(dataset.name, found)
            yield dg.AssetCheckResult(
                asset_key=asset_key(dataset.name, PUBLISHED),
                check_name=AS_PUBLISHED,
                passed=not any(one.status == "edited" for one in found),
            )
            _fail_if_undelivered(found)
        _fail_if_refused(runs)

    return way


def _check_specs(dataset: Dataset) -> list[dg.AssetCheckSpec]:
    names = {**CHECKS, PUBLISHED: AS_PUBLISHED}
    return [dg.AssetCheckSpec(check, asset=asset_key(dataset.name, stage)) for stage, check in names.items()]


def _to_deliver(order: Order, runs: Sequence[Run], installation: Installation) -> list[str]:
    """Whose version goes to the portals: of who was run, and of who waits; without a run, everybody's."""
    if not runs:
        return [one.siren for one in order.organisations]
    passed = {run.outcome.siren for run in runs if run.outcome.status != "refused"}
    late = {one.siren for one in portal_outcomes(installation.state, order.dataset.name) if one.waiting_since}
    return [one.siren for one in order.organisations if one.siren in passed | late]


def _specs(dataset: Dataset) -> list[dg.AssetSpec]:
    names = [*STAGES, PUBLISHED]
    return [
        dg.AssetSpec(
            asset_key(dataset.name, stage),
            deps=[asset_key(dataset.name, names[index - 1])] if index else [],
            description=DESCRIPTIONS[stage],
            skippable=True,
        )
        for index, stage in enumerate(names)
    ]


def _order(
    dataset: Dataset, installation: Installation, config: RunConfig, context: dg.AssetExecutionContext, caller: Caller
) -> Order:
    shard = context.partition_key if context.has_partition_key else None
    source = Path(config.source) if config.source else caller.source
    organisations: Sequence[Organisation] = installation.organisations
    if config.organisation:
        organisations = [installation.organisation(config.organisation)]
    elif source is not None:
        organisations = [owner(source, dataset, organisations, references(installation))]
    elif shard is not None:
        organisations = installation.in_shard(shard)
    return Order(dataset, tuple(organisations), context.run_id, source, tuple(config.removed_parts), config.again)


def _materialisations(dataset: str, runs: Sequence[Run], selected: set[str]) -> Iterator[Any]:
    """One event per stage that at least one organisation passed, with counts over all of them."""
    for stage in STAGES:
        passed = [run for run in runs if stage in run.rows]
        if stage in CHECKS and stage in selected:
            yield dg.AssetCheckResult(
                asset_key=asset_key(dataset, stage),
                check_name=CHECKS[stage],
                passed=len(passed) == len(runs),
                metadata={"organisations": len(runs), "stopped": len(runs) - len(passed)},
            )
        if passed and stage in selected:
            rows = sum(run.rows[stage] for run in passed)
            metadata = {"organisations": len(passed), "dagster/row_count": rows}
            yield dg.MaterializeResult(asset_key=asset_key(dataset, stage), metadata=metadata)


def _published(dataset: str, found: Sequence[PortalOutcome]) -> dg.MaterializeResult[Any]:
    counts = Counter(one.status for one in found)
    return dg.MaterializeResult(asset_key=asset_key(dataset, PUBLISHED), metadata=dict(counts))


def _fail_if_undelivered(found: Sequence[PortalOutcome]) -> None:
    """The version is served all the same, and the next run brings the portal up to date."""
    if late := [one for one in found if one.status in ("refused", "waiting", "edited")]:
        raise dg.Failure(
            description="; ".join(f"{one.organisation}, {one.portal}: {one.error}" for one in late[:20]),
            metadata=Counter(one.status for one in late),
            allow_retries=False,
        )


def _line(run: Run) -> str:
    """Counts and words; never a row."""
    one = run.outcome
    return (
        f"{one.dataset} {one.siren}: {one.status}, version {one.version or '-'}, {one.rows_read} rows read, "
        f"{one.rows_refused} refused, {one.cells_treated} cells treated{': ' + one.error if one.error else ''}"
    )


def _fail_if_refused(runs: Sequence[Run]) -> None:
    refused = [run.outcome for run in runs if run.outcome.status == "refused"]
    if refused:
        raise dg.Failure(
            description="; ".join(f"{one.organisation}: {one.error}" for one in refused[:20]),
            metadata={"refused": len(refused), "organisations": len(runs)},
            allow_retries=False,
        )
