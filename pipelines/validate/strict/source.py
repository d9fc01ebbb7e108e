"""What is validated as it is: a file, its schema, how it is written, and the tables that it refers to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from frictionless import Package, system


@dataclass(frozen=True)
class Source:
    """A tabular file as a Data Package describes one; None leaves the matter to frictionless' detection."""

    path: Path
    schema: Mapping[str, Any] | None = None
    dialect: Mapping[str, Any] | None = None
    encoding: str | None = None
    format: str | None = None
    more: Mapping[str, Any] = field(default_factory=dict)  # further properties: rows, bytes, hash, name, ...
    references: Mapping[str, "Source"] = field(default_factory=dict)  # resources that foreign keys name


def trusted() -> Any:
    """A context in which absolute paths are read: the caller chose them, no descriptor did."""
    return system.use_context(trusted=True)


def descriptor(source: Source, name: str) -> dict[str, Any]:
    """The Data Resource descriptor of a source."""
    given = {
        "schema": source.schema,
        "dialect": source.dialect,
        "encoding": source.encoding,
        "format": source.format,
    }
    described = {key: dict(value) if isinstance(value, Mapping) else value for key, value in given.items() if value}
    return {"name": name, "type": "table", "path": str(source.path.absolute()), **described, **source.more}


def resource_of(source: Source) -> Any:
    """A frictionless resource, within a package that holds its references."""
    resources = [descriptor(source, "table"), *(descriptor(one, name) for name, one in source.references.items())]
    package = Package.from_descriptor({"name": "package", "resources": resources}, allow_invalid=True)
    return package.resources[0]


def source_of_package(path: Path, name: str) -> Source:
    """The resource `name` of a Data Package, with the other resources as its references."""
    with trusted():
        package = Package(str(path))
    sources = {resource.name: _source(resource, path.parent) for resource in package.resources}
    mine = sources.pop(name)
    return Source(mine.path, mine.schema, mine.dialect, mine.encoding, mine.format, mine.more, sources)


def _source(resource: Any, folder: Path) -> Source:
    given = resource.to_descriptor()
    known = {key: given.pop(key, None) for key in ("schema", "dialect", "encoding", "format")}
    more = {key: value for key, value in given.items() if key in ("hash", "bytes", "rows", "fields")}
    return Source(folder / given["path"], known["schema"], known["dialect"], known["encoding"], known["format"], more)
