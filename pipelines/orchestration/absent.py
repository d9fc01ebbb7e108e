"""Columns that a delivery has not: refused where the newest version has values there, else told as published empty.

A source without a header, such as JSON, may leave out what has no value today: there a column is never lost.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa

from ..declarations import Dataset
from ..errors import InvalidData
from ..extract import Extract
from ..messages import _, ngettext, quoted
from ..settings import Organisation
from ..versions import Store
from .parts import Key, cut, keys_of


@dataclass(frozen=True)
class Absence:
    """What no source file of one part has a column for."""

    sources: tuple[str, ...]
    columns: frozenset[str]
    has_header: bool  # of every file


def absent_columns(
    dataset: Dataset, organisation: Organisation, extracts: Sequence[Extract], store: Store
) -> tuple[str, ...]:
    """What to say of columns that are published empty for the first time. Raises InvalidData where one was lost."""
    absences = _absences(dataset, extracts)
    if not any(one.columns for one in absences.values()):
        return ()
    newest = store.latest(organisation.siren, dataset.name)
    before = {part.key: _filled(part.table) for part in cut(newest.parts, store.read_table(newest))} if newest else {}
    emptied = [replace(one, columns=one.columns & before[key]) for key, one in absences.items() if key in before]
    for one in emptied:
        if one.has_header and one.columns:
            told = ngettext(
                "{sources}: no column {columns}, and version {number} has values there. Nothing was published. Deliver "
                "it, or take it out of the schema and of privacy.columns where it is to end.",
                "{sources}: no columns {columns}, and version {number} has values there. Nothing was published. "
                "Deliver them, or take them out of the schema and of privacy.columns where they are to end.",
                len(one.columns),
            )
            raise InvalidData(_in_words(told, one.sources, one.columns, newest.number if newest else ""))
    fresh = [one for key, one in absences.items() if key not in before]
    lacking = {one.columns: [other for other in emptied if other.columns == one.columns] for one in emptied}
    return (
        *(said for columns, alike in lacking.items() for said in _told(alike, columns)),
        *_told(fresh, _lacking_in_all(fresh, list(before.values()), dataset)),
    )


def _lacking_in_all(fresh: Sequence[Absence], before: Sequence[frozenset[str]], dataset: Dataset) -> frozenset[str]:
    """Of the parts that were never published: what all of them lack, though another part has it, or none can."""
    known = frozenset().union(*before) if before else frozenset(dataset.published_names)
    return known.intersection(*(one.columns for one in fresh)) if fresh else frozenset()


def _told(absences: Sequence[Absence], empty: frozenset[str]) -> tuple[str, ...]:
    if not empty:
        return ()
    told = ngettext(
        "{sources}: no column {columns}; it is published empty.",
        "{sources}: no columns {columns}; they are published empty.",
        len(empty),
    )
    return (_in_words(told, [name for one in absences for name in one.sources], empty),)


def _in_words(told: str, sources: Sequence[str], columns: frozenset[str], number: str = "") -> str:
    named = ", ".join(dict.fromkeys(sources))
    return told.format(sources=named, columns=", ".join(map(quoted, sorted(columns))), number=number)


def _absences(dataset: Dataset, extracts: Sequence[Extract]) -> Mapping[Key, Absence]:
    """By part; a file may deliver several, and a part may come from several files."""
    published = frozenset(dataset.published_names)
    found: dict[Key, Absence] = {}
    for one in extracts:
        _refuse_without_parts(one, dataset.part_key)
        own = Absence((one.source,), published - {*one.table.column_names}, one.has_header)
        for key in _parts_of(one.table, dataset.part_key):
            other = found.get(key, Absence((), own.columns, own.has_header))
            found[key] = Absence(
                (*other.sources, *own.sources), other.columns & own.columns, other.has_header and own.has_header
            )
    return found


def _refuse_without_parts(one: Extract, part_key: Sequence[str]) -> None:
    if absent := [name for name in part_key if name not in one.table.column_names]:
        raise InvalidData(
            _("{source}: no column {column}, which says what part of the dataset the rows are. Deliver it.").format(
                source=one.source, column=quoted(absent[0])
            )
        )


def _parts_of(table: pa.Table, part_key: Sequence[str]) -> list[Key]:
    distinct = table.group_by(list(part_key)).aggregate([]) if part_key else table.slice(0, 1)
    return keys_of(distinct, part_key)


def _filled(table: pa.Table) -> frozenset[str]:
    return frozenset(name for name in table.column_names if table[name].null_count < table.num_rows)
