"""What is validated as it is: a file, its schema, how it is written, and the tables that it refers to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from frictionless import Package, Resource, system

_PACKAGE_V2 = "https://datapackage.org/profiles/2.0/datapackage.json"


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
    """A frictionless resource: alone, or in a package with the tables that it refers to."""
    if not source.references:
        return Resource.from_descriptor(descriptor(source, "table"), allow_invalid=True)
    return Package.from_descriptor(package_descriptor(source), allow_invalid=True).resources[0]


def package_descriptor(source: Source) -> dict[str, Any]:
    """The source first, then its references; the version of the standard holds for all."""
    resources = [descriptor(source, "table"), *(descriptor(one, name) for name, one in source.references.items())]
    resources[0].pop("$schema", None)
    version = {"$schema": _PACKAGE_V2} if "$schema" in source.more else {}
    return {**version, "name": "package", "resources": resources}
