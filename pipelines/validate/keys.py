"""Which rows share a key: a 64-bit hash per row, exact because every row that shares one is judged.

A key is hashed in its canonical text, so that equal values have equal hashes
("007" and "7" are one integer). Rows whose hash occurs twice go to the judge,
which compares values.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .buffers import flags, lengths, texts_of, with_nothing_null, without
from .cells import Column
from .fields import canonical_text
from .screens import is_plain

NO_KEY = 0
_WIDEST_BYTES = 128
ABSENT, SEPARATOR = "\x1e", "\x1f"
_FACTORS = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9))


def _as_written(texts: pa.Array) -> pa.Array:
    return texts


def _as_integers(texts: pa.Array) -> pa.Array:
    return pc.cast(pc.cast(texts, pa.int64()), pa.string())


_TEXTUAL = ("any", "string")  # a value is its text
# type -> certain plain texts to the texts that `fields.canonical_text` makes of their values
_CANONICAL: Mapping[str, Callable[[Any], Any]] = {
    "any": _as_written,
    "date": _as_written,
    "integer": _as_integers,
    "string": _as_written,
    "year": _as_integers,
}


def canonical_texts(column: Column, texts: pa.Array) -> pa.Array:
    """Of certainly valid texts; null stays null."""
    if column.field.type in _TEXTUAL or is_plain(column.field):
        return _CANONICAL[column.field.type](texts)
    encoded = pc.dictionary_encode(texts)
    values = [column.judge(text)[0] for text in encoded.dictionary.to_pylist()]
    return texts_of([canonical_text(column.field, value) for value in values]).take(encoded.indices)


def joined(parts: Sequence[pa.Array]) -> pa.Array:
    """One text per row of a key's canonical parts; null where every part is null."""
    if len(parts) == 1:
        return parts[0]
    absent, separator = (texts_of([mark] * len(parts[0])) for mark in (ABSENT, SEPARATOR))
    filled = [pc.coalesce(part, absent) for part in parts]
    whole = pc.binary_join_element_wise(*filled, separator)
    return without(whole, np.logical_and.reduce([flags(pc.is_null(part)) for part in parts]))


def hashes(texts: pa.StringArray) -> Any:
    """One uint64 per text; NO_KEY for null."""
    text_lengths = lengths(texts).astype(np.uint64)
    mixed = text_lengths * _FACTORS[1]
    shortest = text_lengths.min(initial=_WIDEST_BYTES)
    for start, words in _words(with_nothing_null(texts)):
        # A hash must not depend on its neighbours, so the padding of shorter texts is not mixed in.
        stirred = _stir(mixed ^ words)
        mixed = stirred if shortest > start else np.where(text_lengths > start, stirred, mixed)
    mixed |= np.uint64(1)
    if texts.null_count:
        mixed[flags(pc.is_null(texts))] = NO_KEY
    return mixed


def _stir(mixed: Any) -> Any:
    mixed = mixed * _FACTORS[0]
    mixed ^= mixed >> np.uint64(29)
    mixed *= _FACTORS[1]
    mixed ^= mixed >> np.uint64(32)
    return mixed


def _words(texts: pa.Array) -> Iterator[tuple[int, Any]]:
    """The texts' bytes in columns of eight, each with where it starts; what is beyond the widest is left out."""
    widest = min(int(lengths(texts).max(initial=1)), _WIDEST_BYTES)
    width = -(-widest // 8) * 8
    cut = pc.binary_slice(pc.cast(texts, pa.binary()), 0, width)
    padded = pc.ascii_rpad(pc.cast(cut, pa.string(), safe=False), width, "\0")
    if len(padded) == 0:
        return
    data = np.frombuffer(padded.buffers()[2], np.uint64, count=len(padded) * width // 8, offset=padded.offset * width)
    words = data.reshape(len(padded), width // 8)
    for place in range(width // 8):
        yield place * 8, words[:, place]


def repeated(row_hashes: Any) -> Any:
    """Places, in order, of the rows whose hash occurs more than once."""
    ordered = np.sort(row_hashes)
    twice = ordered[1:][ordered[1:] == ordered[:-1]]
    twice = twice[twice != NO_KEY]
    return np.flatnonzero(np.isin(row_hashes, twice)) if len(twice) else np.array([], np.int64)
