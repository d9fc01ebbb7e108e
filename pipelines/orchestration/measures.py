"""What the gates measured in a run, kept for `parvis privacy report`."""

from pathlib import Path

from ..anonymise.measured import Measured, keep
from ..settings import Installation
from ..state import Outcome
from . import flow
from .parts import name_of
from .request import Request


def keep_measures(
    request: Request,
    anonymous: flow.Anonymous,
    version: str,
    outcome: Outcome,
    named: Path | None,
    installation: Installation,
) -> None:
    """Exact counts of each part, in the work area; `named` is the list of texts that wait for a person."""
    parts = {name_of(key): report for key, report in anonymous.reports.items()}
    review = str(named) if named else None
    measured = Measured(request.organisation.name, version, outcome.ended_at, parts, outcome.rows_refused, review)
    keep(measures(installation, request.organisation.siren, request.dataset.name), measured)


def measures(installation: Installation, siren: str, dataset: str) -> Path:
    """Where the figures of the last run lie."""
    return installation.work / "reports" / siren / f"{dataset}.json"
