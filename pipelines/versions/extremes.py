"""The least and the greatest value of columns of a version, and the time that its rows speak of: no row is read."""

from collections.abc import Callable, Iterable
from typing import Any, BinaryIO

import pyarrow.parquet as pq

from .manifest import Manifest, StoredFile


def footer_of(manifest: Manifest, open_file: Callable[[StoredFile], BinaryIO]) -> pq.FileMetaData | None:
    """The end of the version's Parquet file, with statistics of each column of numbers or days; None without one."""
    stored = manifest.file(f"{manifest.dataset}.parquet")
    if stored is None:
        return None
    with open_file(stored) as content:
        return pq.read_metadata(content)


def extremes(footer: pq.FileMetaData | None, names: Iterable[str]) -> Any:
    """(least, greatest) over all columns of `names`; None where nothing is known of them."""
    if footer is None:
        return None
    wanted = {index for index in range(footer.num_columns) if footer.schema.column(index).path in set(names)}
    groups = (footer.row_group(number) for number in range(footer.num_row_groups))
    found = [group.column(index).statistics for group in groups for index in wanted]
    known = [one for one in found if one is not None and one.has_min_max]
    return (min(one.min for one in known), max(one.max for one in known)) if known else None


def period_of(manifest: Manifest, footer: pq.FileMetaData | None) -> tuple[str, str] | None:
    """The first and the last day, ISO: of the years where the schema has a year, else of the dates; None without."""
    types = {field["name"]: field.get("type") for field in manifest.table_schema["fields"]}
    years = [name for name, kind in types.items() if kind == "year"]
    dates = [name for name, kind in types.items() if kind in ("date", "datetime")]
    if years:
        span = extremes(footer, years)
        return (f"{span[0]:04}-01-01", f"{span[1]:04}-12-31") if span else None
    # Column by column: a day and a moment cannot be compared, their days can.
    spans = [span for name in dates if (span := extremes(footer, [name]))]
    days = [moment.isoformat()[:10] for span in spans for moment in span]
    return (min(days), max(days)) if days else None
