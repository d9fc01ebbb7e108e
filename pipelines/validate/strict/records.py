"""The records of a block: whole rows as columns of text, the others as lists of cells."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv

from ..buffers import texts_of
from .blocks import Block
from .plan import Dialect, Unreadable

_LINE_FEED = 10


@dataclass(frozen=True)
class Part:
    """Where a block lies in the text's UTF-8, and how its records are found."""

    start: int
    length: int
    is_tidy: bool
    record_count: int


@dataclass(frozen=True)
class Records:
    """`columns` hold the rows of the expected width; row i of them is record `places[i]` of the block."""

    count: int
    columns: list[pa.Array]
    places: Any
    ragged: dict[int, list[str]]  # place -> cells, of the other rows


def read_records(block: Block, dialect: Dialect, width: int) -> Records:
    """Every record of the block. Raises Unreadable for text that is not UTF-8."""
    if block.records is not None:
        return _columns_of(block.records, width)
    ragged: dict[int, list[str]] = {}

    def keep_ragged(row: Any) -> str:
        ragged[row.number - 1] = next(csv.reader(io.StringIO(row.text, newline=""), dialect=dialect.python), [])
        return "skip"

    try:
        table = _read_table(block.content, dialect, width, keep_ragged)
    except (pa.ArrowInvalid, UnicodeDecodeError):
        raise Unreadable from None
    return _records([_array(column) for column in table.columns], table.num_rows + len(ragged), ragged)


def _records(columns: list[pa.Array], count: int, ragged: dict[int, list[str]]) -> Records:
    return Records(count, columns, np.delete(np.arange(count), list(ragged)), ragged)


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
    return _records(columns, len(records), ragged)


def part_of(block: Block, records: Records) -> Part:
    """What is kept of a block."""
    return Part(block.start, len(block.content), block.records is None, records.count)


def rows_at(part: Part, content: bytes, wanted: Sequence[int], dialect: Dialect) -> dict[int, list[str]]:
    """The cells of some records of a part, by place, as Python's reader gives them. Raises Unreadable."""
    if not wanted:
        return {}
    if not part.is_tidy:
        places = set(wanted)
        records = csv.reader(io.StringIO(content.decode("utf-8"), newline=""), dialect=dialect.python)
        return {place: cells for place, cells in enumerate(records) if place in places}
    ends = _record_ends(content, dialect)
    if len(ends) != part.record_count:
        raise Unreadable
    starts = np.concatenate([[0], ends])
    lines = (content[starts[place] : ends[place]].decode("utf-8") for place in wanted)
    try:
        return dict(zip(wanted, csv.reader(lines, dialect=dialect.python), strict=True))
    except (csv.Error, ValueError):
        raise Unreadable from None


def _record_ends(content: bytes, dialect: Dialect) -> Any:
    """Where each record of tidy content ends: after a line feed with an even number of quotes before it."""
    data = np.frombuffer(content, np.uint8)
    ends = np.flatnonzero(data == _LINE_FEED)
    if dialect.quote.encode() in content:
        quotes = np.flatnonzero(data == ord(dialect.quote))
        ends = ends[np.searchsorted(quotes, ends) % 2 == 0]
    ends += 1
    return ends if content.endswith(b"\n") else np.append(ends, len(content))
