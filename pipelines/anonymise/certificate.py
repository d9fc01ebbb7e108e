"""What a version's publication promises, figure by figure: what a stranger can recompute, and what is only attested.

Signed with Ed25519. Counts that would help an attacker are banded or left out:
nothing here says how many rows wait, only whether it is none, few or many.
"""

import base64
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from ..privacy_policy import Privacy
from ..vocabularies import PRESETS
from .gate import GateReport
from .groups import GroupRule, group_rule

FORMAT = 1
_SIGNATURE = "signature"


@dataclass(frozen=True)
class Subject:
    """The version that a certificate is about."""

    organisation: str
    dataset: str
    number: str
    files: Mapping[str, str]  # name -> sha256


def certificate(
    subject: Subject, privacy: Privacy, columns: Iterable[str], report: GateReport, earlier: Iterable[str]
) -> dict[str, Any]:
    """The unsigned certificate of a version with these published columns; `earlier` are the versions compared."""
    rule = group_rule(privacy, list(columns))
    minimum = PRESETS[privacy.preset].minimum if privacy.preset else None
    return {
        "format": FORMAT,
        "subject": {**asdict(subject), "files": dict(sorted(subject.files.items()))},
        "policy_sha256": policy_digest(privacy),
        "preset": {"name": privacy.preset, "source": PRESETS[privacy.preset].source} if privacy.preset else None,
        "basis": privacy.basis,
        "recomputable": {
            **_group_figures(rule, privacy, report),
            "releases": {"compared_with": list(earlier), "minimum": minimum} if minimum else None,
            "identifiers_found": 0,
        },
        "attested": {
            "contributors_counted_by": "rows" if privacy.unit == "none" else "unit",
            "groups_judged": not report.not_judged,
            **{
                name: band(getattr(report, name), minimum)
                for name in ("cells_blanked", "rows_withdrawn", "rows_waiting", "cells_hidden", "cells_complementary")
            },
            "linkage_with_other_datasets": "none below the threshold" if minimum else "not judged",
        },
    }


def _group_figures(rule: GroupRule | None, privacy: Privacy, report: GateReport) -> dict[str, Any]:
    if rule is None or report.groups is None or privacy.aggregate:
        return {"groups": None, "tables": _table_rule(privacy)}
    return {
        "groups": {
            "quasi_identifiers": list(rule.quasi_identifiers),
            "sensitive": list(rule.sensitive),
            "rule": {"minimum": rule.minimum, "distinct": rule.distinct, "max_share": rule.max_share},
            "smallest_rows": report.groups.smallest,
            "fewest_distinct": report.groups.fewest_distinct,
            "largest_share": report.groups.largest_share,
        },
        "tables": None,
    }


def _table_rule(privacy: Privacy) -> dict[str, Any] | None:
    """The threshold, without the dominance that an attacker could use."""
    if privacy.aggregate is None or privacy.preset is None:
        return None
    return {"by": list(privacy.aggregate.by), "minimum": PRESETS[privacy.preset].minimum}


def band(count: int, minimum: int | None) -> str:
    """0, fewer than the threshold, or at least that: never the number itself."""
    if count == 0:
        return "0"
    if minimum is None:
        return "1 or more"
    return "<k" if count < minimum else ">=k"


def policy_digest(privacy: Privacy) -> str:
    """Of the whole privacy block, in canonical JSON."""
    return sha256(_canonical(privacy.model_dump(mode="json"))).hexdigest()


def signed(content: Mapping[str, Any], key: Ed25519PrivateKey) -> bytes:
    """certificate.json: the content with the signature over its canonical JSON."""
    public = key.public_key()
    signature = {"key_id": key_id(public), "ed25519": base64.b64encode(key.sign(_canonical(content))).decode()}
    return _canonical({**content, _SIGNATURE: signature}) + b"\n"


def is_signed(certificate_json: bytes, keys: Mapping[str, Ed25519PublicKey]) -> bool:
    """Whether one of `keys` (id -> key, also retired ones) signed it."""
    content = json.loads(certificate_json)
    signature = content.pop(_SIGNATURE, {})
    key = keys.get(signature.get("key_id", ""))
    if key is None:
        return False
    try:
        key.verify(base64.b64decode(signature["ed25519"]), _canonical(content))
    except InvalidSignature:
        return False
    return True


def well_known_keys(keys: Iterable[tuple[Ed25519PublicKey, str, str | None]]) -> bytes:
    """/.well-known/parvis-keys.json: each key with the days from and until which it signs (rotation)."""
    entries = [
        {
            "id": key_id(key),
            "ed25519": base64.b64encode(key.public_bytes_raw()).decode(),
            "from": start,
            **({"until": end} if end else {}),
        }
        for key, start, end in keys
    ]
    return _canonical({"format": FORMAT, "keys": entries}) + b"\n"


def read_keys(well_known: bytes) -> dict[str, Ed25519PublicKey]:
    """The keys of a well-known file, by id."""
    found = [
        Ed25519PublicKey.from_public_bytes(base64.b64decode(entry["ed25519"]))
        for entry in json.loads(well_known)["keys"]
    ]
    return {key_id(key): key for key in found}


def key_id(key: Ed25519PublicKey) -> str:
    return sha256(key.public_bytes_raw()).hexdigest()[:16]


def _canonical(content: Mapping[str, Any]) -> bytes:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
