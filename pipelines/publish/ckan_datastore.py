"""The rows in a CKAN's DataStore, with our types and a data dictionary: what people query there.

An xloader on the same site would make every column text again, some seconds after an
upload; a portal that runs one loads the rows itself.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pyarrow.parquet as pq

from ..versions.manifest import Manifest
from .ckan_connection import CkanConnection, Missing
from .ckan_package import table_mark
from .publication import OpenFile

_TYPES = {  # of Table Schema, as PostgreSQL has them; the rest is text
    "integer": "bigint",
    "year": "integer",
    "number": "numeric",
    "boolean": "boolean",
    "date": "date",
    "datetime": "timestamp",
}
_NAME_BYTES = 63
_ROWS_PER_CALL = 2_000  # about 2 s of CKAN's time, far from any timeout


def dictionary(table_schema: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The columns with type, title and description: CKAN shows them as the data dictionary."""
    return [
        {
            "id": field["name"],
            "type": _TYPES.get(field.get("type", ""), "text"),
            "info": {"label": field.get("title", ""), "notes": field.get("description", "")},
        }
        for field in table_schema["fields"]
    ]


def unfit(table_schema: Mapping[str, Any]) -> list[str]:
    """Columns that no DataStore takes; where accents make a name too long for PostgreSQL, CKAN answers 500."""
    names = [str(field["name"]) for field in table_schema["fields"]]
    return [
        name
        for name in names
        if len(name.encode()) > _NAME_BYTES or name.startswith("_") or '"' in name or name != name.strip()
    ]


def load(connection: CkanConnection, resource_id: str, manifest: Manifest, open_file: OpenFile) -> None:
    """Make the table anew and fill it. The mark that it is whole comes last, so that half a table is loaded again."""
    table = {"resource_id": resource_id, "force": True}
    with suppress(Missing):
        connection.call("datastore_delete", table)
    connection.call("datastore_create", {**table, "fields": dictionary(manifest.table_schema)})
    for records in batches(manifest, open_file):
        connection.call("datastore_upsert", {**table, "method": "insert", "records": records})
    connection.call("resource_patch", {"id": resource_id, "datastore_sha256": table_mark(manifest)})


def batches(manifest: Manifest, open_file: OpenFile) -> Iterator[list[dict[str, Any]]]:
    """The rows as JSON takes them, some thousand at a time; decimals as text, so that none passes through a float."""
    stored = manifest.file(f"{manifest.dataset}.parquet")
    if stored is None:
        return
    with open_file(stored) as content:
        for batch in pq.ParquetFile(content).iter_batches(_ROWS_PER_CALL):
            yield [{name: _plain(value) for name, value in row.items()} for row in batch.to_pylist()]


def _plain(value: Any) -> Any:
    if isinstance(value, date | datetime):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
