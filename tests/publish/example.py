"""Versions of invented town datasets, with real bytes in all five formats."""

import csv
import hashlib
import io
import json
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.versions.manifest import Cause, Manifest, StoredFile

PUBLIC_URL = "https://donnees.example.org"
MEDIA_TYPES = {"csv": "text/csv", "parquet": "application/vnd.apache.parquet", "json": "application/json"}
Rows = tuple[tuple[str, int], ...]
FIRST: Rows = (("Nord", 1200), ("Été", 50))
SECOND: Rows = (*FIRST, ("Sud", 700))
METADATA = {
    "title": {"fr": "Budget annexe de l'eau", "en": "Water budget"},
    "description": {"fr": "Dépenses par quartier, " * 6 + "fin.", "en": "Spending by district, " * 6 + "end."},
    "license": "etalab-2.0",
    "themes": ["GOVE", "ECON"],
    "keywords": ["l'eau", "voirie / réseaux", "budget"],
    "update_frequency": "annual",
    "contact": "opendata@example.org",
}
TABLE_SCHEMA = {"fields": [{"name": "quartier", "type": "string"}, {"name": "euros", "type": "integer"}]}


class Shelf(dict[str, bytes]):
    """The bytes of versions by digest; called, it opens one as the store does."""

    def __call__(self, file: StoredFile) -> BinaryIO:
        return io.BytesIO(self[file.sha256])

    def put(self, name: str, content: bytes) -> StoredFile:
        """Keep the content and say how a manifest names it."""
        digest = hashlib.sha256(content).hexdigest()
        self[digest] = content
        return StoredFile(name, digest, len(content), MEDIA_TYPES[name.rsplit(".", 1)[1]])

    def version(self, organisation: str, dataset: str = "budget", rows: Rows = FIRST, sequence: int = 1) -> Manifest:
        """A version of a town's dataset; its files lie on the shelf."""
        return Manifest(
            siren="213105554",
            organisation=organisation,
            organisation_name=f"Commune de {organisation.title()}",
            dataset=dataset,
            sequence=sequence,
            number=f"1.{sequence - 1}.0",
            committed_at=f"2026-03-0{sequence}T06:00:00Z",
            causes=(Cause("minor", "rows-added", "1"),),
            row_count=len(rows),
            files=tuple(self.put(name, content) for name, content in contents(dataset, rows).items()),
            metadata=METADATA,
            table_schema=TABLE_SCHEMA,
            privacy={},
            content_digest=hashlib.sha256(repr(rows).encode()).hexdigest(),
            provenance={"parvis_version": "0.1.0"},
            parts={},
        )


def contents(dataset: str, rows: Rows) -> dict[str, bytes]:
    """The five files of a version."""
    table = pa.table({"quartier": [row[0] for row in rows], "euros": [row[1] for row in rows]})
    parquet = io.BytesIO()
    pq.write_table(table, parquet)
    return {
        "datapackage.json": json.dumps({"name": dataset, "rows": len(rows)}).encode(),
        f"{dataset}.csv": separated(rows, ",").encode(),
        f"{dataset}.fr.csv": separated(rows, ";").encode("utf-8-sig"),
        f"{dataset}.parquet": parquet.getvalue(),
        f"{dataset}.json": json.dumps(table.to_pylist(), ensure_ascii=False).encode(),
    }


def separated(rows: Rows, delimiter: str) -> str:
    lines = io.StringIO()
    csv.writer(lines, delimiter=delimiter).writerows([("quartier", "euros"), *rows])
    return lines.getvalue()
