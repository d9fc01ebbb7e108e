"""A column of typed cells as text: plain decimals, ISO dates, true and false; a null stays null.

All work is done on whole columns by Arrow's kernels: a loop over cells costs ten times as much.
"""

import json
from collections.abc import Callable
from decimal import Decimal

import pyarrow as pa
import pyarrow.compute as pc

_NEEDS_ESCAPE = r'["\\\x00-\x1f]'


def plain(column: pa.Array) -> pa.Array:
    """The text of each cell, the same on every machine."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if pa.types.is_timestamp(column.type):
        # Timestamps are UTC by contract, whether or not the type says so.
        instants = pc.strftime(column.cast(pa.timestamp("s")), format="%Y-%m-%dT%H:%M:%S")
        return pc.binary_join_element_wise(instants, "Z", "")
    text = column.cast(pa.string())
    if pa.types.is_decimal(column.type) or pa.types.is_floating(column.type):
        return _mended(text, pc.match_substring(text, "e", ignore_case=True), _without_exponent)
    return text


def as_json(column: pa.Array) -> pa.Array:
    """The JSON of each cell, `null` included."""
    text = plain(column)
    if not _is_json_literal(column.type):
        escaped = _mended(text, pc.match_substring_regex(text, _NEEDS_ESCAPE), _escape)
        text = pc.binary_join_element_wise('"', escaped, '"', "")
    return pc.fill_null(text, "null")


def quoted(column: pa.Array, delimiter: str) -> pa.Array:
    """CSV's minimal quoting of a text column."""
    needs_quotes = pc.match_substring_regex(column, f'[{delimiter}"\r\n]')
    return _mended(column, needs_quotes, _in_quotes)


def decimal_comma(column: pa.Array) -> pa.Array:
    """Numbers as French spreadsheets read them."""
    return pc.replace_substring(column, ".", ",")


def guarded(column: pa.Array) -> pa.Array:
    """Text that a spreadsheet would run as a formula, with an apostrophe before it."""
    # OWASP, "CSV injection": = + - @ tab and carriage return at the start of a cell.
    is_formula = pc.match_substring_regex(column, r"^[=+\-@\t\r]")
    return pc.if_else(is_formula, pc.binary_join_element_wise("'", column, ""), column)


def is_number(kind: pa.DataType) -> bool:
    """Whether a decimal separator can appear in the cells."""
    return bool(pa.types.is_decimal(kind) or pa.types.is_floating(kind))


def _is_json_literal(kind: pa.DataType) -> bool:
    return bool(is_number(kind) or pa.types.is_integer(kind) or pa.types.is_boolean(kind))


def _mended(column: pa.Array, mask: pa.Array, mend: Callable[[str], str]) -> pa.Array:
    """`column` with `mend` applied to the few cells of `mask`, which no kernel can write."""
    mask = pc.fill_null(mask, False)
    if not pc.any(mask).as_py():
        return column
    mended = pa.array([mend(cell) for cell in column.filter(mask).to_pylist()], pa.string())
    return pc.replace_with_mask(column, mask, mended)


def _without_exponent(cell: str) -> str:
    return format(Decimal(cell), "f")


def _escape(cell: str) -> str:
    return json.dumps(cell, ensure_ascii=False)[1:-1]


def _in_quotes(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"'
