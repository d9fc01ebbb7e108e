"""A small file, record by record: importing arrow alone would take longer than judging it."""

import csv
from collections.abc import Iterator
from itertools import islice

from ..cells import remembering
from ..rows import RowJudge
from .plan import Outcome, Plan, Unreadable
from .spool import FaultLog

SMALL_BYTES = 1 << 20


def run_small(plan: Plan, header_error_count: int, limit_errors: int) -> Outcome:
    """The outcome that `run` has for the same file. Raises Unreadable."""
    judge, faults = RowJudge(remembering(plan.columns), plan.keys), FaultLog()
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


def _content_rows(plan: Plan) -> Iterator[list[str]]:
    with open(plan.path, encoding=plan.dialect.encoding, newline="") as lines:
        records = csv.reader(lines, dialect=plan.dialect.python)
        try:
            yield from islice(records, plan.dialect.first_row - 1, None)
        except (UnicodeError, csv.Error):
            raise Unreadable from None
