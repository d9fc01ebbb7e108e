"""Erasure: every version that holds a row is taken back, and the rest is published again through the privacy gates.

The new version comes first: a crash between the two leaves the row where it
was, and the next try finds it there and goes on.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ..errors import InvalidDeclaration, UnsafeData
from ..messages import _
from ..table_schema import primary_key
from . import cells
from .candidate import Candidate
from .companions import Accompany, alone
from .descriptor import read_descriptor
from .erased import ErasedRows
from .manifest import Manifest, Part
from .publication import publish_version
from .store import Store
from .tombstone import Tombstone
from .withdrawal import finish_withdrawals, refuse_unknown_reason, withdraw

Key = dict[str, str]  # column of the primary key -> the cell's text, as the CSV shows it
# From the newest version's rows, and which of them are erased, to those that may stay: removing one row can show
# another, so that its whole group goes. Raises UnsafeData where nothing may stay.
Gate = Callable[[pa.Table, pa.Array], pa.Array]


@dataclass(frozen=True)
class Erasure:
    """What was done; nothing in it tells the row."""

    withdrawn: tuple[Tombstone, ...]
    reissued: Manifest | None  # None: no row is left, nothing held the row in the newest version, or it was refused
    refusal: str = ""  # the words of the gate, or why what is left cannot be attested
    was_erased: bool = False  # before: by a command that was cut short, it may be

    @property
    def beyond_reach(self) -> list[str]:
        """Copies that no command can reach, said to be."""
        if not self.withdrawn and not self.was_erased:
            return []
        return [
            _("files that reusers downloaded, and copies that other sites harvested"),
            _("backups of the store made before today: make a new one, and destroy the old"),
            _("the source itself: its row is left out of every later run, but it is still there"),
        ]


def erase(
    store: Store,
    siren: str,
    dataset: str,
    key: Key,
    reason: str,
    erased_at: datetime,
    gate: Gate,
    memory: ErasedRows,
    accompany: Accompany = alone,
) -> Erasure:
    """Leave no byte of the row with this key in the store, and let no later run bring it back.

    Running it again changes nothing more, and finishes what was cut short.
    """
    refuse_unknown_reason(reason)
    finish_withdrawals(store, siren, dataset)
    holding = versions_holding(store, siren, dataset, key)
    if not holding:
        return Erasure((), None, was_erased=memory.holds(siren, dataset, key))
    memory.remember(siren, dataset, key)
    newest = store.latest(siren, dataset)
    reissued, refusal = None, ""
    if newest in holding:
        try:
            reissued = _reissue(store, newest, key, erased_at, gate, accompany)
        except (UnsafeData, InvalidDeclaration) as error:  # nothing that bars publishing keeps the row public
            refusal = str(error)
    return Erasure(withdraw(store, holding, reason, erased_at.date()), reissued, refusal)


def versions_holding(store: Store, siren: str, dataset: str, key: Key) -> list[Manifest]:
    """Every version with the row, the oldest first. Raises InvalidDeclaration where the key names other columns."""
    seen: dict[Path, bool] = {}
    holding = []
    for manifest in store.versions(siren, dataset):
        path = store.parquet(manifest)
        if path not in seen:
            seen[path] = _holds(path, manifest, key)
        if seen[path]:
            holding.append(manifest)
    return holding


def _holds(path: Path, manifest: Manifest, key: Key) -> bool:
    _refuse_other_columns(manifest, key)
    return any(pc.any(_is_row(batch, key)).as_py() for batch in pq.ParquetFile(path).iter_batches(columns=list(key)))


def _refuse_other_columns(manifest: Manifest, key: Key) -> None:
    columns = primary_key(manifest.table_schema)
    if not columns:
        raise InvalidDeclaration(
            _(
                "{dataset} {number}: its schema has no primaryKey, so that no row can be named. Mend the source and "
                "run again, then `parvis withdraw` the versions that hold the row."
            ).format(dataset=manifest.dataset, number=manifest.number)
        )
    if sorted(columns) != sorted(key):
        raise InvalidDeclaration(
            _("{dataset} {number}: a row is named by {columns}; give each as column=value.").format(
                dataset=manifest.dataset, number=manifest.number, columns=", ".join(columns)
            )
        )


def _is_row(rows: pa.RecordBatch | pa.Table, key: Key) -> pa.Array:
    found = None
    for name, text in key.items():
        column = rows[name]
        column = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        is_same = pc.fill_null(pc.equal(cells.plain(column), text), False)
        found = is_same if found is None else pc.and_(found, is_same)
    return found


def _reissue(
    store: Store, newest: Manifest, key: Key, erased_at: datetime, gate: Gate, accompany: Accompany
) -> Manifest | None:
    table = store.read_table(newest)
    is_erased = _is_row(table, key)
    is_kept = pc.and_(gate(table, is_erased), pc.invert(is_erased))
    if not pc.any(is_kept).as_py():
        return None
    said = read_descriptor(store, newest)
    candidate = Candidate(
        siren=newest.siren,
        organisation=newest.organisation,
        organisation_name=newest.organisation_name,
        dataset=newest.dataset,
        table=table.filter(is_kept),
        metadata=newest.metadata,
        table_schema=said.table_schema,
        privacy=newest.privacy,
        provenance=said.provenance,
        parts=_remaining(newest.parts, is_kept),
        based_on=newest.sequence,
    )
    return publish_version(store, candidate, erased_at, accompany).manifest


def _remaining(parts: tuple[Part, ...], is_kept: pa.Array) -> tuple[Part, ...]:
    remaining, start = [], 0
    for part in parts:
        count = pc.sum(is_kept.slice(start, part.row_count)).as_py() or 0
        remaining.append(replace(part, row_count=count))
        start += part.row_count
    return tuple(part for part in remaining if part.row_count)
