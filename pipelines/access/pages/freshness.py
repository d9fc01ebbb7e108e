"""How old the rows are, against how often they promise to change."""

from dataclasses import dataclass
from datetime import date, datetime

from ...versions.manifest import Manifest
from ...vocabularies import PROMISED_DAYS

# Holidays, a late vote: a promise is broken when a fifth more time has passed.
TOLERANCE = 1.2


@dataclass(frozen=True)
class Freshness:
    """`is_late` is None where no date was promised."""

    age_days: int
    is_late: bool | None

    @property
    def state(self) -> str:
        """In one word, for the catalogue's facet."""
        return {None: "unpromised", False: "kept", True: "late"}[self.is_late]


def freshness(manifest: Manifest, today: date) -> Freshness:
    """Of the version, on the day of the reader."""
    age_days = max(0, (today - datetime.fromisoformat(manifest.committed_at).date()).days)
    promised = PROMISED_DAYS.get(manifest.metadata["update_frequency"])
    return Freshness(age_days, None if promised is None else age_days > max(promised * TOLERANCE, promised + 1))
