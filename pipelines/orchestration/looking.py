"""A look at the portals now and then: who edited what there, who still waits; nothing is written over.

A sensor has a minute: each look goes on where the last one stopped, and stops in time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import dagster as dg

from ..barrier import barrier
from ..declarations import Dataset
from ..settings import UNSHARDED, Installation, Settings
from ..state import PortalOutcome, portal_outcomes
from .assets import AS_PUBLISHED, PUBLISHED, asset_key
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
    published = asset_key(dataset.name, PUBLISHED)

    @dg.sensor(
        name=f"{dataset.name}_portals_sensor",
        target=dg.AssetSelection.assets(published),
        minimum_interval_seconds=_INTERVAL_SECONDS,
        default_status=dg.DefaultSensorStatus.RUNNING,
    )
    def sensor(context: dg.SensorEvaluationContext) -> dg.SensorResult:
        now = utc_now()
        with barrier(installation.work / "errors", now):
            look = look_around(dataset, installation, settings, utc_now, int(context.cursor or 0))
            remembered = portal_outcomes(installation.state, dataset.name)
        return dg.SensorResult(
            run_requests=_requests(look.found, installation, now) if look.found else [],
            asset_events=[_verdict(published, remembered)] if look.found else [],
            cursor=str(look.following),
        )

    return sensor


def _verdict(published: dg.AssetKey, remembered: Sequence[PortalOutcome]) -> dg.AssetCheckEvaluation:
    edited = [one for one in remembered if one.status == "edited"]
    told = [(one, change) for one in edited[:20] for change in (one.changes or (one.error,))[:5]]
    lines = [f"{one.portal}, {one.organisation}: {change}" for one, change in told]
    metadata: dict[str, Any] = {"edited": len(edited), "looked_at": len(remembered)}
    if lines:
        metadata["changes"] = dg.MetadataValue.md("\n".join(f"- {line}" for line in lines))
    return dg.AssetCheckEvaluation(asset_key=published, check_name=AS_PUBLISHED, passed=not edited, metadata=metadata)


def _requests(found: Sequence[PortalOutcome], installation: Installation, now: datetime) -> list[dg.RunRequest]:
    """One run for each shard in which a version can be brought now; at most one an hour for the same versions."""
    late = [one for one in found if one.status in ("behind", "absent") and not one.is_harvested]
    by_shard: dict[str | None, list[str]] = {}
    for one in late:
        shard = (installation.by_siren[one.siren].shard or UNSHARDED) if installation.shards else None
        by_shard.setdefault(shard, []).append(f"{one.siren}-{one.version}-{one.portal}")
    return [
        dg.RunRequest(run_key=f"{now:%Y%m%dT%H} {shard or ''} {' '.join(sorted(names))[:200]}", partition_key=shard)
        for shard, names in by_shard.items()
    ]
