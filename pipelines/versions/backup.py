"""One archive with everything that cannot be made again, and the way back."""

import shutil
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from ..errors import PublicationError, StoreUnavailable
from ..messages import _
from ..signing import published_keys
from . import layout
from .fsck import check_store
from .register import last_serial
from .storage import told
from .store import Store

_STORE = "store"


def back_up(store: Store, beside: Mapping[str, Path], archive: Path) -> tuple[str, ...]:
    """Write the store, and what lies `beside` it (keys, parvis.yaml...: name -> file or folder), as a tar file.

    Versions published meanwhile are whole in it or not there. The archive
    holds the keys: it is readable by its owner alone. Returns the names inside.
    """
    with told(archive.parent):
        try:
            archive.touch(mode=0o600, exist_ok=False)
        except FileExistsError:
            raise StoreUnavailable(
                _("{archive}: there is a file already; give another name.").format(archive=archive)
            ) from None
        try:
            return _packed(store, beside, archive)
        except BaseException:
            archive.unlink()  # half of a backup is none, and would bar the next try
            raise


def _packed(store: Store, beside: Mapping[str, Path], archive: Path) -> tuple[str, ...]:
    names = []
    with tarfile.open(archive, "w") as tar:
        for key in _keys(store):
            tar.add(store.root / key, f"{_STORE}/{key}")
            names.append(f"{_STORE}/{key}")
        for name, path in beside.items():
            tar.add(path, name)
            names.append(name)
    return tuple(names)


def restore(archive: Path, root: Path) -> Store:
    """Unpack a backup into an installation's folder that has no store yet, and check every byte of it.

    Registers are checked with the public keys that the backup holds, where it holds any.
    """
    if (root / _STORE).exists():
        raise StoreUnavailable(
            _("{root}: there is a store already; restore into an empty folder, and compare.").format(root=root)
        )
    try:
        return _unpacked(archive, root)
    except PublicationError:
        shutil.rmtree(root / _STORE, ignore_errors=True)  # another archive may be restored into the same folder
        raise


def _unpacked(archive: Path, root: Path) -> Store:
    with told(root):
        root.mkdir(parents=True, exist_ok=True)
        try:
            with tarfile.open(archive) as tar:
                tar.extractall(root, filter=_as_kept)  # noqa: S202 - tarfile's own filter, but for folders' rights
        except tarfile.TarError:
            raise StoreUnavailable(
                _("{archive}: not a whole backup; take another one.").format(archive=archive)
            ) from None
    store = Store(root / _STORE)
    if problems := [problem for problem in check_store(store, published_keys(root) or None) if not problem.is_mended]:
        raise StoreUnavailable(
            _("{archive}: {count} objects are missing or damaged, {key} first; take another backup.").format(
                archive=archive, count=len(problems), key=problems[0].key
            )
        )
    return store


def _as_kept(member: tarfile.TarInfo, root: str) -> tarfile.TarInfo:
    """As tarfile's own filter, but for a folder: what was its owner's alone stays so."""
    safe = tarfile.data_filter(member, root)
    return safe.replace(mode=member.mode & 0o755, deep=False) if member.isdir() else safe


def _keys(store: Store) -> Iterator[str]:
    """The records first, then the files they name: what is published meanwhile is in neither.

    The register comes before the versions: what is newer than it may be there, and what it names must be.
    """
    if store.read(layout.FORMAT_KEY) is not None:
        yield layout.FORMAT_KEY
    files = set()
    for siren, dataset in store.datasets():
        if serial := last_serial(store, siren, dataset):
            yield layout.register_key(siren, dataset, serial)
        for manifest in store.versions(siren, dataset):
            yield layout.version_key(siren, dataset, manifest.sequence)
            files |= {file.sha256 for file in manifest.files}
        for tombstone in store.tombstones(siren, dataset):
            yield layout.tombstone_key(siren, dataset, tombstone.sequence)
    yield from map(layout.file_key, sorted(files))
