"""A version's rows for queries: of each column its different cells, in order, and a code for each row.

A cell's code is its place among the different cells of its column, so codes compare, sort and
group as cells do, and a test of a million cells is a test of a few different ones. An empty
cell has the code after the last: it comes last in every order. The file is memory-mapped, and
never larger in memory than what queries touch.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from json.encoder import encode_basestring
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ...versions import cells
from ...versions.columns import DESCRIPTION

Codes = np.ndarray[tuple[int], np.dtype[Any]]
Rows = np.ndarray[tuple[int], np.dtype[np.int64]]
POSITION = "_id"  # CKAN's name of it, from 1
BATCH_ROWS = 16_384
FEW_WORDS = 1000  # so many JSON texts of a column are kept
FEW_TEXTS = 200  # more are worth looking for equal ones


@dataclass(frozen=True, eq=False)
class Column:
    """`codes`: one a row; `words`: the different cells, ascending; `kind`: the type they are published with."""

    codes: Codes
    words: pa.Array
    kind: pa.DataType

    @property
    def empty(self) -> int:
        """The code of an empty cell."""
        return len(self.words)

    @cached_property
    def is_full(self) -> bool:
        """Whether no cell is empty."""
        return not (self.codes == self.empty).any()

    def cells(self, codes: Codes) -> pa.Array:
        """The cells that have these codes."""
        found = self._words_of(codes)
        return found if found.type == self.kind else found.cast(self.kind)

    def _words_of(self, codes: Codes) -> pa.Array:
        is_empty = codes == self.empty
        return self.words.take(pa.array(codes, mask=is_empty if is_empty.any() else None))

    def json(self, codes: Codes) -> list[str]:
        """The JSON of the cells that have these codes, as the version's own file says it."""
        if self.empty > FEW_WORDS:
            return json_texts(self._words_of(codes))
        return self._texts.take(codes).tolist()  # type: ignore[no-any-return]

    @cached_property
    def _texts(self) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
        return np.array([*json_texts(self.words.cast(self.kind)), "null"], dtype=object)

    @cached_property
    def bare(self) -> pa.Array:
        """The words of a text column without accents, ligatures and case."""
        plain = pc.utf8_lower(pc.replace_substring_regex(pc.utf8_normalize(self.words, "NFD"), r"\p{Mn}", ""))
        return pc.replace_substring(pc.replace_substring(plain, "œ", "oe"), "æ", "ae")

    @cached_property
    def whole_numbers(self) -> Codes:
        """The words of a number column as whole numbers: units of the last decimal place."""
        if not pa.types.is_decimal(self.kind):
            return self.words.to_numpy()  # type: ignore[no-any-return]
        pairs = np.frombuffer(self.words.buffers()[1], np.int64).reshape(-1, 2)
        low, high = pairs[self.words.offset :][: self.empty].T
        if np.array_equal(high, low >> 63):
            return np.ascontiguousarray(low)
        scale = self.kind.scale
        return np.array([int(word.scaleb(scale)) for word in self.words.to_pylist()], dtype=object)


@dataclass(frozen=True, eq=False)
class Picked:
    """Rows of some columns."""

    columns: Sequence[tuple[str, Column]]
    rows: Rows

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def schema(self) -> pa.Schema:
        return pa.schema([(name, column.kind) for name, column in self.columns])

    def to_batches(self, most: int) -> Iterator[pa.RecordBatch]:
        """At most `most` rows at a time."""
        for start in range(0, len(self.rows), most):
            rows = self.rows[start : start + most]
            arrays = [column.cells(column.codes.take(rows)) for _name, column in self.columns]
            yield pa.RecordBatch.from_arrays(arrays, schema=self.schema)


class Columns:
    """The open file of a version. It stays readable for whoever holds it, even after it was removed.

    `order` has the rows by `filter_by`, equal ones as published; `texts` are the columns that words are searched in.
    """

    def __init__(self, path: Path) -> None:
        with pa.memory_map(str(path)) as file:
            batch = pa.ipc.open_file(file).get_batch(0)
        said = json.loads(batch.schema.metadata[DESCRIPTION])
        order, *arrays = [batch.column(place)[0].values for place in range(batch.num_columns)]
        self.filter_by: Sequence[str] = said["filter_by"]
        self.order: Codes = order.to_numpy()
        pairs = zip(said["names"], arrays[::2], arrays[1::2], strict=True)
        self._columns = {name: _column(codes, words) for name, codes, words in pairs}
        self.names = list(self._columns)
        self.texts = [column for column in self._columns.values() if pa.types.is_string(column.kind)]

    @property
    def row_count(self) -> int:
        return len(self.order)

    def __getitem__(self, name: str) -> Column:
        """A column, or the place of each row under the name that CKAN gives it."""
        if name == POSITION and name not in self._columns:
            places = np.arange(self.row_count)
            return Column(places, pa.array(places + 1), pa.int64())
        return self._columns[name]


def json_texts(column: pa.Array) -> list[str]:
    """The JSON of each cell. A few texts and whole numbers are written faster by hand than by kernels for millions."""
    if pa.types.is_string(column.type) or pa.types.is_large_string(column.type):
        return _json_of_texts(column)
    if pa.types.is_integer(column.type) and not column.null_count:
        return list(map(str, column.to_numpy().tolist()))
    return cells.as_json(column).to_pylist()  # type: ignore[no-any-return]


def _json_of_texts(column: pa.Array) -> list[str]:
    if len(column) <= FEW_TEXTS:
        return ["null" if cell is None else encode_basestring(cell) for cell in column.to_pylist()]
    encoded = column.dictionary_encode()  # groups say the same words again and again
    texts = [encode_basestring(word) for word in encoded.dictionary.to_pylist()]
    places = pc.fill_null(encoded.indices, len(texts)).to_numpy()
    return np.array([*texts, "null"], dtype=object).take(places).tolist()  # type: ignore[no-any-return]


def _column(codes: pa.Array, words: pa.Array) -> Column:
    kind = pa.string() if pa.types.is_large_string(words.type) else words.type
    return Column(codes.to_numpy(), words, kind)
