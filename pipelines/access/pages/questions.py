"""What can be asked of a dataset, by example: questions in its own columns that are answered as they stand."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from ...messages import _
from ...table_schema import counted_by, primary_key
from ...versions.manifest import Manifest
from ..query.grammar import NUMERIC, TEMPORAL
from ..query.lists import quoted
from ..query.places import Box, place_columns

Field = Mapping[str, Any]
COLUMNS_SHOWN = 3
AROUND_FRANCE = "-5.2,41.3,9.6,51.1"


@dataclass(frozen=True)
class Question:
    """`words` say what is asked; `query` is what follows the address of a file."""

    words: str
    query: str


def questions(manifest: Manifest) -> list[Question]:
    """One for each thing that can be asked, where the columns allow it; nothing is added up where totals stand too."""
    schema = manifest.table_schema
    asked = _asked(schema["fields"], primary_key(schema), place_columns(manifest))
    if counted_by(schema):
        asked = (one for one in asked if not any(name.endswith("__groupby") for name, _value in one[1]))
    return [Question(words, f"?{urlencode(pairs)}") for words, pairs in asked]


def _asked(fields: Sequence[Field], key: Sequence[str], box: Box | None) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    axes = (box.latitude, box.longitude) if box else ()
    text = _first(fields, ("string",), key)
    words = next((field.get("constraints", {}).get("enum") for field in fields if field["name"] == text), None)
    number = _first(fields, NUMERIC, (*key, *axes))
    moment = _first(fields, TEMPORAL, ())
    counted = key[0] if key else fields[0]["name"]
    yield _("The first ten rows"), [("page_size", "10")]
    yield _("Some columns"), [("columns", ",".join(quoted(field["name"]) for field in fields[:COLUMNS_SHOWN]))]
    yield _("A word anywhere, whatever its accents"), [("q", "ecole")]
    if text:
        yield _("A part of a text"), [(f"{text}__contains", "a")]
        yield _("One of several values"), [(f"{text}__in", ",".join(map(quoted, (words or ("a", "b"))[:2])))]
        yield _("How many rows of each"), [(f"{text}__groupby", ""), (f"{counted}__count", "")]
    if number:
        yield _("From a number on, the largest first"), [(f"{number}__greater", "0"), (f"{number}__sort", "desc")]
        name = quoted(number)
        yield _("Empty, or under a number"), [("or", f"({name}__isnull,{name}__strictly_less.1)")]
    if text and number:
        yield (
            _("Added up for each"),
            [(f"{text}__groupby", ""), (f"{number}__sum", ""), (f"{number}__sum__sort", "desc")],
        )
    if moment:
        yield _("Since a day"), [(f"{moment}__greater", "2024-01-01")]
        yield _("How many rows a month"), [(f"{moment}__groupby", "month"), (f"{counted}__count", "")]
    if box:
        yield _("Inside a box: west, south, east, north"), [("bbox", AROUND_FRANCE)]


def _first(fields: Sequence[Field], types: Sequence[str], but: Sequence[str]) -> str | None:
    """A column of few different values, where the schema tells one; else the first of these types."""
    fitting = [field for field in fields if field.get("type", "string") in types and field["name"] not in but]
    listed = [field for field in fitting if field.get("constraints", {}).get("enum")]
    return next((str(field["name"]) for field in listed or fitting), None)
