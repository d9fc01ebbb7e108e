"""The table of connectors: which function reads which kind of file."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from ..declarations import ConnectorName, Source
from ..errors import InvalidDeclaration, SourceUnavailable
from ..messages import _
from . import Connector, Extract, References
from .decidim import extract_decidim_projects
from .file import SUFFIXES, extract_file
from .open311 import extract_open311
from .pabulib import extract_pabulib
from .totem import extract_totem

CONNECTORS: Mapping[ConnectorName, Connector] = {
    # Decidim offers every export as a workbook too.
    "decidim_projects": Connector(extract_decidim_projects, (".csv", ".xls", ".xlsx")),
    "file": Connector(extract_file, SUFFIXES),
    "open311": Connector(extract_open311, (".json", ".xml")),
    "pabulib": Connector(extract_pabulib, (".pb",)),
    "totem": Connector(extract_totem, (".xml",)),
}


def extract(path: Path, source: Source, references: References) -> Extract:
    """The file, read by the one of the declared connectors that reads its suffix, under the declared aliases.

    Raises SourceUnavailable where none reads it, InvalidDeclaration where an alias makes two columns one.
    """
    connectors = [CONNECTORS[name] for name in source.connectors]
    for connector in connectors:
        if path.suffix.lower() in connector.suffixes:
            return _renamed(connector.extract(path, references), source.columns)
    expected = ", ".join(suffix for connector in connectors for suffix in connector.suffixes)
    raise SourceUnavailable(
        _("{source}: expected a file that ends in {expected}; check that it is the right file.").format(
            source=path.name, expected=expected
        )
    )


def _renamed(found: Extract, aliases: Mapping[str, str]) -> Extract:
    names = [aliases.get(title, title) for title in found.table.column_names]
    for name in names:
        if names.count(name) > 1:
            raise InvalidDeclaration(
                _("{source}: source.columns gives two of its columns the name “{name}”; leave one out.").format(
                    source=found.source, name=name
                )
            )
    places = {aliases.get(title, title): place for title, place in found.places.items()}
    return replace(found, table=found.table.rename_columns(names), places=places)
