"""What Dagster is told of a run: statuses, counts and kinds of error, over all organisations of a partition.

Dagster keeps and shows all of it. The words of an error may name a file, and its name a person: `parvis status` has
them.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import dagster as dg

from ..settings import Installation
from ..state import PortalOutcome, portal_outcomes
from .partitions import members
from .runner import CHECKS, STAGES, Run

PUBLISHED = "published"
AS_PUBLISHED = "as_published_on_portals"
_LATE = ("refused", "waiting", "edited")  # how a portal stands that has not what it should have
_SHOWN = 20

Result = dg.MaterializeResult[Any] | dg.AssetCheckResult


def asset_key(dataset: str, stage: str) -> dg.AssetKey:
    return dg.AssetKey([dataset, stage])


def line(run: Run) -> str:
    """One organisation's run, for the log."""
    one = run.outcome
    return (
        f"{one.dataset} {one.siren}: {one.status}, version {one.version or '-'}, {one.rows_read} rows read, "
        f"{one.rows_refused} refused, {one.cells_treated} cells treated{f', error: {one.error_kind}' * bool(one.error)}"
    )


def of_stages(dataset: str, runs: Sequence[Run]) -> Iterator[Result]:
    """Each stage that at least one organisation passed, and each check that at least one came to, over those."""
    for stage in STAGES:
        if rows := [run.rows[stage] for run in runs if stage in run.rows]:
            metadata = {"organisations": len(rows), "dagster/row_count": sum(rows)}
            yield dg.MaterializeResult(asset_key=asset_key(dataset, stage), metadata=metadata)
    for check, stage in CHECKS.items():
        if met := [run.checks[check] for run in runs if check in run.checks]:
            yield dg.AssetCheckResult(
                asset_key=asset_key(dataset, stage),
                check_name=check,
                passed=all(met),
                metadata={"organisations": len(met), "stopped": len(met) - sum(met)},
            )


def of_portals(dataset: str, found: Sequence[PortalOutcome], standing: Sequence[PortalOutcome]) -> Iterator[Result]:
    """What was done, and whether every portal stands as it should; no check where none has been looked at."""
    published = asset_key(dataset, PUBLISHED)
    yield dg.MaterializeResult(asset_key=published, metadata=dict(Counter(one.status for one in found)))
    if standing:
        passed, metadata = verdict(standing)
        yield dg.AssetCheckResult(asset_key=published, check_name=AS_PUBLISHED, passed=passed, metadata=metadata)


def of_some(results: Iterable[Result], partition: str | None) -> Iterator[dg.AssetObservation]:
    """`results` of some organisations alone: the partition's counts and checks stay those of all."""
    for one in results:
        if isinstance(one, dg.MaterializeResult) and one.asset_key:
            yield dg.AssetObservation(asset_key=one.asset_key, partition=partition, metadata=one.metadata)


def remembered(dataset: str, partition: str | None, installation: Installation) -> tuple[PortalOutcome, ...]:
    """How the partition's organisations stood on the portals of parvis.yaml when each was last looked at."""
    sirens = {one.siren for one in members(partition, installation)}
    known = portal_outcomes(installation.state, dataset)
    return tuple(one for one in known if one.siren in sirens and one.portal in installation.config.portals)


def verdict(standing: Sequence[PortalOutcome]) -> tuple[bool, Mapping[str, Any]]:
    """True where each portal answered and nobody edited there what it was given; counts, and the edits.

    An edit stands on the portal, where everybody reads it.
    """
    edited = [one for one in standing if one.status == "edited"]
    told = [(one, change) for one in edited[:_SHOWN] for change in (one.changes or (one.error,))[:5]]
    lines = "\n".join(f"- {one.portal}, {one.organisation}: {change}" for one, change in told)
    counts = {status: sum(one.status == status for one in standing) for status in _LATE}
    changes = {"changes": dg.MetadataValue.md(lines)} if lines else {}
    return not any(counts.values()), {**counts, "looked_at": len(standing), **changes}


def failure(runs: Sequence[Run], found: Sequence[PortalOutcome]) -> dg.Failure | None:
    """What turns the run red: who was refused, and which portal is late; the others are published all the same."""
    refused = [run.outcome for run in runs if run.outcome.status == "refused"]
    late = [one for one in found if one.status in _LATE]
    if not refused and not late:
        return None
    told = [*(f"{one.organisation}: {one.error_kind}" for one in refused)]
    told += [f"{one.organisation}, {one.portal}: {one.status}" for one in late]
    more = f"; {len(told) - _SHOWN} more" if len(told) > _SHOWN else ""
    return dg.Failure(
        description=f"{'; '.join(told[:_SHOWN])}{more}. `parvis status` says why.",
        metadata={"organisations": len(runs), "refused": len(refused), "late_on_portals": len(late)},
        allow_retries=False,
    )
