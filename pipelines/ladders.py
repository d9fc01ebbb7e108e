"""The tables that a policy's columns look up, from files beside the declaration: ladders of labels, and households."""

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

from .errors import InvalidDeclaration
from .messages import _


@dataclass(frozen=True)
class Ladder:
    """A column's values, each with its labels from the finest step (itself) to the coarsest; "" is a missing cell."""

    column: str
    labels: Mapping[str, tuple[str, ...]]

    @cached_property
    def height(self) -> int:
        return len(next(iter(self.labels.values())))

    def digest(self, level: int) -> str:
        """Of the labels that may be published: a ladder with others is another step. It says nothing of values."""
        return sha256("\n".join(sorted({labels[level] for labels in self.labels.values()})).encode()).hexdigest()


@dataclass(frozen=True)
class Tables:
    """What is looked up, by column."""

    ladders: Mapping[str, Ladder] = field(default_factory=dict)
    households: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


def read_ladder(path: Path, column: str) -> Ladder:
    """A CSV hierarchy: one line per value, from the value to its coarsest label, all lines equally long.

    Raises InvalidDeclaration by line for uneven lines, a value that comes twice, and labels that are no ladder.
    """
    labels: dict[str, tuple[str, ...]] = {}
    parents: dict[tuple[int, str], str] = {}
    for number, row in _lines(path):
        if len(row) < 2 or (labels and len(row) != len(next(iter(labels.values())))):
            raise _refused(path, number, _("every line needs the same number of labels, separated by semicolons"))
        if labels.setdefault(row[0], row) != row:
            raise _refused(path, number, _("this value stands on an earlier line with other labels"))
        for level, (label, parent) in enumerate(pairwise(row[1:])):
            if parents.setdefault((level, label), parent) != parent:
                raise _refused(path, number, _("one label leads to two coarser ones; each has one place"))
    if not labels:
        raise _refused(path, 1, _("the ladder is empty"))
    return Ladder(column, labels)


def read_households(path: Path) -> dict[str, int]:
    """A CSV place;households, with or without a line of titles. Raises InvalidDeclaration by line."""
    counts: dict[str, int] = {}
    for number, row in _lines(path):
        if len(row) != 2 or not row[1].strip().isdecimal():
            if number == 1 and len(row) == 2:
                continue
            raise _refused(path, number, _("expected a place and a whole number of households"))
        counts[row[0].strip()] = counts.get(row[0].strip(), 0) + int(row[1])
    return counts


def _lines(path: Path) -> Iterator[tuple[int, tuple[str, ...]]]:
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise _refused(path, 1, _("not UTF-8. Save it as “CSV UTF-8”")) from None
    with io.StringIO(text, newline="") as lines:
        for number, row in enumerate(csv.reader(lines, delimiter=";"), start=1):
            if row:
                yield number, tuple(row)


def _refused(path: Path, line: int, problem: str) -> InvalidDeclaration:
    return InvalidDeclaration(_("{path}, line {line}: {problem}.").format(path=path, line=line, problem=problem))
