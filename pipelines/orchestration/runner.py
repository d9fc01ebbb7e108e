"""One dataset for one or many organisations, one by one: a failure stops its organisation, the others go on."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from ..alone import alone
from ..barrier import barrier
from ..declarations import read_datasets
from ..errors import PublicationError, StoreUnavailable
from ..extract import Extract
from ..keys import read_key
from ..quality import failures
from ..settings import Installation, Settings
from ..state import Outcome, record
from ..versions import Store
from ..versions.undone import Undone
from . import flow
from .absent import absent_columns
from .fingerprint import fingerprint
from .gate_words import gate_words
from .held import hold_for_review, hold_refused
from .measures import keep_measures
from .owners import references
from .registering import signing_error
from .request import Clock, Order, Request, requests, utc_now
from .retention import purge, retentions
from .review import hold_names
from .unchanged import admit, answered

STAGES = ("raw", "valid", "anonymous", "checked", "version")
DECLARED, BOUND, SENSE = "every_column_declared", "refused_rows_within_bound", "expectations_met"
CHECKS = {DECLARED: "raw", BOUND: "valid", SENSE: "checked"}  # what is judged -> the stage whose rows it is said of


@dataclass
class Progress:
    """How far one organisation came: rows after each stage that it passed, and what was refused on the way."""

    rows: dict[str, int] = field(default_factory=dict)
    checks: dict[str, bool] = field(default_factory=dict)  # of CHECKS, those that were come to
    extracts: Sequence[Extract] = ()
    valid: Sequence[flow.Valid] = ()
    held: Path | None = None
    absent: tuple[str, ...] = ()

    @contextmanager
    def judging(self, check: str) -> Iterator[None]:
        """`check` is met where nothing is raised inside."""
        self.checks[check] = False
        yield
        self.checks[check] = True


@dataclass(frozen=True)
class Run:
    """One organisation's run: how it ended, the rows after each stage that it passed, and how each check went."""

    outcome: Outcome
    rows: Mapping[str, int]
    checks: Mapping[str, bool]


def run_order(
    order: Order, installation: Installation, settings: Settings, clock: Clock = utc_now, patience_seconds: float = 0
) -> Iterator[Run]:
    """Every organisation of the order that has something to read, or should have, one after the other."""
    siblings = read_datasets(installation.declaration_roots)
    purge(installation.held, retentions(siblings), settings.held_retention_days, clock())
    for one in requests(order, siblings, installation):
        yield _recorded(run_organisation(one, installation, settings, clock, patience_seconds), installation)


def _recorded(run: Run, installation: Installation) -> Run:
    """The run, kept for `status`; what cannot be kept stops no other organisation."""
    try:
        record(installation.state, run.outcome)
    except StoreUnavailable as error:
        return replace(run, outcome=replace(run.outcome, warnings=(*run.outcome.warnings, str(error))))
    return run


def run_organisation(
    request: Request, installation: Installation, settings: Settings, clock: Clock, patience_seconds: float
) -> Run:
    """One organisation, to its end: a version, the same version as before, or a refusal that says why."""
    progress = Progress()
    try:
        with (
            barrier(installation.work / "errors", clock()),
            alone(installation.work, request.organisation.siren, request.dataset.name, patience_seconds),
        ):
            now = clock()  # after the wait: versions are dated in their order
            outcome = _run(request, installation, settings, now, progress)
            if unsigned := signing_error(installation, request.organisation.siren, request.dataset.name, now):
                outcome = replace(outcome, warnings=(*outcome.warnings, str(unsigned)))
    except PublicationError as error:
        refused = _outcome(request, clock(), progress)
        outcome = replace(refused, error=str(error), error_kind=error.kind, exit_code=error.exit_code)
    return Run(outcome, progress.rows, progress.checks)


