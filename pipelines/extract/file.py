"""Any table in a file (CSV, spreadsheet, JSON, Parquet), through the door that `parvis validate` uses too.

For sources that need no module of their own: a dataset of one folder, without Python.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from ..messages import _
from ..validate.door import Opened, open_file
from ..validate.report import Repair
from . import Extract, Finding, References

SUFFIXES = (".csv", ".tsv", ".txt", ".xlsx", ".xls", ".ods", ".json", ".ndjson", ".parquet", ".gz", ".zip")
# A column that is no field is the privacy block's to declare and the closed world's to refuse; a title that is
# found by its name in other letters, or by a declared alias, is as it should be.
_SAID_ELSEWHERE = ("unknown-column", "header")


def extract_file(path: Path, references: References) -> Extract:
    """The sheet that has most of the schema's titles, under its fields' names; what the door mended is a finding.

    Raises SourceUnavailable for a file that cannot be read, InvalidData for formulas or repeated titles.
    """
    opened = open_file(path, references.table_schema, references.titles)
    found = opened.extract
    findings = tuple(finding for finding in found.findings if finding.rule not in _SAID_ELSEWHERE)
    return replace(found, findings=(*findings, *_mended(opened), *_ragged(opened)))


def _mended(opened: Opened) -> Iterator[Finding]:
    """One finding per kind of repair and column, at its first row."""
    counts = Counter((repair.rule, repair.column) for repair in opened.repairs if repair.rule not in _SAID_ELSEWHERE)
    for (rule, column), count in counts.items():
        first = _first(opened.repairs, rule, column)
        told = _("{source}: {what} (column “{column}”, {count} times).") if column else _("{source}: {what}.")
        what = first.message.rstrip(".")
        message = told.format(source=opened.extract.source, what=what, column=column, count=count)
        yield Finding("warning", rule, message, row=first.row, column=column)


def _first(repairs: Sequence[Repair], rule: str, column: str | None) -> Repair:
    return next(repair for repair in repairs if (repair.rule, repair.column) == (rule, column))


def _ragged(opened: Opened) -> Iterator[Finding]:
    """Cells beyond the last title belong to no column, and a row that ends too early may be cut."""
    for rule, told in (
        (
            "extra-cell",
            _("{source}: {count} rows have more cells than the header (the first is row {row}); mend the export."),
        ),
        (
            "missing-cell",
            _("{source}: {count} rows have fewer cells than the header (the first is row {row}); mend the export."),
        ),
    ):
        rows = [error.row_number for error in opened.ragged if error.rule == rule]
        if rows:
            message = told.format(source=opened.extract.source, count=len(rows), row=rows[0])
            yield Finding("error", rule, message, row=rows[0])
