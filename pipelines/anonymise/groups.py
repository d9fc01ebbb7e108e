"""Groups of rows that look alike to a stranger: how many people, how mixed.

NULL is a value. Contributors are counted, not rows: one resident with fifteen
complaints is one; all rows without a contributor are taken for one and the same.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..column_policies import ColumnPolicy, Threshold
from ..privacy_policy import Privacy
from ..vocabularies import PRESETS
from .dense import cells
from .engine import query

_CODE_LIMIT = 2**62


@dataclass(frozen=True)
class GroupRule:
    """When a group may be shown: `minimum` contributors (k), `distinct` values (l), `max_share` of one (alpha)."""

    quasi_identifiers: tuple[str, ...]
    sensitive: tuple[str, ...]
    minimum: int
    distinct: int
    max_share: float


@dataclass(frozen=True)
class GroupFigures:
    """The smallest k and l and the largest alpha of a table; zeros for an empty one."""

    group_count: int
    smallest: int
    fewest_distinct: int
    largest_share: float
    unique_rows: int  # groups of a single contributor
    groups_refused: int  # below the rule


_NO_GROUPS = GroupFigures(0, 0, 0, 0.0, 0, 0)
_BATCH_ROWS = 1 << 17


def group_rule(privacy: Privacy, published: Sequence[str]) -> GroupRule | None:
    """The rule that the policy asks for; None without a preset, or where nothing published is about a person.

    A basis of law exempts a column, or the whole dataset.
    """
    if privacy.preset is None or privacy.basis:
        return None
    quasi_identifiers = _with_role(privacy, published, "quasi_identifier")
    sensitive = _with_role(privacy, published, "sensitive", "opinion")
    if not quasi_identifiers and not sensitive:
        return None
    preset = PRESETS[privacy.preset]
    return GroupRule(
        quasi_identifiers,
        sensitive,
        preset.minimum,
        max(preset.distinct, privacy.distinct or 1),
        min(preset.max_share, privacy.max_share or 1.0),
    )


def _with_role(privacy: Privacy, published: Sequence[str], *roles: str) -> tuple[str, ...]:
    columns: Mapping[str, object] = privacy.columns
    return tuple(
        name
        for name in published
        if name in columns and privacy.columns[name].role in roles and not _is_exempt(privacy.columns[name])
    )


def _is_exempt(column: ColumnPolicy) -> bool:
    """What the law makes public, and figures that count people already: `thresholds` judges these."""
    return bool(column.basis) or isinstance(column, Threshold)


def codes(table: pa.Table, names: Sequence[str]) -> pa.Array:
    """One whole number per row, equal where all the named columns are equal, NULL included."""
    running, size = np.zeros(table.num_rows, dtype=np.int64), 1
    for name in names:
        encoded = table[name].combine_chunks().dictionary_encode(null_encoding="encode")
        width = max(1, len(encoded.dictionary))
        if size * width > _CODE_LIMIT:
            compressed = pa.array(running).dictionary_encode()
            running, size = np.array(compressed.indices, dtype=np.int64), len(compressed.dictionary)
        running *= width
        running += encoded.indices.to_numpy()
        size *= width
    return pa.array(running)


def measure(table: pa.Table, rule: GroupRule, units: pa.Array | None = None) -> GroupFigures:
    """The groups of `table` by `rule`; `units` gives each row's contributor, None where each row is one."""
    if units is None and (figures := measure_batches(table.to_batches(_BATCH_ROWS), rule)) is not None:
        return figures
    groups = judged_groups(table, rule, units)
    if groups.num_rows == 0:
        return _NO_GROUPS
    return GroupFigures(
        groups.num_rows,
        pc.min(groups["people"]).as_py(),
        pc.min(groups["distinct"]).as_py(),
        pc.max(groups["share"]).as_py(),
        pc.sum(pc.equal(groups["people"], 1)).as_py(),
        pc.sum(groups["is_refused"]).as_py(),
    )


