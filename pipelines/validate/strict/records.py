"""The records of a block: whole rows as columns of text, the others as lists of cells."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv

from ..buffers import places_of, texts_of
from .blocks import Block, Unreadable
from .plan import Dialect

_LINE_FEED = 10


@dataclass(frozen=True)
class Records:
    """`columns` hold the rows of the expected width; row i of them is record `places[i]` of the block."""

    count: int
    columns: list[pa.Array]
    places: Any
    ragged: dict[int, list[str]]  # place -> cells, of the other rows
    has_one_per_line: bool


def read_records(block: Block, dialect: Dialect, width: int) -> Records:
    """Every record of the block. Raises Unreadable for text that is not UTF-8."""
    if block.records is not None:
        return _columns_of(block.records, width)
    ragged: dict[int, list[str]] = {}

    def keep_ragged(row: Any) -> str:
        ragged[row.number - 1] = _cells_of(row.text, dialect)
        return "skip"

    try:
        table = _read_table(block.content, dialect, width, keep_ragged)
    except (pa.ArrowInvalid, UnicodeDecodeError):
        raise Unreadable from None
    count = table.num_rows + len(ragged)
    places = np.arange(count)
    if ragged:
        places = np.setdiff1d(places, np.fromiter(ragged, np.int64, len(ragged)), assume_unique=True)
    columns = [_array(column) for column in table.columns]
    return Records(count, columns, places, ragged, count == _line_count(block.content))


def _line_count(content: bytes) -> int:
    ends = np.count_nonzero(np.frombuffer(content, np.uint8) == _LINE_FEED)
    return int(ends) + (not content.endswith(b"\n"))


def _read_table(content: bytes, dialect: Dialect, width: int, keep_ragged: Any) -> pa.Table:
    names = [str(number) for number in range(width)]
    return arrow_csv.read_csv(
        pa.BufferReader(content),
        read_options=arrow_csv.ReadOptions(
            column_names=names, use_threads=False, block_size=min(len(content) + 1, 2**31 - 1)
        ),
        parse_options=arrow_csv.ParseOptions(
            delimiter=dialect.delimiter,
            quote_char=dialect.quote,
            ignore_empty_lines=False,
            newlines_in_values=True,
            invalid_row_handler=keep_ragged,
        ),
        convert_options=arrow_csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
        ),
    )


def _array(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)


def _columns_of(records: Sequence[list[str]], width: int) -> Records:
    ragged = {place: cells for place, cells in enumerate(records) if len(cells) != width}
    whole = [cells for cells in records if len(cells) == width]
    columns = [texts_of(column) for column in zip(*whole, strict=True)] or [texts_of([])] * width
    places = np.array([place for place, cells in enumerate(records) if len(cells) == width], np.int64)
    return Records(len(records), columns, places, ragged, False)


def _cells_of(text: str, dialect: Dialect) -> list[str]:
    return next(csv.reader(io.StringIO(text, newline=""), dialect=dialect.python), [])


def rows_at(block: Block, records: Records, wanted: Sequence[int], dialect: Dialect) -> dict[int, list[str]]:
    """The cells of some records, by place, as Python's reader gives them."""
    rows = {place: records.ragged[place] for place in wanted if place in records.ragged}
    rest = np.array([place for place in wanted if place not in rows], np.int64)
    where = np.searchsorted(records.places, rest)
    taken = [column.take(places_of(where)).to_pylist() for column in records.columns]
    rows |= {int(place): list(cells) for place, *cells in zip(rest, *taken, strict=True)}
    if block.records is None:
        _restore_empty_lines(block, records, rows, dialect)
    return rows


def _restore_empty_lines(block: Block, records: Records, rows: dict[int, list[str]], dialect: Dialect) -> None:
    """An empty line is a row without cells; arrow makes it one of empty cells."""
    blank = [place for place, cells in rows.items() if cells and not any(cells)]
    if not blank:
        return
    if records.has_one_per_line:
        exact = lines_at(block.content, blank, dialect)
    else:
        exact = _records_at(block.content, set(blank), dialect)
    rows |= exact


def lines_at(content: bytes, wanted: Iterable[int], dialect: Dialect) -> dict[int, list[str]]:
    """The cells of some records of content that has one record per line."""
    ends = np.flatnonzero(np.frombuffer(content, np.uint8) == _LINE_FEED)
    rows = {}
    for place in wanted:
        start = int(ends[place - 1]) + 1 if place else 0
        end = int(ends[place]) if place < len(ends) else len(content)
        rows[place] = _cells_of(content[start:end].decode("utf-8"), dialect)
    return rows


def _records_at(content: bytes, wanted: set[int], dialect: Dialect) -> dict[int, list[str]]:
    reader = csv.reader(io.StringIO(content.decode("utf-8"), newline=""), dialect=dialect.python)
    return {place: cells for place, cells in enumerate(reader) if place in wanted}
