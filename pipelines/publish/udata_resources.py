"""The resources of a publication in udata's words, one by one: what each needs, and which are left over."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..messages import _
from .plan import Change, Subject
from .publication import PortalFile, Publication

Record = Mapping[str, Any]
# Beyond these udata's crawler makes no table of a copy, and nobody can preview it there.
_TABLE_LIMIT_BYTES = {
    "csv": 100_000_000,
    "geojson": 100_000_000,
    "xls": 50_000_000,
    "parquet": 50_000_000,
    "xlsx": 12_500_000,
    "ods": 10_000_000,
}
FILE, SHA256, SHA1 = "parvis:file", "parvis:sha256", "parvis:sha1"
DOCUMENTATION = "documentation"


@dataclass(frozen=True)
class Terms:
    """What this udata takes."""

    extensions: frozenset[str]
    licences: frozenset[str]
    schemas: Sequence[Record] = ()
    zone: str | None = None  # the town's, where the portal knows it


def is_hosted(publication: Publication, file: PortalFile, terms: Terms) -> bool:
    """True for a copy on the portal; Parquet, for one, udata refuses, so it gets a link."""
    return publication.hosting == "hosted" and file.suffix in terms.extensions


def upload_name(publication: Publication, file: PortalFile) -> str:
    """The name of the uploaded file, with the version: it is what `leftovers` knows an unfinished upload by."""
    dataset = publication.dataset
    ending = file.name.removeprefix(dataset) if file.name.startswith(f"{dataset}.") else f"-{file.name}"
    return f"{_stem(publication)}-{publication.number}{ending}"


def too_large(publication: Publication) -> tuple[str, ...]:
    """What is said of files that the portal's crawler leaves aside."""
    beyond = (
        (file, limit)
        for file in publication.files
        if (limit := _TABLE_LIMIT_BYTES.get(file.suffix)) and file.stored.size_bytes > limit
    )
    return tuple(
        _("{file} is larger than {limit} MB: the portal makes no preview and no API of it").format(
            file=file.name, limit=f"{limit / 1_000_000:g}"
        )
        for file, limit in beyond
    )


def ours(resources: Sequence[Record], subject: Subject, terms: Terms) -> dict[str, Record]:
    """Our resources by file: the oldest of each, of the kind (copy or link) that it has to be."""
    hosted = {DOCUMENTATION: False}
    if isinstance(subject, Publication):
        hosted |= {file.name: is_hosted(subject, file, terms) for file in subject.files}
    found: dict[str, Record] = {}
    for resource in sorted(resources, key=lambda resource: (resource["created_at"], resource["id"])):
        name = resource["extras"].get(FILE)
        if name in hosted and hosted[name] == (resource["filetype"] == "file"):
            found.setdefault(name, resource)
    return found


def leftovers(resources: Sequence[Record], subject: Subject, terms: Terms) -> list[Record]:
    """Resources of ours that no longer serve: made twice, of another kind, of a file that is gone, never finished.

    An upload whose answer was lost has no extras yet; it bears the name under which it was sent.
    """
    kept = {resource["id"] for resource in ours(resources, subject, terms).values()}
    unfinished = re.compile(rf"{re.escape(_stem(subject))}-\d+\.\d+\.\d+[.-]")
    return [
        resource
        for resource in resources
        if resource["id"] not in kept
        and (FILE in resource["extras"] or (resource["filetype"] == "file" and unfinished.match(resource["title"])))
    ]


def copies(resources: Sequence[Record]) -> dict[str, str]:
    """Where our copies are downloaded, by file."""
    hosted = (resource for resource in resources if resource["filetype"] == "file")
    return {str(held["extras"][FILE]): str(held["url"]) for held in hosted if FILE in held["extras"]}


def needs_upload(file: PortalFile, resource: Record | None) -> bool:
    """True where the portal's copy is absent, was never finished, or was changed there."""
    if resource is None or file.is_distrusted:
        return True
    extras, checksum = resource["extras"], resource.get("checksum") or {}
    return (extras.get(SHA256), extras.get(SHA1)) != (file.stored.sha256, checksum.get("value"))


def hosted_fields(publication: Publication, file: PortalFile, terms: Terms) -> dict[str, Any]:
    """What can be said of a copy: its format, type and digest udata finds itself."""
    schema = schema_of(publication.manifest.table_schema, terms.schemas)
    return {
        "title": file.name,
        "description": file.description,
        "type": "other" if file.is_older else "main",
        "schema": schema if file.name == publication.table_name else None,
    }


def described(publication: Publication, file: PortalFile, held: Record, terms: Terms) -> dict[str, Any]:
    """The PUT after an upload: texts, and the digests that say which bytes udata took."""
    digests = {FILE: file.name, SHA256: file.stored.sha256, SHA1: held["checksum"]["value"]}
    return {**hosted_fields(publication, file, terms), "extras": digests}


