"""A version's rows for queries: of each column its different cells, in order, and a code for each row."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

DESCRIPTION = b"parvis"  # names: the columns; filter_by: what the first list, the order of the rows, sorts by


def write_columns(parquet: Path, filter_by: Sequence[str], path: Path) -> None:
    """The rows of `parquet` as an Arrow file of one row: the order, then the codes and the words of each column.

    A cell's code is its place among the different cells of its column; an empty cell has the code after the last.
    """
    file = pq.ParquetFile(parquet)
    names = file.schema_arrow.names
    arrays: list[pa.Array] = []
    for name in names:
        arrays += _encoded(file.read([name], use_threads=False).column(0))
    keys = [arrays[2 * names.index(name)].to_numpy() for name in reversed(filter_by)]
    order = np.lexsort(keys) if keys else np.arange(file.metadata.num_rows)
    arrays.insert(0, pa.array(order.astype(np.uint32)))
    metadata = {DESCRIPTION: json.dumps({"names": names, "filter_by": list(filter_by)})}
    lists = [pa.LargeListArray.from_arrays(pa.array([0, len(each)], pa.int64()), each) for each in arrays]
    batch = pa.RecordBatch.from_arrays(lists, [str(place) for place in range(len(lists))], metadata=metadata)
    with pa.ipc.new_file(str(path), batch.schema) as made:
        made.write_batch(batch)


def _encoded(column: pa.ChunkedArray) -> Iterator[pa.Array]:
    """The codes and the words of a column."""
    kind = column.type
    if pa.types.is_timestamp(kind):
        column = column.cast(pa.timestamp("s", kind.tz)).cast(pa.timestamp("s"))  # instants are UTC by contract
    if pa.types.is_string(kind):
        column = column.cast(pa.large_string())
    encoded = column.combine_chunks().dictionary_encode()
    words, size = encoded.dictionary, len(encoded.dictionary)
    ascending = pc.sort_indices(words).to_numpy()
    codes = np.empty(size + 1, np.min_scalar_type(size))
    codes[ascending] = np.arange(size)
    codes[size] = size
    yield pa.array(codes[pc.fill_null(encoded.indices, size).to_numpy()])
    yield words.take(pa.array(ascending))
