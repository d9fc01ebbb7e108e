"""What a version's publication promises, figure by figure: what a stranger can recompute, and what is only attested.

Counts that would help an attacker are banded or left out: nothing here says how
many rows wait, only whether it is none, few or many. No digest of an earlier
version stands in it, so that a withdrawn one leaves no trace but its number.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

from ..column_policies import Pseudonymise
from ..privacy_policy import Privacy
from ..signatures import canonical
from ..vocabularies import PRESETS
from .actions.thresholds import counts_of
from .gate import GateReport
from .groups import GroupFigures, group_rule

FORMAT = 1
BANDED = (
    "cells_blanked",
    "rows_blanked",
    "rows_withdrawn",
    "rows_waiting",
    "counts_waiting",
    "cells_hidden",
    "cells_complementary",
)


@dataclass(frozen=True)
class Subject:
    """The version that a certificate is about."""

    siren: str
    organisation: str  # the slug at the time of publication
    dataset: str
    version: str
    published_at: str
    files: Mapping[str, str]  # name -> sha256 of every other file of the version


@dataclass(frozen=True)
class CertifiedPart:
    """A run of the version's rows that passed the gates by itself."""

    identity: str  # the same from version to version; keyed, since a part may be named after an unpublished cell
    row_count: int
    groups: GroupFigures | None  # of what leaves, rows counted
    attested: Mapping[str, str]  # bands


@dataclass(frozen=True)
class Earlier:
    """The versions that the gates compared this one with."""

    alike: Sequence[str]  # numbers; made under the present steps, so that their rows can be compared
    under_other_steps: Sequence[str]  # compared after their rows were brought to the present steps
    key: Sequence[str]  # published columns by which a stranger knows a row again in another version


def certificate(
    subject: Subject,
    privacy: Privacy,
    columns: Iterable[str],
    parts: Sequence[CertifiedPart],
    earlier: Earlier,
    quality: Mapping[str, Any],
) -> dict[str, Any]:
    """The unsigned certificate of a version with these published columns, beside the `earlier` ones.

    The parts follow one another in the rows of every file.
    """
    published = list(columns)
    counts = counts_of(privacy, published) if privacy.preset else {}
    rule = None if privacy.aggregate else group_rule(privacy, published)
    judged = bool(rule or counts) or (privacy.aggregate is not None and privacy.preset is not None)
    minimum = PRESETS[privacy.preset].minimum if privacy.preset and judged else None
    return {
        "format": FORMAT,
        "subject": {**asdict(subject), "files": dict(sorted(subject.files.items()))},
        "policy": {"sha256": policy_digest(privacy), "preset": _preset(privacy), "basis": privacy.article},
        "recomputable": {
            "row_count": sum(part.row_count for part in parts),
            "parts": [_recomputable(part) for part in parts],
            "groups": None if rule is None else asdict(rule),
            "table": _table_rule(privacy),
            "counts": {"columns": {name: list(also) for name, also in counts.items()}, "minimum": minimum}
            if counts
            else None,
            "releases": {"compared_with": list(earlier.alike), "key": list(earlier.key), "minimum": minimum}
            if minimum
            else None,
            "identifiers": {"found": 0, "contacts": list(privacy.contacts), "pseudonyms": _pseudonyms(privacy)},
        },
        "attested": {
            "every_column_declared": True,
            "contributors_counted_by": "rows" if privacy.unit == "none" else "unit",
            "groups": _judged(privacy, published, judged),
            "compared_under_other_steps": list(earlier.under_other_steps) if judged else [],
            "linkage_with_other_datasets": "none below the threshold" if judged else "not judged",
            "parts": [{"part": part.identity, **part.attested} for part in parts],
            "quality": dict(quality),
        },
    }


def attested_bands(report: GateReport, privacy: Privacy) -> dict[str, str]:
    """What was held back, withdrawn or hidden of one part: none, few or many, never how many."""
    minimum = PRESETS[privacy.preset].minimum if privacy.preset else None
    return {name: band(getattr(report, name), minimum) for name in BANDED}


def band(count: int, minimum: int | None) -> str:
    """0, fewer than the threshold, or at least that: never the number itself."""
    if count == 0:
        return "0"
    if minimum is None:
        return "1 or more"
    return "<k" if count < minimum else ">=k"


def policy_digest(privacy: Privacy) -> str:
    """Of the whole privacy block, in canonical JSON."""
    return sha256(canonical(privacy.model_dump(mode="json"))).hexdigest()


def _recomputable(part: CertifiedPart) -> dict[str, Any]:
    figures: dict[str, Any] = {"part": part.identity, "row_count": part.row_count}
    if part.groups is not None:
        figures["smallest_rows"] = part.groups.smallest
        figures["fewest_distinct"] = part.groups.fewest_distinct
        figures["largest_share"] = part.groups.largest_share
    return figures


def _preset(privacy: Privacy) -> dict[str, str] | None:
    """Its name and source; not where amounts are summed: both tell the dominance that an attacker could use."""
    if privacy.preset is None or (privacy.aggregate and privacy.aggregate.value):
        return None
    return {"name": privacy.preset, "source": PRESETS[privacy.preset].source}


def _table_rule(privacy: Privacy) -> dict[str, Any] | None:
    """The threshold, without the dominance."""
    if privacy.aggregate is None or privacy.preset is None:
        return None
    return {"by": list(privacy.aggregate.by), "minimum": PRESETS[privacy.preset].minimum}


def _pseudonyms(privacy: Privacy) -> list[str]:
    """Columns whose random letters and digits may spell a phone number."""
    return [name for name, column in privacy.columns.items() if isinstance(column, Pseudonymise)]


def _judged(privacy: Privacy, published: Sequence[str], judged: bool) -> str:
    if judged:
        return "judged"
    if privacy.basis:
        return "exempt by law"
    columns = [privacy.columns[name] for name in published if name in privacy.columns]
    traits = [column for column in columns if column.role in ("quasi_identifier", "sensitive", "opinion")]
    return "not judged" if any(not column.basis for column in traits) else "no trait of a person"
