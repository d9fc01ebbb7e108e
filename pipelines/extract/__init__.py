"""From a file of a municipal system to a table of text: one module per product or format.

A connector decides what is a row and what a column is called; it converts no
value that the Table Schema can judge, and decides nothing about people: every
column that the source delivers comes out, for the privacy block to treat.
The map:

connectors      the table: which function reads which kind of file
totem           budgets, as finance software seals them
decidim         projects of participatory budgets, as Decidim exports them
pabulib         the same, with the ballots that are counted and go no further
open311         requests to the town, in JSON and XML
file            any table that needs no module of its own
content safe_xml    bytes, text and elements from outside, bounded
nomenclatures charts archives download    the charts of accounts that budgets are read with
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa


@dataclass(frozen=True)
class Finding:
    """Something true of the source that an officer should know; described, never quoted."""

    severity: str  # "error": this file is not published; "warning": it is, and the report says so
    rule: str  # a stable word, e.g. "account-not-in-chart"
    message: str  # in the reader's language, with place, expectation and next step
    row: int | None = None  # as the source counts its rows
    column: str | None = None


@dataclass(frozen=True)
class Extract:
    """One source file, read: every column as text, "" where the source has nothing."""

    table: pa.Table  # string columns; names are the source's titles, or fields where the connector maps them
    rows: Sequence[int]  # where each row of the table lies in the source, as an officer counts it
    source: str  # the file's name, for messages; never a path
    siren: str | None = None  # the organisation that the source names itself, if it does
    findings: Sequence[Finding] = ()
    sheet: str | None = None  # the sheet that was read, of a workbook
    titles: Mapping[str, str] = field(default_factory=dict)  # field -> the file's own title, where it has another
    places: Mapping[str, int] = field(default_factory=dict)  # column -> its number in the file, where it has one
    has_header: bool = True  # False where a column is known only by its values, as in JSON: none is none today


@dataclass(frozen=True)
class References:
    """What connectors look things up in."""

    nomenclatures: tuple[Path, ...] = field(default=())  # folders <year>/<family>/<name>/planDeCompte.xml
    table_schema: Mapping[str, Any] = field(default_factory=lambda: {"fields": []})  # of the dataset's valid rows
    titles: Mapping[str, str] = field(default_factory=dict)  # the source's title -> column, as declared


@dataclass(frozen=True)
class Connector:
    """A connector and the file names it reads (lower-case suffixes)."""

    extract: Callable[[Path, References], Extract]
    suffixes: tuple[str, ...]
