"""The refused rows as a workbook, their wrong cells marked. It quotes the cells: for `work/held/` only."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

import xlsxwriter

from ..messages import _
from .public import Report

_LARGEST_CELL = 32_767  # Excel's own bound
_LARGEST_ROWS = 1_048_575
_MARK = {"bg_color": "#F8C7C7", "font_color": "#5B0000", "bold": True}  # bold too: colour alone says nothing to some
_OPTIONS = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}


def refused_workbook(reports: Sequence[Report]) -> bytes:
    """One sheet per file with refused rows: the row's number, what is wrong, then its cells under the file's titles."""
    target = BytesIO()
    with xlsxwriter.Workbook(target, {**_OPTIONS, "in_memory": True}) as workbook:
        bold, marked = workbook.add_format({"bold": True, "text_wrap": True}), workbook.add_format(_MARK)
        lines = workbook.add_format({"text_wrap": True, "valign": "top"})
        for number, report in enumerate(reports, start=1):
            name = _("refused rows") if len(reports) == 1 else _("file {number}").format(number=number)
            _write_sheet(workbook.add_worksheet(name), report, bold, marked, lines)
    return target.getvalue()


def _write_sheet(sheet: Any, report: Report, bold: Any, marked: Any, lines: Any) -> None:
    columns = report.refused.column_names if report.refused is not None else []
    titles = report.titles or {}
    sheet.freeze_panes(1, 2)
    sheet.set_column(1, 1, 60)
    sheet.set_column(2, max(2, len(columns) + 1), 18)
    for place, title in enumerate([_("row"), _("what is wrong"), *(titles.get(name, name) for name in columns)]):
        sheet.write_string(0, place, title[:_LARGEST_CELL], bold)
    messages = _messages_by_row(report)
    rows = report.refused.to_pylist() if report.refused is not None else []
    numbered = zip(report.refused_row_numbers[:_LARGEST_ROWS], rows, strict=False)
    for line, (number, cells) in enumerate(numbered, start=1):
        told = messages.get(number, {})
        sheet.write_number(line, 0, number, marked if told.get("") else None)  # what is wrong of the whole row
        sheet.write_string(line, 1, _told(told, titles)[:_LARGEST_CELL], lines)
        for place, name in enumerate(columns, start=2):
            text, look = (cells[name] or "")[:_LARGEST_CELL], marked if name in told else None
            if text:
                sheet.write_string(line, place, text, look)
            elif look is not None:
                sheet.write_blank(line, place, None, look)


def _told(told: Mapping[str, str], titles: Mapping[str, str]) -> str:
    said = (
        _("{column}: {message}").format(column=titles.get(name, name), message=message) if name else message
        for name, message in told.items()
    )
    return "\n".join(said)


def _messages_by_row(report: Report) -> Mapping[int, dict[str, str]]:
    messages: dict[int, dict[str, str]] = {}
    for error in report.errors:
        if error.row_number is not None:
            told = messages.setdefault(error.row_number, {})
            name = error.field_name or ""
            told[name] = f"{told[name]} {error.message}" if name in told else error.message
    return messages
