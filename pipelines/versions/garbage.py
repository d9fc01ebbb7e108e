"""Files that no version names: what publishers that were killed left behind."""

from collections.abc import Iterator

from . import layout
from .store import Store


def find_garbage(store: Store) -> tuple[str, ...]:
    """The keys that `collect_garbage` would remove now; nothing is touched."""
    named = {layout.file_key(digest) for digest in _digests(store)}
    return tuple(key for key in _stored(store) if key not in named)


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


def _stored(store: Store) -> Iterator[str]:
    for shelf in store.storage.list(layout.FILES):
        for name in store.storage.list(f"{layout.FILES}/{shelf}"):
            yield f"{layout.FILES}/{shelf}/{name}"
