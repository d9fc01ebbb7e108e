"""A Pabulib file (.pb) -> its three sections, ballots included: these are counted, and never leave this package."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..errors import InvalidData, SourceUnavailable
from ..messages import _
from . import Finding
from .content import decode, read_bytes

SECTIONS = ("META", "PROJECTS", "VOTES")

# The module's own limit of 128 kB is less than a description with an image pasted in; the file's size bounds cells.
csv.field_size_limit(16 * 1024 * 1024)


@dataclass(frozen=True)
class Record:
    """One record; its line is the last one of it, as a text editor numbers it."""

    line: int
    cells: list[str]


@dataclass(frozen=True)
class Section:
    """One section: its titles and its records; none where the file has no such section."""

    titles: tuple[str, ...] = ()
    records: tuple[Record, ...] = ()

    def column(self, title: str) -> list[str]:
        """The cells below `title`, in order; as many empty ones where there is no such column."""
        if title not in self.titles:
            return [""] * len(self.records)
        position = self.titles.index(title)
        return [record.cells[position].strip() for record in self.records]

    @property
    def lines(self) -> tuple[int, ...]:
        """The line of each record, as a text editor numbers it."""
        return tuple(record.line for record in self.records)


@dataclass(frozen=True)
class PabulibFile:
    """One vote: what it was, its projects, its ballots."""

    meta: dict[str, str]
    projects: Section
    votes: Section
    findings: tuple[Finding, ...]


def read_pabulib(path: Path) -> PabulibFile:
    """The file by section; empty lines are passed over.

    Raises SourceUnavailable for what is no .pb file, InvalidData for a line with too many or too few cells.
    """
    text, findings = decode(read_bytes(path), path.name)
    sections = _sections(text, path.name)
    _check(sections, path.name)
    meta = {record.cells[0].strip(): record.cells[1].strip() for record in sections["META"].records}
    return PabulibFile(meta, sections["PROJECTS"], sections["VOTES"], findings)


def _sections(text: str, source: str) -> dict[str, Section]:
    found: dict[str, list[Record]] = {name: [] for name in SECTIONS}
    current = None
    for record in _records(text, source):
        name = record.cells[0].strip()
        if name in SECTIONS and not any(cell.strip() for cell in record.cells[1:]):
            current = name
        elif current is None:
            raise SourceUnavailable(
                _(
                    "{source}: not a Pabulib file, which starts with a line META; check that it is the right file."
                ).format(source=source)
            )
        else:
            found[current].append(record)
    return {name: _section(records, source) for name, records in found.items()}


def _records(text: str, source: str) -> Iterator[Record]:
    """Every record that has something in it. Raises SourceUnavailable for quotation marks that do not match."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";", strict=True)
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield Record(reader.line_num, cells)
    except csv.Error:
        raise SourceUnavailable(
            _("{source}, line {line}: quotation marks do not match, or the file is cut short; export it again.").format(
                source=source, line=reader.line_num
            )
        ) from None


def _section(records: list[Record], source: str) -> Section:
    if not records:
        return Section()
    header, *rows = records
    for row in rows:
        if len(row.cells) != len(header.cells):
            raise InvalidData(
                _(
                    "{source}, line {line}: {found} cells where the header has {expected}; "
                    "the file was edited or cut short, export it again."
                ).format(source=source, line=row.line, found=len(row.cells), expected=len(header.cells))
            )
    return Section(tuple(title.strip() for title in header.cells), tuple(rows))


def _check(sections: dict[str, Section], source: str) -> None:
    expected = {"META": ("key", "value"), "PROJECTS": ("project_id", "cost")}
    if sections["VOTES"].titles:
        expected["VOTES"] = ("voter_id", "vote")
    for name, titles in expected.items():
        missing = [title for title in titles if title not in sections[name].titles]
        if missing:
            raise SourceUnavailable(
                _("{source}: section {section} has no column {titles}; export the vote again as .pb.").format(
                    source=source, section=name, titles=", ".join(missing)
                )
            )
    for name, section in sections.items():
        if len(set(section.titles)) < len(section.titles):
            raise SourceUnavailable(
                _("{source}: section {section} has two columns of one name; rename or remove one.").format(
                    source=source, section=name
                )
            )
    if not sections["PROJECTS"].records:
        raise SourceUnavailable(_("{source}: no project; export the vote again as .pb.").format(source=source))
