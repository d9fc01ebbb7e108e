"""`parvis validate`: one file against one Table Schema, before anything is published."""

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from ..errors import InvalidData, InvalidDeclaration
from ..extract.download import download, is_address
from ..messages import _, mark
from ..settings import Settings, bundled
from ..validate import Report, Source, outputs, validate, validate_as_is, validate_as_is_with_values
from .glue import JsonOption, command, show
from .root import parvis


@command(
    parvis,
    mark("Check a file against a schema, before anything is published."),
    "parvis validate a.csv --schema budget",
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--schema", required=True, metavar=mark("NAME|PATH|URL"), help=mark("The Table Schema."))
@click.option("--strict", is_flag=True, help=mark("Take the file as it is: no repair, no mapping of headers."))
@click.option("--values", is_flag=True, help=mark("With --strict: frictionless' whole errors. They quote cells."))
@click.option("--html", type=click.Path(path_type=Path), help=mark("Write the report as a page."))
@JsonOption
def _validate(
    settings: Settings, file: Path, schema: str, strict: bool, values: bool, html: Path | None, as_json: bool
) -> int:
    table_schema = find_schema(schema, settings.root)
    report = _report(file, table_schema, strict, values)
    if html:
        html.write_text(outputs.as_html(report), "utf-8")
    show(outputs.as_json(report), outputs.as_text(report), as_json)
    return 0 if report.is_valid else InvalidData.exit_code


def find_schema(name: str, root: Path) -> Mapping[str, Any]:
    """The Table Schema at an address or a path, or of that name in the installation or among the bundled ones."""
    if is_address(name):
        with tempfile.TemporaryDirectory() as folder:
            return _parse(download(name, Path(folder)), name)
    candidates = [Path(name), *(place / "schemas" / f"{name}.json" for place in (root, bundled()))]
    for path in candidates:
        if path.is_file():
            return _parse(path, name)
    raise InvalidDeclaration(
        _("no schema “{name}”: give a path, an address, or one of {known}.").format(
            name=name,
            known=", ".join(
                sorted(path.stem for path in (bundled() / "schemas").glob("[!.]*.json") if "." not in path.stem)
            ),
        )
    )


def _parse(path: Path, name: str) -> Mapping[str, Any]:
    try:
        content = json.loads(path.read_text("utf-8"))
    except (ValueError, OSError):
        content = None
    if not isinstance(content, dict) or "fields" not in content:
        raise InvalidDeclaration(_("{name}: not a Table Schema (JSON with “fields”).").format(name=name))
    return content


def _report(file: Path, table_schema: Mapping[str, Any], strict: bool, values: bool) -> Report:
    if not strict:
        return validate(file, table_schema)
    source = Source(file.resolve(), table_schema)
    return validate_as_is_with_values(source) if values else validate_as_is(source)
