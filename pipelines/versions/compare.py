"""Two tables row against row, in bounded memory: DuckDB over their Parquet files, spilling beside them."""

import errno
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow.parquet as pq

MEMORY_LIMIT = "512MB"

# Rows that stand on both sides cancel out; what is left is what changed. Nulls are equal to nulls.
_SURPLUS = """
CREATE TEMP TABLE surplus AS
SELECT {columns}, sum(side)::BIGINT AS _surplus FROM (
    SELECT {columns}, 1 AS side FROM read_parquet($new)
    UNION ALL SELECT {columns}, -1 FROM read_parquet($old)
) GROUP BY {columns} HAVING sum(side) <> 0
"""
_COUNT_BY_KEY = """
SELECT coalesce(sum(greatest(came - gone, 0)), 0), coalesce(sum(greatest(gone - came, 0)), 0),
       coalesce(sum(least(came, gone)), 0)
FROM (SELECT sum(greatest(_surplus, 0)) AS came, sum(greatest(-_surplus, 0)) AS gone FROM surplus GROUP BY {key})
"""
_COUNT_ROWS = """
SELECT coalesce(sum(greatest(_surplus, 0)), 0), coalesce(sum(greatest(-_surplus, 0)), 0), 0 FROM surplus
"""


@dataclass(frozen=True)
class RowChanges:
    """How many rows came, went, or kept their key and changed; without a key nothing can be said to have changed."""

    added: int
    withdrawn: int
    corrected: int


def count_changes(old: Path, new: Path, primary_key: Sequence[str], spill: Path) -> RowChanges:
    """What changed from one Parquet file to the other, over the columns that both have with the same type."""
    columns = shared_columns(old, new)
    if not columns:
        return RowChanges(pq.read_metadata(new).num_rows, pq.read_metadata(old).num_rows, 0)
    is_keyed = bool(primary_key) and set(primary_key) <= set(columns)
    with database(spill) as connection:
        fill_surplus(connection, old, new, columns)
        count = _COUNT_BY_KEY.format(key=identifiers(primary_key)) if is_keyed else _COUNT_ROWS
        found = connection.execute(count).fetchone()
    return RowChanges(*(int(number) for number in found))


def fill_surplus(connection: duckdb.DuckDBPyConnection, old: Path, new: Path, columns: Sequence[str]) -> None:
    """Leave in `surplus` each row that one side has more often, and how much more often the new one has it."""
    connection.execute(_SURPLUS.format(columns=identifiers(columns)), {"old": str(old), "new": str(new)})


def shared_columns(old: Path, new: Path) -> list[str]:
    """The columns that stand in both files with the same type, in the new one's order."""
    before = {field.name: field.type for field in pq.read_schema(old)}
    return [field.name for field in pq.read_schema(new) if before.get(field.name) == field.type]


def identifiers(names: Sequence[str]) -> str:
    """Column names as SQL."""
    return ", ".join('"' + name.replace('"', '""') + '"' for name in names)


@contextmanager
def database(spill: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB in memory that spills below `spill` and reaches for no network."""
    config = {
        "memory_limit": MEMORY_LIMIT,
        "temp_directory": str(spill / "duckdb"),
        "autoinstall_known_extensions": "false",
        "preserve_insertion_order": "false",
    }
    connection = duckdb.connect(":memory:", config=config)
    try:
        yield connection
    except duckdb.IOException:  # its words may quote cells
        raise OSError(errno.EIO, os.strerror(errno.EIO)) from None
    finally:
        connection.close()