def linked_fields(publication: Publication, file: PortalFile, terms: Terms) -> dict[str, Any]:
    """A link to the newest file at the access point, with what udata cannot find out by itself."""
    return {
        **hosted_fields(publication, file, terms),
        "filetype": "remote",
        "url": file.address,
        "format": file.format.lower(),
        "mime": file.stored.media_type,
        "filesize": file.stored.size_bytes,
        "checksum": {"type": "sha256", "value": file.stored.sha256},
        "extras": {FILE: file.name},
    }


def documentation_fields(publication: Publication) -> dict[str, Any]:
    """The page that leads to every version."""
    return {
        "title": publication.documentation_title,
        "description": publication.documentation,
        "type": "documentation",
        "filetype": "remote",
        "url": publication.page,
        "format": "html",
        "extras": {FILE: DOCUMENTATION},
    }


def links(publication: Publication, terms: Terms) -> dict[str, dict[str, Any]]:
    """Every resource that is a link, by file."""
    files = {
        file.name: linked_fields(publication, file, terms)
        for file in publication.files
        if not is_hosted(publication, file, terms)
    }
    return {**files, DOCUMENTATION: documentation_fields(publication)}


def wanted_order(publication: Publication, resources: Sequence[Record], terms: Terms) -> list[str] | None:
    """The ids of all resources with ours first and in a reader's order; None where they are so already."""
    held = ours(resources, publication, terms)
    names = [*(file.name for file in publication.files), DOCUMENTATION]
    first = [held[name]["id"] for name in names if name in held]
    order = [*first, *(resource["id"] for resource in resources if resource["id"] not in first)]
    return None if order == [resource["id"] for resource in resources] else order


def schema_of(table_schema: Mapping[str, Any], catalogue: Sequence[Record]) -> dict[str, str] | None:
    """Name and version of the schema that the table follows, where the portal's catalogue has that version.

    An official schema is known by its homepage: its own name is short (“budget”), the catalogue's is “scdl/budget”.
    """
    homepage = _plain(str(table_schema.get("homepage") or ""))
    version = str(table_schema.get("version") or "")
    for entry in catalogue:
        versions = {known["version_name"] for known in entry.get("versions") or []}
        if homepage and _plain(str(entry.get("homepage") or "")) == homepage and version in versions:
            return {"name": str(entry["name"]), "version": version}
    return None


def resource_changes(subject: Subject, resources: Sequence[Record], terms: Terms) -> Iterator[Change]:
    """What must change among the resources."""
    if isinstance(subject, Publication):
        yield from _wanted_changes(subject, resources, terms)
    for resource in leftovers(resources, subject, terms):
        yield Change("resource-removed", str(resource["title"]))
    if isinstance(subject, Publication) and resources and wanted_order(subject, resources, terms):
        yield Change("resource-changed", "order")


def _wanted_changes(publication: Publication, resources: Sequence[Record], terms: Terms) -> Iterator[Change]:
    held = ours(resources, publication, terms)
    for file in publication.files:
        if is_hosted(publication, file, terms):
            yield from _copy_changes(publication, file, held.get(file.name), terms)
    for name, wanted in links(publication, terms).items():
        if name in held:
            yield from _text_changes(name, held[name], wanted)
        else:
            yield Change("file-added", name, after=str(wanted["url"]))


def differs(held: Record, wanted: Mapping[str, Any]) -> bool:
    """True where a PUT of what is wanted would change something."""
    return any(_text_changes("", held, wanted))


def _copy_changes(
    publication: Publication, file: PortalFile, resource: Record | None, terms: Terms
) -> Iterator[Change]:
    size = f"{file.stored.size_bytes} B"
    if resource is None:
        yield Change("file-added", file.name, after=size)
    elif needs_upload(file, resource):
        yield Change("file-replaced", file.name, f"{resource.get('filesize')} B", size)
    else:
        yield from _text_changes(file.name, resource, hosted_fields(publication, file, terms))


def _text_changes(name: str, resource: Record, wanted: Mapping[str, Any]) -> Iterator[Change]:
    for key, value in wanted.items():
        held = resource.get(key)
        if isinstance(value, Mapping) and isinstance(held, Mapping):
            held = {inner: held.get(inner) for inner in value}
        if held != value:
            yield Change("resource-changed", f"{name}: {key}", str(held or ""), str(value))


def _stem(subject: Subject) -> str:
    """udata makes a title of a file's name, and dashes of its underscores."""
    return subject.name.replace("_", "-")


def _plain(address: str) -> str:
    return address.rstrip("/").removesuffix(".git").lower()
