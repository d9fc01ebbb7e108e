"""A page of rows as JSON, from texts that each column keeps: kernels made for a million cells are slow for a hundred.

The bytes are those of the version's own JSON.
"""

from json.encoder import encode_basestring

from .columns import Picked

FEW_ROWS = 1000


def small_json(rows: Picked) -> bytes:
    """A bare array, one row a line."""
    keys = [encode_basestring(name).replace("%", "%%") for name, _column in rows.columns]
    template = "{" + ",".join(f"{key}:%s" for key in keys) + "}"
    texts = (column.json(column.codes.take(rows.rows)) for _name, column in rows.columns)
    lines = [template % row for row in zip(*texts, strict=True)]
    return ("[\n" + ",\n".join(lines) + "\n]\n").encode() if lines else b"[]\n"
