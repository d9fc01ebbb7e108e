"""The same thing in many rows, said once: what the text and the page of a report are made of."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ..columns import letters_of
from ..messages import _
from .public import Report

Told = tuple[str, str, int | None]  # column, message, row


@dataclass(frozen=True)
class Group:
    """One message about one column; `rows` as the officer's spreadsheet numbers them."""

    column: str
    message: str
    rows: tuple[int, ...]
    count: int

    def places(self, most: int) -> str:
        """The rows, neighbours as one range: 4–7, 9; at most `most` of them."""
        ranges = list(_ranges(self.rows))
        shown = ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in ranges[:most])
        return f"{shown}, …" if len(ranges) > most else shown


def errors_of(report: Report) -> list[Group]:
    """In the order of their first row."""
    return _groups((_column(report, e.field_name), e.message, e.row_number) for e in report.errors)


def findings_of(report: Report) -> list[Group]:
    """What is to be checked: errors of the whole file first."""
    found = sorted(report.findings, key=lambda one: one.severity != "error")
    return _groups((_column(report, one.column), one.message, one.row) for one in found)


def repairs_of(report: Report) -> list[Group]:
    """What was changed on the way in."""
    return _groups((_column(report, one.column), one.message, one.row) for one in report.repairs)


def _column(report: Report, name: str | None) -> str:
    """The column as its author calls it, and the letters above it."""
    title = (report.titles or {}).get(name or "", name or "")
    place = (report.places or {}).get(name or "")
    return _("{title} (column {letters})").format(title=title, letters=letters_of(place)) if place and title else title


def _groups(told: Iterable[Told]) -> list[Group]:
    rows: dict[tuple[str, str], list[int | None]] = {}
    for column, message, row in told:
        rows.setdefault((column, message), []).append(row)
    return [
        Group(column, message, tuple(dict.fromkeys(n for n in numbers if n is not None)), len(numbers))
        for (column, message), numbers in rows.items()
    ]


def _ranges(rows: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Runs of neighbours; a gap of blank rows ends one."""
    first = last = None
    for row in sorted(rows):
        if first is None or last is None or row > last + 1:
            if first is not None and last is not None:
                yield first, last
            first = row
        last = row
    if first is not None and last is not None:
        yield first, last
