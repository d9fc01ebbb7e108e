"""What the gates measured in one run, kept for the internal report: exact counts, in the work area, never rows."""

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from ..private_files import make_private_folder, private
from .gate import GateReport
from .groups import GroupFigures


@dataclass(frozen=True)
class Measured:
    """One run of one dataset of one organisation."""

    organisation: str  # its name
    version: str  # served after the run
    measured_at: str
    parts: Mapping[str, GateReport]  # of the parts that this run delivered, as a person names them
    rows_refused: int
    to_review: str | None  # the private list of texts that may name somebody

    @property
    def together(self) -> GateReport:
        """Counts of all parts added, and the figures of the worst group."""
        reports = list(self.parts.values())
        counts = [field.name for field in fields(GateReport) if field.type in (int, "int")]
        return GateReport(
            **{name: sum(getattr(one, name) for one in reports) for name in counts},
            groups=_worst([one.groups for one in reports if one.groups is not None]),
            not_judged=any(one.not_judged for one in reports),
        )


def keep(path: Path, measured: Measured) -> None:
    """In place of what the run before measured."""
    make_private_folder(path.parent)
    fresh = path.with_suffix(f".{os.getpid()}.new")
    with open(fresh, "w", encoding="utf-8", opener=private) as file:
        json.dump(asdict(measured), file)
    fresh.replace(path)


def recall(path: Path) -> Measured | None:
    """None where no run was measured, or by an older Parvis."""
    try:
        given = json.loads(path.read_text("utf-8"))
        return Measured(**{**given, "parts": {name: _report(one) for name, one in given["parts"].items()}})
    except (FileNotFoundError, ValueError, TypeError, KeyError):
        return None


def _report(given: dict[str, Any]) -> GateReport:
    return GateReport(**{**given, "groups": GroupFigures(**given["groups"]) if given["groups"] else None})


def _worst(figures: list[GroupFigures]) -> GroupFigures | None:
    held = [one for one in figures if one.group_count]
    if not held:
        return figures[0] if figures else None
    return GroupFigures(
        sum(one.group_count for one in held),
        min(one.smallest for one in held),
        min(one.fewest_distinct for one in held),
        max(one.largest_share for one in held),
        sum(one.unique_rows for one in held),
        sum(one.groups_refused for one in held),
    )
