"""A release beside every earlier one: what a stranger learns by subtracting them.

Only published rows are looked at. The difference of two releases is itself
a release, and passes the same rule: in each group, nothing changes, or
enough people do, mixed enough.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .engine import query
from .groups import GroupRule, codes, rows_refused
from .row_order import in_order, places

_EVERYBODY = "\x00everybody"
_KNOWN = "\x00known"


@dataclass(frozen=True)
class Waiting:
    """A release that can stand beside the earlier ones, and how many of its groups wait."""

    table: pa.Table
    groups_waiting: int
    rows_waiting: int  # rows of the candidate that are not in it, in number


@dataclass(frozen=True)
class Erased:
    """A release without a person's group, and the groups that must stay away from every later one."""

    table: pa.Table
    withheld: pa.Table  # the quasi-identifiers of these groups


def exposed_groups(
    candidate: pa.Table,
    units: pa.Array | None,
    previous: Sequence[pa.Table],
    rule: GroupRule,
    key: Sequence[str] = (),
) -> pa.Table:
    """The groups, by their quasi-identifiers, in which too few people or too uniform ones come or go.

    `key` names the published columns that tell rows apart, by which a stranger sees which rows are new.
    `units` gives the contributors of the candidate; those of withdrawn rows are not known to anyone, so
    where contributors matter all withdrawn rows of a group may be one person's.
    """
    if not rule.quasi_identifiers:
        tables = [_one_group(table) for table in (candidate, *previous)]
        return exposed_groups(tables[0], units, tables[1:], replace(rule, quasi_identifiers=(_EVERYBODY,)), key)
    exposed = [_exposed_beside(candidate, units, earlier, rule, key) for earlier in previous if earlier.num_rows]
    if not exposed:
        return candidate.select(rule.quasi_identifiers).slice(0, 0)
    return _distinct(pa.concat_tables(exposed))


def hold_back(
    candidate: pa.Table, units: pa.Array | None, previous: Sequence[pa.Table], rule: GroupRule, key: Sequence[str] = ()
) -> Waiting:
    """Exposed groups keep their rows of the latest release until there are enough; the others are as they come.

    A row that moved out of a group which is kept as it was does not stand twice: where it moved to, it waits.
    Rows that are kept stand where the candidate has them, or else below the row that they were below.
    Groups that rows' numbers split into too few wait too.
    """
    if not previous:
        return Waiting(candidate, 0, 0)
    if not rule.quasi_identifiers:
        tables = [_one_group(table) for table in (candidate, *previous)]
        found = hold_back(tables[0], units, tables[1:], replace(rule, quasi_identifiers=(_EVERYBODY,)), key)
        return replace(found, table=found.table.drop_columns(_EVERYBODY))
    latest = previous[-1].select(candidate.column_names).cast(candidate.schema)
    rows, kept_units, exposed = candidate, units, candidate.select(rule.quasi_identifiers).slice(0, 0)
    stands, stood = pa.array(np.arange(candidate.num_rows, dtype=np.int32)), places(latest, candidate, key)
    while True:
        exposed = _distinct(pa.concat_tables([exposed, exposed_groups(rows, kept_units, previous, rule, key)]))
        is_held = _in_groups(latest, exposed)
        earlier = latest.filter(is_held)
        is_staying = pc.invert(_in_groups(rows, exposed))
        is_twice = pc.and_(is_staying, _in_groups(rows, earlier.select(key))) if key and earlier.num_rows else None
        if is_twice is not None and pc.any(is_twice).as_py():
            rows, stands = (one.filter(pc.invert(is_twice)) for one in (rows, stands))
            kept_units = None if kept_units is None else kept_units.filter(pc.invert(is_twice))
            continue
        staying = rows.filter(is_staying)
        release = pa.concat_tables([staying, earlier])
        whose = None if kept_units is None else [kept_units.filter(is_staying), pa.nulls(len(earlier), pa.int64())]
        tracked = _tracked_groups(release, whose and pa.concat_arrays(whose), previous, rule, key)
        wider = _distinct(pa.concat_tables([exposed, *tracked]))
        if wider.num_rows == exposed.num_rows:
            break
        exposed = wider
    waiting = candidate.num_rows - staying.num_rows
    release = release.take(in_order(stands.filter(is_staying), stood.filter(is_held)))
    return Waiting(release, exposed.num_rows, max(0, waiting - earlier.num_rows))


def _tracked_groups(
    release: pa.Table, units: pa.Array | None, previous: Sequence[pa.Table], rule: GroupRule, key: Sequence[str]
) -> list[pa.Table]:
    """Groups whose rows fall in two by their key: those that the other release has, wherever it shows them, or not.

    Whoever is known to be in both, or in one alone, is among a part; it passes the rule like any group.
    """
    if not key:
        return []
    found = []
    for earlier in previous:
        nobody = None if units is None else pa.nulls(earlier.num_rows, pa.int64())
        found += [_split_groups(release, units, earlier, rule, key), _split_groups(earlier, nobody, release, rule, key)]
    return found


def _split_groups(
    one: pa.Table, units: pa.Array | None, other: pa.Table, rule: GroupRule, key: Sequence[str]
) -> pa.Table:
    names = list(rule.quasi_identifiers)
    split = one.append_column(_KNOWN, _in_groups(one, other.select(key).cast(one.select(key).schema)))
    is_refused = rows_refused(split, replace(rule, quasi_identifiers=(*names, _KNOWN)), units)
    parts = split.select([*names, _KNOWN]).group_by([*names, _KNOWN], use_threads=False).aggregate([])
    whole = parts.group_by(names, use_threads=False).aggregate([(_KNOWN, "count")])
    in_two = whole.filter(pc.equal(whole[f"{_KNOWN}_count"], 2)).select(names)
    refused = split.filter(is_refused).select(names)
    return refused.filter(_in_groups(refused, in_two))


