"""The files of a version: one table in every format, with the same bytes on every machine, and their descriptor."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ..errors import InvalidData
from ..messages import _
from . import cells
from .manifest import StoredFile
from .workbook import fits, write_workbook

BATCH_ROWS = 16_384
WRITERS = 1  # raised when any format says the same rows in other bytes: published versions are then written anew
ROW_GROUP_ROWS = 65_536  # part of the published bytes: another number makes another file


class Rows(Protocol):
    """What the writers need: an Arrow reader, or anything else that gives rows batch by batch."""

    @property
    def schema(self) -> pa.Schema: ...

    def __iter__(self) -> Iterator[pa.RecordBatch]: ...


class Sink(Protocol):
    """What a text writer needs of a file."""

    def write(self, content: bytes, /) -> object: ...


@dataclass(frozen=True)
class Format:
    """One way to write the table."""

    suffix: str
    name: str  # how the resource is called beside the dataset's name, "" for the main one
    word: str  # Data Package's `format`
    media_type: str
    write: Callable[[Rows, BinaryIO], None]
    fits: Callable[[pa.Table], bool] = lambda _table: True


@dataclass(frozen=True)
class StagedFile:
    """A file of the version to come, on its way into the store."""

    stored: StoredFile
    path: Path


def write_resources(table: pa.Table, dataset: str, folder: Path) -> tuple[StagedFile, ...]:
    """The table in every format of FORMATS that can hold it, below `folder`."""
    bare = _bare(table)
    return tuple(_write(kind, bare, dataset, folder) for kind in FORMATS if kind.fits(bare))


def rows_digest(table: pa.Table) -> str:
    """Of the rows as the main format says them; no file is written. Raises InvalidData for NaN or infinity."""
    _refuse_infinite(table)
    digest = _Digest()
    _write_csv(_bare(table).to_reader(BATCH_ROWS), digest)
    return digest.sha256.hexdigest()


class _Digest:
    """A file that is hashed and forgotten."""

    def __init__(self) -> None:
        self.sha256 = hashlib.sha256()

    def write(self, content: bytes) -> None:
        self.sha256.update(content)


def _bare(table: pa.Table) -> pa.Table:
    """What a library wrote beside the types (pandas' index, a source's path) is nobody's business."""
    return table.cast(pa.schema([pa.field(field.name, field.type) for field in table.schema]))


def _write(kind: Format, table: pa.Table, dataset: str, folder: Path) -> StagedFile:
    path = folder / f"{dataset}{kind.suffix}"
    with path.open("wb") as stream:
        kind.write(table.to_reader(BATCH_ROWS), stream)
    return staged_file(path, kind.media_type)


def staged_file(path: Path, media_type: str) -> StagedFile:
    """The written file with its digest and size."""
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return StagedFile(StoredFile(path.name, digest, path.stat().st_size, media_type), path)


def _write_csv(rows: Rows, stream: Sink) -> None:
    _write_lines(rows, stream, ",", b"\n", cells.plain)


def _write_french_csv(rows: Rows, stream: Sink) -> None:
    # Excel opens a CSV without BOM as Windows-1252 and shows « Ã© »; most officers check their file in Excel.
    stream.write(b"\xef\xbb\xbf")
    _write_lines(rows, stream, ";", b"\r\n", _french_cells)


def _write_lines(rows: Rows, stream: Sink, delimiter: str, end: bytes, text: Callable[[pa.Array], pa.Array]) -> None:
    header = cells.quoted(pa.array(rows.schema.names), delimiter).to_pylist()
    stream.write(delimiter.join(header).encode() + end)
    # An empty line is no row to most readers: a lone empty cell is written as "".
    empty = '""' if len(rows.schema.names) == 1 else ""
    for batch in rows:
        columns = [pc.fill_null(cells.quoted(text(column), delimiter), empty) for column in batch.columns]
        stream.write(_joined([*_between(columns, delimiter), end.decode()], ""))


def _french_cells(column: pa.Array) -> pa.Array:
    text = cells.plain(column)
    if cells.is_number(column.type):
        return cells.decimal_comma(text)
    return cells.guarded(text) if pa.types.is_string(column.type) else text


def _write_json(rows: Rows, stream: BinaryIO) -> None:
    """A bare array, one row a line."""
    keys = cells.as_json(pa.array(rows.schema.names)).to_pylist()
    before = b"[\n"
    for batch in rows:
        if batch.num_rows:
            cells_and_keys = [
                part for key, column in zip(keys, batch.columns, strict=True) for part in _pair(key, column)
            ]
            stream.write(before)
            stream.write(_joined(["{", *cells_and_keys[1:], "}"], ",\n"))
            before = b",\n"
    stream.write(b"\n]\n" if before == b",\n" else b"[]\n")


def _pair(key: str, column: pa.Array) -> Iterator[str | pa.Array]:
    yield ","
    yield f"{key}:"
    yield cells.as_json(column)


def _write_parquet(rows: Rows, stream: BinaryIO) -> None:
    with pq.ParquetWriter(stream, rows.schema, compression="zstd", compression_level=3, version="2.6") as writer:
        for group in _row_groups(rows):
            writer.write_table(group, row_group_size=ROW_GROUP_ROWS)


def _row_groups(rows: Rows) -> Iterator[pa.Table]:
    """The rows in whole groups, each in one piece: where a batch ends must not show in the bytes."""
    waiting = rows.schema.empty_table()
    for batch in rows:
        waiting = pa.concat_tables([waiting, pa.Table.from_batches([batch])])
        while waiting.num_rows >= ROW_GROUP_ROWS:
            yield waiting.slice(0, ROW_GROUP_ROWS).combine_chunks()
            waiting = waiting.slice(ROW_GROUP_ROWS)
    if waiting.num_rows:
        yield waiting.combine_chunks()


def _between(columns: list[pa.Array], delimiter: str) -> list[str | pa.Array]:
    return [part for column in columns for part in (delimiter, column)][1:]


def _joined(parts: list[str | pa.Array], between_rows: str) -> pa.Buffer:
    """Each row's parts in one line, and the lines in one piece."""
    rows = pc.binary_join_element_wise(*parts, "")
    everything = pa.ListArray.from_arrays(pa.array([0, len(rows)], pa.int32()), rows)
    return pc.binary_join(everything, between_rows)[0].as_buffer()


def _refuse_infinite(table: pa.Table) -> None:
    for name, column in zip(table.column_names, table.columns, strict=True):
        if pa.types.is_floating(column.type) and pc.all(pc.is_finite(column)).as_py() is False:
            raise InvalidData(
                _(
                    "column “{column}”: a number is infinite or not a number; leave the cell empty in the source."
                ).format(column=name)
            )


FORMATS: tuple[Format, ...] = (
    Format(".csv", "", "csv", "text/csv", _write_csv),
    Format(".fr.csv", "fr", "csv", "text/csv", _write_french_csv),
    Format(".parquet", "parquet", "Parquet", "application/vnd.apache.parquet", _write_parquet),
    Format(".json", "json", "json", "application/json", _write_json),
    Format(
        ".xlsx",
        "xlsx",
        "XLSX",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        write_workbook,
        fits,
    ),
)
