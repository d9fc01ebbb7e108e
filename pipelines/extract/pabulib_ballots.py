"""Ballots -> how many name each project, and the points they give it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from .pabulib_file import PabulibFile, Section

WITH_POINTS = ("cumulative", "scoring")


@dataclass
class Tally:
    """What the ballots add up to; `malformed` and `repeated` are lines of the file."""

    votes: Counter[str] = field(default_factory=Counter)
    points: Counter[str] = field(default_factory=Counter)
    malformed: list[int] = field(default_factory=list)
    repeated: list[int] = field(default_factory=list)
    has_points: bool = False


def count_ballots(file: PabulibFile) -> Tally:
    """Add the ballots up; one that cannot be read is listed and counts for nothing."""
    with_points = file.meta.get("vote_type") in WITH_POINTS and "points" in file.votes.titles
    tally = Tally(has_points=with_points)
    voters = set()
    for line, voter, ballot, given in _ballots(file.votes):
        if voter in voters:
            tally.repeated.append(line)
        voters.add(voter)
        projects = _items(ballot)
        points = _points(given) if with_points else [0] * len(projects)
        if len(set(projects)) != len(projects) or points is None or len(points) != len(projects):
            tally.malformed.append(line)
            continue
        tally.votes.update(projects)
        for project, number in zip(projects, points, strict=True):
            tally.points[project] += number
    return tally


def _ballots(votes: Section) -> Iterator[tuple[int, str, str, str]]:
    return zip(votes.lines, votes.column("voter_id"), votes.column("vote"), votes.column("points"), strict=True)


def _items(cell: str) -> list[str]:
    return [item.strip() for item in cell.split(",") if item.strip()]


def _points(cell: str) -> list[int] | None:
    try:
        return [int(item) for item in _items(cell)]
    except ValueError:
        return None
