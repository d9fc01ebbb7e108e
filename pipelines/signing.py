"""The key that certificates are signed with: one at a time, private; those of former days stay published.

The private half lies in the work area (0600). The public halves lie beside parvis.yaml,
in the very bytes that the access point serves: a server needs no look into the work area.
"""

import os
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from .errors import InvalidDeclaration
from .messages import _
from .private_files import make_private_folder, private
from .signatures import PublicKey, key_id, keys_document, read_keys

_NAME = "keys/signing.key"
_NEXT = ".next"  # a rotation that was cut short is finished from it
PUBLISHED = "parvis-keys.json"  # below the installation's folder


def signing_key(root: Path, work: Path, today: date) -> Ed25519PrivateKey:
    """The key of today; the first one is made here. Its public half is published on return.

    Raises InvalidDeclaration where the private half is lost: one made in silence would part with all that was signed.
    """
    path, published = work / _NAME, root / PUBLISHED
    _finish_rotation(path, published)
    if not path.exists() and not published_keys(root):
        _create(path)
    key = _read(path)
    known = published_keys(root)
    if key_id(key.public_key()) not in known:
        _publish(published, [*known.values(), PublicKey(key.public_key(), today)])
    return key


def rotate(root: Path, work: Path, today: date) -> PublicKey:
    """A new key from today on. The old private half is gone on return; its public half stays, with its last day."""
    path, published = work / _NAME, root / PUBLISHED
    known = published_keys(root)
    if path.exists():
        signing_key(root, work, today)
        known = published_keys(root)
    fresh = Ed25519PrivateKey.generate()
    following = path.with_name(path.name + _NEXT)
    following.unlink(missing_ok=True)
    make_private_folder(path.parent)
    _write(following, fresh)
    retired = [one if one.until else replace(one, until=today) for one in known.values()]
    new = PublicKey(fresh.public_key(), today)
    _publish(published, [*retired, new])
    following.replace(path)
    return new


def published_keys(root: Path) -> dict[str, PublicKey]:
    """Every key that ever signed, by id, the oldest first."""
    path = root / PUBLISHED
    if not path.exists():
        return {}
    try:
        return read_keys(path.read_bytes())
    except ValueError:
        raise InvalidDeclaration(
            _("{path}: the list of public keys is damaged; restore it from your backup.").format(path=path)
        ) from None


def _create(path: Path) -> None:
    """Whole or not at all, and by one of two runs that come first."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    make_private_folder(path.parent)
    draft.unlink(missing_ok=True)
    _write(draft, Ed25519PrivateKey.generate())
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()


def _read(path: Path) -> Ed25519PrivateKey:
    try:
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(path.read_text("ascii").strip()))
    except (FileNotFoundError, ValueError):
        raise InvalidDeclaration(
            _(
                "{path}: the signing key is missing or damaged; restore it from your backup, "
                "or make another one: `parvis keys rotate`."
            ).format(path=path)
        ) from None


def _finish_rotation(path: Path, published: Path) -> None:
    """The next key takes its place if its public half was published; if not, nobody has seen it."""
    following = path.with_name(path.name + _NEXT)
    if not following.exists():
        return
    try:
        is_published = key_id(_read(following).public_key()) in published_keys(published.parent)
    except InvalidDeclaration:  # cut short while it was written
        is_published = False
    if is_published:
        following.replace(path)
    else:
        following.unlink()


def _write(path: Path, key: Ed25519PrivateKey) -> None:
    with open(path, "x", encoding="ascii", opener=private) as file:
        file.write(key.private_bytes_raw().hex())
        file.flush()
        os.fsync(file.fileno())


def _publish(path: Path, keys: list[PublicKey]) -> None:
    """The list as it was or as it shall be, never half."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_bytes(keys_document(keys))
    fresh.replace(path)
