"""What is published, in CKAN's words: packages, resources, organisations, licences."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from ...versions.identifiers import dataset_id, flat_name, resource_id
from ...versions.manifest import Manifest, StoredFile
from ...vocabularies import LICENCES, THEMES
from ..addresses import Addresses
from ..catalogue import Publisher
from ..coverage import COMMUNE, Coverage
from ..media_types import media_type
from ..pages.wording import purpose, words

Json = dict[str, Any]
TABLES = (".csv", ".fr.csv", ".json", ".parquet", ".xlsx")


def package(
    addresses: Addresses, publisher: Publisher, manifest: Manifest, created_at: str, coverage: Coverage
) -> Json:
    """CKAN's package: the dataset as its latest version stands."""
    metadata = manifest.metadata
    licence = LICENCES.get(metadata["license"])
    return {
        "id": str(dataset_id(publisher.slug, manifest.dataset)),
        "name": flat_name(publisher.slug, manifest.dataset),
        "title": words(metadata["title"]),
        "notes": words(metadata["description"]),
        "url": addresses.absolute(addresses.dataset(publisher.slug, manifest.dataset)),
        "version": manifest.number,
        "author": publisher.name,
        "author_email": None,
        "maintainer": publisher.name,
        "maintainer_email": metadata["contact"],
        "license_id": metadata["license"],
        "license_title": licence.title if licence else metadata["license"],
        "license_url": licence.url if licence else None,
        "isopen": True,
        "private": False,
        "state": "active",
        "type": "dataset",
        "metadata_created": _naive(created_at),
        "metadata_modified": _naive(manifest.committed_at),
        "owner_org": organisation_id(publisher),
        "organization": organisation(publisher),
        "tags": [tag(keyword) for keyword in metadata["keywords"]],
        "num_tags": len(metadata["keywords"]),
        "groups": [group(code) for code in metadata["themes"]],
        "resources": [resource(addresses, publisher, manifest, file) for file in resource_files(manifest)],
        "num_resources": len(resource_files(manifest)),
        "relationships_as_subject": [],
        "relationships_as_object": [],
        "extras": [{"key": key, "value": value} for key, value in _extras(publisher, manifest, coverage).items()],
    }


def resource(addresses: Addresses, publisher: Publisher, manifest: Manifest, file: StoredFile) -> Json:
    """CKAN's resource. `name`, `format` and `url` are always there: ckanapi fails without them."""
    return {
        "id": str(resource_id(publisher.slug, manifest.dataset, file.name)),
        "package_id": str(dataset_id(publisher.slug, manifest.dataset)),
        "name": file.name,
        "description": purpose(file.name),
        "format": file.name.rpartition(".")[2].upper(),
        "mimetype": media_type(file.name).partition(";")[0],
        "url": addresses.absolute(addresses.file(publisher.slug, manifest.dataset, "latest", file.name)),
        "url_type": None,
        "resource_type": "file",
        "size": file.size_bytes,
        "hash": f"sha256:{file.sha256}",
        "created": _naive(manifest.committed_at),
        "last_modified": _naive(manifest.committed_at),
        "metadata_modified": _naive(manifest.committed_at),
        "position": manifest.files.index(file),
        "state": "active",
        "datastore_active": file.name == f"{manifest.dataset}.csv",
    }


def names(slug: str, dataset: str) -> tuple[str, str]:
    """The name and the id of a package."""
    return flat_name(slug, dataset), str(dataset_id(slug, dataset))


def resource_files(manifest: Manifest) -> list[StoredFile]:
    """The version's files that are resources: the tables, not their description."""
    return [file for file in manifest.files if file.name.removeprefix(manifest.dataset) in TABLES]


def organisation(publisher: Publisher) -> Json:
    """CKAN's organization."""
    return {
        "id": organisation_id(publisher),
        "name": publisher.slug,
        "title": publisher.name,
        "display_name": publisher.name,
        "description": "",
        "image_url": "",
        "type": "organization",
        "is_organization": True,
        "approval_status": "approved",
        "state": "active",
        "extras": [{"key": "siren", "value": publisher.siren}],
    }


def organisation_id(publisher: Publisher) -> str:
    """Of the SIREN: a new name is the same organisation."""
    return str(uuid5(NAMESPACE_URL, f"urn:siren:{publisher.siren}"))


def tag(keyword: str) -> Json:
    return {"id": keyword, "name": keyword, "display_name": keyword, "state": "active", "vocabulary_id": None}


def group(code: str) -> Json:
    """A theme as CKAN's group."""
    title = words(THEMES[code]) if code in THEMES else code
    return {"id": code.lower(), "name": code.lower(), "title": title, "display_name": title, "description": ""}


def licences() -> list[Json]:
    """The licences that datasets may have."""
    return [
        {"id": name, "title": licence.title, "url": licence.url, "status": "active", "is_generic": False}
        for name, licence in LICENCES.items()
    ]


def _extras(publisher: Publisher, manifest: Manifest, coverage: Coverage) -> Mapping[str, str]:
    where = {"spatial_uri": COMMUNE.format(publisher.code_insee)} if publisher.code_insee else {}
    if coverage.ring:
        where["spatial"] = json.dumps({"type": "Polygon", "coordinates": [coverage.ring]})
    when = dict(zip(("temporal_start", "temporal_end"), coverage.period or (), strict=False))
    return (
        where
        | when
        | {
            "frequency": manifest.metadata["update_frequency"],
            "identifier": str(dataset_id(publisher.slug, manifest.dataset)),
            "siren": publisher.siren,
            "version": manifest.number,
        }
    )


def _naive(moment: str) -> str:
    """CKAN's moments are UTC and say no zone."""
    return moment.removesuffix("Z").removesuffix("+00:00")
