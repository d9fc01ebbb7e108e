"""One dataset for one or many organisations, one by one: a failure stops its organisation, the others go on."""

import fcntl
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from ..barrier import barrier
from ..declarations import Dataset
from ..errors import PublicationError, StoreUnavailable
from ..extract import References
from ..keys import read_key
from ..messages import _
from ..quality import failures
from ..settings import Installation, Organisation, Settings, bundled
from ..state import Outcome, record
from ..versions import Store
from . import flow
from .held import purge
from .sources import delivered, nothing_delivered, readable

STAGES = ("raw", "valid", "anonymous", "checked", "version")
Clock = Callable[[], datetime]


@dataclass(frozen=True)
class Order:
    """What to run: the dataset, for whom, and what a person said beside it."""

    dataset: Dataset
    organisations: tuple[Organisation, ...]
    run: str
    source: Path | None = None
    removed_parts: tuple[str, ...] = ()


@dataclass
class Progress:
    """How far one organisation came: rows after each stage that it passed."""

    rows: dict[str, int] = field(default_factory=dict)
    read: int = 0
    refused: int = 0


@dataclass(frozen=True)
class Run:
    """One organisation's run: how it ended, and the rows after each stage that it passed."""

    outcome: Outcome
    rows: dict[str, int]


def utc_now() -> datetime:
    return datetime.now(UTC)


def run_order(order: Order, installation: Installation, settings: Settings, clock: Clock = utc_now) -> tuple[Run, ...]:
    """Every organisation of the order that has something to read. Raises SourceUnavailable where none has."""
    purge(installation.held, settings.held_retention_days, clock())
    deliveries = [(one, _sources(order, one, installation)) for one in order.organisations]
    if not any(sources for _organisation, sources in deliveries):
        raise nothing_delivered(order.dataset)
    runs = []
    for organisation, sources in deliveries:
        if sources:
            request = flow.Request(order.dataset, organisation, sources, order.run, order.removed_parts)
            runs.append(run_organisation(request, installation, settings, clock))
            record(installation.state, runs[-1].outcome)
    return tuple(runs)


def run_organisation(request: flow.Request, installation: Installation, settings: Settings, clock: Clock) -> Run:
    """One organisation, to its end: a version, the same version as before, or a refusal that says why."""
    progress = Progress()
    now = clock()
    try:
        with barrier(installation.work / "errors", now), _alone(request, installation):
            outcome = _run(request, installation, settings, now, progress)
    except PublicationError as error:
        outcome = _refused(request, installation, error, now, progress)
    return Run(outcome, progress.rows)


def _run(
    request: flow.Request, installation: Installation, settings: Settings, now: datetime, progress: Progress
) -> Outcome:
    store = Store(installation.store)
    key = read_key(installation.work)
    for path in request.sources:
        readable(path, settings.source_max_bytes)
    extracts = flow.extract_all(request, references(installation))
    progress.read = progress.rows["raw"] = sum(one.table.num_rows for one in extracts)
    held = installation.held / request.organisation.siren / request.dataset.name
    valid = flow.validate_all(request, extracts, held, now)
    progress.rows["valid"] = sum(one.validated.table.num_rows for one in valid)
    anonymous = flow.anonymise_all(request, valid, store, key)
    progress.rows["anonymous"] = anonymous.table.num_rows
    verdicts = flow.check_all(request, anonymous, store)
    progress.rows["checked"] = anonymous.table.num_rows
    publication = flow.publish_all(request, anonymous, installation, store, now)
    progress.rows["version"] = publication.manifest.row_count
    warnings = [finding.message for one in extracts for finding in one.findings if finding.severity == "warning"]
    return Outcome(
        siren=request.organisation.siren,
        organisation=request.organisation.slug,
        dataset=request.dataset.name,
        status="published" if publication.is_new else "unchanged",
        ended_at=_iso(now),
        run=request.run,
        version=publication.manifest.number,
        rows_read=progress.read,
        rows_refused=sum(one.validated.refused.num_rows for one in valid),
        cells_treated=anonymous.cells_treated,
        refusals=flow.refusals(valid),
        held=_held(held, now),
        warnings=(*warnings, *failures(verdicts, "warning")),
        address=address(installation, request.organisation.slug, request.dataset.name),
    )


def _refused(
    request: flow.Request, installation: Installation, error: PublicationError, now: datetime, progress: Progress
) -> Outcome:
    """A refusal: the version served before is served on."""
    return Outcome(
        siren=request.organisation.siren,
        organisation=request.organisation.slug,
        dataset=request.dataset.name,
        status="refused",
        ended_at=_iso(now),
        run=request.run,
        rows_read=progress.read,
        held=_held(installation.held / request.organisation.siren / request.dataset.name, now),
        error=str(error),
        error_kind=error.kind,
        exit_code=error.exit_code,
    )


def address(installation: Installation, organisation: str, dataset: str) -> str:
    """Where the dataset's page is."""
    return f"{installation.config.public_url}/{organisation}/{dataset}/"


def references(installation: Installation) -> References:
    """What connectors look up: charts of accounts, the installation's before the bundled excerpt."""
    roots = (installation.nomenclatures, bundled() / "quality" / "nomenclatures" / "plans")
    return References(nomenclatures=roots)


@contextmanager
def _alone(request: flow.Request, installation: Installation) -> Iterator[None]:
    """Two runs of one dataset at once would read one version before and write two after. Freed by a kill too."""
    folder = installation.work / "locks"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(
        folder / f"{request.organisation.siren}-{request.dataset.name}", os.O_WRONLY | os.O_CREAT, 0o600
    )
    try:
        _lock(descriptor, request)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, request: flow.Request) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise StoreUnavailable(
            _("{dataset} of {organisation}: another run is going on. Wait for its end, then run again.").format(
                dataset=request.dataset.name, organisation=request.organisation.slug
            )
        ) from None


def _sources(order: Order, organisation: Organisation, installation: Installation) -> tuple[Path, ...]:
    return (order.source,) if order.source else delivered(order.dataset, organisation, installation.root)


def _held(folder: Path, now: datetime) -> str | None:
    """The refused-rows file that this run wrote, if it did."""
    found: Sequence[Path] = sorted(folder.glob(f"{now:%Y%m%dT%H%M%S}-*"))
    return str(found[0]) if found else None


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")
