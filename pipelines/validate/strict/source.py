"""What is validated as it is: a file, its schema, how it is written, and the tables that it refers to."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any

from frictionless import Package, Resource, system

from ...errors import InvalidDeclaration
from ...messages import _

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


def source_of_package(path: Path, name: str) -> Source:
    """The resource `name` of a datapackage.json, with the other resources as its references.

    Raises InvalidDeclaration where the package does not describe it in itself: frictionless takes a text in the
    place of a dialect or a schema for an address or a path, and reads what lies there.
    """
    package = _package(path)
    version = {"$schema": _PACKAGE_V2} if package.get("$schema") else {}
    for one in package["resources"]:
        _refuse_elsewhere(one, path)
    sources = {one["name"]: _source(one, path.parent, version) for one in package["resources"]}
    if name not in sources or not all(isinstance(one.schema, Mapping) for one in sources.values()):
        raise InvalidDeclaration(
            _("{path}: no resource “{name}” with a schema of its own in the package.").format(path=path, name=name)
        )
    mine = sources.pop(name)
    return replace(mine, references=sources)


def _package(path: Path) -> dict[str, Any]:
    try:
        package = json.loads(path.read_text("utf-8"))
        if all(isinstance(one[key], str) for one in package["resources"] for key in ("name", "path")):
            return dict(package)
    except (ValueError, TypeError, KeyError, RecursionError):
        pass
    raise InvalidDeclaration(
        _("{path}: expected a Data Package: a list of resources, each with a name and the path of one file.").format(
            path=path
        )
    )


def _refuse_elsewhere(given: Mapping[str, Any], path: Path) -> None:
    """The files lie beside the package or below it, and a dialect is written in it."""
    place = PurePosixPath(given["path"].replace("\\", "/"))
    if place.is_absolute() or ".." in place.parts:
        told = _("{path}: the file of the resource “{name}” must lie beside the package or below it.")
        raise InvalidDeclaration(told.format(path=path, name=given["name"]))
    if not isinstance(given.get("dialect") or {}, Mapping):
        told = _("{path}: the dialect of the resource “{name}” must be written in the package, as an object.")
        raise InvalidDeclaration(told.format(path=path, name=given["name"]))


def _source(given: Mapping[str, Any], folder: Path, version: Mapping[str, str]) -> Source:
    more = {key: value for key, value in given.items() if key in ("hash", "bytes", "rows", "fields")}
    return Source(
        folder / given["path"],
        given.get("schema"),
        given.get("dialect"),
        given.get("encoding"),
        given.get("format"),
        {**more, **version},
    )
