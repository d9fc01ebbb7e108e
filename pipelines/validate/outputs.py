"""A report for a program, for an officer's browser, and for her spreadsheet."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import jinja2
import xlsxwriter

from ..messages import _, language, ngettext
from .public import Report

_ROWS_SHOWN = 20
_LARGEST_CELL = 32_767  # Excel's own bound


def as_json(report: Report) -> dict[str, Any]:
    """The report as `parvis validate --json` prints it."""
    printed: dict[str, Any] = {
        "valid": report.is_valid,
        "errors": [
            {
                "type": error.type,
                "rowNumber": error.row_number,
                "fieldNumber": error.field_number,
                "fieldName": error.field_name,
                "message": error.message,
            }
            for error in report.errors
        ],
        "findings": [
            {"severity": one.severity, "rule": one.rule, "row": one.row, "column": one.column, "message": one.message}
            for one in report.findings
        ],
        "repairs": [
            {"rule": one.rule, "row": one.row, "column": one.column, "message": one.message} for one in report.repairs
        ],
    }
    return printed | ({"descriptors": list(report.descriptors)} if report.descriptors else {})


@dataclass(frozen=True)
class Group:
    """The same thing in several rows."""

    column: str
    message: str
    rows: tuple[int, ...]
    count: int

    @property
    def places(self) -> str:
        """The first rows, as the spreadsheet numbers them."""
        shown = ", ".join(map(str, self.rows[:_ROWS_SHOWN]))
        return f"{shown}, …" if len(self.rows) > _ROWS_SHOWN else shown


def grouped(report: Report) -> dict[str, list[Group]]:
    """Errors, findings and repairs, each grouped by column and message in the order of their first row."""
    titles = report.titles or {}
    errors = (
        (titles.get(one.field_name or "", one.field_name or ""), one.message, one.row_number) for one in report.errors
    )
    return {
        "errors": list(_groups(errors)),
        "findings": list(_groups((one.column or "", one.message, one.row) for one in report.findings)),
        "repairs": list(_groups((one.column or "", one.message, one.row) for one in report.repairs)),
    }


def _groups(told: Any) -> Iterator[Group]:
    rows: dict[tuple[str, str], list[int | None]] = {}
    for column, message, row in told:
        rows.setdefault((column, message), []).append(row)
    for (column, message), numbers in rows.items():
        known = tuple(dict.fromkeys(number for number in numbers if number is not None))
        yield Group(column, message, known, len(numbers))


_PAGE = """<!doctype html>
<html lang="{{ language }}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{{ title }}</title>
<style>
body{font:1rem/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.4rem .6rem;border-bottom:1px solid #767676}
.bad{color:#9c0f0f}.good{color:#0b5d1e}
</style>
<h1>{{ title }}</h1>
<p class="{{ 'good' if report.is_valid else 'bad' }}"><strong>{{ verdict }}</strong></p>
{% for heading, groups in parts %}{% if groups %}
<h2>{{ heading }}</h2>
<table>
<thead><tr><th scope="col">{{ words.column }}</th><th scope="col">{{ words.what }}</th>
<th scope="col">{{ words.count }}</th><th scope="col">{{ words.rows }}</th></tr></thead>
<tbody>
{% for group in groups %}<tr><td>{{ group.column }}</td><td>{{ group.message }}</td><td>{{ group.count }}</td>
<td>{{ group.places }}</td></tr>
{% endfor %}</tbody>
</table>
{% endif %}{% endfor %}
</html>
"""


def as_html(report: Report) -> str:
    """One page without any script or address; rows are numbered as the officer's spreadsheet numbers them."""
    groups = grouped(report)
    template = jinja2.Environment(autoescape=True, trim_blocks=True).from_string(_PAGE)
    return template.render(
        language=language(),
        report=report,
        title=_("Validation of {file}").format(file=_place(report)),
        verdict=_verdict(report),
        words={"column": _("Column"), "what": _("What to do"), "count": _("Count"), "rows": _("Rows")},
        parts=[
            (_("Errors"), groups["errors"]),
            (_("To be checked"), groups["findings"]),
            (_("Mended on the way in"), groups["repairs"]),
        ],
    )


def as_text(report: Report) -> str:
    """The report for a terminal: the verdict, then each kind of thing with its rows."""
    groups = grouped(report)
    headings = {"errors": _("Errors"), "findings": _("To be checked"), "repairs": _("Mended on the way in")}
    lines = [f"{_place(report)}: {_verdict(report)}"]
    for kind, heading in headings.items():
        lines += [heading] if groups[kind] else []
        lines += [f"  {_line(group)}" for group in groups[kind]]
    return "\n".join(lines)


def _line(group: Group) -> str:
    rows = ngettext("row {rows}", "rows {rows}", len(group.rows)).format(rows=group.places) if group.rows else ""
    return " – ".join(part for part in (group.column, group.message, rows) if part)


def _place(report: Report) -> str:
    if report.sheet is None:
        return report.source
    return _("{file}, sheet “{sheet}”").format(file=report.source, sheet=report.sheet)


def _verdict(report: Report) -> str:
    if report.is_valid:
        return _("The file is valid.")
    return ngettext("The file has {count} error.", "The file has {count} errors.", report.error_count).format(
        count=report.error_count
    )


def refused_workbook(report: Report) -> bytes:
    """The refused rows as an XLSX, their wrong cells marked. It quotes the cells: for `work/held/` only."""
    target = BytesIO()
    workbook = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = workbook.add_worksheet(_("refused rows"))
    bold, marked = workbook.add_format({"bold": True}), workbook.add_format({"bg_color": "#F8C7C7"})
    columns = report.refused.column_names if report.refused is not None else []
    titles = report.titles or {}
    for place, column in enumerate([_("row"), _("errors"), *(titles.get(name, name) for name in columns)]):
        sheet.write_string(0, place, column, bold)
    messages = _messages_by_row(report)
    rows = report.refused.to_pylist() if report.refused is not None else []
    for line, (number, cells) in enumerate(zip(report.refused_row_numbers, rows, strict=True), start=1):
        told = messages.get(number, {})
        sheet.write_number(line, 0, number)
        sheet.write_string(
            line, 1, " ".join(f"{name}: {message}" if name else message for name, message in told.items())
        )
        for place, name in enumerate(columns, start=2):
            text = (cells[name] or "")[:_LARGEST_CELL]
            sheet.write_string(line, place, text, marked if name in told else None)
    workbook.close()
    return target.getvalue()


def _messages_by_row(report: Report) -> Mapping[int, dict[str, str]]:
    messages: dict[int, dict[str, str]] = {}
    for error in report.errors:
        if error.row_number is not None:
            told = messages.setdefault(error.row_number, {})
            name = error.field_name or ""
            told[name] = f"{told[name]} {error.message}" if name in told else error.message
    return messages
