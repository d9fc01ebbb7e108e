"""What changed between two versions: columns and counts in words and JSON, rows in any format."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa

from ..errors import StoreUnavailable
from ..messages import _, ngettext
from ..table_schema import primary_key
from .compare import RowChanges, count_changes, database, fill_surplus, identifiers, shared_columns
from .files import BATCH_ROWS, FORMATS, Rows
from .manifest import Manifest
from .store import Store

DIFF_FORMATS = ("csv", "json", "parquet")

# A row of the older version stands with a negative surplus, one of the newer with a positive one;
# a key that has both was changed. Repeated rows are told as often as they came or went.
_ROWS = """
SELECT CASE WHEN {is_changed} THEN 'changed' WHEN _surplus > 0 THEN 'added' ELSE 'removed' END AS _change,
       CASE WHEN _surplus > 0 THEN $after ELSE $before END AS _version, {columns}
FROM surplus, range(abs(_surplus))
ORDER BY {order}, _surplus
"""
_HAS_BOTH = "min(_surplus) OVER (PARTITION BY {key}) < 0 AND max(_surplus) OVER (PARTITION BY {key}) > 0"


@dataclass(frozen=True)
class Difference:
    """Two versions beside each other."""

    before: str
    after: str
    columns_added: tuple[str, ...]
    columns_removed: tuple[str, ...]
    columns_retyped: tuple[str, ...]
    key: tuple[str, ...]  # () where rows are told apart by all their cells
    rows: RowChanges

    def in_words(self) -> list[str]:
        """One sentence for each kind of change; one that says so where there is none."""
        told = [
            _told(ngettext("{count} row added", "{count} rows added", self.rows.added), self.rows.added),
            _told(ngettext("{count} row removed", "{count} rows removed", self.rows.withdrawn), self.rows.withdrawn),
            _told(ngettext("{count} row changed", "{count} rows changed", self.rows.corrected), self.rows.corrected),
            _named(_("columns added: {names}"), self.columns_added),
            _named(_("columns removed: {names}"), self.columns_removed),
            _named(_("columns with another type: {names}"), self.columns_retyped),
        ]
        return [sentence for sentence in told if sentence] or [_("no row and no column changed")]


def compare_versions(store: Store, before: Manifest, after: Manifest) -> Difference:
    """How the rows and columns of `after` differ from those of `before`. Raises StoreUnavailable across a tombstone."""
    _refuse_to_cross(store, before, after)
    key = primary_key(after.table_schema)
    old, new = _types(before), _types(after)
    with store.staging() as spill:
        rows = count_changes(store.parquet(before), store.parquet(after), key, spill)
    return Difference(
        before.number,
        after.number,
        tuple(name for name in new if name not in old),
        tuple(name for name in old if name not in new),
        tuple(name for name in new if name in old and new[name] != old[name]),
        key,
        rows,
    )


def write_changed_rows(store: Store, before: Manifest, after: Manifest, word: str, stream: BinaryIO) -> None:
    """Every added, removed or changed row in one of DIFF_FORMATS, over the columns that both versions have.

    `_change` says what became of the row, `_version` in which of the two it
    stands so; a changed row stands twice, as it was and as it is.
    """
    _refuse_to_cross(store, before, after)
    kind = next(kind for kind in FORMATS if kind.suffix == f".{word}")
    with store.staging() as spill, _changed_rows(store, before, after, spill) as rows:
        kind.write(rows, stream)


def first_changed_rows(store: Store, before: Manifest, after: Manifest, most: int, spill: Path) -> pa.Table:
    """The first `most` of those rows, for a page. Nothing is written to the store, only below `spill`."""
    _refuse_to_cross(store, before, after)
    with _changed_rows(store, before, after, spill) as rows:
        return pa.Table.from_batches(list(islice(rows, 1)), rows.schema).slice(0, most)


@contextmanager
def _changed_rows(store: Store, before: Manifest, after: Manifest, spill: Path) -> Iterator[Rows]:
    old, new = store.parquet(before), store.parquet(after)
    columns = shared_columns(old, new)
    key = [name for name in primary_key(after.table_schema) if name in columns]
    with database(spill) as connection:
        fill_surplus(connection, old, new, columns)
        query = _ROWS.format(
            is_changed=_HAS_BOTH.format(key=identifiers(key)) if key else "false",
            columns=identifiers(columns),
            order=identifiers(key or columns),
        )
        numbers = {"before": before.number, "after": after.number}
        yield connection.sql(query, params=numbers).to_arrow_reader(BATCH_ROWS)


def _refuse_to_cross(store: Store, before: Manifest, after: Manifest) -> None:
    """What stood in a version that was taken back must not be had by subtraction."""
    first, last = sorted((before.sequence, after.sequence))
    for tombstone in store.tombstones(after.siren, after.dataset):
        if first < tombstone.sequence < last:
            raise StoreUnavailable(
                _("version {number} was withdrawn; versions before and after it are not compared.").format(
                    number=tombstone.number
                )
            )


def _types(manifest: Manifest) -> dict[str, object]:
    return {field["name"]: (field.get("type"), field.get("decimals")) for field in manifest.table_schema["fields"]}


def _told(sentence: str, count: int) -> str:
    return sentence.format(count=count) if count else ""


def _named(sentence: str, names: tuple[str, ...]) -> str:
    return sentence.format(names=", ".join(names)) if names else ""
