"""Who runs assets in its own process, if not Dagster."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..state import Outcome


@dataclass(frozen=True)
class Caller:
    """Who runs assets in its own process: the file it names, and who hears how each organisation's run ended.

    The file's path is no part of the run's configuration, which Dagster keeps and shows: paths name people.
    `patience_seconds` is how long to wait for whoever is at work on the same dataset of the same organisation.
    """

    source: Path | None = None
    told: Callable[[Outcome], None] = lambda _outcome: None  # Dagster's own runs are read from the state
    patience_seconds: float = 0  # a person is told at once
