"""A column of text in arrow: pieces of some thousand rows, in each of which a few cells are changed at a time."""

from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..buffers import flags, places_of

Mend = Callable[[str], str | None]  # the better text of a stripped one; None where nothing is to be done
Places = Any  # a numpy array of places, in order


def text_array(texts: Sequence[str]) -> pa.Array:
    """Without `pa.array`, which imports pandas. Raises UnicodeEncodeError for half surrogates."""
    whole = "".join(texts)
    data = whole.encode("utf-8")
    is_ascii = len(data) == len(whole)
    counts = map(len, texts) if is_ascii else (len(text.encode("utf-8")) for text in texts)
    offsets = np.zeros(len(texts) + 1, np.int32)
    np.cumsum(np.fromiter(counts, np.int32, len(texts)), out=offsets[1:])
    return pa.Array.from_buffers(pa.string(), len(texts), [None, pa.py_buffer(offsets), pa.py_buffer(data)])


class Texts:
    """Places count through all pieces."""

    def __init__(self, pieces: Iterable[pa.Array] = ()) -> None:
        self.pieces = list(pieces)

    def places(self, pattern: str) -> Places:
        """Where the pattern (RE2's) is found."""
        found = [_found(piece, pattern) + start for start, piece in self._placed()]
        return np.concatenate(found) if found else np.array([], np.int64)

    def equal(self, texts: Collection[str]) -> Places:
        """Where one of these texts stands, letter by letter."""
        values = text_array(list(texts))
        found = [np.flatnonzero(flags(pc.is_in(piece, value_set=values))) + start for start, piece in self._placed()]
        return np.concatenate(found) if found else np.array([], np.int64)

    def at(self, places: Iterable[int]) -> Iterator[tuple[int, str]]:
        """The texts at some places, which are in order, each with its place."""
        wanted = np.fromiter(places, np.int64)
        for start, piece in self._placed():
            mine = wanted[np.searchsorted(wanted, start) : np.searchsorted(wanted, start + len(piece))]
            yield from zip(mine.tolist(), piece.take(places_of(mine - start)).to_pylist(), strict=True)

    def mend(self, places: Places, mend: Mend) -> "array[int]":
        """Change the texts at these places for better ones, where there are; the places of those."""
        changed = array("q")
        for number, (start, piece) in enumerate(self._placed()):
            mine = places[np.searchsorted(places, start) : np.searchsorted(places, start + len(piece))] - start
            texts = piece.take(places_of(mine)).to_pylist()
            better = {
                place: new
                for place, text in zip(mine.tolist(), texts, strict=True)
                if (new := mend(text.strip())) is not None and new != text
            }
            if better:
                self.pieces[number] = _with(piece, list(better), list(better.values()))
                changed.extend(start + place for place in better)
        return changed

    def _placed(self) -> Iterator[tuple[int, pa.Array]]:
        start = 0
        for piece in list(self.pieces):
            yield start, piece
            start += len(piece)


def _found(piece: pa.Array, pattern: str) -> Places:
    return np.flatnonzero(flags(pc.match_substring_regex(piece, pattern)))


def _with(piece: pa.Array, places: Sequence[int], texts: Sequence[str]) -> pa.Array:
    mask = np.zeros(len(piece), bool)
    mask[places] = True
    bits = pa.py_buffer(np.packbits(mask, bitorder="little"))
    return pc.replace_with_mask(piece, pa.Array.from_buffers(pa.bool_(), len(piece), [None, bits]), text_array(texts))
