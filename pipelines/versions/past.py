"""The store as it was before a version was published: what that version's run could see of its own dataset."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import BinaryIO

from . import layout
from .manifest import Manifest
from .storage import Storage
from .store import Store


def before(store: Store, version: Manifest) -> Store:
    """A store to read, without `version` and all that its dataset published later."""
    return Store(store.root, _Earlier(store.storage, version))


class _Earlier:
    """Hides the records of one dataset from a place on, and its hints; takes nothing in and deletes nothing."""

    def __init__(self, storage: Storage, version: Manifest) -> None:
        place = (version.siren, version.dataset)
        self._storage = storage
        self._end = version.sequence
        self._records = (layout.versions_prefix(*place), layout.tombstones_prefix(*place))
        self._hints = (layout.hints_prefix(*place), layout.segments_prefix(*place))

    def get(self, key: str) -> BinaryIO | None:
        return None if self._is_hidden(key) else self._storage.get(key)

    def list(self, prefix: str) -> Iterator[str]:
        return (name for name in self._storage.list(prefix) if not self._is_hidden(f"{prefix}/{name}"))

    def staging(self) -> AbstractContextManager[Path]:
        return self._storage.staging()

    def adding(self) -> AbstractContextManager[None]:
        return self._storage.adding()

    def removing(self) -> AbstractContextManager[None]:
        raise PermissionError("the past cannot be changed")

    def put_if_absent(self, key: str, content: bytes | Path) -> bool:  # noqa: ARG002
        raise PermissionError(f"{key}: the past cannot be changed")

    def delete(self, key: str) -> None:
        raise PermissionError(f"{key}: the past cannot be changed")

    def _is_hidden(self, key: str) -> bool:
        folder, _slash, name = key.rpartition("/")
        return folder in self._hints or (folder in self._records and layout.sequence_of(name) >= self._end)
