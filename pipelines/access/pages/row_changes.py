"""What became of the rows from one version to the next, for the page of a version."""

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ...errors import StoreUnavailable
from ...versions.diff import first_changed_rows
from ...versions.manifest import Manifest
from ...versions.store import Store

ROWS_SHOWN = 30
MOST_ROWS = 300_000  # of the two versions together: more is not compared while a reader waits
MARKS = ("_change", "_version")


@dataclass(frozen=True)
class RowChanges:
    """The first rows that came, went or changed; a changed row stands twice, as it was and as it is."""

    before: str
    columns: tuple[str, ...]
    rows: tuple[Mapping[str, Any], ...]
    is_whole: bool


def row_changes(store: Store, before: Manifest, manifest: Manifest) -> RowChanges | None:
    """None where the two are too large, or not to be compared. Blocks."""
    if before.row_count + manifest.row_count > MOST_ROWS:
        return None
    with tempfile.TemporaryDirectory(prefix="parvis-diff-", ignore_cleanup_errors=True) as spill:
        try:
            table = first_changed_rows(store, before, manifest, ROWS_SHOWN + 1, Path(spill))
        except StoreUnavailable:  # a version between them was withdrawn
            return None
    columns = tuple(name for name in table.column_names if name not in MARKS)
    return RowChanges(before.number, columns, tuple(table.to_pylist()[:ROWS_SHOWN]), table.num_rows <= ROWS_SHOWN)
