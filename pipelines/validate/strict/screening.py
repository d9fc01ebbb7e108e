"""Which records of a block are suspect, and the hash of every key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..buffers import flags, texts_of, without
from ..cells import Column
from ..keys import ABSENT, SEPARATOR, canonical_text, canonical_texts, hashes, joined
from ..rows import ForeignKey, Keys, RowJudge
from ..screens import is_missing, missing_values
from .records import Records


@dataclass(frozen=True)
class Screening:
    """The suspect places of a block, in order, and one flag per row of its columns."""

    suspect: Any
    is_certain: Any
    doubtful: dict[int, tuple[int, ...]]  # place of a suspect row -> places of its cells that are not certain


class BlockScreen:
    """The screens of a plan's columns and foreign keys."""

    def __init__(self, columns: Sequence[Column], keys: Keys) -> None:
        self._columns = columns
        self._by_name = {column.name: column for column in columns}
        self._foreign = [(key, texts_of(_known_texts(key, self._by_name))) for key in keys.foreign]
        self._may_lack_key = keys.primary and not any(self._by_name[name].field.required for name in keys.primary)
        self._primary = keys.primary
        self._may_be_blank = not any(column.field.required and "" in missing_values(column.field) for column in columns)

    def screen(self, records: Records) -> Screening:
        """Over-suspects where it is not sure, and never under-suspects."""
        certain, doubts = np.ones(len(records.places), bool), []
        for place, (column, texts) in enumerate(zip(self._columns, records.columns, strict=True)):
            column_is_certain = column.screen(texts)
            if not column_is_certain.all():
                certain &= column_is_certain
                doubts.append((place, records.places[~column_is_certain].tolist()))
        if self._may_be_blank:
            certain &= ~self._blank(records)
        if self._may_lack_key:
            certain &= flags(pc.is_valid(self.key_texts(records, self._primary, certain)))
        for key, known in self._foreign:
            texts = self.key_texts(records, key.names, certain)
            certain &= flags(pc.is_null(texts)) | flags(pc.is_in(texts, known))
        suspect = np.concatenate([records.places[~certain], np.fromiter(records.ragged, np.int64, len(records.ragged))])
        doubtful: dict[int, tuple[int, ...]] = dict.fromkeys(records.places[~certain].tolist(), ())
        for place, rows in doubts:
            for row in rows:
                doubtful[row] += (place,)
        return Screening(np.sort(suspect), certain, doubtful)

    def key_texts(self, records: Records, names: Sequence[str], certain: Any) -> pa.Array:
        """The canonical texts of a key, null for rows that are not certain."""
        parts = []
        for name in names:
            column = self._by_name[name]
            texts = records.columns[column.number - 1]
            absent = ~certain | is_missing(texts, missing_values(column.field))
            parts.append(canonical_texts(column.field, without(texts, absent)))
        return joined(parts)

    def key_hashes(
        self, records: Records, names: Sequence[str], certain: Any, suspects: Mapping[int, list[str]], judge: RowJudge
    ) -> Any:
        """One hash per record of the block, suspect ones from the values that the readers make of them."""
        found = np.zeros(records.count, np.uint64)
        found[records.places] = hashes(self.key_texts(records, names, certain))
        if suspects:
            texts = texts_of([self._text(judge.read_keys(0, cells, names), names) for cells in suspects.values()])
            found[np.fromiter(suspects, np.int64, len(suspects))] = hashes(texts)
        return found

    def _text(self, values: tuple[Any, ...], names: Sequence[str]) -> str | None:
        if set(values) == {None}:
            return None
        fields = (self._by_name[name].field for name in names)
        parts = [canonical_text(field, value) for field, value in zip(fields, values, strict=True)]
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
