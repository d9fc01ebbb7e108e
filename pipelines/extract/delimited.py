"""Delimited text -> records, with the line or the row where an officer finds each."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from ..errors import InvalidData, SourceUnavailable
from ..messages import _

SEPARATORS = (";", ",", "\t")

# The module's own limit of 128 kB is less than a description with an image pasted in; the file's size bounds cells.
csv.field_size_limit(16 * 1024 * 1024)


@dataclass(frozen=True)
class Record:
    """One record: `row` as a spreadsheet numbers it, `line` as a text editor does."""

    row: int
    line: int
    cells: list[str]


@dataclass(frozen=True)
class Sheet:
    """A header and its records, each with as many cells as the header."""

    titles: tuple[str, ...]
    records: tuple[Record, ...]

    def column(self, title: str) -> list[str]:
        """The cells below `title`, in order."""
        position = self.titles.index(title)
        return [record.cells[position] for record in self.records]


def read_sheet(text: str, source: str) -> Sheet:
    """The sheet, with the separator that cuts its header into most titles.

    Raises SourceUnavailable for quotation marks that do not match or a header that is not one,
    InvalidData for a record with more or fewer cells than the header.
    """
    header, *records = list(records_of(text, separator_of(text), source)) or [Record(1, 1, [])]
    titles = tuple(title.strip() for title in header.cells)
    _check_titles(titles, source)
    for record in records:
        check_width(record, len(titles), source, _("row"), record.row)
    return Sheet(titles, tuple(records))


def separator_of(text: str) -> str:
    """The separator that cuts the first line into most cells; `;` where none does."""
    first_line = text.lstrip("\r\n").partition("\n")[0]
    return max(SEPARATORS, key=first_line.count)


def records_of(text: str, separator: str, source: str) -> Iterator[Record]:
    """Every record that has something in it. Raises SourceUnavailable for quotation marks that do not match."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    row = 0
    try:
        for row, cells in enumerate(reader, start=1):
            if any(cell.strip() for cell in cells):
                yield Record(row, reader.line_num, cells)
    except csv.Error:
        raise SourceUnavailable(
            _("{source}, row {row}: quotation marks do not match, or the file is cut short; export it again.").format(
                source=source, row=row + 1
            )
        ) from None


def check_width(record: Record, expected: int, source: str, counted: str, number: int) -> None:
    """Raise InvalidData for a record that has not the header's number of cells; `counted` names the number."""
    if len(record.cells) != expected:
        raise InvalidData(
            _(
                "{source}, {counted} {number}: {found} cells where the header has {expected}; "
                "the file was edited or cut short, export it again."
            ).format(source=source, counted=counted, number=number, found=len(record.cells), expected=expected)
        )


def _check_titles(titles: tuple[str, ...], source: str) -> None:
    """Columns are told by number: where the header is missing, its place is taken by a row about somebody."""
    for number, title in enumerate(titles, start=1):
        if not title:
            raise SourceUnavailable(
                _("{source}: column {number} has no title; export the file again.").format(source=source, number=number)
            )
        if (first := titles.index(title) + 1) < number:
            raise SourceUnavailable(
                _("{source}: columns {first} and {number} have one title; rename or remove one.").format(
                    source=source, first=first, number=number
                )
            )
