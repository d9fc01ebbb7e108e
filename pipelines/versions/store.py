"""The immutable store: content-addressed files, and one numbered manifest per version.

    format.json                                    {"format": 1}
    files/<sha[:2]>/<sha>                          the bytes, once
    datasets/<siren>/<dataset>/v/<seq>.json        the manifest; creating it is the one commit point
    datasets/<siren>/<dataset>/withdrawn/<seq>.json  the tombstone of a version that was taken back
    datasets/<siren>/<dataset>/latest/<seq>        a hint; readers probe forward from it, so it may be late or lost
    datasets/<siren>/<dataset>/register/<n>.json   what is published and what was taken back, signed: the last one only

Opening a store writes nothing, and neither does reading: a server needs no right to write.
"""

import hashlib
import json
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from ..errors import StoreUnavailable
from ..messages import _
from . import layout
from .manifest import FORMAT, Manifest, StoredFile
from .storage import Disk, Storage
from .tombstone import Tombstone

CHUNK_BYTES = 1 << 20
FORMAT_RECORD = json.dumps({"format": FORMAT}).encode() + b"\n"


@dataclass(frozen=True)
class Head:
    """Where a dataset stands, all read at one moment."""

    sequence: int  # the last place that was ever taken; 0 where none was
    number: str | None  # of that place, even if its version was taken back
    newest: Manifest | None  # the newest version that was not


