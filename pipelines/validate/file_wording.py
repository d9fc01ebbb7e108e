"""Errors of the header and of the whole file in our words; they quote titles, never cells."""

from collections.abc import Callable, Mapping
from typing import Any

from ..messages import _

_FILE: Mapping[str, Callable[[], str]] = {
    "blank-header": lambda: _("The header is empty. Write the columns' titles on the first row."),
    "blank-label": lambda: _("This column has no title. Write it."),
    "byte-count": lambda: _(
        "The file has not the declared number of bytes. Send it again, or correct the declaration."
    ),
    "duplicate-label": lambda: _("Two columns have this title. Rename or remove one."),
    "encoding-error": lambda: _("The text is not in the declared encoding. Export it as UTF-8."),
    "error": lambda: _("This format is not read as it is. Export the file as CSV, or validate it without --strict."),
    "extra-label": lambda: _("This column is no field of the schema. Remove it."),
    "field-count": lambda: _("The file has not the declared number of columns."),
    "format-error": lambda: _(
        "The file's name does not end as its format does, or this format is not read as it is. "
        "Name it as it is (.csv, .json, .ndjson, .parquet), or validate it without --strict."
    ),
    "hash-count": lambda: _("The file is not the declared one: its digest is another. Send it again."),
    "incorrect-label": lambda: _("This title is not the expected one. Rename the column, or put it in its place."),
    "missing-label": lambda: _("This column is required and the file has none of this name. Add it."),
    "row-count": lambda: _("The file has not the declared number of rows."),
    "source-error": lambda: _("The file holds no table that can be read. Export it again."),
    "unmatched-header": lambda: _("No title is a field of the schema. Check that this is the right file."),
}


def file_message(descriptor: Mapping[str, Any]) -> str:
    """The message of an error that frictionless gives for the header or the file."""
    known = _FILE.get(descriptor["type"])
    if known is not None:
        return known()
    return _("The file cannot be validated ({type}). Check the file, its schema and its dialect.").format(
        type=descriptor["type"]
    )
