"""The 106 criteria of RGAA 4.1 with their result and how it was checked, from rgaa.csv.

Subjects are in our own words; the full text is the State's (accessibilite.numerique.gouv.fr).
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "rgaa.csv"


@dataclass(frozen=True)
class Criterion:
    """`result` is C (holds), NC (does not) or NA (nothing to apply to); `check` is one of about.CHECKS."""

    number: str
    title: Mapping[str, str]
    result: str
    check: str
    note: Mapping[str, str]


@cache
def criteria() -> tuple[Criterion, ...]:
    """In the order of the standard."""
    with FILE.open(encoding="utf-8", newline="") as lines:
        return tuple(
            Criterion(
                row["number"],
                {"fr": row["fr"], "en": row["en"]},
                row["result"],
                row["check"],
                {"fr": row["note_fr"], "en": row["note_en"]},
            )
            for row in csv.DictReader(lines)
        )