def _run(
    request: Request, installation: Installation, settings: Settings, now: datetime, progress: Progress
) -> Outcome:
    store, key = Store(installation.store), read_key(installation.work)
    made_from = admit(request, installation, settings, store)
    if answer := answered(request, made_from, installation, store, now):
        progress.rows.update(answer.rows)
        progress.checks.update(dict.fromkeys(CHECKS, True))
        return answer
    progress.extracts = flow.extract_all(request, references(installation))
    progress.rows["raw"] = sum(one.table.num_rows for one in progress.extracts)
    with progress.judging(DECLARED):
        flow.refuse_undeclared_columns(request, progress.extracts)
    progress.valid = flow.validate_all(request, progress.extracts)
    progress.held = hold_refused(_held(request, installation), progress.valid, now)
    with progress.judging(BOUND):
        flow.refuse_too_many(request, progress.valid, progress.held)
    progress.absent = absent_columns(request.dataset, request.organisation, progress.extracts, store)
    progress.rows["valid"] = sum(one.validated.table.num_rows for one in progress.valid)
    anonymous = flow.anonymise_all(request, progress.valid, store, key)
    hold_for_review(_held(request, installation), anonymous.to_review, now)
    progress.rows["anonymous"] = anonymous.table.num_rows
    with progress.judging(SENSE):
        verdicts = flow.check_all(request, anonymous, store)
    progress.rows["checked"] = anonymous.table.num_rows
    publication = flow.publish_all(request, anonymous, verdicts, made_from, installation, store, now)
    progress.rows["version"] = publication.manifest.row_count
    siren = request.organisation.siren
    Undone(installation.undone).forget(siren, request.dataset.name, made_from)
    named = hold_names(request.dataset, siren, anonymous.table, installation, now)
    so_far = _outcome(request, now, progress)
    keep_measures(request, anonymous, publication.manifest.number, so_far, named, installation)
    return replace(
        so_far,
        status="published" if publication.is_new else "unchanged",
        version=publication.manifest.number,
        cells_treated=anonymous.cells_treated,
        warnings=(*so_far.warnings, *_gate_words(request, anonymous), *failures(verdicts, "warning")),
        address=address(installation, request.organisation.slug, request.dataset.name),
        review=str(named) if named else None,
        rows=dict(progress.rows),
        fingerprint=fingerprint(request, made_from, installation, store),
    )


def _gate_words(request: Request, anonymous: flow.Anonymous) -> list[str]:
    to_review = sum(len(one.row_numbers) for one in anonymous.to_review)
    said = gate_words(list(anonymous.reports.values()), to_review, request.dataset.privacy)
    waits = any(one.rows_waiting for one in anonymous.reports.values())
    return [*said, anonymous.advice] if waits and anonymous.advice else said


def _outcome(request: Request, now: datetime, progress: Progress) -> Outcome:
    """What is true of a run however it ends; `refused` until something better is known."""
    return Outcome(
        siren=request.organisation.siren,
        organisation=request.organisation.slug,
        dataset=request.dataset.name,
        status="refused",
        ended_at=now.astimezone(UTC).isoformat(timespec="seconds"),
        run=request.run,
        is_delivery=request.is_delivery,
        rows_read=progress.rows.get("raw", 0),
        rows_refused=flow.rows_refused(progress.valid),
        refusals=flow.refusals(progress.valid),
        held=str(progress.held) if progress.held else None,
        warnings=_source_warnings(progress),
    )


def _source_warnings(progress: Progress) -> tuple[str, ...]:
    """What connectors and official checks found in the source, each said once."""
    found = [*(one.findings for one in progress.extracts), *(one.findings for one in progress.valid)]
    said = dict.fromkeys(finding.message for one in found for finding in one if finding.severity == "warning")
    return (*progress.absent, *tuple(said)[:20])


def _held(request: Request, installation: Installation) -> Path:
    return installation.held / request.organisation.siren / request.dataset.name


def address(installation: Installation, organisation: str, dataset: str) -> str:
    """Where the dataset's page is."""
    return f"{installation.config.public_url}/{organisation}/{dataset}/"
