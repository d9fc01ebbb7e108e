"""A publication in CKAN's words, and the difference to what a CKAN holds: pure functions over dicts.

Only what Parvis wrote is compared and changed: extras and resources that others
added on the portal stay, after ours. Our resources carry `parvis_file`.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..versions.manifest import Manifest
from ..vocabularies import FREQUENCIES, FREQUENCY_URI, LICENCES, THEME_URI
from .plan import Change, Subject
from .publication import PortalFile, Publication, Vacancy, resource_id

Package = Mapping[str, Any]
DOCUMENTATION = "documentation"
_LANGUAGE_URI = "http://publications.europa.eu/resource/authority/language/{}"
_LANGUAGES = {"fr": "FRA", "en": "ENG"}
# `hash` is no field to compare: xloader overwrites it with an MD5 some seconds after an upload.
_COMPARED = ("name", "description", "format", "mimetype", "license", "schema", "conforms_to")


def fields(publication: Publication) -> dict[str, str]:
    """The dataset's own fields."""
    manifest = publication.manifest
    return {
        "title": publication.title,
        "notes": publication.description,
        "license_id": str(manifest.metadata["license"]),
        "url": publication.page,
        "version": manifest.number,
        "maintainer": manifest.organisation_name,
        "maintainer_email": str(manifest.metadata["contact"]),
    }


def extras(publication: Publication) -> dict[str, str]:
    """The extras that ckanext-dcat turns into DCAT, and the version's place in the order of publication."""
    metadata = publication.manifest.metadata
    given = {
        "identifier": publication.identifier,
        "frequency": FREQUENCY_URI.format(FREQUENCIES[metadata["update_frequency"]].eu),
        "theme": json.dumps([THEME_URI.format(theme) for theme in metadata["themes"]]),
        "language": json.dumps([_LANGUAGE_URI.format(_LANGUAGES[publication.language])]),
        "modified": publication.manifest.committed_at,
        "publisher_name": publication.manifest.organisation_name,
        "contact_name": publication.manifest.organisation_name,
        "contact_email": str(metadata["contact"]),
        "parvis_sequence": str(publication.manifest.sequence),
    }
    if publication.code_insee:
        given["spatial_uri"] = f"http://id.insee.fr/geo/commune/{publication.code_insee}"
    return given


def tags(keywords: Sequence[str]) -> list[str]:
    """Keywords that CKAN takes: letters, digits, space, - _ . only, 2 to 100 of them, each once, sorted."""
    cleaned = (re.sub(r"\s*[^\w\s.-]+\s*", "-", keyword) for keyword in keywords)
    shortened = (re.sub(r"\s+", " ", keyword).strip(" -")[:100].strip(" -") for keyword in cleaned)
    return sorted({keyword for keyword in shortened if len(keyword) >= 2})


def sequence_of(package: Package) -> int:
    """The place of the version that the package holds, 0 where it has none."""
    value = _extras_of(package).get("parvis_sequence", "")
    return int(value) if value.isdigit() else 0


def identifier_of(package: Package) -> str:
    """The dct:identifier that the package carries, "" where it has none."""
    return _extras_of(package).get("identifier", "")


def modified_of(package: Package) -> str:
    """When the version that the package holds was made, ISO 8601, "" where it does not say."""
    return _extras_of(package).get("modified", "")


def is_stuck(package: Package) -> bool:
    """True where CKAN 2.12 can no longer change the package's resources one by one.

    A `resource_create` repeated with an id that exists answers 200 and leaves a gap
    in the positions; after that every change ends in an IndexError, and
    `resource_delete` deletes the wrong resource. Only emptying the list heals.
    """
    positions = [resource["position"] for resource in package["resources"]]
    return positions != list(range(len(positions)))


def strangers(package: Package) -> list[str]:
    """The names of the resources that are not ours."""
    return [str(resource["name"]) for resource in _others(package)]


def emptying(package: Package) -> dict[str, str]:
    """A package_revise that takes every resource out, locked on the package as it was read."""
    return {**_lock(package), "filter": "-resources", "update": json.dumps({"resources": []})}


def copies(package: Package) -> dict[str, str]:
    """Where our copies are downloaded, by file."""
    return {name: str(held["url"]) for name, held in _ours(package).items() if held.get("url_type") == "upload"}


def creation(publication: Publication) -> dict[str, Any]:
    """The package before its first revision: private and empty, so that no reader meets it without its files."""
    return {
        "name": publication.name,
        "owner_org": publication.organisation,
        "title": publication.title,
        "private": True,
        "extras": _pairs({"identifier": publication.identifier}),
    }


