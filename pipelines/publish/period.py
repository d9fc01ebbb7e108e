"""The time that the rows of a version speak of: portals ask for it, and rank by it."""

from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ..versions.manifest import Manifest
from .publication import OpenFile


def period_of(manifest: Manifest, open_file: OpenFile) -> tuple[str, str] | None:
    """The first and the last day, ISO: of the years where the schema has a year, else of the dates; None without."""
    stored = manifest.file(f"{manifest.dataset}.parquet")
    if stored is None:
        return None
    types = {field["name"]: field.get("type") for field in manifest.table_schema["fields"]}
    years = [name for name, kind in types.items() if kind == "year"]
    dates = [name for name, kind in types.items() if kind in ("date", "datetime")]
    with open_file(stored) as content:
        span = _span(pq.read_table(content, columns=years or dates)) if years or dates else None
    if span is None:
        return None
    return (f"{span[0]:04}-01-01", f"{span[1]:04}-12-31") if years else (f"{span[0]:%Y-%m-%d}", f"{span[1]:%Y-%m-%d}")


def _span(table: pa.Table) -> tuple[Any, Any] | None:
    spans = [pc.min_max(column).as_py() for column in table.columns]
    known = [span for span in spans if span["min"] is not None]
    if not known:
        return None
    return min(span["min"] for span in known), max(span["max"] for span in known)
