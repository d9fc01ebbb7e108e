"""A few rows as JSON, written by hand: kernels made for a million cells are slow for a hundred.

The bytes are those of the version's own JSON.
"""

from json.encoder import encode_basestring

import pyarrow as pa

from .columns import Picked, json_texts

FEW_ROWS = 5000
BETWEEN_ROWS = "},\n{"


def small_json(rows: Picked | pa.Table) -> bytes:
    """A bare array, one row a line."""
    if not len(rows):
        return b"[]\n"
    columns = _columns(rows)
    width = 2 * len(columns)
    parts = [""] * (width * len(rows))  # key, cell, key, cell...: filled column by column
    for place, (key, texts) in enumerate(columns):
        before = "," if place else BETWEEN_ROWS
        parts[2 * place :: width] = [f"{before}{key}:"] * len(rows)
        parts[2 * place + 1 :: width] = texts
    text = "".join(parts)[len(BETWEEN_ROWS) :]
    return f"[\n{{{text}}}\n]\n".encode()


def _columns(rows: Picked | pa.Table) -> list[tuple[str, list[str]]]:
    """Each name with the cells below it."""
    if isinstance(rows, Picked):
        found = [(name, column.json(column.codes.take(rows.rows))) for name, column in rows.columns]
    else:
        found = [(name, json_texts(rows[name].combine_chunks())) for name in rows.column_names]
    return [(encode_basestring(name), texts) for name, texts in found]
