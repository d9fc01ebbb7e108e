"""Between arrow and numpy through their buffers.

`Array.to_numpy`, `pa.array` and a Python scalar in a kernel each make arrow
import pandas: 0.4 CPU seconds, more than the whole validation of a small file.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

Flags = Any  # a numpy array of bool


def flags(mask: pa.BooleanArray) -> Flags:
    """An arrow mask as numpy's; null is False."""
    valid, bits = mask.buffers()
    found = _bits(bits, mask.offset, len(mask))
    return found & _bits(valid, mask.offset, len(mask)) if mask.null_count else found


def _bits(buffer: pa.Buffer, offset: int, count: int) -> Flags:
    bits = np.unpackbits(np.frombuffer(buffer, np.uint8), count=offset + count, bitorder="little")
    return bits[offset:].view(bool)


def narrowed(found: Flags, kept: Flags) -> Flags:
    """The flags, of which those that are set stay so where `kept`, one flag for each of these, says so."""
    if kept.all():
        return found
    narrower = np.zeros(len(found), bool)
    narrower[found] = kept
    return narrower


def numbers(array: pa.Array, kind: Any) -> Any:
    """A column of plain numbers as numpy's `kind`; what stands in the place of a null is undefined."""
    return np.frombuffer(array.buffers()[1], kind, count=len(array), offset=array.offset * np.dtype(kind).itemsize)


def places_of(found: Any) -> pa.Array:
    """Numpy's places for arrow's `take`."""
    return pa.Array.from_buffers(pa.int64(), len(found), [None, pa.py_buffer(np.ascontiguousarray(found, np.int64))])


def lengths(texts: pa.StringArray) -> Any:
    """The bytes of each text; what a null has is undefined."""
    offsets = np.frombuffer(texts.buffers()[1], np.int32, count=len(texts) + 1, offset=texts.offset * 4)
    return np.diff(offsets)


def data_of(texts: pa.StringArray) -> tuple[Any, Any]:
    """Where each text starts, and the last one ends, in the bytes of all; what a null has is undefined."""
    offsets = np.frombuffer(texts.buffers()[1], np.int32, count=len(texts) + 1, offset=texts.offset * 4)
    if texts.buffers()[2] is None:
        return offsets - offsets[0], np.array([], np.uint8)
    count = int(offsets[-1] - offsets[0])
    return offsets - offsets[0], np.frombuffer(texts.buffers()[2], np.uint8, count=count, offset=int(offsets[0]))


def owners_of(offsets: Any, places: Any) -> Any:
    """Which text each of these places in the bytes lies in."""
    return np.searchsorted(offsets, places.astype(offsets.dtype), "right") - 1


def texts_of(values: Sequence[str | None]) -> pa.StringArray:
    """Python's texts as a column."""
    encoded = [b"" if value is None else value.encode("utf-8", "surrogatepass") for value in values]
    offsets = np.zeros(len(encoded) + 1, np.int32)
    np.cumsum([len(one) for one in encoded], out=offsets[1:])
    present = np.array([value is not None for value in values], bool)
    valid = None if present.all() else pa.py_buffer(np.packbits(present, bitorder="little"))
    return pa.Array.from_buffers(
        pa.string(), len(encoded), [valid, pa.py_buffer(offsets), pa.py_buffer(b"".join(encoded))]
    )


def without(texts: pa.StringArray, absent: Flags) -> pa.StringArray:
    """The texts with null where `absent`."""
    if not absent.any():
        return texts
    valid = np.packbits(np.concatenate([np.zeros(texts.offset, bool), ~absent]), bitorder="little")
    _valid, offsets, data = texts.buffers()
    return pa.Array.from_buffers(pa.string(), len(texts), [pa.py_buffer(valid), offsets, data], offset=texts.offset)


def with_nothing_null(texts: pa.StringArray) -> pa.StringArray:
    """The texts with some text or other in the place of null."""
    _valid, offsets, data = texts.buffers()
    return pa.Array.from_buffers(pa.string(), len(texts), [None, offsets, data], offset=texts.offset)
