"""A dataset beside the other published datasets: pseudonyms and quasi-identifiers that tie them together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..column_policies import Pseudonymise
from ..privacy_policy import Privacy
from .engine import query
from .groups import codes, group_rule
from .table_releases import ROWS, TOTALS


@dataclass(frozen=True)
class Published:
    """The rows of a dataset, or its cells, as they are, or are about to be, published, with its policy."""

    table: pa.Table
    privacy: Privacy
    units: pa.Array | None = None  # each row's contributor, where that is known; else each row is one


@dataclass(frozen=True)
class Link:
    """What ties two datasets: a pseudonym seen in both, or quasi-identifiers whose join is too small a group."""

    dataset: str
    columns: tuple[str, ...]
    kind: Literal["pseudonym", "group", "hidden"]  # hidden: a cell of a table that the other dataset shows
    smallest: int  # contributors of the smallest joined group; 1 for a shared pseudonym, 0 where none is joined


def links(candidate: Published, others: Mapping[str, Published]) -> tuple[Link, ...]:
    """Every link of the candidate with another dataset that points to too few people."""
    found = []
    for name, other in sorted(others.items()):
        found += [Link(name, (column,), "pseudonym", 1) for column in _shared_pseudonyms(candidate, other)]
        if link := _small_join(name, candidate, other):
            found.append(link)
    return tuple(found)


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


def _small_join(name: str, one: Published, other: Published) -> Link | None:
    """Shared columns that are quasi-identifiers in either: what is a small group in one is found in the other.

    Rows about nobody (a project, a bench) tie nobody, wherever they are.
    """
    if not (_is_about_people(one) and _is_about_people(other)):
        return None
    rules = [group_rule(side.privacy, side.table.column_names) for side in (one, other)]
    minimum = max((rule.minimum for rule in rules if rule), default=0)
    shared = _shared_quasi_identifiers(one, other)
    if not minimum or not shared:
        return None
    sides = [_of_people(side, shared, minimum) for side in (one, other)]
    for table, beside in ((one, sides[1]), (other, sides[0])):
        if _is_shown(_hidden_cells(table, shared), beside.table, shared):
            return Link(name, shared, "hidden", 0)
    both = pa.concat_tables([_as_text(side.table, shared) for side in sides])
    place = pa.array(range(both.num_rows), pa.int64())
    people = [_people(side) for side in sides]
    rows = pa.table({"code": codes(both, shared), "place": place, "unit": pa.concat_arrays(people)})
    smallest = query(_JOINED, {"boundary": sides[0].table.num_rows}, rows=rows)["smallest"][0].as_py()
    if smallest is None or smallest >= minimum:
        return None
    return Link(name, shared, "group", smallest)


def _shared_quasi_identifiers(one: Published, other: Published) -> tuple[str, ...]:
    """Without a basis of law in neither, and about people in at least one."""
    return tuple(
        name
        for name in _described(one)
        if name in _described(other) and any(_is_quasi_identifier(side.privacy, name) for side in (one, other))
    )


def _described(dataset: Published) -> Sequence[str]:
    """The columns that say whom a row is about; in a table with margins, those that it counts by."""
    by = _counted_by(dataset)
    return dataset.table.column_names if by is None else by


def _counted_by(dataset: Published) -> Sequence[str] | None:
    """None where rows leave: also of a version from before the policy asked for a table."""
    aggregate = dataset.privacy.aggregate
    return aggregate.by if aggregate is not None and TOTALS in dataset.table.column_names else None


def _of_people(dataset: Published, shared: Sequence[str], enough: int) -> Published:
    """One row per person; of a table with margins, those that its cells by `shared` show, `enough` of each at most."""
    if _counted_by(dataset) is None:
        return dataset
    cells = _cells(dataset, shared)
    shown = pc.min_element_wise(pc.fill_null(cells[ROWS], 0), enough)
    return Published(cells.take(pa.array(np.repeat(np.arange(cells.num_rows), np.asarray(shown)))), dataset.privacy)


def _hidden_cells(dataset: Published, shared: Sequence[str]) -> pa.Table:
    if _counted_by(dataset) is None:
        return dataset.table.slice(0, 0)
    cells = _cells(dataset, shared)
    return cells.filter(pc.is_null(cells[ROWS]))


def _cells(dataset: Published, shared: Sequence[str]) -> pa.Table:
    """Of a table with margins, the cells by `shared`: summed over its other columns."""
    summed = " ".join(name for name in _described(dataset) if name not in shared)
    return dataset.table.filter(pc.equal(dataset.table[TOTALS], summed))


def _is_shown(hidden: pa.Table, people: pa.Table, shared: tuple[str, ...]) -> bool:
    """Whether any of the hidden cells is a group of people elsewhere: of the same ones, its count would be known."""
    both = codes(pa.concat_tables([_as_text(hidden, shared), _as_text(people, shared)]), shared)
    found = pc.any(pc.is_in(both.slice(0, hidden.num_rows), value_set=both.slice(hidden.num_rows)))
    return bool(found.as_py())


def _is_about_people(dataset: Published) -> bool:
    roles = {"quasi_identifier", "sensitive"}
    return not dataset.privacy.basis and any(
        column.role in roles and not column.basis and name in dataset.table.column_names
        for name, column in dataset.privacy.columns.items()
    )


def _people(dataset: Published) -> pa.Array:
    """One number per contributor; rows of nobody known are one person's."""
    if dataset.units is None:
        return pa.array(range(dataset.table.num_rows), pa.int64())
    return pc.fill_null(dataset.units.cast(pa.int64()), -1)


def _is_quasi_identifier(privacy: Privacy, name: str) -> bool:
    column = privacy.columns.get(name)
    return bool(column and column.role == "quasi_identifier" and not column.basis and not privacy.basis)


def _as_text(table: pa.Table, names: tuple[str, ...]) -> pa.Table:
    return pa.table({name: table[name].cast(pa.string()) for name in names})


_JOINED = """
WITH sides AS (
    SELECT code, count(DISTINCT unit) FILTER (place < $boundary) AS here,
           count(DISTINCT unit) FILTER (place >= $boundary) AS there
    FROM rows GROUP BY code
)
SELECT min(least(here, there)) AS smallest FROM sides WHERE here > 0 AND there > 0
"""
