"""`parvis validate`: one file against one Table Schema, before anything is published."""

import tempfile
from collections.abc import Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import click

from ..errors import InvalidData, SourceUnavailable
from ..messages import mark
from ..settings import Settings, bundled
from ..validate import (
    Report,
    Source,
    find_schema,
    report_of_refusal,
    validate,
    validate_as_is,
    validate_as_is_with_values,
)
from ..validate.outputs import as_text, json_pieces
from ..validate.page import as_html
from .contents import PURPOSES
from .glue import JsonOption, command
from .root import parvis

_PIECES_AT_A_TIME = 1000


@command(
    parvis,
    PURPOSES["validate"],
    "parvis validate a.csv --schema budget",
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--schema", required=True, metavar=mark("NAME|PATH|URL"), help=mark("The Table Schema."))
@click.option(
    "--strict",
    is_flag=True,
    help=mark("Take the file as it is, by its suffix (CSV, JSON, NDJSON, Parquet): no repair, no mapping of headers."),
)
@click.option("--values", is_flag=True, help=mark("Like --strict, with frictionless' whole errors. They quote cells."))
@click.option("--html", type=click.Path(path_type=Path), help=mark("Write the report as a page."))
@JsonOption
def _validate(
    settings: Settings, file: Path, schema: str, strict: bool, values: bool, html: Path | None, as_json: bool
) -> int:
    table_schema, titles = _shape(schema, (settings.root, bundled()))
    code = InvalidData.exit_code
    try:
        report = _report(file, table_schema, titles, strict, values, settings.source_max_bytes)
    except (SourceUnavailable, InvalidData) as refused:
        # Programs and pages get a report of the same shape; people read the error itself.
        click.echo(f"parvis: {refused}", err=True)
        report, code = report_of_refusal(file.name, str(refused)), refused.exit_code
    else:
        if not as_json:
            click.echo(as_text(report))
    if as_json:
        _print_json(report)
    _write_page(html, report)  # last: a page that cannot be written hides no answer
    return 0 if report.is_valid else code


def _print_json(report: Report) -> None:
    pieces = json_pieces(report)
    while piece := "".join(islice(pieces, _PIECES_AT_A_TIME)):
        click.echo(piece, nl=False)
    click.echo()


def _write_page(html: Path | None, report: Report) -> None:
    if html:
        html.write_text(as_html(report), "utf-8")


def _fetch(address: str) -> bytes:
    from ..extract.download import download

    with tempfile.TemporaryDirectory() as folder:
        return download(address, Path(folder)).read_bytes()


def _shape(wanted: str, roots: Sequence[Path]) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    """The schema by its name or its dataset's, path or address; of a name, what declared titles stand for."""
    from ..declarations import declared_titles

    name, titles = declared_titles(wanted, roots)
    return find_schema(name, roots, _fetch), titles


def _report(
    file: Path, table_schema: Mapping[str, Any], titles: Mapping[str, str], strict: bool, values: bool, max_bytes: int
) -> Report:
    if not strict and not values:
        from ..validate.door import LIMIT_BYTES, Limits

        limits = Limits(size_bytes=min(max_bytes, LIMIT_BYTES))
        return validate(file, table_schema, aliases=titles, limits=limits)
    if values:
        return validate_as_is_with_values(Source(file.resolve(), table_schema))
    return validate_as_is(Source(file.resolve(), table_schema))
