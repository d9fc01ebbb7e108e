"""The small files beside the tables of a version, made from its manifest: types for GDAL, digests for sha256sum."""

from collections.abc import Mapping, Sequence
from typing import Any

from ..versions.manifest import Manifest

# https://gdal.org/en/stable/drivers/vector/csv.html: without it every column is text, and 01001 may become 1001.
GDAL_TYPES = {
    "integer": "Integer64",
    "year": "Integer",
    "number": "Real",
    "boolean": "Integer(Boolean)",
    "date": "Date",
    "datetime": "DateTime",
}


def sidecar(manifest: Manifest, name: str) -> str | None:
    """The text of the side file called `name`; None where there is no such."""
    if name == f"{manifest.dataset}.csvt":
        return gdal_types(manifest.table_schema["fields"])
    return sha256sums(manifest) if name == "SHA256SUMS" else None


def gdal_types(fields: Sequence[Mapping[str, Any]]) -> str:
    """One quoted GDAL type per column."""
    types = [GDAL_TYPES.get(field.get("type", "string"), "String") for field in fields]
    return ",".join(f'"{kind}"' for kind in types) + "\n"


def sha256sums(manifest: Manifest) -> str:
    """What `sha256sum --check` reads."""
    return "".join(f"{file.sha256}  {file.name}\n" for file in manifest.files)
