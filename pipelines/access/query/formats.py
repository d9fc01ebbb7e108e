"""The formats in which a filtered table leaves: the writers of the version's own files, and two more."""

from collections.abc import Callable, Iterator, Sequence
from typing import cast

import pyarrow as pa
import pyarrow.compute as pc

from ...versions import cells
from ...versions.files import FORMATS, Rows, Sink
from .places import Box

Write = Callable[[Rows, Sink], None]
STORED = {kind.suffix: kind.write for kind in FORMATS}
FILTERED = (".csv", ".fr.csv", ".json", ".ndjson", ".geojson")


def writer(suffix: str, box: Box | None) -> Write:
    """What writes rows as `suffix` says, one of FILTERED. A `.geojson` needs the columns of place."""
    if suffix == ".ndjson":
        return _write_ndjson
    if suffix == ".lists":
        return _write_lists
    if suffix == ".tsv":
        return _write_tsv
    if suffix == ".geojson" and box is not None:
        return lambda rows, stream: _write_geojson(rows, stream, box)
    return cast("Write", STORED[suffix])  # the formats of text need no more of a file


def _write_ndjson(rows: Rows, stream: Sink) -> None:
    for batch in rows:
        for line in _objects(rows.schema.names, batch).to_pylist():
            stream.write(line.encode() + b"\n")


def _write_lists(rows: Rows, stream: Sink) -> None:
    """JSON arrays of cells, in an array."""
    start = b"["
    for batch in rows:
        parts = [part for column in batch.columns for part in (",", cells.as_json(column))]
        for line in pc.binary_join_element_wise("[", *parts[1:], "]", "").to_pylist():
            stream.write(start + line.encode())
            start = b",\n"
    stream.write(b"]" if start != b"[" else b"[]")


def _write_tsv(rows: Rows, stream: Sink) -> None:
    header = cells.quoted(pa.array(rows.schema.names, pa.string()), "\t").to_pylist()
    stream.write("\t".join(header).encode() + b"\n")
    for batch in rows:
        columns = [pc.fill_null(cells.quoted(cells.plain(column), "\t"), "") for column in batch.columns]
        for line in pc.binary_join_element_wise(*columns, "\t").to_pylist():
            stream.write(line.encode() + b"\n")


def _write_geojson(rows: Rows, stream: Sink, box: Box) -> None:
    """RFC 7946: longitude first; a row without a place keeps its place in the list, with no geometry."""
    stream.write(b'{"type":"FeatureCollection","features":[\n')
    start = b""
    for batch in rows:
        properties = _objects(rows.schema.names, batch)
        for feature in _features(batch, properties, box).to_pylist():
            stream.write(start + feature.encode())
            start = b",\n"
    stream.write(b"\n]}\n")


def _features(batch: pa.RecordBatch, properties: pa.Array, box: Box) -> pa.Array:
    longitude, latitude = (cells.plain(batch.column(name)) for name in (box.longitude, box.latitude))
    point = pc.binary_join_element_wise('{"type":"Point","coordinates":[', longitude, ",", latitude, "]}", "")
    geometry = pc.fill_null(point, "null")
    return pc.binary_join_element_wise('{"type":"Feature","geometry":', geometry, ',"properties":', properties, "}", "")


def _objects(names: Sequence[str], batch: pa.RecordBatch) -> pa.Array:
    """Each row as a JSON object."""
    keys = cells.as_json(pa.array(names, pa.string())).to_pylist()
    parts = [part for key, column in zip(keys, batch.columns, strict=True) for part in _pair(key, column)]
    return pc.binary_join_element_wise("{", *parts[1:], "}", "")


def _pair(key: str, column: pa.Array) -> Iterator[str | pa.Array]:
    yield ","
    yield f"{key}:"
    yield cells.as_json(column)
