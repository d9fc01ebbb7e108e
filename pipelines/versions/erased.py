"""Rows that were erased stay erased, although the source still delivers them.

What is kept is a keyed digest of the row's key, in the installation's private
folder: enough to know the row again, too little to tell who it was.
"""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ..private_files import replaced
from ..table_schema import primary_key
from . import cells
from .storage import told


@dataclass(frozen=True)
class ErasedRows:
    """The memory of erasures of an installation."""

    folder: Path  # private, 0700
    secret: bytes  # the installation's key

    def remember(self, siren: str, dataset: str, key: dict[str, str]) -> None:
        """From now on `kept` leaves out the row with this key; durable on return."""
        path = self._path(siren, dataset)
        digests = sorted({*self._digests(siren, dataset), self._digest(siren, dataset, key)})
        with told(self.folder), replaced(path) as stream:
            stream.write(json.dumps(digests).encode())

    def holds(self, siren: str, dataset: str, key: dict[str, str]) -> bool:
        """Whether the row with this key was erased."""
        return self._digest(siren, dataset, key) in self._digests(siren, dataset)

    def kept(self, siren: str, dataset: str, rows: pa.Table, table_schema: Mapping[str, object]) -> pa.Array:
        """Which rows may be published: all but those that were erased."""
        digests, columns = self._digests(siren, dataset), sorted(primary_key(table_schema))
        if not digests or not columns:
            return pa.array([True] * rows.num_rows, pa.bool_())
        texts = [cells.plain(rows[name].combine_chunks()).to_pylist() for name in columns]
        keys = (dict(zip(columns, row, strict=True)) for row in zip(*texts, strict=True))
        return pa.array([self._digest(siren, dataset, key) not in digests for key in keys], pa.bool_())

    def withhold(self, siren: str, dataset: str, groups: pa.Table) -> None:
        """Remember the groups that left with a row; they hold no row, and no later version may show them again."""
        known = self.withheld(siren, dataset)
        if known is not None:
            groups = pa.concat_tables([known, groups.cast(known.schema)])
        path = self._path(siren, dataset).with_suffix(".parquet")
        with told(self.folder), replaced(path) as stream:
            pq.write_table(groups, stream)

    def withheld(self, siren: str, dataset: str) -> pa.Table | None:
        """The groups that are kept away."""
        path = self._path(siren, dataset).with_suffix(".parquet")
        with told(self.folder):
            return pq.read_table(path) if path.exists() else None

    def _digests(self, siren: str, dataset: str) -> frozenset[str]:
        path = self._path(siren, dataset)
        with told(self.folder):
            return frozenset(json.loads(path.read_text())) if path.exists() else frozenset()

    def _digest(self, siren: str, dataset: str, key: dict[str, str]) -> str:
        named = json.dumps(["parvis erased row", siren, dataset, sorted(key.items())])
        return hmac.new(self.secret, named.encode(), sha256).hexdigest()

    def _path(self, siren: str, dataset: str) -> Path:
        return self.folder / siren / f"{dataset}.json"
