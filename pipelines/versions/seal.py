"""Records that tell when a bit of them changed: canonical JSON whose first key is the digest of the rest."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from ..errors import StoreUnavailable
from ..messages import _

_SEAL = b'{\n "seal": "%s",\n'
_SEAL_LENGTH = len(_SEAL % (b"0" * 64))


def sealed(record: Mapping[str, Any]) -> bytes:
    """Sorted keys, UTF-8, one final newline."""
    body = (json.dumps(record, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()
    return _SEAL % hashlib.sha256(body).hexdigest().encode() + body.removeprefix(b"{\n")


def unsealed(content: bytes) -> dict[str, Any]:
    """The record. Raises StoreUnavailable where the seal does not fit."""
    body = b"{\n" + content[_SEAL_LENGTH:]
    if content[:_SEAL_LENGTH] != _SEAL % hashlib.sha256(body).hexdigest().encode():
        raise StoreUnavailable(
            _("store: the record of a version is damaged; run `parvis fsck`, and restore it from a backup.")
        )
    return dict(json.loads(body))
