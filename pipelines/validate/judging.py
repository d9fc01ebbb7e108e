"""The rows of a table of text, judged in pieces: what is certain by the screens, the rest row by row, keys over all.

Once the screens have seen every piece, the rows that share a key are known; suspect rows and those are then judged in
the order of the file, so that memory holds one piece of them at a time.
"""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..errors import InvalidDeclaration
from ..extract import Extract, Finding
from ..messages import _
from .arrow_types import arrow_schema, fits
from .buffers import places_of, texts_of
from .cells import Column, JudgeSlowly, columns_of
from .faults import Fault
from .fields import is_hashed
from .file_wording import file_message
from .listing import Listing
from .report import CellError
from .rows import Keys, RowJudge, key_names
from .schemas import read_schema
from .screens import DistinctScreen, is_plain, representable
from .slow_patterns import SlowPatterns
from .strict.records import Records
from .strict.screening import BlockScreen
from .strict.spill import HashLog
from .wording import message_of

_ROWS = 1 << 14


@dataclass(frozen=True)
class Expected:
    """What the rows are judged by; `columns` are the fields that the table has, in the schema's order."""

    columns: Sequence[Column]
    keys: Keys
    target: pa.Schema


@dataclass(frozen=True)
class Piece:
    """Some rows of the table, and what became of them; places count from the piece's first row."""

    start: int  # place of the first row in the table
    table: pa.Table
    certain: Any  # places of the rows that the screens settled
    good: Any  # places of those that were judged, and are good
    values: list[Mapping[str, Any]]  # of the latter
    refused: list[int]
    errors: list[CellError]


def missing_columns(extract: Extract, table_schema: Mapping[str, Any]) -> list[CellError]:
    """Required fields and keys without a column; all fields where the table has none. Raises InvalidDeclaration."""
    schema = read_schema(table_schema)
    if schema.foreign_keys:
        raise InvalidDeclaration(_("schema: foreignKeys need the tables they refer to; remove them."))
    columns = set(extract.table.column_names)
    absent = [field for field in schema.fields if field.name not in columns]
    has_none = len(absent) == len(schema.fields)
    needed = [field for field in absent if has_none or field.required or field.name in schema.primary_key]
    message = file_message({"type": "missing-label"})
    return [
        CellError("missing-label", "missing-label", None, schema.fields.index(field) + 1, field.name, message)
        for field in needed
    ]


def expected_of(extract: Extract, table_schema: Mapping[str, Any], judge_slowly: JudgeSlowly) -> Expected:
    """Of the fields and the unique ones, those that the table has a column for."""
    schema = read_schema(table_schema)
    columns = set(extract.table.column_names)
    fields = [field for field in schema.fields if field.name in columns]
    unique = tuple(field.name for field in fields if field.constraints.get("unique"))
    keys = Keys(unique, tuple(schema.primary_key))
    return Expected(columns_of(fields, judge_slowly), keys, arrow_schema(table_schema))


def pieces_of(table: pa.Table) -> Iterator[tuple[int, pa.Table]]:
    """The table cut into pieces of whole arrays, each with the place of its first row; one for a table without rows."""
    for start in range(0, max(table.num_rows, 1), _ROWS):
        yield start, table.slice(start, _ROWS).combine_chunks()


def absent_columns(extract: Extract, table_schema: Mapping[str, Any]) -> list[Finding]:
    """The fields without a column that `missing_columns` has no error for: they may be absent, or may be lost."""
    wrong = {error.field_name for error in missing_columns(extract, table_schema)}
    message = _("The file has no such column, and its values would be missing. Add it where you have the data.")
    return [
        Finding("warning", "missing-column", message, column=field.name)
        for field in read_schema(table_schema).fields
        if field.name not in {*extract.table.column_names, *wrong}
    ]


@dataclass(frozen=True)
class Judgement:
    """What is wrong with a table: the first of `error_count` errors, in the order of the rows."""

    extract: Extract
    error_count: int
    errors: Sequence[CellError]
    refused_places: Any

    @property
    def refused_row_numbers(self) -> Sequence[int]:
        """As the source counts its rows."""
        return array("q", (self.extract.rows[place] for place in self.refused_places))

    def refused(self) -> pa.Table:
        """The refused rows as text."""
        return self.extract.table.take(places_of(self.refused_places))


def judge(extract: Extract, table_schema: Mapping[str, Any], limit_errors: int) -> Judgement:
    """Every row; the first errors are kept, all of them where the limit is 0. Raises InvalidDeclaration."""
    if missing := missing_columns(extract, table_schema):
        return Judgement(extract, len(missing), missing, np.arange(extract.table.num_rows))
    errors, error_count, refused = Listing[CellError]("row_number"), 0, [np.array([], np.int64)]
    with SlowPatterns() as judge_slowly:
        for piece in judge_pieces(extract, expected_of(extract, table_schema, judge_slowly)):
            for error in piece.errors[: limit_errors - len(errors) if limit_errors else None]:
                errors.append(error)
            error_count += len(piece.errors)
            refused.append(np.array(piece.refused, np.int64) + piece.start)
    return Judgement(extract, error_count, errors, np.concatenate(refused))


