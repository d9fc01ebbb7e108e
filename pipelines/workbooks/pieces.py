"""How what the process tells is written: one byte for its kind, eight for its length, then a pickle of plain values.

Of each visible sheet: `SHEET` (title, first formula, hidden rows, hidden columns, merged cells), then its `ROWS` piece
by piece, each up to its last filled cell, then `WIDTH`, that of its widest row.
"""

import struct

SHEET, ROWS, WIDTH = b"S", b"R", b"W"
HEAD = struct.Struct("<cQ")
CELLS_PER_PIECE = 100_000
