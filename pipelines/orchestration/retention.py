"""How long what is held back stays in work/held/, and its end."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from ..declarations import Dataset


@dataclass(frozen=True)
class Held:
    """One file that is held back, and the day from which it is deleted."""

    path: Path
    ends_on: date


def files_held(held: Path, own_days: Mapping[str, int], retention_days: int) -> list[Held]:
    """Every file below `held`, which has one folder per organisation and in it one per dataset.

    `own_days` are the retentions that datasets declare; `retention_days` is that of the others.
    """
    found = []
    for path in sorted(one for one in held.rglob("*") if one.is_file()):
        days = own_days.get(path.parent.name, retention_days)
        written_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        found.append(Held(path, (written_at + timedelta(days=days)).date()))
    return found


def retentions(datasets: Sequence[Dataset]) -> dict[str, int]:
    """The days that datasets declare for what is held back of them, by name."""
    return {one.name: one.privacy.retention for one in datasets if one.privacy.retention is not None}


def purge(held: Path, own_days: Mapping[str, int], retention_days: int, now: datetime) -> int:
    """Delete what has waited longer than its retention; how many files."""
    expired = 0
    for path in [path for path in held.rglob("*") if path.is_file()]:
        days = own_days.get(path.parent.name, retention_days)
        if path.stat().st_mtime < (now - timedelta(days=days)).timestamp():
            path.unlink()
            expired += 1
    return expired
