"""One line per organisation and dataset: the last version, the last error, the next run."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from croniter import croniter

from ..declarations import Dataset, read_datasets
from ..settings import Installation
from ..state import Outcome, PortalOutcome, outcomes, portal_outcomes
from ..versions import Store

TIMEZONE = "Europe/Paris"  # of every schedule


@dataclass(frozen=True)
class Line:
    """What `parvis status` shows. Dates are ISO 8601."""

    organisation: str
    dataset: str
    version: str | None
    published_at: str | None
    last_run_at: str | None
    error: str | None
    next_run_at: str
    portals: tuple[PortalOutcome, ...] = ()  # the last look at each

    def to_dict(self) -> dict[str, Any]:
        return asdict(self)


def overview(installation: Installation, now: datetime) -> tuple[Line, ...]:
    """Every declared dataset of every organisation. Versions come from the store, which is the truth."""
    store = Store(installation.store)
    last = {(one.siren, one.dataset): one for one in outcomes(installation.state)}
    on_portals: dict[tuple[str, str], list[PortalOutcome]] = {}
    for one in portal_outcomes(installation.state):
        if one.portal not in installation.config.portals:
            continue
        on_portals.setdefault((one.siren, one.dataset), []).append(one)
    return tuple(
        line
        for dataset in read_datasets(installation.declaration_roots)
        for line in _lines(dataset, installation, store, last, on_portals, now)
    )


def next_run(dataset: Dataset, now: datetime) -> datetime:
    """When the dataset's schedule is due next."""
    due: datetime = croniter(dataset.schedule, now.astimezone(ZoneInfo(TIMEZONE))).get_next(datetime)
    return due


def _lines(
    dataset: Dataset,
    installation: Installation,
    store: Store,
    last: dict[tuple[str, str], Outcome],
    on_portals: Mapping[tuple[str, str], Sequence[PortalOutcome]],
    now: datetime,
) -> Iterator[Line]:
    due = next_run(dataset, now).isoformat(timespec="minutes")
    for organisation in installation.organisations:
        newest = store.latest(organisation.siren, dataset.name)
        outcome = last.get((organisation.siren, dataset.name))
        yield Line(
            organisation=organisation.slug,
            dataset=dataset.name,
            version=newest.number if newest else None,
            published_at=newest.committed_at if newest else None,
            last_run_at=outcome.ended_at if outcome else None,
            error=outcome.error if outcome else None,
            next_run_at=due,
            portals=tuple(on_portals.get((organisation.siren, dataset.name), ())),
        )
