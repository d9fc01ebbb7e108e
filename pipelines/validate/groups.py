"""The same thing in many rows, said once: what the text and the page of a report are made of."""

from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from operator import lt

from ..columns import letters_of
from ..messages import _
from .listing import NO_ROW, listed
from .public import Report

Told = tuple[str, str, Iterable[int]]  # column, message, rows


@dataclass(frozen=True)
class Group:
    """One message about one column; `rows` as the officer's spreadsheet numbers them, in order, each once."""

    column: str
    message: str
    rows: Sequence[int]
    count: int

    def places(self, most: int) -> str:
        """The rows, neighbours as one range: 4–7, 9; at most `most` of them."""
        ranges = list(islice(_ranges(self.rows), most + 1))
        shown = ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in ranges[:most])
        return f"{shown}, …" if len(ranges) > most else shown


def errors_of(report: Report) -> list[Group]:
    """In the order of their first row."""
    together = listed(report.errors, "row_number").together()
    return _groups((_column(report, error.field_name), error.message, rows) for error, rows in together)


def findings_of(report: Report) -> list[Group]:
    """What is to be checked: errors of the whole file first."""
    found = sorted(listed(report.findings).together(), key=lambda one: one[0].severity != "error")
    return _groups((_column(report, finding.column), finding.message, rows) for finding, rows in found)


def repairs_of(report: Report) -> list[Group]:
    """What was changed on the way in."""
    together = listed(report.repairs).together()
    return _groups((_column(report, repair.column), repair.message, rows) for repair, rows in together)


def _column(report: Report, name: str | None) -> str:
    """The column as its author calls it, and the letters above it."""
    title = (report.titles or {}).get(name or "", name or "")
    place = (report.places or {}).get(name or "")
    return _("{title} (column {letters})").format(title=title, letters=letters_of(place)) if place and title else title


def _groups(told: Iterable[Told]) -> list[Group]:
    rows: dict[tuple[str, str], array[int]] = {}
    for column, message, numbers in told:
        rows.setdefault((column, message), array("q")).extend(numbers)
    return [Group(column, message, _once(numbers), len(numbers)) for (column, message), numbers in rows.items()]


def _once(numbers: Sequence[int]) -> Sequence[int]:
    """Rows in order, each once, without those that are none."""
    if all(map(lt, numbers, islice(numbers, 1, None))) and NO_ROW not in numbers[:1]:
        return numbers
    return sorted(set(numbers) - {NO_ROW})


def _ranges(rows: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Runs of neighbours; a gap of blank rows ends one."""
    first = last = None
    for row in rows:
        if first is None or last is None or row > last + 1:
            if first is not None and last is not None:
                yield first, last
            first = row
        last = row
    if first is not None and last is not None:
        yield first, last
