"""DuckDB over tables in memory: one database per process, one cursor per question."""

from collections.abc import Mapping
from functools import cache
from typing import Any

import pyarrow as pa


def query(sql: str, parameters: Mapping[str, float | bool] | None = None, **tables: pa.Table) -> pa.Table:
    """The answer over `tables`, by their names; opening a database per question costs ten times the question."""
    with _database().cursor() as cursor:
        for name, table in tables.items():
            cursor.register(name, table)
        return cursor.sql(sql, params=parameters).to_arrow_table()


@cache
def _database() -> Any:
    import duckdb  # twenty megabytes that many a question does without

    # One thread: gates run beside each other, and the order of sums must not depend on the machine.
    return duckdb.connect(config={"threads": 1})
