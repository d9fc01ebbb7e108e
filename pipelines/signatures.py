"""Signed JSON: canonical bytes, an Ed25519 signature inside, and the list of keys that a stranger checks it with."""

import base64
import binascii
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

FORMAT = 1
_SIGNATURE = "signature"


@dataclass(frozen=True)
class PublicKey:
    """A key that signs, or signed, from one day until another (both included); `until` is None for the present one."""

    key: Ed25519PublicKey
    start: date
    until: date | None = None

    @property
    def id(self) -> str:
        return key_id(self.key)

    def is_valid_on(self, day: date) -> bool:
        return self.start <= day and (self.until is None or day <= self.until)


def signed(content: Mapping[str, Any], key: Ed25519PrivateKey) -> bytes:
    """The content, with the signature over its canonical JSON: the same bytes each time."""
    signature = {"key_id": key_id(key.public_key()), "ed25519": _base64(key.sign(canonical(content)))}
    return canonical({**content, _SIGNATURE: signature}) + b"\n"


def signer(document: bytes, keys: Mapping[str, PublicKey]) -> PublicKey | None:
    """Which of `keys` (by id, also retired ones) signed these very bytes; None where none of them did.

    Bytes that say the same in another way (a blank more, a spare bit of base64) are not what was signed.
    """
    try:
        content = json.loads(document)
        if document != canonical(content) + b"\n":
            return None
        signature = content.pop(_SIGNATURE)
        key, mark = keys[signature["key_id"]], base64.b64decode(signature["ed25519"], validate=True)
        if _base64(mark) != signature["ed25519"]:
            return None
        key.key.verify(mark, canonical(content))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, InvalidSignature):
        return None
    return key


def keys_document(keys: Iterable[PublicKey]) -> bytes:
    """/.well-known/parvis-keys.json: each key with the days from and until which it signs."""
    entries = [
        {
            "id": one.id,
            "ed25519": _base64(one.key.public_bytes_raw()),
            "from": one.start.isoformat(),
            **({"until": one.until.isoformat()} if one.until else {}),
        }
        for one in keys
    ]
    return canonical({"format": FORMAT, "keys": entries}) + b"\n"


def read_keys(document: bytes) -> dict[str, PublicKey]:
    """The keys of such a document, by id. Raises ValueError where it is none."""
    try:
        found = [
            PublicKey(
                _public(entry["ed25519"]),
                date.fromisoformat(entry["from"]),
                date.fromisoformat(entry["until"]) if "until" in entry else None,
            )
            for entry in json.loads(document)["keys"]
        ]
    except (KeyError, TypeError, RecursionError, binascii.Error):
        raise ValueError("no list of keys") from None
    return {key.id: key for key in found}


def bare_key(text: str) -> PublicKey:
    """A key that somebody was told, in base64: nobody said since when. Raises ValueError where it is none."""
    return PublicKey(_public(text), date.min)


def key_id(key: Ed25519PublicKey) -> str:
    return sha256(key.public_bytes_raw()).hexdigest()[:16]


def canonical(content: Any) -> bytes:
    """Sorted keys, no blank, UTF-8."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _public(text: str) -> Ed25519PublicKey:
    return Ed25519PublicKey.from_public_bytes(base64.b64decode(text, validate=True))


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()
