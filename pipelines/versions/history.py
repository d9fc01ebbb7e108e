"""All versions of a dataset at a glance, without reading every manifest.

Every SEGMENT versions, the publisher leaves what lists and feeds need of them in
one object. It is a hint: what it does not tell is read from the manifests.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass

from ..errors import StoreUnavailable
from . import layout
from .manifest import Cause, Manifest
from .seal import sealed, unsealed
from .store import Store

SEGMENT = 500


@dataclass(frozen=True)
class Summary:
    """What a list says of one version."""

    sequence: int
    number: str
    committed_at: str
    causes: tuple[Cause, ...]
    row_count: int


def history(store: Store, siren: str, dataset: str) -> tuple[Summary, ...]:
    """Every version that was not taken back, the oldest first."""
    withdrawn = set(store.sequences(layout.tombstones_prefix(siren, dataset)))
    known = {summary.sequence: summary for summary in _remembered(store, siren, dataset)}
    for sequence in store.sequences(layout.versions_prefix(siren, dataset)):
        if sequence not in known and (manifest := store.manifest(siren, dataset, sequence)):
            known[sequence] = _summary(manifest)
    return tuple(known[sequence] for sequence in sorted(known.keys() - withdrawn))


def remember(store: Store, siren: str, dataset: str, sequence: int) -> None:
    """After version `sequence`: where it ends a segment, leave the segment's summaries. Never fails."""
    if sequence % SEGMENT == 0:
        first = sequence - SEGMENT + 1
        with suppress(StoreUnavailable):
            manifests = (store.manifest(siren, dataset, place) for place in range(first, sequence + 1))
            record = {"summaries": [asdict(_summary(manifest)) for manifest in manifests if manifest]}
            store.storage.put_if_absent(layout.segment_key(siren, dataset, first), sealed(record))


def forget(store: Store, siren: str, dataset: str, sequence: int) -> None:
    """Nothing that a segment says of a version outlives its withdrawal."""
    first = (sequence - 1) // SEGMENT * SEGMENT + 1
    store.storage.delete(layout.segment_key(siren, dataset, first))


def mend_history(store: Store, siren: str, dataset: str, last: int) -> list[str]:
    """Make the segments up to version `last` again that are lost or damaged; their keys."""
    firsts = [
        first for first in range(1, last - SEGMENT + 2, SEGMENT) if _segment(store, siren, dataset, first) is None
    ]
    for first in firsts:
        store.storage.delete(layout.segment_key(siren, dataset, first))
        remember(store, siren, dataset, first + SEGMENT - 1)
    return [layout.segment_key(siren, dataset, first) for first in firsts]


def _remembered(store: Store, siren: str, dataset: str) -> Iterator[Summary]:
    for first in store.sequences(layout.segments_prefix(siren, dataset)):
        yield from _segment(store, siren, dataset, first) or ()


def _segment(store: Store, siren: str, dataset: str, first: int) -> list[Summary] | None:
    """None where there is none; a damaged hint is no hint."""
    content = store.read(layout.segment_key(siren, dataset, first))
    if content is None:
        return None
    with suppress(StoreUnavailable):
        return [
            Summary(**{**given, "causes": tuple(Cause(**cause) for cause in given["causes"])})
            for given in unsealed(content)["summaries"]
        ]
    return None


def _summary(manifest: Manifest) -> Summary:
    return Summary(manifest.sequence, manifest.number, manifest.committed_at, manifest.causes, manifest.row_count)
