"""What a server wants beside a version's files and could make again: the columns for queries, and the files compressed.

Made once, when a version is published, and only where making it takes long enough to be noticed.
It is part of no manifest and no backup; it goes when the file goes that it was made from.
"""

import gzip
import hashlib
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import pyarrow as pa

from ..errors import StoreUnavailable
from . import layout
from .columns import write_columns
from .manifest import Manifest, StoredFile
from .seal import sealed, unsealed
from .store import Store

WORTH_BYTES = 256 * 1024
COLUMNS = "columns-1"  # another number where `write_columns` writes otherwise
DIGESTS = "digests"  # of what was made, so that `fsck` finds a changed bit without making it again
TEXTS = (".csv", ".json")
ENCODINGS = ("br", "zstd", "gzip")  # the names are HTTP's; the best first
_LARGE_BYTES = 32 * 1024 * 1024  # beyond, only the encoding that is fast at any size
_GZIP_LEVEL, _BROTLI_LEVEL = 6, 5

Make = Callable[[Path, Path], None]  # from a file to what is made of it


def derive(store: Store, manifest: Manifest) -> None:
    """Make what is worth it of a published version. A full disk is no error here: the server makes its own."""
    for file in manifest.files:
        makers = _makers(manifest, file)
        if makers and not _digests(store, file):
            with suppress(StoreUnavailable):
                _make(store, file, makers)


def mend_derived(store: Store, manifest: Manifest, file: StoredFile) -> list[str]:
    """The keys of what should be made of a sound file, and is lost or not as it was made.

    All of it is made again, or is gone where the disk has no room: see `is_derived`.
    """
    makers = _makers(manifest, file)
    if not makers:
        return []
    made = _digests(store, file)
    keys = {kind: layout.derived_key(file.sha256, kind) for kind in makers}
    wrong = [key for kind, key in keys.items() if made.get(kind) is None or store.digest(key) != made[kind]]
    if wrong:
        with store.storage.removing():
            remove_derived(store, file.sha256)
        with suppress(StoreUnavailable):
            _make(store, file, makers)
    return wrong if made else [layout.derived_key(file.sha256, DIGESTS)]


def is_derived(store: Store, file: StoredFile) -> bool:
    """Whether everything that is worth it was made of the file."""
    return bool(_digests(store, file))


def derived_path(store: Store, file: StoredFile, kind: str) -> Path | None:
    """Where what was made of `file` lies on this disk; None where nothing was."""
    path = store.root / layout.derived_key(file.sha256, kind)
    return path if path.is_file() else None


def sound_path(store: Store, file: StoredFile, kind: str) -> Path | None:
    """The same, None too where its bytes are not those that were made; all of them are read."""
    is_sound = store.digest(layout.derived_key(file.sha256, kind)) == _digests(store, file).get(kind)
    return derived_path(store, file, kind) if is_sound else None


def remove_derived(store: Store, sha256: str) -> None:
    """Take away all that was made of the file with this digest."""
    for kind in store.storage.list(layout.derived_prefix(sha256)):
        store.storage.delete(layout.derived_key(sha256, kind))


def is_text(file: StoredFile) -> bool:
    """Whether it is worth compressing: workbooks and Parquet are compressed themselves."""
    return file.name.endswith(TEXTS)


def _makers(manifest: Manifest, file: StoredFile) -> dict[str, Make]:
    """What is worth making of the file, by kind."""
    if file.size_bytes < WORTH_BYTES:
        return {}
    if file.name == f"{manifest.dataset}.parquet":
        filter_by = manifest.metadata.get("filter_by", ())
        return {COLUMNS: lambda source, target: write_columns(source, filter_by, target)}
    if not is_text(file):
        return {}
    if file.size_bytes > _LARGE_BYTES:
        return {"zstd": _write_zstd}
    return {"br": _write_brotli, "zstd": _write_zstd, "gzip": _write_gzip}


def _make(store: Store, file: StoredFile, makers: Mapping[str, Make]) -> None:
    """Everything, and last the digests of it: without them nothing counts as made."""
    with store.staging() as folder:
        for kind, write in makers.items():
            write(store.file_path(file), folder / kind)
        (folder / DIGESTS).write_bytes(sealed({kind: _sha256(folder / kind) for kind in makers}))
        with store.storage.adding():  # a withdrawal has either taken the file, or will find what was made of it
            if store.file_path(file).exists():
                for kind in (*makers, DIGESTS):
                    store.storage.put_if_absent(layout.derived_key(file.sha256, kind), folder / kind)


def _digests(store: Store, file: StoredFile) -> dict[str, str]:
    """Of each kind, what was written when it was made; none where nothing was made, or nobody knows."""
    content = store.read(layout.derived_key(file.sha256, DIGESTS))
    with suppress(StoreUnavailable):
        return unsealed(content) if content else {}
    return {}


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _write_zstd(source: Path, target: Path) -> None:
    with source.open("rb") as whole, pa.CompressedOutputStream(str(target), "zstd") as compressed:
        shutil.copyfileobj(whole, compressed, 1024 * 1024)


def _write_brotli(source: Path, target: Path) -> None:
    target.write_bytes(pa.Codec("brotli", _BROTLI_LEVEL).compress(source.read_bytes(), asbytes=True))


def _write_gzip(source: Path, target: Path) -> None:
    target.write_bytes(gzip.compress(source.read_bytes(), _GZIP_LEVEL, mtime=0))
