"""Ballots -> how many name each project, and the points they give it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from .pabulib_file import PabulibFile

WITH_POINTS = ("cumulative", "scoring")


@dataclass(frozen=True)
class Ballot:
    """One person's opinion. `points` are 0 in a vote without points, None where they are no whole numbers."""

    line: int
    voter: str
    projects: tuple[str, ...]
    points: tuple[int, ...] | None

    @property
    def is_well_formed(self) -> bool:
        """Whether it names each project once, with its points."""
        is_distinct = len(set(self.projects)) == len(self.projects)
        return is_distinct and self.points is not None and len(self.points) == len(self.projects)


@dataclass
class Tally:
    """What the ballots add up to; `malformed` and `repeated` are lines of the file."""

    votes: Counter[str] = field(default_factory=Counter)
    points: Counter[str] = field(default_factory=Counter)
    malformed: list[int] = field(default_factory=list)
    repeated: list[int] = field(default_factory=list)
    has_points: bool = False


def has_points(file: PabulibFile) -> bool:
    """Whether a ballot gives points to the projects it names."""
    return file.meta.get("vote_type") in WITH_POINTS and "points" in file.votes.titles


def ballots(file: PabulibFile) -> Iterator[Ballot]:
    """Every ballot, in the file's order."""
    with_points = has_points(file)
    cells = (file.votes.lines, *(file.votes.column(title) for title in ("voter_id", "vote", "points")))
    for line, voter, vote, given in zip(*cells, strict=True):
        projects = _items(vote)
        yield Ballot(line, voter, projects, _points(given) if with_points else (0,) * len(projects))


def count_ballots(file: PabulibFile) -> Tally:
    """Add the ballots up; one that cannot be read is listed and counts for nothing."""
    tally = Tally(has_points=has_points(file))
    voters = set()
    for ballot in ballots(file):
        if ballot.voter in voters:
            tally.repeated.append(ballot.line)
        voters.add(ballot.voter)
        if not ballot.is_well_formed:
            tally.malformed.append(ballot.line)
            continue
        tally.votes.update(ballot.projects)
        for project, number in zip(ballot.projects, ballot.points or (), strict=True):
            tally.points[project] += number
    return tally


def _items(cell: str) -> tuple[str, ...]:
    return tuple(item.strip() for item in cell.split(",") if item.strip())


def _points(cell: str) -> tuple[int, ...] | None:
    try:
        return tuple(int(item) for item in _items(cell))
    except ValueError:
        return None
