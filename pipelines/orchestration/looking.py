"""A look at the portals now and then: who edited what there, who still waits; nothing is written over.

A sensor has a minute: each look goes on where the last one stopped, and stops in time.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import dagster as dg

from ..barrier import barrier
from ..declarations import Dataset
from ..settings import Installation, Settings
from ..state import PortalOutcome
from .events import AS_PUBLISHED, PUBLISHED, asset_key, remembered, verdict
from .partitions import partition_of, partitions
from .portals import portals_of
from .request import Clock, utc_now

LOOK = timedelta(seconds=20)
_INTERVAL_SECONDS = 900
_TIMEOUT_SECONDS = 10.0


@dataclass(frozen=True)
class Look:
    """What one look found, and where the next one begins."""

    found: tuple[PortalOutcome, ...]
    following: int


def look_around(dataset: Dataset, installation: Installation, settings: Settings, clock: Clock, first: int) -> Look:
    """Compare portals with the store, organisation after organisation from the place `first` on, for LOOK at most."""
    brisk = settings.model_copy(
        update={"portal_timeout_seconds": min(_TIMEOUT_SECONDS, settings.portal_timeout_seconds)}
    )
    end = clock() + LOOK
    places = [
        (portal, one) for portal in portals_of(dataset, installation, brisk) for one in installation.organisations
    ]
    found: list[PortalOutcome] = []
    for index, (portal, organisation) in enumerate(places[first:], start=first):
        if clock() > end:
            return Look(tuple(found), index)
        found += portal.look(dataset.name, clock(), organisation.siren)
    return Look(tuple(found), 0)


def portals_sensor(dataset: Dataset, installation: Installation, settings: Settings) -> dg.SensorDefinition:
    """Shows drift as a failed check of `published`, and asks for its run where a portal can be caught up with."""

    @dg.sensor(
        name=f"{dataset.name}_portals_sensor",
        target=dg.AssetSelection.assets(asset_key(dataset.name, PUBLISHED)),
        minimum_interval_seconds=_INTERVAL_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
    )
    def sensor(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        now = utc_now()
        with barrier(installation.work / "errors", now):
            look = look_around(dataset, installation, settings, utc_now, int(context.cursor or 0))
            verdicts = list(_verdicts(dataset.name, installation)) if look.found else []
        return dg.SensorResult(
            run_requests=_requests(look.found, installation, now) if look.found else [],
            asset_events=verdicts,
            cursor=str(look.following),
        )

    return sensor


def _verdicts(dataset: str, installation: Installation) -> Iterator[dg.AssetCheckEvaluation]:
    for partition in partitions(installation):
        if standing := remembered(dataset, partition, installation):
            passed, metadata = verdict(standing)
            yield dg.AssetCheckEvaluation(
                asset_key=asset_key(dataset, PUBLISHED),
                check_name=AS_PUBLISHED,
                passed=passed,
                metadata=metadata,
                partition=partition,
            )


def _requests(found: Sequence[PortalOutcome], installation: Installation, now: datetime) -> list[dg.RunRequest]:
    """One run for each shard in which a version can be brought now; at most one an hour for the same versions."""
    late = [one for one in found if one.status in ("behind", "absent") and not one.is_harvested]
    by_shard: dict[str | None, list[str]] = {}
    for one in late:
        shard = partition_of(installation.by_siren[one.siren], installation)
        by_shard.setdefault(shard, []).append(f"{one.siren}-{one.version}-{one.portal}")
    return [
        dg.RunRequest(run_key=f"{now:%Y%m%dT%H} {shard or ''} {' '.join(sorted(names))[:200]}", partition_key=shard)
        for shard, names in by_shard.items()
    ]
