"""Refused rows wait in work/held/ for the officer: private (0700, 0600), and purged after their retention."""

import csv
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from ..messages import _
from ..private_files import make_private_folder, private
from .flow import Valid


def hold_refused(held: Path, valid: Sequence[Valid], now: datetime) -> Path | None:
    """Write the refused rows with the rules that they broke; None where no row was refused.

    Columns: the source file, the row as it counts them, what is wrong, then the row's own cells.
    """
    refused = [one for one in valid if one.validated.refused.num_rows]
    if not refused:
        return None
    path = make_private_folder(held) / f"{now:%Y%m%dT%H%M%S}-{_('refused')}.csv"
    with open(path, "w", encoding="utf-8-sig", opener=private) as file:
        writer = csv.writer(file, delimiter=";", lineterminator="\r\n")
        writer.writerow([_("file"), _("row"), _("what is wrong"), *refused[0].validated.refused.column_names])
        for one in refused:
            writer.writerows(_rows(one))
    return path


def purge(held: Path, retention_days: int, now: datetime) -> int:
    """Delete what has waited longer than its retention; how many files."""
    oldest = (now - timedelta(days=retention_days)).timestamp()
    expired = [path for path in held.rglob("*") if path.is_file() and path.stat().st_mtime < oldest]
    for path in expired:
        path.unlink()
    return len(expired)


def _rows(one: Valid) -> list[list[str]]:
    said: dict[int, list[str]] = {}
    for error in one.validated.errors:
        if error.row_number is not None:
            said.setdefault(error.row_number, []).append(error.message)
    cells = one.validated.refused.to_pylist()
    return [
        [one.extract.source, str(number), " ".join(said.get(number, [])), *(value or "" for value in row.values())]
        for number, row in zip(one.validated.refused_row_numbers, cells, strict=True)
    ]