def measure_batches(batches: Iterable[pa.RecordBatch], rule: GroupRule) -> GroupFigures | None:
    """The same of rows that need not be in memory at once, each a contributor; None where possible groups are many."""
    counted = cells(batches, rule.quasi_identifiers, rule.sensitive)
    if counted is None:
        return None
    people = counted[0].sum(axis=1)
    is_there = people > 0
    people = people[is_there]
    if not len(people):
        return _NO_GROUPS
    per_column = [one[is_there] for one in counted] if rule.sensitive else []
    distinct = np.array([(one > 0).sum(axis=1) for one in per_column] or [np.zeros_like(people)]).min(axis=0)
    share = np.array([one.max(axis=1) / people for one in per_column] or [np.zeros(len(people))]).max(axis=0)
    refused = people < rule.minimum
    if rule.sensitive:
        refused = refused | (distinct < rule.distinct) | (share > rule.max_share)
    return GroupFigures(
        len(people),
        int(people.min()),
        int(distinct.min()),
        float(share.max()),
        int((people == 1).sum()),
        int(refused.sum()),
    )


def rows_refused(table: pa.Table, rule: GroupRule, units: pa.Array | None = None) -> pa.Array:
    """For each row, whether its group is below the rule."""
    groups = judged_groups(table, rule, units)
    refused = groups["code"].filter(groups["is_refused"])
    return pc.is_in(codes(table, rule.quasi_identifiers), value_set=refused.combine_chunks())


def judged_groups(table: pa.Table, rule: GroupRule, units: pa.Array | None = None) -> pa.Table:
    """One row per group: code, people, distinct, share, is_refused. The worst sensitive column counts."""
    group = codes(table, rule.quasi_identifiers)
    per_sensitive = [_judged(group, codes(table, [name]), units, rule) for name in rule.sensitive]
    if not per_sensitive:
        return _judged(group, None, units, rule)
    if len(per_sensitive) == 1:
        return per_sensitive[0]
    return query(_WORST, every=pa.concat_tables(per_sensitive))


def _judged(group: pa.Array, value: pa.Array | None, units: pa.Array | None, rule: GroupRule) -> pa.Table:
    columns = {"code": group} | ({} if value is None else {"value": value}) | ({} if units is None else {"unit": units})
    sql = {
        (False, False): _ROWS,
        (False, True): _UNITS,
        (True, False): _ROWS_AND_VALUES,
        (True, True): _UNITS_AND_VALUES,
    }[value is not None, units is not None]
    limits = {"minimum": rule.minimum, "distinct": rule.distinct, "share": rule.max_share}
    return query(sql, limits, rows=pa.table(columns))


# A group without a sensitive column is as mixed as it need be.
_ROWS = """
SELECT code, count(*)::BIGINT AS people, 0::BIGINT AS distinct, 0::DOUBLE AS share,
       count(*) < $minimum OR $distinct < 0 OR $share < 0 AS is_refused
FROM rows GROUP BY code
"""
_UNITS = """
SELECT code, count(DISTINCT coalesce(unit, -1))::BIGINT AS people, 0::BIGINT AS distinct, 0::DOUBLE AS share,
       people < $minimum OR $distinct < 0 OR $share < 0 AS is_refused
FROM rows GROUP BY code
"""
_ROWS_AND_VALUES = """
WITH cells AS (SELECT code, value, count(*) AS people FROM rows GROUP BY code, value)
SELECT code, sum(people)::BIGINT AS people, count(*)::BIGINT AS distinct, max(people) / sum(people) AS share,
       sum(people) < $minimum OR count(*) < $distinct OR max(people) / sum(people) > $share AS is_refused
FROM cells GROUP BY code
"""
_UNITS_AND_VALUES = """
WITH pairs AS (SELECT DISTINCT code, value, coalesce(unit, -1) AS unit FROM rows),
cells AS (SELECT code, value, count(*) AS people FROM pairs GROUP BY code, value),
totals AS (SELECT code, count(DISTINCT unit) AS people FROM pairs GROUP BY code)
SELECT code, totals.people::BIGINT AS people, count(*)::BIGINT AS distinct, max(cells.people) / totals.people AS share,
       totals.people < $minimum OR count(*) < $distinct OR max(cells.people) / totals.people > $share AS is_refused
FROM cells JOIN totals USING (code) GROUP BY code, totals.people
"""
_WORST = """
SELECT code, min(people) AS people, min("distinct") AS distinct, max(share) AS share, bool_or(is_refused) AS is_refused
FROM every GROUP BY code
"""
