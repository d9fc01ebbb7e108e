"""A dataset beside the other published datasets: pseudonyms and quasi-identifiers that tie them together."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from ..column_policies import Pseudonymise
from ..privacy_policy import Privacy
from .engine import query
from .groups import codes, group_rule


@dataclass(frozen=True)
class Published:
    """The rows of a dataset as they are, or are about to be, published, with its policy."""

    table: pa.Table
    privacy: Privacy
    units: pa.Array | None = None  # each row's contributor, where that is known; else each row is one


@dataclass(frozen=True)
class Link:
    """What ties two datasets: a pseudonym seen in both, or quasi-identifiers whose join is too small a group."""

    dataset: str
    columns: tuple[str, ...]
    kind: Literal["pseudonym", "group"]
    smallest: int  # contributors of the smallest joined group; 1 for a shared pseudonym


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
    both = pa.concat_tables([_as_text(one.table, shared), _as_text(other.table, shared)])
    place = pa.array(range(both.num_rows), pa.int64())
    people = [_people(side) for side in (one, other)]
    rows = pa.table({"code": codes(both, shared), "place": place, "unit": pa.concat_arrays(people)})
    smallest = query(_JOINED, {"boundary": one.table.num_rows}, rows=rows)["smallest"][0].as_py()
    if smallest is None or smallest >= minimum:
        return None
    return Link(name, shared, "group", smallest)


def _shared_quasi_identifiers(one: Published, other: Published) -> tuple[str, ...]:
    """Without a basis of law in neither, and about people in at least one."""
    return tuple(
        name
        for name in one.table.column_names
        if name in other.table.column_names and any(_is_quasi_identifier(side.privacy, name) for side in (one, other))
    )


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
