"""A signature inside JSON, and the list of keys that it is checked with."""

import json
from datetime import date

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from pipelines.signatures import PublicKey, bare_key, keys_document, read_keys, signed, signer

OLD, NEW, STRANGER = (Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32) for seed in (1, 2, 3))
RETIRED = PublicKey(OLD.public_key(), date(2025, 1, 1), date(2025, 12, 31))
PRESENT = PublicKey(NEW.public_key(), date(2025, 12, 31))
KEYS = read_keys(keys_document([RETIRED, PRESENT]))
DOCUMENT = signed({"dataset": "grc", "rows": 6, "é": ["ü"]}, NEW)


def test_a_document_is_signed_by_the_key_that_signed_it_and_the_same_bytes_come_out_each_time():
    assert signer(DOCUMENT, KEYS) == PRESENT
    assert signer(signed({"rows": 6}, OLD), KEYS) == RETIRED
    assert signed({"é": ["ü"], "rows": 6, "dataset": "grc"}, NEW) == DOCUMENT


def test_a_stranger_s_key_is_not_among_them():
    assert signer(signed({"rows": 6}, STRANGER), KEYS) is None


@given(st.integers(0, len(DOCUMENT) * 8 - 1))
def test_no_bit_can_be_flipped(place: int):
    flipped = bytearray(DOCUMENT)
    flipped[place // 8] ^= 1 << place % 8
    assert signer(bytes(flipped), KEYS) is None


@pytest.mark.parametrize(
    "document",
    [
        DOCUMENT + b"\n",
        DOCUMENT.replace(b'"rows":6', b'"rows": 6'),
        json.dumps({"rows": 6}).encode() + b"\n",
        b'{"signature":null}\n',
        b'{"rows":6,"signature":{"ed25519":"AAAA","key_id":"' + PRESENT.id.encode() + b'"}}\n',
        b'{"rows":6,"signature":{"ed25519":3,"key_id":["x"]}}\n',
        b"[1]\n",
        b"[" * 100_000,
        b"\xff",
        b"",
    ],
)
def test_what_is_not_what_was_signed_is_signed_by_nobody(document: bytes):
    assert signer(document, KEYS) is None


def test_a_key_signs_on_its_days_only():
    assert RETIRED.is_valid_on(date(2025, 12, 31)) and not RETIRED.is_valid_on(date(2026, 1, 1))
    assert PRESENT.is_valid_on(date(2026, 1, 1)) and not PRESENT.is_valid_on(date(2025, 12, 30))


def test_a_key_told_by_itself_is_valid_on_every_day():
    entry = json.loads(keys_document([PRESENT]))["keys"][0]
    told = bare_key(entry["ed25519"])
    assert told.id == PRESENT.id == entry["id"]
    assert told.is_valid_on(date(1990, 1, 1))


@pytest.mark.parametrize("document", [b"", b"{}", b"[]", b'{"keys":[{"ed25519":"AAAA","from":"2025-01-01"}]}', b"\xff"])
def test_what_is_no_list_of_keys_is_said_to_be_none(document: bytes):
    with pytest.raises(ValueError):
        read_keys(document)
