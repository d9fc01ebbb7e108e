"""A dataset beside every version of the other published ones: what ties the people of both together."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..column_policies import Pseudonymise
from ..vocabularies import PRESETS
from .engine import query
from .groups import GroupRule, codes, group_rule, measure
from .siblings import (
    Published,
    as_text,
    cells,
    counted_by,
    described,
    hidden_cells,
    is_about_people,
    is_quasi_identifier,
)
from .table_links import together
from .table_releases import ROWS

# key: rows that a shared number ties; hidden: a cell of a table that the other dataset shows; difference and margins:
# two tables of the same people, whose shared totals differ by few, or give hidden cells away.
LinkKind = Literal["pseudonym", "key", "group", "hidden", "difference", "margins"]


@dataclass(frozen=True)
class Link:
    """What ties two datasets, and the columns of both that do it."""

    dataset: str
    columns: tuple[str, ...]
    kind: LinkKind
    count: int  # contributors of the smallest joined group; of a difference or margins, how many figures


def links(candidate: Published, others: Mapping[str, Published]) -> tuple[Link, ...]:
    """Every link of the candidate with another dataset that points to too few people, the newest version's first."""
    found = []
    for name, other in sorted(others.items()):
        for version in other.versions:
            found += [Link(name, (column,), "pseudonym", 1) for column in _shared_pseudonyms(candidate, version)]
            if is_about_people(candidate) and is_about_people(version):
                found += _links_of_people(name, candidate, version, is_newest=version is other)
    return tuple(dict.fromkeys(found))


def _links_of_people(name: str, one: Published, other: Published, is_newest: bool) -> Iterator[Link]:
    """Rows about nobody (a project, a bench) tie nobody, wherever they are.

    Beside the newest version, no cell may be hidden that the other shows: the two are most often of one delivery, and
    the figure is then the same whatever else they show. An older version is of another day; where the cell has changed
    since, as the newer versions let it, what was hidden then is not what is shown now. So `together` looks for what
    says that the day is the same, and for what the two then give away.
    """
    presets = [PRESETS[side.privacy.preset] for side in (one, other) if side.privacy.preset]
    if not presets or all(group_rule(side.privacy, side.table.column_names) is None for side in (one, other)):
        return
    minimum, dominance = max(one.minimum for one in presets), min(one.dominance for one in presets)
    yield from _joined_by_key(name, one, other, minimum)
    if not (shared := _shared_quasi_identifiers(one, other)):
        return
    sides = _of_people(one, shared, minimum), _of_people(other, shared, minimum)
    if is_newest and any(
        _is_shown(hidden_cells(table, shared), beside.table, shared)
        for table, beside in ((one, sides[1]), (other, sides[0]))
    ):
        yield Link(name, shared, "hidden", 0)
        return
    if (smallest := _smallest_group(*sides, shared)) is not None and smallest < minimum:
        yield Link(name, shared, "group", smallest)
    told = together(one, other, shared, minimum, dominance)
    if told.differing:
        yield Link(name, shared, "difference", told.differing)
    if told.computable:
        yield Link(name, shared, "margins", told.computable)


def _shared_pseudonyms(one: Published, other: Published) -> list[str]:
    """Columns of the candidate whose pseudonyms stand in any pseudonym column of the other."""
    return [
        column
        for column in _pseudonym_columns(one)
        if any(
            pc.any(pc.is_in(one.table[column], value_set=other.table[theirs].combine_chunks().drop_null())).as_py()
            for theirs in _pseudonym_columns(other)
        )
    ]


def _pseudonym_columns(dataset: Published) -> list[str]:
    return [
        name
        for name, column in dataset.privacy.columns.items()
        if isinstance(column, Pseudonymise) and name in dataset.table.column_names
    ]


