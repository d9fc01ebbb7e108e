"""The immutable store: content-addressed files, and one numbered manifest per version.

    format.json                              {"format": 1}
    files/<sha[:2]>/<sha>                    the bytes, once
    datasets/<siren>/<dataset>/v/<seq>.json  the manifest; creating it is the one commit point
    datasets/<siren>/<dataset>/latest/<seq>  a hint; readers probe forward from it, so it may be late or lost

Opening a store writes nothing, and neither does reading: a server needs no right to write.
"""

import hashlib
import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from typing import BinaryIO, cast

import pyarrow as pa
import pyarrow.parquet as pq

from ..errors import StoreUnavailable
from ..messages import _
from .manifest import FORMAT, Manifest, StoredFile
from .storage import Disk, Storage

CHUNK_BYTES = 1 << 20


class Store:
    """The versions of every dataset of every organisation of an installation."""

    def __init__(self, root: Path, storage: Storage | None = None) -> None:
        """Raises StoreUnavailable where a newer Parvis wrote the store."""
        self.root = root
        self.storage = storage or Disk(root)
        self._refuse_newer_format()

    def datasets(self) -> Iterator[tuple[str, str]]:
        """(siren, dataset) of everything that was ever published, in order."""
        for siren in self.storage.list("datasets"):
            for dataset in self.storage.list(f"datasets/{siren}"):
                yield siren, dataset

    def latest(self, siren: str, dataset: str) -> Manifest | None:
        """The newest version, found from the hint without listing the versions."""
        sequence = self._last_sequence(siren, dataset)
        return self.manifest(siren, dataset, sequence) if sequence else None

    def manifest(self, siren: str, dataset: str, sequence: int) -> Manifest | None:
        """One version by its place in the order of publication."""
        content = self._read(_version_key(siren, dataset, sequence))
        if content is None:
            return None
        found = Manifest.from_json(content)
        if (found.siren, found.dataset, found.sequence) != (siren, dataset, sequence):
            raise _damaged(_version_key(siren, dataset, sequence))
        return found

    def versions(self, siren: str, dataset: str) -> tuple[Manifest, ...]:
        """Every version, the oldest first."""
        found = (self.manifest(siren, dataset, sequence) for sequence in self._sequences(siren, dataset))
        return tuple(manifest for manifest in found if manifest)

    def resolve(self, siren: str, dataset: str, wanted: str) -> Manifest | None:
        """The version that `latest`, `2` (the newest 2.x.y) or `2.1.0` names; None where there is none."""
        newest = self.latest(siren, dataset)
        if newest is None or wanted == "latest":
            return newest
        parts = wanted.split(".")
        if len(parts) not in (1, 3) or not all(part.isascii() and part.isdigit() for part in parts):
            return None
        bound = (*map(int, parts), *[sys.maxsize] * (3 - len(parts)))
        found = self._newest_up_to(newest, bound)
        matches = found and (found.number == wanted or found.number.split(".")[0] == wanted)
        return found if matches else None

    def open(self, file: StoredFile) -> BinaryIO:
        """The bytes of a file of a version. Raises StoreUnavailable where they are gone."""
        stream = self.storage.get(_file_key(file.sha256))
        if stream is None:
            raise _damaged(_file_key(file.sha256))
        return stream

    def file_path(self, file: StoredFile) -> Path:
        """Where the file lies on this disk, for servers and DuckDB."""
        return self.root / _file_key(file.sha256)

    def parquet(self, manifest: Manifest) -> Path:
        """Where the version's rows lie with their types, for DuckDB. Raises StoreUnavailable where they are gone."""
        file = manifest.file(f"{manifest.dataset}.parquet")
        if file is None:
            raise _damaged(_version_key(manifest.siren, manifest.dataset, manifest.sequence))
        self.open(file).close()
        return self.file_path(file)

    def read_table(self, manifest: Manifest) -> pa.Table:
        """The published rows, with the types they were published with."""
        rows = pq.read_table(self.parquet(manifest))
        return rows.cast(pa.schema([field.with_type(_published_type(field.type)) for field in rows.schema]))

    def staging(self) -> AbstractContextManager[Path]:
        """A folder for the files of a version to come."""
        return cast(AbstractContextManager[Path], self.storage.staging())

    def add_files(self, files: Iterable[tuple[StoredFile, Path]]) -> None:
        """Make the staged bytes durable; a stored copy that rotted meanwhile is replaced."""
        self.storage.put_if_absent("format.json", json.dumps({"format": FORMAT}).encode() + b"\n")
        for file, staged in files:
            key = _file_key(file.sha256)
            if not self.storage.put_if_absent(key, staged) and self._digest(key) != file.sha256:
                self.storage.delete(key)
                self.storage.put_if_absent(key, staged)

    def commit(self, manifest: Manifest) -> bool:
        """Publish: True, or False where another publisher took this sequence first. Its files are there already."""
        key = _version_key(manifest.siren, manifest.dataset, manifest.sequence)
        if not self.storage.put_if_absent(key, manifest.to_json()):
            return False
        with suppress(StoreUnavailable):  # published already: a hint that cannot be written is only late
            self._point_to(manifest)
        return True

    def _point_to(self, manifest: Manifest) -> None:
        prefix = f"{_folder(manifest.siren, manifest.dataset)}/latest"
        self.storage.put_if_absent(f"{prefix}/{manifest.sequence:010}", b"")
        for name in self.storage.list(prefix):
            if int(name) < manifest.sequence:
                self.storage.delete(f"{prefix}/{name}")

    def _last_sequence(self, siren: str, dataset: str) -> int:
        hints = [int(name) for name in self.storage.list(f"{_folder(siren, dataset)}/latest") if name.isdigit()]
        sequence = max(hints, default=0)
        if sequence and not self._has_version(siren, dataset, sequence):
            sequence = max(self._sequences(siren, dataset), default=0)
        while self._has_version(siren, dataset, sequence + 1):
            sequence += 1
        return sequence

    def _newest_up_to(self, newest: Manifest, bound: tuple[int, ...]) -> Manifest | None:
        """The last version whose number is at most `bound`: numbers rise with the sequence, so by halving."""
        low, high = 0, newest.sequence
        while low < high:
            middle = (low + high + 1) // 2
            manifest = self.manifest(newest.siren, newest.dataset, middle)
            if manifest is None:
                raise _damaged(_version_key(newest.siren, newest.dataset, middle))
            low, high = (middle, high) if manifest.number_triple <= bound else (low, middle - 1)
        return self.manifest(newest.siren, newest.dataset, low) if low else None

    def _sequences(self, siren: str, dataset: str) -> list[int]:
        names = self.storage.list(f"{_folder(siren, dataset)}/v")
        return [int(name.removesuffix(".json")) for name in names]

    def _has_version(self, siren: str, dataset: str, sequence: int) -> bool:
        stream = self.storage.get(_version_key(siren, dataset, sequence))
        if stream is None:
            return False
        stream.close()
        return True

    def _read(self, key: str) -> bytes | None:
        stream = self.storage.get(key)
        if stream is None:
            return None
        with stream:
            return stream.read()

    def _digest(self, key: str) -> str:
        digest = hashlib.sha256()
        stream = self.storage.get(key)
        if stream is not None:
            with stream:
                while chunk := stream.read(CHUNK_BYTES):
                    digest.update(chunk)
        return digest.hexdigest()

    def _refuse_newer_format(self) -> None:
        content = self._read("format.json")
        found = json.loads(content)["format"] if content else FORMAT
        if found > FORMAT:
            raise StoreUnavailable(
                _("{root}: format {found} is newer than this Parvis knows ({known}); upgrade Parvis.").format(
                    root=self.root, found=found, known=FORMAT
                )
            )


def _folder(siren: str, dataset: str) -> str:
    return f"datasets/{siren}/{dataset}"


def _version_key(siren: str, dataset: str, sequence: int) -> str:
    return f"{_folder(siren, dataset)}/v/{sequence:010}.json"


def _file_key(sha256: str) -> str:
    return f"files/{sha256[:2]}/{sha256}"


def _damaged(key: str) -> StoreUnavailable:
    return StoreUnavailable(
        _("store: {key} is missing or damaged; run `parvis fsck`, and restore it from a backup.").format(key=key)
    )


def _published_type(kind: pa.DataType) -> pa.DataType:
    """Parquet knows no seconds: Arrow writes them as milliseconds, and forgets."""
    return pa.timestamp("s", kind.tz) if pa.types.is_timestamp(kind) else kind
