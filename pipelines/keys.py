"""The installation's secret key: pseudonyms and the digests of sources are made with it.

It lies in the work area (0600) and belongs in the operator's backup: without it,
pseudonyms change and an auditor cannot compare a source with a version.
"""

import hmac
import secrets
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from .errors import InvalidDeclaration
from .messages import _
from .private_files import make_private_folder, private

_NAME = "keys/installation.key"
KEY_BYTES = 32


def create_key(work: Path) -> None:
    """A new key, unless there is one: an existing key is never replaced."""
    path = work / _NAME
    make_private_folder(path.parent)
    with suppress(FileExistsError), open(path, "x", encoding="ascii", opener=private) as file:
        file.write(secrets.token_hex(KEY_BYTES))


def read_key(work: Path) -> bytes:
    """The key. Raises InvalidDeclaration where there is none: one made in silence would change every pseudonym."""
    path = work / _NAME
    try:
        key = bytes.fromhex(path.read_text("ascii").strip())
        if len(key) != KEY_BYTES:
            raise ValueError
        return key
    except (FileNotFoundError, ValueError):
        raise InvalidDeclaration(
            _("{path}: the installation's key is missing or damaged; restore it from your backup.").format(path=path)
        ) from None


def key_id(key: bytes) -> str:
    """What names the key in public, and tells nothing of it: which key made these pseudonyms?"""
    return hmac.digest(key, b"parvis key id", "sha256").hex()[:16]


def source_digest(key: bytes, contents: list[Path]) -> str:
    """What stands for the source in public: keyed, since a short file with one unknown column could be guessed."""
    digest = hmac.new(key, b"parvis source\0", sha256)
    for path in contents:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
        digest.update(b"\0")
    return digest.hexdigest()