class Store:
    """The versions of every dataset of every organisation of an installation."""

    def __init__(self, root: Path, storage: Storage | None = None) -> None:
        """Raises StoreUnavailable where a newer Parvis wrote the store."""
        self.root = root
        self.storage = storage or Disk(root)
        self._refuse_newer_format()

    def datasets(self) -> Iterator[tuple[str, str]]:
        """(siren, dataset) of everything that was ever published, in order."""
        for siren in self.storage.list(layout.DATASETS):
            for dataset in self.storage.list(f"{layout.DATASETS}/{siren}"):
                yield siren, dataset

    def latest(self, siren: str, dataset: str) -> Manifest | None:
        """The newest version, found from the hint without listing the versions."""
        return self.head(siren, dataset).newest

    def head(self, siren: str, dataset: str) -> Head:
        """The newest version, and the last place taken: what the next one follows."""
        last = self.last_sequence(siren, dataset)
        living = (self.manifest(siren, dataset, sequence) for sequence in range(last, 0, -1))
        newest = next((manifest for manifest in living if manifest), None)
        return Head(last, self.number_at(siren, dataset, last) if last else None, newest)

    def manifest(self, siren: str, dataset: str, sequence: int) -> Manifest | None:
        """One version by its place in the order of publication; None where there is none or it was taken back."""
        if self._has(layout.tombstone_key(siren, dataset, sequence)):
            return None
        return self._manifest(siren, dataset, sequence)

    def versions(self, siren: str, dataset: str) -> tuple[Manifest, ...]:
        """Every version that was not taken back, the oldest first."""
        withdrawn = set(self.sequences(layout.tombstones_prefix(siren, dataset)))
        living = [place for place in self.sequences(layout.versions_prefix(siren, dataset)) if place not in withdrawn]
        found = [self._manifest(siren, dataset, sequence) for sequence in living]
        return tuple(manifest for manifest in found if manifest)

    def tombstones(self, siren: str, dataset: str) -> tuple[Tombstone, ...]:
        """Every version that was taken back, the oldest first."""
        places = self.sequences(layout.tombstones_prefix(siren, dataset))
        found = [self._tombstone(siren, dataset, sequence) for sequence in places]
        return tuple(tombstone for tombstone in found if tombstone)

    def tombstone(self, siren: str, dataset: str, number: str) -> Tombstone | None:
        """What stays of version `number`, where it was taken back."""
        return next((stone for stone in self.tombstones(siren, dataset) if stone.number == number), None)

    def buried(self, siren: str, dataset: str) -> tuple[Manifest, ...]:
        """Versions that were taken back and still lie there: their removal was cut short."""
        found = (self._manifest(siren, dataset, stone.sequence) for stone in self.tombstones(siren, dataset))
        return tuple(manifest for manifest in found if manifest)

    def resolve(self, siren: str, dataset: str, wanted: str) -> Manifest | None:
        """The version that `latest`, `2` (the newest 2.x.y) or `2.1.0` names; None where there is none."""
        if wanted == "latest":
            return self.latest(siren, dataset)
        parts = wanted.split(".")
        if len(parts) not in (1, 3) or not all(part.isascii() and part.isdigit() for part in parts):
            return None
        bound = (*map(int, parts), *[sys.maxsize] * (3 - len(parts)))
        for sequence in range(self._last_up_to(siren, dataset, bound), 0, -1):
            if self._triple(siren, dataset, sequence)[: len(parts)] != bound[: len(parts)]:
                break
            if manifest := self.manifest(siren, dataset, sequence):
                return manifest
        return None

    def last_sequence(self, siren: str, dataset: str) -> int:
        """The last place that was ever taken; 0 where none was."""
        sequence = max(self.sequences(layout.hints_prefix(siren, dataset)), default=0)
        if not sequence or not self._is_taken(siren, dataset, sequence):
            prefixes = (layout.versions_prefix(siren, dataset), layout.tombstones_prefix(siren, dataset))
            sequence = max((place for prefix in prefixes for place in self.sequences(prefix)), default=0)
        while self._is_taken(siren, dataset, sequence + 1):
            sequence += 1
        return sequence

    def stamp(self, siren: str, dataset: str) -> object:
        """Another one whenever a version of the dataset was published or taken back, on this disk, for servers.

        Of each folder its time, and its size: two changes may fall into one tick of the disk's clock.
        """
        prefixes = (layout.versions_prefix(siren, dataset), layout.tombstones_prefix(siren, dataset))
        return tuple(_stamp(self.root / prefix) for prefix in prefixes)

    def sequences(self, prefix: str) -> list[int]:
        """The places that the keys below one of the layout's prefixes tell, in order."""
        return [sequence for name in self.storage.list(prefix) if (sequence := layout.sequence_of(name))]

    def number_at(self, siren: str, dataset: str, sequence: int) -> str:
        """The number of the version at this place, even if it was taken back."""
        found = self._manifest(siren, dataset, sequence) or self._tombstone(siren, dataset, sequence)
        if found is None:
            raise damaged(layout.version_key(siren, dataset, sequence))
        return found.number

    def open(self, file: StoredFile) -> BinaryIO:
        """The bytes of a file of a version. Raises StoreUnavailable where they are gone."""
        stream = self.storage.get(layout.file_key(file.sha256))
        if stream is None:
            raise damaged(layout.file_key(file.sha256))
        return stream

    def open_whole(self, file: StoredFile) -> BinaryIO:
        """The same, once all were read and are what was published: Arrow ends the process on some that are not."""
        if self.digest(layout.file_key(file.sha256)) != file.sha256:
            raise damaged(layout.file_key(file.sha256))
        return self.open(file)

    def file_path(self, file: StoredFile) -> Path:
        """Where the file lies on this disk, for servers and DuckDB."""
        return self.root / layout.file_key(file.sha256)

    def parquet(self, manifest: Manifest) -> Path:
        """Where the version's rows lie with their types, for DuckDB. Raises StoreUnavailable where they are gone."""
        file = manifest.file(f"{manifest.dataset}.parquet")
        if file is None:
            raise damaged(layout.version_key(manifest.siren, manifest.dataset, manifest.sequence))
        self.open(file).close()
        return self.file_path(file)

    def read_table(self, manifest: Manifest) -> pa.Table:
        """The published rows, with the types they were published with."""
        rows = pq.read_table(self.parquet(manifest))
        return rows.cast(pa.schema([field.with_type(_published_type(field.type)) for field in rows.schema]))

    def staging(self) -> AbstractContextManager[Path]:
        """A folder for the files of a version to come."""
        return self.storage.staging()

    def commit(self, manifest: Manifest, files: Iterable[tuple[StoredFile, Path]]) -> bool:
        """Publish the staged files as `manifest`: True, or False where this place was taken meanwhile."""
        place = (manifest.siren, manifest.dataset, manifest.sequence)
        with self.storage.adding():
            if self._is_taken(*place):
                return False
            self._add_files(files)
            for file in manifest.files:  # those of an older version may have been taken back with it meanwhile
                self.open(file).close()
            if not self.storage.put_if_absent(layout.version_key(*place), manifest.to_json()):
                return False
        with suppress(StoreUnavailable):  # published already: a hint that cannot be written is only late
            self.point_to(*place)
        return True

    def point_to(self, siren: str, dataset: str, sequence: int) -> None:
        """Make the hint say `sequence`, and nothing older."""
        self.storage.put_if_absent(layout.hint_key(siren, dataset, sequence), b"")
        for older in self.sequences(layout.hints_prefix(siren, dataset)):
            if older < sequence:
                self.storage.delete(layout.hint_key(siren, dataset, older))

    def digest(self, key: str) -> str | None:
        """The digest of the bytes that really lie at `key`; None where there are none."""
        stream = self.storage.get(key)
        if stream is None:
            return None
        digest = hashlib.sha256()
        with stream:
            while chunk := stream.read(CHUNK_BYTES):
                digest.update(chunk)
        return digest.hexdigest()

    def _add_files(self, files: Iterable[tuple[StoredFile, Path]]) -> None:
        """A stored copy that rotted meanwhile is replaced."""
        self.storage.put_if_absent(layout.FORMAT_KEY, FORMAT_RECORD)
        for file, staged in files:
            key = layout.file_key(file.sha256)
            if not self.storage.put_if_absent(key, staged) and self.digest(key) != file.sha256:
                self.storage.delete(key)
                self.storage.put_if_absent(key, staged)

    def _last_up_to(self, siren: str, dataset: str, bound: tuple[int, ...]) -> int:
        """The last place whose number is at most `bound`: numbers rise with the sequence, so by halving."""
        low, high = 0, self.last_sequence(siren, dataset)
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if self._triple(siren, dataset, middle) <= bound else (low, middle - 1)
        return low

    def _triple(self, siren: str, dataset: str, sequence: int) -> tuple[int, ...]:
        return tuple(map(int, self.number_at(siren, dataset, sequence).split(".")))

    def _manifest(self, siren: str, dataset: str, sequence: int) -> Manifest | None:
        key = layout.version_key(siren, dataset, sequence)
        content = self.read(key)
        if content is None:
            return None
        found = Manifest.from_json(content)
        if (found.siren, found.dataset, found.sequence) != (siren, dataset, sequence):
            raise damaged(key)
        return found

    def _tombstone(self, siren: str, dataset: str, sequence: int) -> Tombstone | None:
        key = layout.tombstone_key(siren, dataset, sequence)
        content = self.read(key)
        if content is None:
            return None
        found = Tombstone.from_json(content)
        if found.sequence != sequence:
            raise damaged(key)
        return found

    def _is_taken(self, siren: str, dataset: str, sequence: int) -> bool:
        keys = (layout.version_key(siren, dataset, sequence), layout.tombstone_key(siren, dataset, sequence))
        return any(self._has(key) for key in keys)

    def _has(self, key: str) -> bool:
        stream = self.storage.get(key)
        if stream is None:
            return False
        stream.close()
        return True

    def read(self, key: str) -> bytes | None:
        """A whole object, for records; None where there is none."""
        stream = self.storage.get(key)
        if stream is None:
            return None
        with stream:
            return stream.read()

    def _refuse_newer_format(self) -> None:
        content = self.read(layout.FORMAT_KEY)
        try:
            found = int(json.loads(content)["format"]) if content is not None else FORMAT
        except (ValueError, KeyError, TypeError):
            raise damaged(layout.FORMAT_KEY) from None
        if found > FORMAT:
            raise StoreUnavailable(
                _("{root}: format {found} is newer than this Parvis knows ({known}); upgrade Parvis.").format(
                    root=self.root, found=found, known=FORMAT
                )
            )


def _stamp(folder: Path) -> object:
    try:
        with os.scandir(folder) as entries:
            return folder.stat().st_mtime_ns, sum(1 for _entry in entries)
    except (FileNotFoundError, NotADirectoryError):
        return None


def damaged(key: str) -> StoreUnavailable:
    """What lies at `key` is not what was put there."""
    return StoreUnavailable(
        _("store: {key} is missing or damaged; run `parvis fsck`, and restore it from a backup.").format(key=key)
    )


def _published_type(kind: pa.DataType) -> pa.DataType:
    """Parquet knows no seconds: Arrow writes them as milliseconds, and forgets."""
    return pa.timestamp("s", kind.tz) if pa.types.is_timestamp(kind) else kind