def _joined_by_key(name: str, one: Published, other: Published, minimum: int) -> Iterator[Link]:
    """A column of both that tells the rows of either apart: whoever joins by it has the traits of both."""
    if counted_by(one) is not None or counted_by(other) is not None:
        return
    here, there = (_traits(side) for side in (one, other))
    if not here or not there:
        return
    theirs = {name: f"\x00{name}" for name in there}  # the same column may be coarser there
    for column in one.table.column_names:
        known = column in other.table.column_names and column not in (*here, *there)
        if known and any(_tells_apart(side.table[column]) for side in (one, other)):
            rows = as_text(one.table, [column, *here]).append_column(_UNIT, _people(one))
            beside = as_text(other.table, [column, *there]).rename_columns([column, *theirs.values()])
            rows = rows.join(beside, column, join_type="inner", use_threads=False)
            alike = {name for name in here if name in theirs and rows[name].equals(rows[theirs[name]])}
            if alike in (set(here), set(there)):
                continue  # one of them says all that both say
            rule = GroupRule((*here, *theirs.values()), (), minimum, distinct=1, max_share=1.0)
            smallest = measure(rows, rule, rows[_UNIT].combine_chunks()).smallest
            if rows.num_rows and smallest < minimum:
                yield Link(name, (column,), "key", smallest)


def _traits(dataset: Published) -> list[str]:
    return [column for column in dataset.table.column_names if is_quasi_identifier(dataset.privacy, column)]


def _tells_apart(values: pa.ChunkedArray) -> bool:
    return bool(len(values) and values.null_count == 0 and pc.count_distinct(values).as_py() == len(values))


def _shared_quasi_identifiers(one: Published, other: Published) -> tuple[str, ...]:
    """Without a basis of law in neither, and about people in at least one."""
    return tuple(
        name
        for name in described(one)
        if name in described(other) and any(is_quasi_identifier(side.privacy, name) for side in (one, other))
    )


def _of_people(dataset: Published, shared: Sequence[str], enough: int) -> Published:
    """One row per person; of a table with margins, those that its cells by `shared` show, `enough` of each at most."""
    if counted_by(dataset) is None:
        return dataset
    found = cells(dataset, shared)
    shown = pc.min_element_wise(pc.fill_null(found[ROWS], 0), enough)
    people = found.take(pa.array(np.repeat(np.arange(found.num_rows), np.asarray(shown))))
    return replace(dataset, table=people, units=None)


def _is_shown(hidden: pa.Table, people: pa.Table, shared: Sequence[str]) -> bool:
    """Whether any of the hidden cells is a group of people elsewhere: of the same ones, its count would be known."""
    both = codes(pa.concat_tables([as_text(hidden, shared), as_text(people, shared)]), shared)
    found = pc.any(pc.is_in(both.slice(0, hidden.num_rows), value_set=both.slice(hidden.num_rows)))
    return bool(found.as_py())


def _smallest_group(one: Published, other: Published, shared: Sequence[str]) -> int | None:
    """Contributors of the smallest group that both have, on the side that has fewer; None where none is shared."""
    both = pa.concat_tables([as_text(side.table, shared) for side in (one, other)])
    place = pa.array(range(both.num_rows), pa.int64())
    people = pa.concat_arrays([_people(side) for side in (one, other)])
    rows = pa.table({"code": codes(both, shared), "place": place, "unit": people})
    smallest: int | None = query(_JOINED, {"boundary": one.table.num_rows}, rows=rows)["smallest"][0].as_py()
    return smallest


def _people(dataset: Published) -> pa.Array:
    """One number per contributor; rows of nobody known are one person's."""
    if dataset.units is None:
        return pa.array(range(dataset.table.num_rows), pa.int64())
    return pc.fill_null(dataset.units.cast(pa.int64()), -1)


_UNIT = "\x00unit"
_JOINED = """
WITH sides AS (
    SELECT code, count(DISTINCT unit) FILTER (place < $boundary) AS here,
           count(DISTINCT unit) FILTER (place >= $boundary) AS there
    FROM rows GROUP BY code
)
SELECT min(least(here, there)) AS smallest FROM sides WHERE here > 0 AND there > 0
"""