def judge_pieces(extract: Extract, expected: Expected) -> Iterator[Piece]:
    """Every row, in the order of the table."""
    table = extract.table.select([column.name for column in expected.columns])
    suspect, shared = _suspect(table, expected)
    keeper = RowJudge(expected.columns, expected.keys)  # remembers the keys of the rows that share one, and of no other
    for start, piece in pieces_of(table):
        own = slice(start, start + piece.num_rows)
        yield _judged(start, piece, suspect[own], shared[own], extract.rows, keeper, expected)


def _suspect(table: pa.Table, expected: Expected) -> tuple[Any, Any]:
    """Two flags per row: not certainly valid in every column, blank, or sharing a key; and the last of these alone."""
    names = key_names(expected.keys)
    if not all(is_hashed(column.field) for column in expected.columns if any(column.name in one for one in names)):
        return np.ones(table.num_rows, bool), np.ones(table.num_rows, bool)
    suspect, shared = np.zeros(table.num_rows, bool), np.zeros(table.num_rows, bool)
    screen, logs = BlockScreen(expected.columns, expected.keys), {one: HashLog() for one in names}
    for start, piece in pieces_of(table):
        own = slice(start, start + piece.num_rows)
        texts = [texts_in(piece, column) for column in expected.columns]
        records = Records(piece.num_rows, texts, np.arange(piece.num_rows), {})
        screening = screen.screen(records)
        suspect[start + screening.suspect] = True
        for column, text in zip(expected.columns, texts, strict=True):
            suspect[own] |= ~_fit(column, text, expected.target.field(column.name).type)
        for one, log in logs.items():
            log.append(screen.key_hashes(records, one, screening.certain))
    for log in logs.values():
        shared[log.repeated()] = True
    return suspect | shared, shared


def _fit(column: Column, texts: pa.Array, arrow_type: pa.DataType) -> Any:
    """Which texts, if they are values of the field at all, certainly have a place in its column."""
    if is_plain(column.field):
        return representable(column.field, texts, arrow_type)

    def read_and_fit(text: str) -> tuple[Any, str | None]:
        value = column.read(text)[0]
        return value, None if value is None else fits(value, arrow_type)

    return DistinctScreen(read_and_fit)(texts)


def texts_in(piece: pa.Table, column: Column) -> pa.Array:
    """A column of a piece, "" where it has nothing."""
    chunks = piece.column(column.name)
    if not chunks.num_chunks:
        return texts_of([])
    return pc.fill_null(chunks.chunk(0), "") if chunks.null_count else chunks.chunk(0)


def _judged(
    start: int, piece: pa.Table, suspect: Any, shared: Any, rows: Sequence[int], keeper: RowJudge, expected: Expected
) -> Piece:
    by_name = {column.name: column for column in expected.columns}
    stranger = RowJudge(expected.columns, expected.keys)  # of rows whose keys are no other's: it may forget them
    places = np.flatnonzero(suspect)
    good, values, refused, errors = [], [], [], []
    for place, cells in zip(places.tolist(), _cells(piece, places), strict=True):
        number = rows[start + place]
        judged = (keeper if shared[place] else stranger).judge(number, cells)
        faults = judged.faults or _unfit(judged.values, number, expected)
        if faults:
            refused.append(place)
            errors += [_error(fault, by_name) for fault in faults]
        else:
            good.append(place)
            values.append(judged.values)
    return Piece(start, piece, np.flatnonzero(~suspect), np.array(good, np.int64), values, refused, errors)


def _cells(table: pa.Table, places: Any) -> list[tuple[str, ...]]:
    taken = table.take(places_of(places))
    return list(zip(*(column.to_pylist() for column in taken.columns), strict=True))


def _unfit(values: Mapping[str, Any], row: int, expected: Expected) -> list[Fault]:
    faults = []
    for column in expected.columns:
        value = values[column.name]
        rule = None if value is None else fits(value, expected.target.field(column.name).type)
        if rule:
            faults.append(Fault("constraint-error", rule, row, [], "", "", column.name, column.number))
    return faults


def _error(fault: Fault, by_name: Mapping[str, Column]) -> CellError:
    column = by_name.get(fault.field_name or "")
    message = message_of(fault, column.field if column else None)
    return CellError(fault.type, fault.rule, fault.row_number, fault.field_number, fault.field_name, message)
