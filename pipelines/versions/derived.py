"""What a server wants beside a version's files and could make again: the columns for queries, and the files compressed.

Made once, when a version is published, and only where making it takes long enough to be noticed.
It is part of no manifest and no backup; it goes when the file goes that it was made from.
"""

import gzip
import shutil
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pyarrow as pa

from ..errors import StoreUnavailable
from . import layout
from .columns import write_columns
from .manifest import Manifest, StoredFile
from .store import Store

WORTH_BYTES = 256 * 1024
COLUMNS = "columns-1"  # another number where `write_columns` writes otherwise
TEXTS = (".csv", ".json")
ENCODINGS = ("br", "zstd", "gzip")  # the names are HTTP's; the best first
_LARGE_BYTES = 32 * 1024 * 1024  # beyond, only the encoding that is fast at any size
_GZIP_LEVEL, _BROTLI_LEVEL = 6, 5


def derive(store: Store, manifest: Manifest) -> None:
    """Make what is worth it of a published version. A full disk is no error here: the server makes its own."""
    for file in manifest.files:
        for kind, write in _makers(manifest, file):
            with suppress(StoreUnavailable):
                _put(store, file, kind, write)


def derived_path(store: Store, file: StoredFile, kind: str) -> Path | None:
    """Where what was made of `file` lies on this disk; None where nothing was."""
    path = store.root / layout.derived_key(file.sha256, kind)
    return path if path.is_file() else None


def remove_derived(store: Store, sha256: str) -> None:
    """Take away all that was made of the file with this digest."""
    for kind in store.storage.list(layout.derived_prefix(sha256)):
        store.storage.delete(layout.derived_key(sha256, kind))


def is_text(file: StoredFile) -> bool:
    """Whether it is worth compressing: workbooks and Parquet are compressed themselves."""
    return file.name.endswith(TEXTS)


def _makers(manifest: Manifest, file: StoredFile) -> Iterator[tuple[str, Callable[[Path, Path], None]]]:
    if file.size_bytes < WORTH_BYTES:
        return
    if file.name == f"{manifest.dataset}.parquet":
        filter_by = manifest.metadata.get("filter_by", ())
        yield COLUMNS, lambda source, target: write_columns(source, filter_by, target)
    if is_text(file):
        yield "zstd", _write_zstd
        if file.size_bytes <= _LARGE_BYTES:
            yield "br", _write_brotli
            yield "gzip", _write_gzip


def _put(store: Store, file: StoredFile, kind: str, write: Callable[[Path, Path], None]) -> None:
    key = layout.derived_key(file.sha256, kind)
    if (store.root / key).exists():
        return
    with store.staging() as folder:
        write(store.file_path(file), folder / kind)
        with store.storage.adding():  # a withdrawal has either taken the file, or will find what was made of it
            if store.file_path(file).exists():
                store.storage.put_if_absent(key, folder / kind)


def _write_zstd(source: Path, target: Path) -> None:
    with source.open("rb") as whole, pa.CompressedOutputStream(str(target), "zstd") as compressed:
        shutil.copyfileobj(whole, compressed, 1024 * 1024)


def _write_brotli(source: Path, target: Path) -> None:
    target.write_bytes(pa.Codec("brotli", _BROTLI_LEVEL).compress(source.read_bytes(), asbytes=True))


def _write_gzip(source: Path, target: Path) -> None:
    target.write_bytes(gzip.compress(source.read_bytes(), _GZIP_LEVEL, mtime=0))
