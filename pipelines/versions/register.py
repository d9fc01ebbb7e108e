"""The register of a dataset: each version that is published or was taken back, signed and dated; the last one is kept.

By it a stranger knows a copy that stayed behind, and a version or a tombstone that somebody slipped in or took away.
Its content is made here; who signs it is the caller's business.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from ..vocabularies import PROMISED_DAYS
from . import layout
from .manifest import CERTIFICATE, Manifest
from .store import Store

FORMAT = 1
_SAID = {"serial", "issued_at", "frequency", "versions", "withdrawn"}
NAME = "versions.json"  # beside the dataset's page


def read_register(store: Store, siren: str, dataset: str) -> bytes | None:
    """The last one, as it was signed; None where none was."""
    serial = last_serial(store, siren, dataset)
    return store.read(layout.register_key(siren, dataset, serial)) if serial else None


def last_serial(store: Store, siren: str, dataset: str) -> int:
    """How often the register was signed; 0 where it never was."""
    return max(store.sequences(layout.registers_prefix(siren, dataset)), default=0)


def keep_register(store: Store, siren: str, dataset: str, serial: int, document: bytes) -> None:
    """In place of all older ones: what they say of a version does not outlive its withdrawal."""
    store.storage.put_if_absent(layout.register_key(siren, dataset, serial), document)
    for older in store.sequences(layout.registers_prefix(siren, dataset)):
        if older < serial:
            store.storage.delete(layout.register_key(siren, dataset, older))


def register_content(
    store: Store, siren: str, dataset: str, before: Mapping[str, Any] | None, now: datetime
) -> dict[str, Any] | None:
    """What the next register says, after `before`; None where that one says all of it already, and said so today.

    A version that `before` names stays as it was named until a tombstone stands for it: what was lost or changed
    in the store meanwhile is not forgotten by being signed.
    """
    issued_at = now.astimezone(UTC).replace(microsecond=0)
    known = before or {"serial": 0, "versions": [], "withdrawn": [], "frequency": "irregular", "issued_at": ""}
    stones = store.tombstones(siren, dataset)
    gone = [{"version": one.number, "withdrawn_on": one.withdrawn_on, "reason": one.reason} for one in stones]
    numbers = {one["version"] for one in gone}
    versions = [one for one in known["versions"] if one["version"] not in numbers]
    newest = store.latest(siren, dataset)
    if newest and (not versions or versions[-1]["version"] != newest.number):
        versions += _unknown(store.versions(siren, dataset), {one["version"] for one in versions})
    frequency = newest.metadata["update_frequency"] if newest else known["frequency"]
    said = {"frequency": frequency, "versions": versions, "withdrawn": gone}
    if said.items() <= known.items() and known["issued_at"][:10] >= issued_at.date().isoformat():
        return None
    return {
        "format": FORMAT,
        "siren": siren,
        "dataset": dataset,
        "serial": max(known["serial"], last_serial(store, siren, dataset)) + 1,
        "issued_at": max(issued_at.isoformat(), known["issued_at"]),
        "next_by": _next_by(issued_at, frequency),
        **said,
    }


def _unknown(manifests: tuple[Manifest, ...], known: set[str]) -> list[dict[str, str | None]]:
    """Those that no register named yet, the oldest first."""
    return [
        {"version": one.number, "certificate": file.sha256 if (file := one.file(CERTIFICATE)) else None}
        for one in manifests
        if one.number not in known
    ]


def _next_by(issued_at: datetime, frequency: str) -> str | None:
    """The day on which it is to be signed again at the latest: after the promised time, a fifth more and a day."""
    days = PROMISED_DAYS.get(frequency)
    return None if days is None else (issued_at + timedelta(days=days * 6 // 5 + 1)).date().isoformat()


def parsed(document: bytes | None) -> dict[str, Any] | None:
    """What a register of ours says; None where it is damaged or there is none."""
    try:
        content = dict(json.loads(document or b""))
        is_whole = (
            content["format"] == FORMAT
            and content.keys() >= _SAID
            and all(one.keys() >= {"version", "certificate"} for one in content["versions"])
            and all(one.keys() >= {"version", "withdrawn_on", "reason"} for one in content["withdrawn"])
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return content if is_whole else None
