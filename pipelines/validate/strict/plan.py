"""What the engine needs to know of a file before its first row, all taken from frictionless' own opening of it.

Frictionless detects the encoding and the dialect, reads the labels, compares
the header and reads the referenced tables; the engine takes over at the first
row. A feature that it does not know makes no plan: frictionless then does it all.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from frictionless.formats.csv import CsvControl
from frictionless.resources import TableResource

from ..cells import Column, JudgeSlowly, columns_of
from ..fields import bounds, is_hashed
from ..rows import ForeignKey, Keys
from .spool import FaultLog

_QUOTES = ('"', "'")


@dataclass(frozen=True)
class Dialect:
    """How the bytes become cells."""

    encoding: str
    delimiter: str
    quote: str
    first_row: int  # number of the first content row; records before it are skipped
    python: csv.Dialect  # for Python's reader
    is_plain: bool  # arrow's reader gives the same cells on tidy content


@dataclass(frozen=True)
class Plan:
    """Everything but the rows."""

    path: Path
    dialect: Dialect
    columns: tuple[Column, ...]
    keys: Keys


@dataclass(frozen=True)
class Outcome:
    """The faults of the rows, in order, and how many rows were read."""

    faults: FaultLog
    row_count: int
    is_limited: bool  # the limit of errors was reached, and the rest left unread


class Unreadable(Exception):
    """The engine cannot be sure of this content."""


def plan_of(resource: Any, judge_slowly: JudgeSlowly) -> Plan | None:
    """The plan of an open resource; None where frictionless has to do the whole file."""
    if not isinstance(resource, TableResource) or not _is_plain_file(resource) or not _is_plain_table(resource):
        return None
    expected = resource.header.get_expected_fields()
    keys = _keys_of(resource, expected)
    if keys is None or not expected or any(None in bounds(field).values() for field in expected):
        return None
    return Plan(Path(resource.normpath), _dialect_of(resource), columns_of(expected, judge_slowly), keys)


def _is_plain_file(resource: Any) -> bool:
    return (
        resource.scheme == "file"
        and resource.format == "csv"
        and not resource.compression
        and not resource.multipart
        and resource.data is None
    )


def _is_plain_table(resource: Any) -> bool:
    dialect = resource.dialect
    is_filtered = dialect.comment_char or dialect.comment_rows or dialect.skip_blank_rows
    return not is_filtered and list(dialect.header_rows) == sorted(dialect.header_rows)


def _dialect_of(resource: Any) -> Dialect:
    control = CsvControl.from_dialect(resource.dialect)
    python = control.to_python()
    is_plain = (
        python.escapechar is None
        and not python.skipinitialspace
        and python.quoting == csv.QUOTE_MINIMAL
        and python.quotechar in _QUOTES
        and len(python.delimiter) == 1
        and python.delimiter.isascii()
        and python.delimiter not in "\r\n"
    )
    first_row = resource.dialect.create_first_content_row()
    return Dialect(resource.encoding, python.delimiter, python.quotechar, first_row, python, is_plain)


def _keys_of(resource: Any, expected: Sequence[Any]) -> Keys | None:
    """None where a key is of a kind that only frictionless compares."""
    by_name = {field.name: field for field in expected}
    unique = tuple(field.name for field in expected if field.constraints.get("unique"))
    primary = _primary_key(resource, list(by_name))
    foreign = _foreign_keys(resource, by_name)
    names = {*unique, *primary, *(name for key in foreign or () for name in key.names)}
    if foreign is None or not all(is_hashed(by_name[name]) for name in names):
        return None
    return Keys(unique, primary, foreign)


def _primary_key(resource: Any, names: Sequence[str]) -> tuple[str, ...]:
    declared = resource.schema.primary_key
    if not set(declared) <= set(names):
        return ()
    if resource.dialect.header_case:
        return tuple(declared)
    lowered = [name.lower() for name in declared]
    return tuple(name for name in names if name.lower() in lowered) if declared else ()


def _foreign_keys(resource: Any, by_name: dict[str, Any]) -> tuple[ForeignKey, ...] | None:
    keys = []
    for declared in resource.schema.foreign_keys:
        reference, names = declared["reference"], tuple(declared["fields"])
        if not reference["resource"] or reference["resource"] == resource.name:
            return None
        values = resource.lookup.get(reference["resource"], {}).get(tuple(reference["fields"]), set())
        if set(names) <= set(by_name):
            keys.append(ForeignKey(names, reference["resource"], tuple(reference["fields"]), frozenset(values)))
    return tuple(keys)