def differences(subject: Subject, package: Package | None) -> tuple[Change, ...]:
    """What must change for `package` to hold the subject; without a package, everything."""
    if isinstance(subject, Vacancy):
        return tuple(_vacancy_changes(package)) if package else ()
    table = Change("table-loaded", subject.table_name)
    if package is None:
        files = (Change("file-added", file.name, after=f"{file.stored.size_bytes} B") for file in subject.files)
        tables = (table,) if subject.loads_datastore else ()
        documentation = Change("file-added", DOCUMENTATION, after=subject.page)
        return (Change("dataset-created", subject.name), *files, documentation, *tables)
    return (*_field_changes(subject, package), *_resource_changes(subject, package), *_table_changes(subject, package))


def table_resource(publication: Publication, package: Package) -> str | None:
    """The id of the resource whose rows are still to be loaded into the DataStore, None where none are."""
    if not any(_table_changes(publication, package)):
        return None
    return resource_id(package["id"], publication.table_name)


def stale_tables(subject: Subject, package: Package) -> list[str]:
    """The resources whose DataStore tables hold rows of files that are about to be replaced or to go.

    CKAN keeps the table of a resource that is gone: anybody may go on reading it, and no editor can drop it any more.
    """
    files = {file.name: file for file in _files(subject)}
    return [
        str(held["id"])
        for name, held in _ours(package).items()
        if held.get("datastore_active")
        and (
            name not in files
            or _needs_upload(subject, files[name], held)
            or _leads_to_other_bytes(subject, files[name], held)
        )
    ]


def leftovers(subject: Subject, package: Package) -> list[Package]:
    """Resources of ours that the subject has no file for."""
    kept = {DOCUMENTATION, *(file.name for file in _files(subject))}
    return [held for name, held in _ours(package).items() if name not in kept]


def table_mark(manifest: Manifest) -> str:
    """Names the rows that a DataStore table holds; changes with them and with their types."""
    stored = manifest.file(f"{manifest.dataset}.parquet")
    return stored.sha256 if stored else ""


def revision(publication: Publication, package: Package) -> tuple[dict[str, str], list[tuple[str, PortalFile]]]:
    """One package_revise, locked on the package as it was read, and the uploads it carries by field name.

    Lists go whole, after a filter has emptied them: `update` alone would merge
    by index and write over somebody else's first extra.
    """
    held = _ours(package)
    resources: list[Package] = []
    uploads = []
    for file in publication.files:
        if _needs_upload(publication, file, held.get(file.name)):
            uploads.append((f"update__resources__{len(resources)}__upload", file))
        resources.append({**held.get(file.name, {}), **_file_resource(publication, package["id"], file)})
    resources.append({**held.get(DOCUMENTATION, {}), **_documentation(publication, package["id"])})
    update = {
        **fields(publication),
        "state": "active",
        "private": bool(package["private"]) and bool(held),
        "tags": [{"name": tag} for tag in tags(publication.manifest.metadata["keywords"])],
        "extras": _pairs({**_extras_of(package), **extras(publication)}),
        "resources": [*resources, *_emptied(publication, package), *_others(package)],
    }
    return {**_lock(package), "filter": "-tags,-extras,-resources", "update": json.dumps(update)}, uploads


def vacating(vacancy: Vacancy, package: Package) -> dict[str, str]:
    """The package_revise that leaves nothing of ours but the way to the access point, where tombstones are read."""
    documentation = [each for name, each in _ours(package).items() if name == DOCUMENTATION]
    update = {
        "version": "",
        "extras": _pairs({**_extras_of(package), "parvis_sequence": "0"}),
        "resources": [*documentation, *_emptied(vacancy, package), *_others(package)],
    }
    return {**_lock(package), "filter": "-extras,-resources", "update": json.dumps(update)}


def _lock(package: Package) -> dict[str, str]:
    return {"match__id": package["id"], "match__metadata_modified": package["metadata_modified"]}


def _field_changes(publication: Publication, package: Package) -> Iterator[Change]:
    held_extras = _extras_of(package)
    wanted = [(name, package.get(name), value) for name, value in fields(publication).items()]
    wanted += [(name, held_extras.get(name), value) for name, value in extras(publication).items()]
    held_tags = sorted(tag["name"] for tag in package["tags"])
    wanted.append(("tags", ", ".join(held_tags), ", ".join(tags(publication.manifest.metadata["keywords"]))))
    for name, before, after in wanted:
        if (before or "") != after:
            yield Change("field-changed", name, before or "", after)


def _vacancy_changes(package: Package) -> Iterator[Change]:
    for name in _ours(package):
        if name != DOCUMENTATION:
            yield Change("resource-removed", name)
    if held := sequence_of(package):
        yield Change("field-changed", "parvis_sequence", str(held), "0")


