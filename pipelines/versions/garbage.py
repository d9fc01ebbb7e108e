"""Files that no version names: what publishers that were killed left behind."""

from collections.abc import Iterator

from . import layout
from .store import Store


def find_garbage(store: Store) -> tuple[str, ...]:
    """The keys that `collect_garbage` would remove now; nothing is touched."""
    named = set(_digests(store))
    return tuple(key for key, digest in _stored(store) if digest not in named)


def collect_garbage(store: Store) -> tuple[str, ...]:
    """Remove the files that no version names; their keys. No publisher works meanwhile."""
    with store.storage.removing():
        garbage = find_garbage(store)
        for key in garbage:
            store.storage.delete(key)
    return garbage


def _digests(store: Store) -> Iterator[str]:
    """Of versions that were taken back too: their removal is the withdrawal's, which knows the order."""
    for place in store.datasets():
        for manifest in (*store.versions(*place), *store.buried(*place)):
            for file in manifest.files:
                yield file.sha256


def _stored(store: Store) -> Iterator[tuple[str, str]]:
    """The keys of all files and of what was made of them, each with the file's digest."""
    for shelf in store.storage.list(layout.FILES):
        for digest in store.storage.list(f"{layout.FILES}/{shelf}"):
            yield layout.file_key(digest), digest
    for shelf in store.storage.list(layout.DERIVED):
        for digest in store.storage.list(f"{layout.DERIVED}/{shelf}"):
            for kind in store.storage.list(layout.derived_prefix(digest)):
                yield layout.derived_key(digest, kind), digest
