"""A page of rows as JSON, cell by cell: for a hundred rows a loop is three times as fast as kernels made for a million.

The bytes are those of the version's own JSON. Floats are left to the kernels: only they write them their way.
"""

from collections.abc import Callable, Sequence
from json.encoder import encode_basestring
from typing import Any

from .engine import Few

Write = Callable[[Any], str]
_WRITERS: dict[str, Write] = {
    "VARCHAR": encode_basestring,
    "BIGINT": str,
    "INTEGER": str,
    "BOOLEAN": lambda cell: "true" if cell else "false",
    "DATE": lambda cell: f'"{cell.isoformat()}"',
    "DECIMAL": lambda cell: format(cell, "f"),
}


def small_json(few: Few) -> bytes | None:
    """A bare array, one row a line; None where a column is of a type that the kernels must write."""
    writers = [_WRITERS.get(kind.partition("(")[0]) for kind in few.types]
    known = [write for write in writers if write is not None]
    return _array(few, known) if len(known) == len(writers) else None


def _array(few: Few, writers: Sequence[Write]) -> bytes:
    keys = [f"{',' if place else ''}{encode_basestring(name)}:" for place, name in enumerate(few.names)]
    columns = list(zip(keys, writers, strict=True))
    lines = [_object(columns, row) for row in few.rows]
    return ("[\n" + ",\n".join(lines) + "\n]\n").encode() if lines else b"[]\n"


def _object(columns: Sequence[tuple[str, Write]], row: Sequence[Any]) -> str:
    cells = (key + ("null" if cell is None else write(cell)) for (key, write), cell in zip(columns, row, strict=True))
    return "{" + "".join(cells) + "}"
