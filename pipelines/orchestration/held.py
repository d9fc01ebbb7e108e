"""Refused rows wait in work/held/ for the officer: private (0700, 0600)."""

import csv
import io
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from ..messages import _
from ..private_files import make_private_folder, private
from ..validate import Report
from .beside import ForReview
from .flow import Valid

_ACTIVE = re.compile(r"[=@+\-\t\r](?![\d .,]*$)")  # what a spreadsheet would compute; -12,50 is a number


def hold_refused(held: Path, valid: Sequence[Valid], now: datetime) -> Path | None:
    """Write the refused rows with what is wrong; None where no row was refused.

    Three files of one name: the workbook, its wrong cells marked, which is the path that is returned; the same rows
    as CSV; and the page, which groups what is wrong and quotes no cell.
    """
    # Here, for the import budget: most runs refuse nothing.
    from ..validate.marked import refused_workbook
    from ..validate.page import as_html

    reports = [_report(one) for one in valid if one.validated.refused.num_rows]
    if not reports:
        return None
    path = make_private_folder(held) / f"{now:%Y%m%dT%H%M%S}-{_('refused')}.xlsx"
    _write(path, refused_workbook(reports))
    _write(path.with_suffix(".csv"), _csv(reports))
    _write(path.with_suffix(".html"), as_html(*reports).encode())
    return path


def hold_for_review(held: Path, rows: Sequence[ForReview], now: datetime) -> Path | None:
    """Write the rows that a person must look at: the source file, the row as it counts them, then all its cells."""
    if not rows:
        return None
    path = make_private_folder(held) / f"{now:%Y%m%dT%H%M%S}-{_('to-review')}.csv"
    with open(path, "w", encoding="utf-8-sig", opener=private) as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
        for one in rows:
            writer.writerow([_("file"), _("row"), *one.extract.table.column_names])
            for number, cells in zip(one.row_numbers, one.cells.to_pylist(), strict=True):
                writer.writerow([one.extract.source, str(number), *(_inert(cell or "") for cell in cells.values())])
    return path


def _write(path: Path, content: bytes) -> None:
    with open(path, "wb", opener=private) as file:
        file.write(content)


def _report(one: Valid) -> Report:
    validated = one.validated
    return Report(
        source=one.extract.source,
        sheet=one.extract.sheet,
        error_count=len(validated.errors),
        errors=validated.errors,
        findings=(*one.extract.findings, *one.findings),
        titles=one.extract.titles,
        places=one.extract.places,
        read_refused=lambda: validated.refused,
        refused_row_numbers=validated.refused_row_numbers,
    )


def _csv(reports: Sequence[Report]) -> bytes:
    """Columns: the source file, the row as it counts them, what is wrong, then the row's own cells."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    for report in reports:
        if report.refused is None:
            continue
        titles: Mapping[str, str] = report.titles or {}
        columns = report.refused.column_names
        writer.writerow([_("file"), _("row"), _("what is wrong"), *(titles.get(name, name) for name in columns)])
        said = _said(report)
        rows = zip(report.refused_row_numbers, report.refused.to_pylist(), strict=True)
        for number, row in rows:
            cells = ("" if value is None else _inert(value) for value in row.values())
            writer.writerow([report.source, str(number), said.get(number, ""), *cells])
    return text.getvalue().encode("utf-8-sig")


def _said(report: Report) -> dict[int, str]:
    said: dict[int, list[str]] = {}
    for error in report.errors:
        if error.row_number is not None:
            said.setdefault(error.row_number, []).append(error.message)
    return {number: " ".join(messages) for number, messages in said.items()}


def _inert(cell: str) -> str:
    """With an apostrophe before what a spreadsheet would take for a formula."""
    return f"'{cell}" if _ACTIVE.match(cell) else cell
