"""Six asset specs per dataset, in the order of the data's way, carried by one multi_asset (one step, not six).

Assets return counts only: what they return is written to Dagster's storage.
"""

import warnings
from collections.abc import Iterator, Sequence, Set
from typing import Any

import dagster as dg

from ..barrier import barrier
from ..declarations import Dataset
from ..errors import InvalidDeclaration
from ..messages import _
from ..settings import Installation, Settings
from ..state import PortalOutcome, portal_outcomes
from .caller import Caller
from .events import AS_PUBLISHED, PUBLISHED, asset_key, failure, line, of_portals, of_some, of_stages, remembered
from .partitions import members, partition_of
from .portals import catch_up_everywhere
from .request import Order, utc_now
from .runner import CHECKS, STAGES, Run, run_order

DESCRIPTIONS = {
    "raw": "The source's rows as text, as the connector read them.",
    "valid": "The rows that fit the Table Schema; the others wait in work/held/.",
    "anonymous": "The rows without anything that points to a person.",
    "checked": "The same rows, found to make sense.",
    "version": "An immutable version in the store, served at once.",
    "published": "The latest version on the portals that the dataset names.",
}


class RunConfig(dg.Config):
    """What a person may say beside the schedule. Empty: every organisation's delivered files."""

    organisation: str = ""  # a SIREN
    removed_parts: list[str] = []
    again: bool = False  # publish what was taken back too


def step_name(dataset: str) -> str:
    """No dataset's and no job's name has two low lines, so that it meets neither Dagster's own words nor a job."""
    return f"{dataset}__way"


def build_assets(
    dataset: Dataset, installation: Installation, settings: Settings, caller: Caller
) -> dg.AssetsDefinition:
    """The dataset's way, from `raw` to `published`."""
    partitions_def = dg.StaticPartitionsDefinition(installation.shards) if installation.shards else None

    @dg.multi_asset(
        name=step_name(dataset.name),
        group_name=dataset.name,
        specs=_specs(dataset),
        check_specs=_check_specs(dataset, partitions_def),
        can_subset=True,
        partitions_def=partitions_def,
    )
    def way(context: dg.AssetExecutionContext, config: RunConfig) -> Iterator[Any]:
        selected = _selected(context)
        partition = context.partition_key if context.has_partition_key else None
        runs: Sequence[Run] = ()
        found: Sequence[PortalOutcome] = ()
        with barrier(installation.work / "errors", utc_now()):
            order = _order(dataset, installation, config, partition, context.run_id, caller)
            if selected != {PUBLISHED}:
                runs = _run(order, installation, settings, context, caller)
        is_whole = order.organisations == members(partition, installation)
        results = of_stages(dataset.name, runs)
        yield from results if is_whole else of_some(results, partition)
        if PUBLISHED in selected:
            with barrier(installation.work / "errors", utc_now()):
                sirens = _to_deliver(order, runs, installation)
                found = catch_up_everywhere(dataset, installation, settings, utc_now(), sirens)
                standing = remembered(dataset.name, partition, installation)
            results = of_portals(dataset.name, found, standing)
            yield from results if is_whole else of_some(results, partition)
        if failed := failure(runs, found):
            raise failed

    return way


def _selected(context: dg.AssetExecutionContext) -> Set[str]:
    """Which stages Dagster asks for. Raises dg.Failure for a part of the way to a version: it is gone whole."""
    selected = {key.path[-1] for key in context.selected_asset_keys}
    if selected - {PUBLISHED} not in (set(), {*STAGES}) or not selected:
        raise dg.Failure(
            f"Only parts of the way were chosen. Choose {', '.join(STAGES)} together, {PUBLISHED} with them or alone; "
            "checks are told by the run.",
            allow_retries=False,
        )
    return selected


def _run(
    order: Order, installation: Installation, settings: Settings, context: dg.AssetExecutionContext, caller: Caller
) -> Sequence[Run]:
    """Organisation after organisation, each told as soon as it ends."""
    runs = []
    for run in run_order(order, installation, settings, patience_seconds=caller.patience_seconds):
        context.log.info(line(run))
        caller.told(run.outcome)
        runs.append(run)
    if not runs:
        context.log.info(f"{order.dataset.name}: nothing was delivered")
    return runs


def _order(
    dataset: Dataset, installation: Installation, config: RunConfig, partition: str | None, run: str, caller: Caller
) -> Order:
    organisations = members(partition, installation)
    if config.organisation:
        chosen = installation.organisation(config.organisation)
        if chosen not in organisations:
            raise InvalidDeclaration(
                _("organisation {siren} is of shard {own}, and not of {chosen}: run it there.").format(
                    siren=chosen.siren, own=partition_of(chosen, installation), chosen=partition
                )
            )
        organisations = (chosen,)
    return Order(dataset, organisations, run, caller.source, tuple(config.removed_parts), config.again)


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


def _check_specs(dataset: Dataset, partitions_def: dg.PartitionsDefinition[str] | None) -> list[dg.AssetCheckSpec]:
    """By partition: one shard's green hides no other's red."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.PreviewWarning)
        return [
            dg.AssetCheckSpec(check, asset=asset_key(dataset.name, stage), partitions_def=partitions_def)
            for check, stage in {**CHECKS, AS_PUBLISHED: PUBLISHED}.items()
        ]
