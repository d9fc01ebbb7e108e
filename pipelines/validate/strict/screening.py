"""Which records of a block are suspect, and the hash of every key."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..buffers import Flags, flags, places_of, texts_of, without
from ..cells import Column
from ..fields import canonical_text, missing_values
from ..keys import ABSENT, SEPARATOR, canonical_texts, hashes, joined
from ..rows import ForeignKey, Keys
from ..screens import DistinctScreen, is_missing, vector_screen
from .records import Records


@dataclass(frozen=True)
class Screening:
    """What the screens say of a block."""

    certain: list[Flags]  # per column, one flag per row of the columns
    suspect: Any  # places of the rows that are not certainly good, in order
    doubtful: tuple[Any, Any]  # the cells that are not certain: places of their rows, and of their columns


class BlockScreen:
    """The screens of a plan's columns and foreign keys."""

    def __init__(self, columns: Sequence[Column], keys: Keys) -> None:
        self._columns = columns
        self._screens = [vector_screen(column.field) or DistinctScreen(column.read) for column in columns]
        self._by_name = {column.name: column for column in columns}
        self._foreign = [(key, texts_of(_known_texts(key, self._by_name))) for key in keys.foreign]
        self._may_lack_key = keys.primary and not any(self._by_name[name].field.required for name in keys.primary)
        self._primary = keys.primary
        self._may_be_blank = not any(column.field.required and "" in missing_values(column.field) for column in columns)

    def screen(self, records: Records) -> Screening:
        """Over-suspects where it is not sure, and never under-suspects."""
        certain = [screen(texts) for screen, texts in zip(self._screens, records.columns, strict=True)]
        good = np.logical_and.reduce(certain)
        if self._may_be_blank:
            good &= ~self._blank(records)
        if self._may_lack_key:
            good &= flags(pc.is_valid(self.key_texts(records, self._primary, certain)))
        for key, known in self._foreign:
            texts = self.key_texts(records, key.names, certain)
            good &= flags(pc.is_null(texts)) | flags(pc.is_in(texts, known))
        doubts = [np.flatnonzero(~one) for one in certain]
        columns = np.repeat(np.arange(len(doubts)), [len(one) for one in doubts])
        suspect = np.sort(np.concatenate([records.places[~good], np.fromiter(records.ragged, np.int64)]))
        return Screening(certain, suspect, (records.places[np.concatenate(doubts)], columns))

    def unsure(self, names: Sequence[str], certain: Sequence[Flags]) -> Flags:
        """Which rows have a cell of the key that is not certain."""
        return ~np.logical_and.reduce([certain[self._by_name[name].number - 1] for name in names])

    def key_texts(self, records: Records, names: Sequence[str], certain: Sequence[Flags]) -> pa.Array:
        """The canonical texts of a key, null for rows whose key is not certain."""
        parts, unsure = [], self.unsure(names, certain)
        for name in names:
            column = self._by_name[name]
            texts = records.columns[column.number - 1]
            absent = unsure | is_missing(texts, missing_values(column.field))
            parts.append(canonical_texts(column, without(texts, absent)))
        return joined(parts)

    def key_hashes(self, records: Records, names: Sequence[str], certain: Sequence[Flags]) -> Any:
        """One hash per record of the block; a key that is not certain is hashed as the values that the readers make."""
        found = np.zeros(records.count, np.uint64)
        found[records.places] = hashes(self.key_texts(records, names, certain))
        unsure = np.flatnonzero(self.unsure(names, certain))
        if len(unsure) or records.ragged:
            cells = self._key_cells(records, names, unsure)
            texts = texts_of([self._key_text(names, one) for one in cells])
            found[[*records.places[unsure].tolist(), *records.ragged]] = hashes(texts)
        return found

    def _key_cells(self, records: Records, names: Sequence[str], rows: Any) -> Iterator[tuple[str | None, ...]]:
        """The key's cells in some rows of the columns, then in each ragged row."""
        places = [self._by_name[name].number - 1 for name in names]
        yield from zip(*(records.columns[one].take(places_of(rows)).to_pylist() for one in places), strict=True)
        for cells in records.ragged.values():
            yield tuple(cells[place] if place < len(cells) else None for place in places)

    def _key_text(self, names: Sequence[str], cells: Sequence[str | None]) -> str | None:
        columns = [self._by_name[name] for name in names]
        values = [column.judge(cell)[0] for column, cell in zip(columns, cells, strict=True)]
        if all(value is None for value in values):
            return None
        parts = [canonical_text(column.field, value) for column, value in zip(columns, values, strict=True)]
        return parts[0] if len(parts) == 1 else SEPARATOR.join(ABSENT if part is None else part for part in parts)

    def _blank(self, records: Records) -> Any:
        """Rows of nothing, or of empty texts: arrow gives an empty line, which has no cells, as these."""
        blank = np.ones(len(records.places), bool)
        for column, texts in zip(self._columns, records.columns, strict=True):
            if not blank.any():
                break
            missing = missing_values(column.field)
            blank &= is_missing(texts, missing if "" in missing else [*missing, ""])
        return blank


def _known_texts(key: ForeignKey, by_name: Mapping[str, Column]) -> list[str]:
    """The referenced values that surely compare equal to a certain text; the others are the judge's."""
    fields = [by_name[name].field for name in key.names]
    wanted = [{"integer": int, "year": int, "date": date}.get(field.type, str) for field in fields]
    known = []
    for values in key.values:
        if all(value is None or type(value) is kind for value, kind in zip(values, wanted, strict=True)):
            parts = [canonical_text(field, value) for field, value in zip(fields, values, strict=True)]
            known.append(SEPARATOR.join(ABSENT if part is None else part for part in parts))
    return known
