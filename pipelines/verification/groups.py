"""How many rows look alike, how mixed they are, and what two versions say together: SQL over the published rows.

Written apart from the gates on purpose: they count by codes, this compares the
rows themselves (`EXCEPT ALL`). A stranger counts rows; contributors are the publisher's to count.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow as pa

_EVERYBODY = "(1 = 1)"  # one group, where nothing tells groups apart


@dataclass(frozen=True)
class Rule:
    """When a group may be shown, as the certificate says."""

    quasi_identifiers: tuple[str, ...]
    sensitive: tuple[str, ...]
    minimum: int
    distinct: int
    max_share: float

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> "Rule":
        return cls(
            tuple(map(str, said["quasi_identifiers"])),
            tuple(map(str, said["sensitive"])),
            int(said["minimum"]),
            int(said["distinct"]),
            float(said["max_share"]),
        )


@dataclass(frozen=True)
class Figures:
    """Of the smallest and the least mixed group; zeros where there is none."""

    smallest_rows: int
    fewest_distinct: int
    largest_share: float

    def equal(self, said: Mapping[str, Any]) -> bool:
        """Whether these are the figures of the certificate."""
        return bool(
            self.smallest_rows == said["smallest_rows"]
            and self.fewest_distinct == said["fewest_distinct"]
            and abs(self.largest_share - said["largest_share"]) < 1e-9
        )

    def passes(self, rule: Rule, counts_people: bool) -> bool:
        """Whether the rule holds. The share of a value is one of contributors, which rows alone do not tell."""
        if self.smallest_rows == 0:
            return True
        is_mixed = self.fewest_distinct >= rule.distinct and (
            counts_people or self.largest_share <= rule.max_share + 1e-9
        )
        return self.smallest_rows >= rule.minimum and (not rule.sensitive or is_mixed)


def figures(rows: pa.Table, rule: Rule) -> Figures:
    """Of one part of a version."""
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.register("rows", rows)
        return _figures(connection, "rows", rule)


def changes_few(now: pa.Table, before: pa.Table, rule: Rule, counts_people: bool, key: Sequence[str]) -> bool:
    """Whether some group of rows came, went or stayed beside such a change, and is smaller than the rule allows.

    `key` names the columns that tell rows apart, by which a stranger sees which ones are new.
    """
    columns = list(dict.fromkeys([*rule.quasi_identifiers, *rule.sensitive, *key]))
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.register("now", now.select(columns))
        connection.register("before", before.select(columns).cast(now.select(columns).schema))
        return any(not _figures(connection, f"({query})", rule).passes(rule, counts_people) for query in _sides(rule))


def _sides(rule: Rule) -> Iterator[str]:
    """Queries for the rows that came, those that went, and those that stayed in a group of either."""
    added, removed = "FROM now EXCEPT ALL FROM before", "FROM before EXCEPT ALL FROM now"
    yield added
    yield removed
    groups = names(rule.quasi_identifiers) or _EVERYBODY
    moved = f"SELECT {groups} FROM ({added}) UNION SELECT {groups} FROM ({removed})"  # noqa: S608 - quoted names
    is_same = same("stayed", "moved", rule.quasi_identifiers) or _EVERYBODY
    stayed = "(FROM now INTERSECT ALL FROM before) AS stayed"
    yield f"SELECT * FROM {stayed} WHERE EXISTS (SELECT 1 FROM ({moved}) AS moved WHERE {is_same})"  # noqa: S608


def _figures(connection: duckdb.DuckDBPyConnection, rows: str, rule: Rule) -> Figures:
    """`rows` is a table or a query in parentheses."""
    groups = names(rule.quasi_identifiers) or _EVERYBODY
    smallest = _one(connection, f"SELECT min(n) FROM (SELECT count(*) AS n FROM {rows} GROUP BY {groups})")  # noqa: S608
    fewest, largest = [], []
    for name in rule.sensitive:
        value = names([name])
        cells = f"SELECT {groups}, count(*) AS n FROM {rows} GROUP BY {groups}, {value}"  # noqa: S608
        mixes = f"SELECT count(*) AS kinds, max(n) / sum(n) AS share FROM ({cells}) GROUP BY {groups}"  # noqa: S608
        fewest.append(_one(connection, f"SELECT min(kinds) FROM ({mixes})"))  # noqa: S608
        largest.append(_one(connection, f"SELECT max(share) FROM ({mixes})"))  # noqa: S608
    return Figures(
        int(smallest or 0), int(min(map(_number, fewest), default=0)), max(map(_number, largest), default=0.0)
    )


def _one(connection: duckdb.DuckDBPyConnection, query: str) -> Any:
    return connection.execute(query).fetchall()[0][0]


def _number(value: Any) -> float:
    return 0.0 if value is None else float(value)


def names(columns: Sequence[str], table: str = "") -> str:
    """The columns as SQL names them."""
    return ", ".join(f"{table}{'.' if table else ''}" + '"' + name.replace('"', '""') + '"' for name in columns)


def same(left: str, right: str, columns: Sequence[str]) -> str:
    """Rows of two tables that agree on the columns; a missing value is a value."""
    return " AND ".join(f"{names([name], left)} IS NOT DISTINCT FROM {names([name], right)}" for name in columns)
