"""Is every byte of the store what was published? Hints are repaired, the rest is reported."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise

from ..errors import StoreUnavailable
from ..signatures import PublicKey, signer
from . import layout
from .derived import is_derived, mend_derived
from .history import mend_history
from .manifest import CERTIFICATE, Manifest, StoredFile
from .register import last_serial, parsed, read_register
from .store import FORMAT_RECORD, Store
from .withdrawal import finish_withdrawals


@dataclass(frozen=True)
class Problem:
    """One object that is not what it should be."""

    key: str
    what: str  # "missing" "damaged" "misnumbered" "exchanged" | mended: "hint" "derived" "underived" "withdrawal"
    is_mended: bool = False


def check_store(store: Store, keys: Mapping[str, PublicKey] | None = None) -> tuple[Problem, ...]:
    """Read every manifest and hash every file that one names. No finding: the store is whole.

    `keys`: those that registers may be signed with; without them, what a register says is compared all the same.
    """
    problems = list(_check_format(store))
    digests: dict[str, str | None] = {}
    for siren, dataset in store.datasets():
        problems += _check_withdrawals(store, siren, dataset)
        manifests = {}
        for sequence in range(1, _last_place(store, siren, dataset) + 1):
            found = _check_record(store, siren, dataset, sequence)
            if isinstance(found, Problem):
                problems.append(found)
            elif found is not None:
                manifests[sequence] = found
        problems += _check_order(list(manifests.values()))
        problems += _check_files(store, list(manifests.values()), digests)
        problems += _check_register(store, siren, dataset, list(manifests.values()), keys)
        problems += _check_hint(store, siren, dataset)
    return tuple(problems)


def _check_format(store: Store) -> Iterator[Problem]:
    content = store.read(layout.FORMAT_KEY)
    if content is None and any(True for _place in store.datasets()):
        yield Problem(layout.FORMAT_KEY, "missing")
    elif content not in (None, FORMAT_RECORD):
        yield Problem(layout.FORMAT_KEY, "damaged")


def _check_withdrawals(store: Store, siren: str, dataset: str) -> Iterator[Problem]:
    try:
        buried = store.buried(siren, dataset)
    except StoreUnavailable:
        return  # a damaged record, which is reported at its own place
    if buried:
        finish_withdrawals(store, siren, dataset)
    for manifest in buried:
        yield Problem(layout.version_key(siren, dataset, manifest.sequence), "withdrawal", is_mended=True)


def _last_place(store: Store, siren: str, dataset: str) -> int:
    """The last place that a manifest, a tombstone or a hint speaks of: a lost newest version must be missed."""
    prefixes = (layout.versions_prefix, layout.tombstones_prefix, layout.hints_prefix)
    return max((place for prefix in prefixes for place in store.sequences(prefix(siren, dataset))), default=0)


def _check_record(store: Store, siren: str, dataset: str, sequence: int) -> Manifest | Problem | None:
    """The manifest; a problem; or None for a sound tombstone."""
    key = layout.version_key(siren, dataset, sequence)
    tombstone = layout.tombstone_key(siren, dataset, sequence)
    try:
        store.number_at(siren, dataset, sequence)
        return store.manifest(siren, dataset, sequence)
    except StoreUnavailable:
        at = tombstone if store.read(tombstone) is not None else key
        return Problem(at, "missing" if store.read(at) is None else "damaged")


def _check_order(manifests: list[Manifest]) -> Iterator[Problem]:
    for before, after in pairwise(manifests):
        if after.number_triple <= before.number_triple or after.committed_at < before.committed_at:
            yield Problem(layout.version_key(after.siren, after.dataset, after.sequence), "misnumbered")


def _check_files(store: Store, manifests: list[Manifest], digests: dict[str, str | None]) -> Iterator[Problem]:
    """Each file once for each dataset that has it; what was made of it, where it is sound itself."""
    for sha256, (manifest, file) in _files(manifests).items():
        is_new = sha256 not in digests
        if is_new:
            digests[sha256] = store.digest(layout.file_key(sha256))
        found = digests[sha256]
        if found != sha256:
            yield Problem(layout.file_key(sha256), "missing" if found is None else "damaged")
        elif is_new:
            for key in mend_derived(store, manifest, file):
                yield Problem(key, "derived" if is_derived(store, file) else "underived", is_mended=True)


def _check_register(
    store: Store, siren: str, dataset: str, manifests: list[Manifest], keys: Mapping[str, PublicKey] | None
) -> Iterator[Problem]:
    """Every version that was signed for is there as it was, or was taken back; versions newer than it may be there."""
    document = read_register(store, siren, dataset)
    if document is None:
        return
    content = parsed(document)
    if content is None or (keys is not None and signer(document, keys) is None):
        yield Problem(layout.register_key(siren, dataset, last_serial(store, siren, dataset)), "damaged")
        return
    there = {one.number: one for one in manifests}
    try:
        gone = {one.number for one in store.tombstones(siren, dataset)}
    except StoreUnavailable:
        return  # a damaged tombstone, which is reported at its own place
    for said in content["versions"]:
        manifest = there.get(said["version"])
        file = manifest.file(CERTIFICATE) if manifest else None
        if manifest is None and said["version"] not in gone:
            yield Problem(f"{layout.versions_prefix(siren, dataset)} ({said['version']})", "missing")
        elif manifest and (file.sha256 if file else None) != said["certificate"]:
            yield Problem(layout.version_key(siren, dataset, manifest.sequence), "exchanged")
    for said in content["withdrawn"]:
        if said["version"] not in gone:
            yield Problem(f"{layout.tombstones_prefix(siren, dataset)} ({said['version']})", "missing")


def _files(manifests: list[Manifest]) -> dict[str, tuple[Manifest, StoredFile]]:
    """By digest, each with the first version that names it."""
    return {file.sha256: (manifest, file) for manifest in reversed(manifests) for file in manifest.files}


def _check_hint(store: Store, siren: str, dataset: str) -> Iterator[Problem]:
    last = store.last_sequence(siren, dataset)
    prefix = layout.hints_prefix(siren, dataset)
    hints = store.sequences(prefix)
    if last and hints != [last] and max(hints, default=0) <= last:
        store.point_to(siren, dataset, last)
        yield Problem(prefix, "hint", is_mended=True)
    for key in mend_history(store, siren, dataset, last):
        yield Problem(key, "hint", is_mended=True)
