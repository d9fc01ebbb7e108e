"""Published figures that count people by themselves (votes): none too small, and none that moves by too few."""

from collections.abc import Sequence

import duckdb
import pyarrow as pa

from .groups import names, same


def counts_below(rows: pa.Table, count: str, also: Sequence[str], minimum: int) -> int:
    """How many counts lie from 1 to minimum - 1, or are hidden while a figure `also` of their people is shown."""
    figure = names([count])
    shown = "".join(f" OR ({figure} IS NULL AND {names([name])} IS NOT NULL)" for name in also)
    return _one(f"SELECT count(*) FROM rows WHERE ({figure} > 0 AND {figure} < {minimum}){shown}", rows=rows)  # noqa: S608


def counts_moved(now: pa.Table, before: pa.Table, key: Sequence[str], count: str, minimum: int) -> int:
    """How many counts that both versions show of one row, known again by `key`, differ by 1 to minimum - 1."""
    moved = f"abs({names([count], 'now')} - {names([count], 'before')})"
    both = f"now JOIN before ON {same('now', 'before', key)}"
    return _one(f"SELECT count(*) FROM {both} WHERE {moved} > 0 AND {moved} < {minimum}", now=now, before=before)  # noqa: S608


def _one(query: str, **tables: pa.Table) -> int:
    with duckdb.connect(config={"threads": 1}) as connection:
        for name, table in tables.items():
            connection.register(name, table)
        return int(connection.execute(query).fetchall()[0][0])
