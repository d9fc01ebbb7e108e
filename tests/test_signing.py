"""The installation's signing key: made once, rotated, never lost in silence."""

import stat
from datetime import date
from pathlib import Path

import pytest

from pipelines.errors import InvalidDeclaration
from pipelines.signatures import key_id, signed, signer
from pipelines.signing import PUBLISHED, published_keys, rotate, signing_key

MONDAY, FRIDAY = date(2026, 3, 2), date(2026, 3, 6)


def signature(root: Path, today: date = MONDAY) -> bytes:
    return signed({"rows": 6}, signing_key(root, root / "work", today))


def test_the_first_signature_makes_the_key_which_is_private_and_publishes_its_other_half(tmp_path: Path):
    document = signature(tmp_path)
    assert signer(document, published_keys(tmp_path))
    private = tmp_path / "work" / "keys" / "signing.key"
    assert stat.S_IMODE(private.stat().st_mode) == 0o600
    assert private.read_text() not in (tmp_path / PUBLISHED).read_text()
    assert signature(tmp_path, FRIDAY) == document


def test_after_a_rotation_both_keys_are_published_with_their_days_and_the_old_secret_is_gone(tmp_path: Path):
    before = signature(tmp_path)
    secret = (tmp_path / "work" / "keys" / "signing.key").read_text()
    new = rotate(tmp_path, tmp_path / "work", FRIDAY)
    old, present = published_keys(tmp_path).values()
    assert (old.start, old.until, present.start, present.until) == (MONDAY, FRIDAY, FRIDAY, None)
    assert signer(before, published_keys(tmp_path)) == old
    after = signed({"rows": 6}, signing_key(tmp_path, tmp_path / "work", FRIDAY))
    assert signer(after, published_keys(tmp_path)) == present == new
    assert not any(secret in path.read_text() for path in tmp_path.rglob("*") if path.is_file())


def test_a_rotation_cut_short_before_its_key_was_published_never_was(tmp_path: Path):
    before = signature(tmp_path)
    following = tmp_path / "work" / "keys" / "signing.key.next"
    following.write_text("07" * 32)
    assert signature(tmp_path, FRIDAY) == before
    assert not following.exists()


def test_a_rotation_cut_short_after_its_key_was_published_is_finished(tmp_path: Path):
    signature(tmp_path)
    new = rotate(tmp_path, tmp_path / "work", FRIDAY)
    cut_short(tmp_path / "work" / "keys")
    assert key_id(signing_key(tmp_path, tmp_path / "work", FRIDAY).public_key()) == new.id


def cut_short(keys: Path) -> None:
    (keys / "signing.key").rename(keys / "signing.key.next")


def test_a_lost_private_half_is_told_and_a_rotation_mends_it(tmp_path: Path):
    signature(tmp_path)
    (tmp_path / "work" / "keys" / "signing.key").unlink()
    with pytest.raises(InvalidDeclaration, match="parvis keys rotate"):
        signature(tmp_path)
    rotate(tmp_path, tmp_path / "work", FRIDAY)
    assert len(published_keys(tmp_path)) == 2
    signature(tmp_path, FRIDAY)


def test_a_damaged_list_of_public_keys_is_told(tmp_path: Path):
    signature(tmp_path)
    (tmp_path / PUBLISHED).write_text("{")
    with pytest.raises(InvalidDeclaration, match="damaged"):
        signature(tmp_path)
