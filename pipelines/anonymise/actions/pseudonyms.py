"""Keyed pseudonyms: HMAC-SHA-256, useless to a stranger who enumerates phone numbers or NIR."""

import hmac

import pyarrow as pa

from ...errors import UnsafeData
from ...messages import _

KEY_BYTES = 32
HEX_DIGITS = 32  # 128 bits: two people share one with probability < 1e-20 in a town of a million
FIELD = {"type": "string", "constraints": {"pattern": f"^[0-9a-f]{{{HEX_DIGITS}}}$"}}


def pseudonyms(values: pa.ChunkedArray, key: bytes, scope: str, column: str) -> pa.ChunkedArray:
    """The same value gives the same pseudonym inside one scope and column, and never across two; nulls stay null."""
    if len(key) < KEY_BYTES:
        raise UnsafeData(
            _("pseudonyms: the installation's key has fewer than {count} bytes; restore it from your backup.").format(
                count=KEY_BYTES
            )
        )
    own_key = _digest(key, f"parvis pseudonym\x1f{len(scope)}\x1f{scope}\x1f{column}")
    encoded = values.cast(pa.string()).combine_chunks().dictionary_encode()
    known = pa.array(
        [_digest(own_key, value).hex()[:HEX_DIGITS] for value in encoded.dictionary.to_pylist()], pa.string()
    )
    return pa.chunked_array([known.take(encoded.indices)])


def _digest(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")
