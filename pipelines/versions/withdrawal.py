"""Taking versions back: a tombstone stays, and no byte that only they held."""

from collections.abc import Iterable, Sequence
from datetime import date

from ..closed import nearest
from ..errors import InvalidDeclaration
from ..messages import _
from . import layout
from .derived import remove_derived
from .history import forget
from .manifest import Manifest
from .store import Store
from .tombstone import REASONS, Tombstone


def withdraw(store: Store, versions: Sequence[Manifest], reason: str, withdrawn_on: date) -> tuple[Tombstone, ...]:
    """Take back `versions`, and every version of their dataset that shares a resource's bytes with one of them.

    The tombstones come first: from then on no reader is given the versions. A
    withdrawal that was cut short is finished by the next one, or by `fsck`.
    """
    refuse_unknown_reason(reason)
    with store.storage.removing():
        taken_back = [
            tombstone for group in _by_dataset(versions) for tombstone in _bury(store, group, reason, withdrawn_on)
        ]
        for siren, dataset in {(manifest.siren, manifest.dataset) for manifest in versions}:
            remove_buried(store, siren, dataset)
    return tuple(taken_back)


def finish_withdrawals(store: Store, siren: str, dataset: str) -> int:
    """Remove what a withdrawal that was cut short left behind; how many versions that was."""
    with store.storage.removing():
        return remove_buried(store, siren, dataset)


def refuse_unknown_reason(reason: str) -> None:
    """A tombstone says one word of a closed list: free words would say too much."""
    if reason not in REASONS:
        raise InvalidDeclaration(_("unknown reason “{word}”").format(word=reason) + nearest(reason, REASONS))


def _by_dataset(versions: Sequence[Manifest]) -> Iterable[list[Manifest]]:
    groups: dict[tuple[str, str], list[Manifest]] = {}
    for manifest in versions:
        groups.setdefault((manifest.siren, manifest.dataset), []).append(manifest)
    return groups.values()


def _bury(store: Store, versions: list[Manifest], reason: str, withdrawn_on: date) -> list[Tombstone]:
    siren, dataset = versions[0].siren, versions[0].dataset
    tombstones = [
        Tombstone(manifest.sequence, manifest.number, withdrawn_on.isoformat(), reason)
        for manifest in sharing(store.versions(siren, dataset), versions)
    ]
    asked = {manifest.sequence for manifest in versions}
    # The versions that were asked for come last: as long as one of them is there, the same question finds the others.
    for tombstone in sorted(tombstones, key=lambda one: one.sequence in asked):
        store.storage.put_if_absent(layout.tombstone_key(siren, dataset, tombstone.sequence), tombstone.to_json())
    return tombstones


def sharing(every: Sequence[Manifest], versions: Iterable[Manifest]) -> list[Manifest]:
    """The versions out of `every` that hold the bytes of a resource of `versions`, in order."""
    digests = {digest for manifest in versions for digest in resource_digests(manifest)}
    while True:
        found = [manifest for manifest in every if digests & resource_digests(manifest)]
        wider = digests.union(*map(resource_digests, found))
        if wider == digests:
            return found
        digests = wider


def resource_digests(manifest: Manifest) -> set[str]:
    """The digests of the files that hold rows."""
    return {file.sha256 for file in manifest.resources}


def remove_buried(store: Store, siren: str, dataset: str) -> int:
    """For every tombstone whose manifest still lies there: the bytes that nobody else has, then the manifest."""
    buried = store.buried(siren, dataset)
    if not buried:
        return 0
    living = {
        file.sha256 for place in store.datasets() for manifest in store.versions(*place) for file in manifest.files
    }
    for digest in sorted({file.sha256 for manifest in buried for file in manifest.files} - living):
        remove_derived(store, digest)
        store.storage.delete(layout.file_key(digest))
    for manifest in buried:
        forget(store, siren, dataset, manifest.sequence)
        store.storage.delete(layout.version_key(siren, dataset, manifest.sequence))
    return len(buried)
