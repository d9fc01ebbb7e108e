"""A report for a program, and for a terminal."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..messages import _, figure, ngettext
from .groups import Group, errors_of, findings_of, repairs_of
from .public import Report

_RANGES_SHOWN = 20


def json_pieces(report: Report) -> Iterator[str]:
    """The report in JSON, item by item: a million repairs are printed, and never held at once."""
    yield f'{{"valid": {json.dumps(report.is_valid)}'
    for key, items in _lists(report):
        yield f',\n"{key}": ['
        for number, item in enumerate(items):
            yield f"{',' if number else ''}\n {json.dumps(item, ensure_ascii=False)}"
        yield "]"
    yield "}"


def _lists(report: Report) -> Iterator[tuple[str, Iterator[Mapping[str, Any]]]]:
    yield (
        "errors",
        (
            {
                "type": error.type,
                "rowNumber": error.row_number,
                "fieldNumber": error.field_number,
                "fieldName": error.field_name,
                "message": error.message,
            }
            for error in report.errors
        ),
    )
    yield (
        "findings",
        (
            {"severity": one.severity, "rule": one.rule, "row": one.row, "column": one.column, "message": one.message}
            for one in report.findings
        ),
    )
    yield (
        "repairs",
        ({"rule": one.rule, "row": one.row, "column": one.column, "message": one.message} for one in report.repairs),
    )
    if report.descriptors:
        yield "descriptors", iter(report.descriptors)


def as_text(report: Report) -> str:
    """The report for a terminal: the verdict, then each kind of thing with its rows."""
    lines = [_("{file}: {verdict}").format(file=place_of_report(report), verdict=verdict(report))]
    for heading, groups in parts(report):
        lines += [heading, *(f"  {_line(group)}" for group in groups)] if groups else []
    return "\n".join(lines)


def parts(report: Report) -> list[tuple[str, Sequence[Group]]]:
    """The three things that a report says, each under its heading."""
    return [
        (_("Errors"), errors_of(report)),
        (_("To be checked"), findings_of(report)),
        (_("Mended on the way in"), repairs_of(report)),
    ]


def place_of_report(report: Report) -> str:
    """The file, and the sheet of it that was read."""
    if report.sheet is None:
        return report.source
    return _("{file}, sheet “{sheet}”").format(file=report.source, sheet=report.sheet)


def verdict(report: Report) -> str:
    """Whether the file is valid, and how many errors it has."""
    if report.is_valid:
        return _("The file is valid.")
    count = report.error_count + report.finding_error_count
    said = ngettext("The file has {count} error.", "The file has {count} errors.", count).format(count=figure(count))
    if report.error_count > len(report.errors):
        told = ngettext("Only the first is told.", "Only the first {shown} are told.", len(report.errors))
        said = f"{said} {told.format(shown=figure(len(report.errors)))}"
    return said


def _line(group: Group) -> str:
    places = group.places(_RANGES_SHOWN)
    rows = ngettext("row {rows}", "rows {rows}", len(group.rows)).format(rows=places) if group.rows else ""
    return " – ".join(part for part in (group.column, group.message, rows) if part)
