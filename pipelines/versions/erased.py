"""Rows that were erased stay erased, although the source still delivers them.

What is kept is a keyed digest of the row's key, in the installation's private
folder: enough to know the row again, too little to tell who it was.
"""

import hmac
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pyarrow as pa

from . import cells
from .numbers import primary_key
from .storage import told


@dataclass(frozen=True)
class ErasedRows:
    """The memory of erasures of an installation."""

    folder: Path  # private, 0700
    secret: bytes  # the installation's key

    def remember(self, siren: str, dataset: str, key: dict[str, str]) -> None:
        """From now on `without` leaves out the row with this key; durable on return."""
        path = self._path(siren, dataset)
        digests = sorted({*self._digests(siren, dataset), self._digest(siren, dataset, key)})
        with told(self.folder):
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            fresh = path.with_suffix(".new")
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as stream:
                json.dump(digests, stream)
                stream.flush()
                os.fsync(stream.fileno())
            fresh.replace(path)

    def without(self, siren: str, dataset: str, rows: pa.Table, table_schema: Mapping[str, object]) -> pa.Table:
        """The rows that may be published: all but those that were erased."""
        digests, columns = self._digests(siren, dataset), sorted(primary_key(table_schema))
        if not digests or not columns:
            return rows
        texts = [cells.plain(rows[name].combine_chunks()).to_pylist() for name in columns]
        keys = (dict(zip(columns, row, strict=True)) for row in zip(*texts, strict=True))
        return rows.filter(pa.array([self._digest(siren, dataset, key) not in digests for key in keys], pa.bool_()))

    def _digests(self, siren: str, dataset: str) -> frozenset[str]:
        path = self._path(siren, dataset)
        with told(self.folder):
            return frozenset(json.loads(path.read_text())) if path.exists() else frozenset()

    def _digest(self, siren: str, dataset: str, key: dict[str, str]) -> str:
        named = json.dumps(["parvis erased row", siren, dataset, sorted(key.items())])
        return hmac.new(self.secret, named.encode(), sha256).hexdigest()

    def _path(self, siren: str, dataset: str) -> Path:
        return self.folder / siren / f"{dataset}.json"
