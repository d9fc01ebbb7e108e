"""A table of text against its Table Schema: typed good rows, refused rows, and the errors between them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..errors import InvalidDeclaration
from ..extract import Extract
from ..messages import _
from .arrow_types import arrow_schema, column_of_texts, column_of_values, fits
from .buffers import places_of, texts_of, without
from .cells import Column, columns_of
from .faults import Fault
from .fields import is_hashed, missing_values
from .file_wording import file_message
from .keys import repeated
from .report import CellError, Validated
from .rows import Keys, RowJudge, key_names
from .schemas import read_schema
from .screens import DistinctScreen, is_missing, is_plain, representable
from .slow_patterns import SlowPatterns
from .strict.records import Records
from .strict.screening import BlockScreen
from .wording import message_of


def validate_table(extract: Extract, table_schema: Mapping[str, Any]) -> Validated:
    """Judge every row as frictionless would, and type the good ones.

    Columns are found by name; one that is no field of the schema is not passed
    on. A required field without a column refuses every row, and so does a table
    without any field. Beyond frictionless, a number must fit its column: the declared decimals, 64 bits,
    and no infinity. Raises InvalidDeclaration where the schema cannot be used.
    """
    schema = read_schema(table_schema)
    if schema.foreign_keys:
        raise InvalidDeclaration(_("schema: foreignKeys need the tables they refer to; remove them."))
    absent = [field for field in schema.fields if field.name not in extract.table.column_names]
    keys = Keys(tuple(f.name for f in schema.fields if f.constraints.get("unique")), tuple(schema.primary_key))
    has_none = len(absent) == len(schema.fields)
    needed = [field for field in absent if has_none or field.required or field.name in keys.primary]
    if needed:
        return _refuse_all(extract, table_schema, [schema.fields.index(field) for field in needed])
    with SlowPatterns() as judge_slowly:
        fields = [field for field in schema.fields if field not in absent]
        return _judge(extract, columns_of(fields, judge_slowly), keys, arrow_schema(table_schema))


@dataclass(frozen=True)
class _Doubtful:
    """The rows that the screens did not settle, judged one by one."""

    places: Any  # of the good ones
    values: list[Mapping[str, Any]]
    refused: list[int]
    errors: list[CellError]


def _judge(extract: Extract, columns: Sequence[Column], keys: Keys, target: pa.Schema) -> Validated:
    table = extract.table.select([column.name for column in columns]).combine_chunks()
    suspect = _suspect(table, columns, keys, target)
    doubtful = _judge_rows(table, extract.rows, np.flatnonzero(suspect), columns, keys, target)
    certain = np.flatnonzero(~suspect)
    typed = pa.concat_tables(
        [
            _typed_texts(table.take(places_of(certain)), columns, target),
            _typed_values(table.take(places_of(doubtful.places)), doubtful.values, columns, target),
        ]
    )
    good = np.concatenate([certain, doubtful.places]).astype(np.int64)
    order = np.argsort(good, kind="stable")
    refused = pa.array(doubtful.refused, pa.int64())
    return Validated(
        table=typed.take(places_of(order)).combine_chunks(),
        row_numbers=tuple(extract.rows[place] for place in good[order].tolist()),
        refused=extract.table.take(refused),
        refused_row_numbers=tuple(extract.rows[place] for place in doubtful.refused),
        errors=tuple(doubtful.errors),
    )


def _texts(table: pa.Table, column: Column) -> pa.Array:
    chunks = table.column(column.name)
    if not chunks.num_chunks:
        return texts_of([])
    return pc.fill_null(chunks.chunk(0), "") if chunks.null_count else chunks.chunk(0)


def _suspect(table: pa.Table, columns: Sequence[Column], keys: Keys, target: pa.Schema) -> Any:
    """One flag per row: not certainly valid in every column, blank, or sharing a key with another row."""
    hashed = [names for names in key_names(keys) if all(is_hashed(c.field) for c in columns if c.name in names)]
    if hashed != key_names(keys):
        return np.ones(table.num_rows, bool)
    texts = [_texts(table, column) for column in columns]
    records = Records(table.num_rows, texts, np.arange(table.num_rows), {})
    screen = BlockScreen(columns, keys)
    screening = screen.screen(records)
    certain = np.ones(table.num_rows, bool)
    certain[screening.suspect] = False
    for column, text in zip(columns, texts, strict=True):
        certain &= _fit(column, text, target.field(column.name).type)
    for names in hashed:
        certain[repeated(screen.key_hashes(records, names, screening.certain))] = False
    return ~certain


def _fit(column: Column, texts: pa.Array, arrow_type: pa.DataType) -> Any:
    """Which texts, if they are values of the field at all, certainly have a place in its column."""
    if is_plain(column.field):
        return representable(column.field, texts, arrow_type)

    def read_and_fit(text: str) -> tuple[Any, str | None]:
        value = column.read(text)[0]
        return value, None if value is None else fits(value, arrow_type)

    return DistinctScreen(read_and_fit)(texts)


def _judge_rows(
    table: pa.Table, rows: Sequence[int], places: Any, columns: Sequence[Column], keys: Keys, target: pa.Schema
) -> _Doubtful:
    judge, by_name = RowJudge(columns, keys), {column.name: column for column in columns}
    good, values, refused, errors = [], [], [], []
    for place, cells in zip(places.tolist(), _cells(table, places), strict=True):
        judged = judge.judge(rows[place], cells)
        faults = judged.faults or _unfit(judged.values, rows[place], columns, target)
        if faults:
            refused.append(place)
            errors += [_error(fault, by_name) for fault in faults]
        else:
            good.append(place)
            values.append(judged.values)
    return _Doubtful(np.array(good, np.int64), values, refused, errors)


def _cells(table: pa.Table, places: Any) -> list[tuple[str, ...]]:
    taken = table.take(places_of(places))
    return list(zip(*(column.to_pylist() for column in taken.columns), strict=True))


def _unfit(values: Mapping[str, Any], row: int, columns: Sequence[Column], target: pa.Schema) -> list[Fault]:
    faults = []
    for column in columns:
        rule = None if values[column.name] is None else fits(values[column.name], target.field(column.name).type)
        if rule:
            faults.append(Fault("constraint-error", rule, row, [], "", "", column.name, column.number))
    return faults


def _error(fault: Fault, by_name: Mapping[str, Column]) -> CellError:
    column = by_name.get(fault.field_name or "")
    message = message_of(fault, column.field if column else None)
    return CellError(fault.type, fault.rule, fault.row_number, fault.field_number, fault.field_name, message)


def _typed_texts(table: pa.Table, columns: Sequence[Column], target: pa.Schema) -> pa.Table:
    typed = {}
    for column in columns:
        texts = _texts(table, column)
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


def _refuse_all(extract: Extract, table_schema: Mapping[str, Any], places: Sequence[int]) -> Validated:
    errors = tuple(
        CellError(
            "missing-label",
            "missing-label",
            None,
            place + 1,
            table_schema["fields"][place]["name"],
            file_message({"type": "missing-label"}),
        )
        for place in places
    )
    empty = arrow_schema(table_schema).empty_table()
    return Validated(empty, (), extract.table, extract.rows, errors)