def _table_changes(publication: Publication, package: Package) -> Iterator[Change]:
    if not publication.loads_datastore:
        return
    held = _ours(package).get(publication.table_name, {})
    if held.get("datastore_sha256") != table_mark(publication.manifest):
        yield Change("table-loaded", publication.table_name)
    elif not held.get("datastore_active"):
        yield Change("table-dropped", publication.table_name)


def _resource_changes(publication: Publication, package: Package) -> Iterator[Change]:
    held = {} if is_stuck(package) else _ours(package)
    for file in publication.files:
        resource = held.pop(file.name, None)
        after = f"{file.stored.size_bytes} B"
        if resource is None:
            yield Change("file-added", file.name, after=after)
        elif _needs_upload(publication, file, resource):
            yield Change("file-replaced", file.name, f"{resource.get('size')} B", after)
        else:
            yield from _compare(file.name, resource, _file_resource(publication, package["id"], file))
    documentation = held.pop(DOCUMENTATION, None)
    if documentation is None:
        yield Change("file-added", DOCUMENTATION, after=publication.page)
    else:
        wanted = _documentation(publication, package["id"])
        yield from _compare(DOCUMENTATION, {**documentation}, wanted)
    for name in held:
        yield Change("resource-removed", name)


def _compare(name: str, held: Package, wanted: Package) -> Iterator[Change]:
    for key in (*_COMPARED, *(["url", "sha256"] if "url" in wanted else [])):
        before, after = held.get(key) or "", wanted.get(key) or ""
        if before != after:
            yield Change("resource-changed", f"{name}: {key}", before, after)


def _files(subject: Subject) -> tuple[PortalFile, ...]:
    return () if isinstance(subject, Vacancy) else subject.files


def _emptied(subject: Subject, package: Package) -> list[Package]:
    """Copies that go, as links: only that removes a file from CKAN's disk. The next revision takes the links out."""
    nothing = {"clear_upload": "true", "url": "", "sha256": "", "hash": "", "size": None}
    return [{**each, **nothing} for each in leftovers(subject, package) if each.get("url_type") == "upload"]


def _leads_to_other_bytes(subject: Subject, file: PortalFile, resource: Package) -> bool:
    """True where a link is about to lead to other bytes."""
    is_linked = isinstance(subject, Publication) and subject.hosting == "linked"
    return is_linked and resource.get("sha256") != file.stored.sha256


def _needs_upload(subject: Subject, file: PortalFile, resource: Package | None) -> bool:
    """True where the portal's copy is absent or another: our own sha256 is compared, and the size that CKAN counted."""
    if isinstance(subject, Vacancy) or subject.hosting == "linked":
        return False
    if resource is None or resource.get("url_type") != "upload" or file.is_distrusted:
        return True
    return resource.get("sha256") != file.stored.sha256 or resource.get("size") != file.stored.size_bytes


def _file_resource(publication: Publication, dataset_id: str, file: PortalFile) -> dict[str, Any]:
    link = {"url": file.address, "clear_upload": "true", "size": file.stored.size_bytes}
    schema = publication.manifest.table_schema if file.name == publication.table_name else {}
    return {
        **(link if publication.hosting == "linked" else {}),
        "id": resource_id(dataset_id, file.name),
        "parvis_file": file.name,
        "name": file.name,
        "description": file.description,
        "format": file.format,
        "mimetype": file.stored.media_type,
        "license": LICENCES[publication.manifest.metadata["license"]].url,
        "sha256": file.stored.sha256,
        "hash": file.stored.sha256,
        # Read by ckanext-validation and ckanext-dcat; on the main table alone.
        "schema": json.dumps(schema, ensure_ascii=False, sort_keys=True) if schema else "",
        "conforms_to": json.dumps([schema["homepage"]]) if schema.get("homepage") else "",
    }


def _documentation(publication: Publication, dataset_id: str) -> dict[str, str]:
    return {
        "id": resource_id(dataset_id, DOCUMENTATION),
        "parvis_file": DOCUMENTATION,
        "name": publication.documentation_title,
        "description": publication.documentation,
        "format": "HTML",
        "mimetype": "text/html",
        "url": publication.page,
    }


def _ours(package: Package) -> dict[str, Package]:
    """Our resources by file; the one whose id we gave, should a copy have been made of it."""
    return {
        resource["parvis_file"]: resource
        for resource in package["resources"]
        if resource.get("parvis_file") and resource["id"] == resource_id(package["id"], resource["parvis_file"])
    }


def _others(package: Package) -> list[Package]:
    ours = {resource["id"] for resource in _ours(package).values()}
    return [resource for resource in package["resources"] if resource["id"] not in ours]


def _extras_of(package: Package) -> dict[str, str]:
    return {extra["key"]: extra["value"] for extra in package.get("extras", [])}


def _pairs(values: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in values.items()]
