"""What a query asks of a version: the columns are found, the rows chosen, put in order or grouped, and the page cut.

No text of a reader becomes code of any kind: conditions are comparisons of values, and every
step costs a known time and memory for each row, so nothing has to be interrupted from outside.
"""

import tempfile
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from ...messages import _
from ...versions.columns import write_columns
from ...versions.derived import COLUMNS, sound_path
from ...versions.manifest import Manifest, StoredFile
from ...versions.store import Store
from ..limits import Limits
from ..problems import Problem
from .columns import BATCH_ROWS, Columns, Picked
from .filters import matching_rows
from .groups import grouped
from .orders import ordered_groups, ordered_rows
from .query import Query
from .starts import Indexes, Start, ordered_start, start

QUICK_ROWS = 1000
BYTES_A_ROW = 8  # of each list of row numbers or of keys


@dataclass(frozen=True)
class Found:
    """The rows of the page, and how many there are on all pages."""

    rows: Picked | pa.Table
    total: int
    check_time: Callable[[], None]

    @property
    def schema(self) -> pa.Schema:
        return self.rows.schema

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        """Batch by batch. Raises Problem 503 where the time is over."""
        for batch in self.rows.to_batches(BATCH_ROWS):
            self.check_time()
            yield batch

    def table(self) -> pa.Table:
        """All of them in memory."""
        return pa.Table.from_batches(list(self), self.schema)


@dataclass
class _Open:
    """A version's columns, once somebody has asked for them."""

    parquet: Path
    lock: threading.Lock = field(default_factory=threading.Lock)
    columns: Columns | None = None


class Engine:
    """Answers queries about versions of `store`. Its methods block: call them in a worker."""

    def __init__(self, store: Store, limits: Limits) -> None:
        self._store = store
        self._limits = limits
        self._lock = threading.Lock()
        self._indexes = Indexes()
        self._open: OrderedDict[str, _Open] = OrderedDict()

    def answer(self, manifest: Manifest, query: Query) -> Found:
        """The rows that `query` asks of a version. Raises Problem 503 where it takes too long or too much memory."""
        columns = self._columns(manifest)
        return self._found(columns, query, start(columns, query, self._indexes))

    def answer_at_once(self, manifest: Manifest, query: Query) -> Found | None:
        """A page of a few rows, found by the version's order in less time than a worker is woken; None for others."""
        file = manifest.file(f"{manifest.dataset}.parquet")
        version = self._open.get(file.sha256) if file else None
        is_page = query.limit is not None and query.limit <= QUICK_ROWS and not query.is_grouped and not query.words
        if version is None or version.columns is None or not is_page:
            return None
        begin = ordered_start(version.columns, query)
        if begin is None or begin.rows is None or len(begin.rows) > QUICK_ROWS:
            return None
        return self._found(version.columns, query, begin)

    def _found(self, columns: Columns, query: Query, begin: Start) -> Found:
        end = time.monotonic() + self._limits.query_seconds

        def check_time() -> None:
            if time.monotonic() > end:
                raise _too_much()

        rows = matching_rows(columns, begin.members, query.words, begin.rows, check_time)
        self._check_memory(len(rows), query)
        check_time()
        first, stop = query.offset, None if query.limit is None else query.offset + query.limit
        if query.is_grouped:
            groups = grouped(columns, query, rows)
            return Found(ordered_groups(groups, query.orders)[first:stop], groups.num_rows, check_time)
        chosen = ordered_rows(columns, rows, query.orders, stop)[first:stop]
        if len(chosen) > self._limits.answer_rows:
            raise _too_many_rows(self._limits.answer_rows)
        names = query.columns or columns.names
        return Found(Picked([(name, columns[name]) for name in names], chosen), len(rows), check_time)

    def table(self, manifest: Manifest, query: Query) -> tuple[pa.Table, int]:
        """The rows of a page in memory, and how many there are on all pages."""
        found = self.answer(manifest, query)
        return found.table(), found.total

    def _check_memory(self, row_count: int, query: Query) -> None:
        lists = 4 + 2 * (len(query.keys) + len(query.orders))
        if row_count * lists * BYTES_A_ROW > self._limits.query_memory_mb * 1024 * 1024:
            raise _too_much()

    def _columns(self, manifest: Manifest) -> Columns:
        """The version's columns, made by the first who asks; the others wait for them."""
        file = manifest.file(f"{manifest.dataset}.parquet")
        if file is None:
            raise Problem(404, _("This version has no rows to query."))
        with self._lock:
            version = self._open.setdefault(file.sha256, _Open(self._store.file_path(file)))
            self._open.move_to_end(file.sha256)
        if version.columns:
            return version.columns
        if not version.lock.acquire(timeout=self._limits.query_seconds):
            raise _too_much()
        try:
            version.columns = version.columns or self._opened(file, manifest)
        finally:
            version.lock.release()
        self._forget()
        return version.columns

    def _opened(self, file: StoredFile, manifest: Manifest) -> Columns:
        """As they were made at publication, or made now. Raises StoreUnavailable where the rows are damaged."""
        if published := sound_path(self._store, file, COLUMNS):
            return Columns(published)
        self._store.open_whole(file).close()
        return _made(self._store.file_path(file), manifest)

    def _forget(self) -> None:
        """Those that were not asked for the longest time, and those whose version was withdrawn."""
        with self._lock:
            surplus = max(len(self._open) - self._limits.open_versions, 0)
            gone = [key for key, each in self._open.items() if not each.parquet.exists()]
            for key in {*list(self._open)[:surplus], *gone}:
                del self._open[key]


def _made(parquet: Path, manifest: Manifest) -> Columns:
    """The columns in a file without a name: its bytes go when nobody holds them any more."""
    with tempfile.TemporaryDirectory(prefix="parvis-access-") as folder:
        path = Path(folder) / "columns.arrow"
        write_columns(parquet, manifest.metadata.get("filter_by", ()), path)
        return Columns(path)


def _too_many_rows(most: int) -> Problem:
    detail = _("An answer has at most {most} rows; ask page by page, or download the whole file.").format(most=most)
    return Problem(400, detail, None, parameter="page_size")


def _too_much() -> Problem:
    detail = _("The question takes too long; filter more, group less, or download the whole file.")
    return Problem(503, detail, {"retry-after": "10"})
