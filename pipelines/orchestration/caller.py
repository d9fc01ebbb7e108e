"""Who runs assets in its own process, if not Dagster."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ..state import Outcome


@dataclass(frozen=True)
class Caller:
    """Who runs assets in its own process: the file it names, and who hears how each organisation's run ended.

    The file's path is no part of the run's configuration, which Dagster keeps and shows: paths name people.
    """

    source: Path | None = None
    told: Callable[[Outcome], None] = lambda _outcome: None  # Dagster's own runs are read from the state