def exposed_under_other_steps(
    candidate: pa.Table, units: pa.Array | None, previous: Sequence[pa.Table], rule: GroupRule, key: Sequence[str]
) -> int:
    """How many groups too few people come to or leave, beside releases made under other steps.

    Each of `previous` has the columns that can be compared, at the present steps.
    """
    count = 0
    for earlier in previous:
        known = set(earlier.column_names)
        shared = replace(
            rule,
            quasi_identifiers=tuple(name for name in rule.quasi_identifiers if name in known),
            sensitive=tuple(name for name in rule.sensitive if name in known),
        )
        count += exposed_groups(candidate, units, [earlier], shared, key if set(key) <= known else ()).num_rows
    return count


def erase(published: pa.Table, erased: pa.Array, rule: GroupRule) -> Erased:
    """Withdraw the whole group of every erased row: blanking it would leave the erased row as the difference."""
    groups = _distinct(published.filter(erased).select(rule.quasi_identifiers))
    return Erased(withhold(published, groups), groups)


def withhold(table: pa.Table, groups: pa.Table) -> pa.Table:
    """`table` without the rows of these groups; a later release that showed them again would undo an erasure."""
    return table.filter(pc.invert(_in_groups(table, groups))) if groups.num_rows else table


def _exposed_beside(
    candidate: pa.Table, units: pa.Array | None, earlier: pa.Table, rule: GroupRule, key: Sequence[str]
) -> pa.Table:
    names = [*dict.fromkeys([*rule.quasi_identifiers, *rule.sensitive, *key])]
    both = pa.concat_tables([candidate.select(names), earlier.select(names).cast(candidate.select(names).schema)])
    columns = {
        "cell": codes(both, names),
        "place": pa.array(np.arange(both.num_rows)),
        "is_new": pa.array(np.arange(both.num_rows) < candidate.num_rows),
        "unit": _row_units(both.num_rows, candidate.num_rows, units),
    }
    added, removed, stayed = (_rows_that(side, pa.table(columns)) for side in ("added", "removed", "stayed"))
    refused = [
        _refused_changes(both, added["place"], added["unit"], rule),
        _refused_changes(both, removed["place"], removed["unit"] if units is None else _one_person(removed), rule),
    ]
    # Whoever is known to be in both releases is among the rows that stayed, where others came or went.
    moved = _distinct(
        pa.concat_tables([both.take(side["place"]).select(rule.quasi_identifiers) for side in (added, removed)])
    )
    staying = _refused_changes(both, stayed["place"], stayed["unit"], rule)
    refused.append(staying.filter(_in_groups(staying, moved)))
    return _distinct(pa.concat_tables(refused))


def _row_units(total: int, new: int, units: pa.Array | None) -> pa.Array:
    everyone = np.arange(total, dtype=np.int64)
    if units is not None:
        everyone[:new] = np.asarray(pc.fill_null(units.cast(pa.int64()), -1))
    return pa.array(everyone)


def _one_person(rows: pa.Table) -> pa.ChunkedArray:
    return pa.chunked_array([pa.array(np.zeros(rows.num_rows, dtype=np.int64))])


def _rows_that(side: Literal["added", "removed", "stayed"], rows: pa.Table) -> pa.Table:
    """The rows beyond the other release's number, or within it, cell by cell."""
    return query(_CHANGED, {"is_new": side != "removed", "is_beyond": side != "stayed"}, rows=rows)


def _refused_changes(both: pa.Table, places: pa.ChunkedArray, units: pa.ChunkedArray, rule: GroupRule) -> pa.Table:
    changes = both.take(places)
    refused = rows_refused(changes, rule, units.combine_chunks())
    return changes.filter(refused).select(rule.quasi_identifiers)


def _in_groups(table: pa.Table, groups: pa.Table) -> pa.Array:
    """For each row, whether its quasi-identifiers are among those of `groups`."""
    names = groups.column_names
    both = codes(pa.concat_tables([table.select(names), groups.cast(table.select(names).schema)]), names)
    return pc.is_in(both.slice(0, table.num_rows), value_set=both.slice(table.num_rows))


def _one_group(table: pa.Table) -> pa.Table:
    """Where no quasi-identifier leaves, everybody is in one group."""
    return table.append_column(_EVERYBODY, pa.array(np.zeros(table.num_rows, dtype=np.int8)))


def _distinct(groups: pa.Table) -> pa.Table:
    if not groups.num_rows:
        return groups
    firsts = np.unique(np.asarray(codes(groups, groups.column_names)), return_index=True)[1]
    return groups.take(pa.array(np.sort(firsts)))


# So many rows of a cell came, went or stayed, and nobody can say which: those of its most frequent
# contributors are taken, so that people are never counted too many.
_CHANGED = """
WITH counted AS (
    SELECT cell, count(*) FILTER (is_new = $is_new) AS here, count(*) FILTER (is_new <> $is_new) AS there
    FROM rows GROUP BY cell
),
ranked AS (
    SELECT place, unit, CASE WHEN $is_beyond THEN here - there ELSE least(here, there) END AS wanted,
           row_number() OVER (PARTITION BY cell ORDER BY crowd DESC, unit, place) AS rank
    FROM (SELECT *, count(*) OVER (PARTITION BY cell, unit) AS crowd FROM rows WHERE is_new = $is_new)
    JOIN counted USING (cell)
)
SELECT place, unit FROM ranked WHERE rank <= wanted
"""
