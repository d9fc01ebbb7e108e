"""A small file, record by record: importing arrow alone would take longer than judging it."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Any

from ..cells import Reader
from ..rows import RowJudge
from .plan import Outcome, Plan, Unreadable
from .spool import FaultLog

SMALL_BYTES = 1 << 20


def run_small(plan: Plan, header_error_count: int, limit_errors: int) -> Outcome:
    """The outcome that `run` has for the same file. Raises Unreadable."""
    columns = [replace(column, read=_remembered(column.read)) for column in plan.columns]
    judge, faults = RowJudge(columns, plan.keys), FaultLog()
    number = plan.dialect.first_row - 1
    for cells in _content_rows(plan):
        number += 1
        if limit_errors and header_error_count >= limit_errors:
            return Outcome(faults, number, True)
        for fault in judge.judge(number, cells).faults:
            faults.append(fault)
            if limit_errors and header_error_count + len(faults) >= limit_errors:
                return Outcome(faults, number, True)
    return Outcome(faults, number - plan.dialect.first_row + 1, False)


def _remembered(read: Reader) -> Reader:
    """Most columns hold few texts, many times."""
    known: dict[Any, tuple[Any, dict[str, str] | None]] = {}

    def read_cell(cell: Any) -> tuple[Any, dict[str, str] | None]:
        found = known.get(cell)
        if found is None:
            found = known[cell] = read(cell)
        return found

    return read_cell


def _content_rows(plan: Plan) -> Iterator[list[str]]:
    with open(plan.path, encoding=plan.dialect.encoding, newline="") as lines:
        records = csv.reader(lines, dialect=plan.dialect.python)
        try:
            yield from islice(records, plan.dialect.first_row - 1, None)
        except (UnicodeError, csv.Error):
            raise Unreadable from None
