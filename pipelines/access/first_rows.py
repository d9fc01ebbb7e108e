"""The first rows of a version, without reading the others."""

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq


def first_rows(parquet: Path, row_count: int) -> list[dict[str, Any]]:
    """At most `row_count` rows, in the order of publication."""
    batches = pq.ParquetFile(parquet).iter_batches(batch_size=row_count)
    first = next(iter(batches), None)
    return first.to_pylist() if first is not None else []
