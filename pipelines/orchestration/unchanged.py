"""The answer of the last run, where a run would ask the same question again: then nothing is run at all."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from ..alone import alone
from ..barrier import barrier
from ..declarations import read_datasets
from ..errors import PublicationError, StoreUnavailable
from ..settings import Installation, Settings
from ..state import Outcome, last_outcome, record
from ..versions import Store
from .fingerprint import fingerprint
from .registering import sign_register
from .request import Clock, Order, Request, provenance, requests, utc_now
from .retention import purge, retentions
from .sources import nothing_delivered, readable
from .undone import refuse_undone


def unchanged(
    order: Order, installation: Installation, settings: Settings, clock: Clock = utc_now
) -> tuple[Outcome, ...]:
    """How the last runs ended, where every organisation of the order would meet all that its last run met.

    () where one must be run, or refused: a run says why. What was answered is signed for today, and remembered.
    """
    try:
        with barrier(installation.work / "errors", clock()):
            siblings = read_datasets(installation.declaration_roots)
            purge(installation.held, retentions(siblings), settings.held_retention_days, clock())
            asked = requests(order, siblings, installation)
            found = []
            for one in asked:
                answer = _unchanged(one, installation, settings, clock())
                if answer is None:
                    return ()  # the run asks the others itself
                found.append(answer)
    except PublicationError:
        return ()
    return tuple(found)


def admit(request: Request, installation: Installation, settings: Settings, store: Store) -> dict[str, str]:
    """The provenance of what the request would publish.

    Raises SourceUnavailable where there is no file or it cannot be read, InvalidData where what it made was taken back.
    """
    if not request.sources:
        raise nothing_delivered(request.dataset, [request.organisation])
    for path in request.sources:
        readable(path, settings.source_max_bytes)
    made_from = provenance(request, installation)
    refuse_undone(request, made_from, installation, store)
    return made_from


def answered(
    request: Request, made_from: Mapping[str, str], installation: Installation, store: Store, now: datetime
) -> Outcome | None:
    """How the last run ended, where it met all that this one would meet; None where this one must be done whole."""
    try:
        last = last_outcome(installation.state, request.organisation.siren, request.dataset.name)
    except StoreUnavailable:  # told when this run's outcome cannot be kept
        return None
    if last is None or last.status == "refused" or (last.held and not Path(last.held).exists()):
        return None
    if last.fingerprint != fingerprint(request, made_from, installation, store):
        return None
    ended_at = now.astimezone(UTC).isoformat(timespec="seconds")
    run = request.run or last.run
    return replace(last, status="unchanged", ended_at=ended_at, run=run, review=None, is_delivery=request.is_delivery)


def _unchanged(request: Request, installation: Installation, settings: Settings, now: datetime) -> Outcome | None:
    store = Store(installation.store)
    with alone(installation.work, request.organisation.siren, request.dataset.name):
        made_from = admit(request, installation, settings, store)
        if answer := answered(request, made_from, installation, store, now):
            sign_register(installation, request.organisation.siren, request.dataset.name, now)
            record(installation.state, answer)
        return answer
