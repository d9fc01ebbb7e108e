"""A store on a real disk, and candidates made of rows that the test shows."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from pipelines.versions import Candidate, Manifest, Part, Store, publish_version

NOON = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SIREN = "219300480"
TYPES = {
    "string": pa.string(),
    "integer": pa.int64(),
    "year": pa.int64(),
    "number": pa.decimal128(18, 2),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "datetime": pa.timestamp("s"),
}
READERS: dict[str, Callable[[str], object]] = {
    "integer": int,
    "year": int,
    "number": Decimal,
    "boolean": "true".__eq__,
    "date": date.fromisoformat,
    "datetime": datetime.fromisoformat,
}
SCHEMA = {
    "fields": [
        {"name": "code", "type": "string", "constraints": {"required": True}},
        {"name": "titre", "type": "string"},
        {"name": "montant", "type": "number", "decimals": 2, "constraints": {"minimum": -1000}},
    ],
    "primaryKey": ["code"],
}
METADATA = {
    "title": {"fr": "Subventions versées", "en": "Grants"},
    "description": {"fr": "Les subventions.", "en": "The grants."},
    "license": "etalab-2.0",
    "themes": ["GOVE"],
    "keywords": ["subvention"],
    "update_frequency": "annual",
    "contact": "opendata@example.org",
}


def table(schema: dict, *lines: str) -> pa.Table:
    """`"001 | Nord | 1.10"` a row, in the schema's types; an empty cell is null."""
    cells = [[cell.strip() or None for cell in line.split("|")] for line in lines]
    columns = {}
    for place, field in enumerate(schema["fields"]):
        read = READERS.get(field["type"], str)
        column = [None if row[place] is None else read(row[place]) for row in cells]
        columns[field["name"]] = pa.array(column, TYPES[field["type"]])
    return pa.table(columns)


def candidate(*lines: str, schema: dict = SCHEMA, **changes: object) -> Candidate:
    """A candidate of these rows; `changes` replaces any of its other fields."""
    content = table(schema, *lines)
    given = {
        "siren": SIREN,
        "organisation": "mareuil",
        "organisation_name": "Mareuil",
        "dataset": "subventions",
        "table": content,
        "metadata": METADATA,
        "table_schema": schema,
        "privacy": {field["name"]: {"role": "public", "action": "keep"} for field in schema["fields"]},
        "provenance": {"parvis_version": "0.1.0", "declaration_sha256": "d" * 64, "schema_sha256": "5" * 64},
        "parts": (Part((), content.num_rows),),
    }
    return Candidate(**(given | changes))


def publish(store: Store, *lines: str, **changes: object) -> Manifest:
    """The version that holds these rows."""
    return publish_version(store, candidate(*lines, **changes), NOON).manifest


def tree(store: Store) -> set[str]:
    """The files below the store, by path."""
    return {str(path.relative_to(store.root)) for path in store.root.rglob("*") if path.is_file()}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """An empty store."""
    return Store(tmp_path / "store")
