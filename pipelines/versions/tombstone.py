"""What stays of a version that was taken back: its number, the day, and one word. No digest, no cause, no row."""

from dataclasses import asdict, dataclass

from .seal import sealed, unsealed

REASONS = ("erasure", "personal-data", "secrecy", "error", "rights")


@dataclass(frozen=True)
class Tombstone:
    """A number that answers 410 for ever."""

    sequence: int
    number: str
    withdrawn_on: str  # ISO date
    reason: str  # one of REASONS

    def to_json(self) -> bytes:
        """Canonical bytes, sealed."""
        return sealed(asdict(self))

    @classmethod
    def from_json(cls, content: bytes) -> "Tombstone":
        """Raises StoreUnavailable where a bit of the content changed."""
        return cls(**unsealed(content))
