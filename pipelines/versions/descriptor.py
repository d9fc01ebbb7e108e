"""datapackage.json: the version in the words of Data Package 2, for people, portals and frictionless.

It holds no date: the commit's stands in the manifest.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..vocabularies import LICENCES
from .candidate import Candidate
from .files import FORMATS, Format, StagedFile, staged_file
from .identifiers import dataset_id, flat_name, resource_id
from .manifest import DESCRIPTOR, Manifest, StoredFile
from .store import Store

_PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
# The apostrophe before a formula breaks these, and these alone.
_BROKEN_BY_GUARD = ("pattern", "enum", "minLength", "maxLength")


def describe(candidate: Candidate, files: Iterable[StoredFile]) -> dict[str, Any]:
    """The descriptor without what changes though nothing new is said: version and provenance."""
    metadata = candidate.metadata
    licence = LICENCES[metadata["license"]]
    return {
        "$schema": _PROFILE,
        "name": flat_name(candidate.organisation, candidate.dataset),
        "id": str(dataset_id(candidate.organisation, candidate.dataset)),
        "title": metadata["title"]["fr"],
        "description": metadata["description"]["fr"],
        "licenses": [{"name": metadata["license"], "title": licence.title, "path": licence.url}],
        "keywords": list(metadata["keywords"]),
        "contributors": [
            {"title": candidate.organisation_name, "email": metadata["contact"], "roles": ["publisher"]},
        ],
        "resources": [_resource(candidate, file) for file in files],
    }


def stage_descriptor(
    folder: Path, description: Mapping[str, Any], number: str, provenance: Mapping[str, str]
) -> StagedFile:
    """The file itself, below `folder`."""
    whole = {**description, "version": number, "provenance": dict(provenance)}
    path = folder / DESCRIPTOR
    path.write_text(json.dumps(whole, ensure_ascii=False, indent=2) + "\n", "utf-8")
    return staged_file(path, "application/json")


@dataclass(frozen=True)
class Described:
    """What a published descriptor says, in the order of its words: a manifest says the same and forgets the order."""

    description: Mapping[str, Any]  # what `describe` made
    provenance: Mapping[str, str]

    @property
    def table_schema(self) -> Mapping[str, Any]:
        """Of the published rows: the first resource is the plain CSV, whose schema is the whole one."""
        schema: Mapping[str, Any] = self.description["resources"][0]["schema"]
        return schema


def read_descriptor(store: Store, manifest: Manifest) -> Described:
    """What a version was described as, to describe another with the same words, byte for byte."""
    with store.open(next(file for file in manifest.files if file.name == DESCRIPTOR)) as stream:
        whole = json.load(stream)
    own = ("version", "provenance")
    return Described({word: value for word, value in whole.items() if word not in own}, whole["provenance"])


def _resource(candidate: Candidate, file: StoredFile) -> dict[str, Any]:
    kind = next(kind for kind in FORMATS if file.name == candidate.dataset + kind.suffix)
    return {
        "name": f"{candidate.dataset}-{kind.name}" if kind.name else candidate.dataset,
        "id": str(resource_id(candidate.organisation, candidate.dataset, file.name)),
        "path": file.name,
        "format": kind.word,
        "mediatype": kind.media_type,
        "bytes": file.size_bytes,
        "hash": f"sha256:{file.sha256}",
        **_reading(kind, candidate.table_schema),
    }


def _reading(kind: Format, table_schema: Mapping[str, Any]) -> dict[str, Any]:
    # frictionless reads Parquet through pandas, where an integer column with a null is no integer column,
    # and JSON with an extra only: calling those tables would make a sound package invalid.
    if kind.word != "csv":
        return {"schema": dict(table_schema)}
    table = {"type": "table", "encoding": "utf-8"}
    if kind.name != "fr":
        return {**table, "schema": dict(table_schema)}
    fields = [_french_field(field) for field in table_schema["fields"]]
    return {**table, "dialect": {"delimiter": ";"}, "schema": {**table_schema, "fields": fields}}


def _french_field(field: Mapping[str, Any]) -> dict[str, Any]:
    """The field as it reads in the French CSV."""
    if field.get("type") == "number":
        return {**field, "decimalChar": ","}
    if field.get("type", "string") != "string" or "constraints" not in field:
        return dict(field)
    kept = {word: value for word, value in field["constraints"].items() if word not in _BROKEN_BY_GUARD}
    return {**field, "constraints": kept}
