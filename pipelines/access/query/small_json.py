"""A few rows as JSON, written by hand: kernels made for a million cells are slow for a hundred.

The bytes are those of the version's own JSON.
"""

from json.encoder import encode_basestring

import pyarrow as pa

from .columns import Picked, json_texts

FEW_ROWS = 1000


def small_json(rows: Picked | pa.Table) -> bytes:
    """A bare array, one row a line."""
    cells = [[f"{key}:{cell}" for cell in texts] for key, texts in _columns(rows)]
    lines = map(",".join, zip(*cells, strict=True))
    text = "},\n{".join(lines)
    return f"[\n{{{text}}}\n]\n".encode() if len(rows) else b"[]\n"


def _columns(rows: Picked | pa.Table) -> list[tuple[str, list[str]]]:
    """Each name with the cells below it."""
    if isinstance(rows, Picked):
        found = [(name, column.json(column.codes.take(rows.rows))) for name, column in rows.columns]
    else:
        found = [(name, json_texts(rows[name].combine_chunks())) for name in rows.column_names]
    return [(encode_basestring(name), texts) for name, texts in found]
