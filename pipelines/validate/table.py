"""A table of text against its Table Schema: typed good rows, refused rows, and the errors between them."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from ..extract import Extract
from .arrow_types import arrow_schema, column_of_texts, column_of_values
from .buffers import places_of, without
from .cells import Column
from .fields import missing_values
from .judging import Expected, Piece, expected_of, judge_pieces, missing_columns, texts_in
from .report import CellError, Validated
from .screens import is_missing
from .slow_patterns import SlowPatterns


def validate_table(extract: Extract, table_schema: Mapping[str, Any]) -> Validated:
    """Judge every row as frictionless would, and type the good ones.

    Columns are found by name; one that is no field of the schema is not passed
    on. A required field without a column refuses every row, and so does a table
    without any field. Beyond frictionless, a number must fit its column: the declared decimals, 64 bits,
    and no infinity. Raises InvalidDeclaration where the schema cannot be used.
    """
    missing = missing_columns(extract, table_schema)
    if missing:
        return Validated(
            arrow_schema(table_schema).empty_table(), (), extract.table, tuple(extract.rows), tuple(missing)
        )
    with SlowPatterns() as judge_slowly:
        return _judge(extract, expected_of(extract, table_schema, judge_slowly))


def _judge(extract: Extract, expected: Expected) -> Validated:
    typed, row_numbers, refused = [], list[int](), list[int]()
    errors: list[CellError] = []
    for piece in judge_pieces(extract, expected):
        rows, places = _typed(piece, expected)
        typed.append(rows)
        row_numbers += [extract.rows[piece.start + place] for place in places.tolist()]
        refused += [piece.start + place for place in piece.refused]
        errors += piece.errors
    return Validated(
        table=pa.concat_tables(typed).combine_chunks(),
        row_numbers=tuple(row_numbers),
        refused=extract.table.take(places_of(refused)),
        refused_row_numbers=tuple(extract.rows[place] for place in refused),
        errors=tuple(errors),
    )


def _typed(piece: Piece, expected: Expected) -> tuple[pa.Table, Any]:
    """The good rows in the order of the piece, and their places."""
    columns, target = expected.columns, expected.target
    certain, judged = piece.table.take(places_of(piece.certain)), piece.table.take(places_of(piece.good))
    typed = pa.concat_tables(
        [_typed_texts(certain, columns, target), _typed_values(judged, piece.values, columns, target)]
    )
    good = np.concatenate([piece.certain, piece.good]).astype(np.int64)
    order = np.argsort(good, kind="stable")
    return typed.take(places_of(order)), good[order]


def _typed_texts(table: pa.Table, columns: Sequence[Column], target: pa.Schema) -> pa.Table:
    typed = {}
    for column in columns:
        texts = texts_in(table, column)
        present = without(texts, is_missing(texts, missing_values(column.field)))
        typed[column.name] = column_of_texts(column.field, column.read, present, target.field(column.name).type)
    return _whole(typed, table.num_rows, target)


def _typed_values(
    table: pa.Table, values: Sequence[Mapping[str, Any]], columns: Sequence[Column], target: pa.Schema
) -> pa.Table:
    typed = {
        column.name: column_of_values(
            [row[column.name] for row in values],
            table.column(column.name).to_pylist(),
            target.field(column.name).type,
        )
        for column in columns
    }
    return _whole(typed, table.num_rows, target)


def _whole(typed: Mapping[str, pa.Array], row_count: int, target: pa.Schema) -> pa.Table:
    arrays = [typed.get(field.name, pa.nulls(row_count, field.type)) for field in target]
    return pa.Table.from_arrays(arrays, schema=target)
