"""Does a Pabulib file hold together? Figures of META, PROJECTS and VOTES against each other."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from ..messages import _
from . import Finding
from .pabulib_ballots import Tally
from .pabulib_file import PabulibFile


def check_coherence(file: PabulibFile, tally: Tally, source: str) -> Iterator[Finding]:
    """What does not hold: errors where rows or figures would be wrong, warnings where they may be right."""
    yield from _edition(file, source)
    yield from _announced(file, source)
    yield from _ballots(file, tally, source)
    yield from _totals(file, source, "votes", tally.votes)
    if tally.has_points:
        yield from _totals(file, source, "score", tally.points)
    yield from _selection(file, source)


def _edition(file: PabulibFile, source: str) -> Iterator[Finding]:
    if not file.meta.get("instance"):
        told = _("{source}: META does not say which edition this is; add a line “instance;2025” with its year.")
        yield Finding("error", "edition-missing", told.format(source=source), column="instance")


def _announced(file: PabulibFile, source: str) -> Iterator[Finding]:
    told = _(
        "{source}: META announces another number of {what} than the {found} in the file; "
        "it is cut short or was edited: export it again, or correct {key}."
    )
    counted = {
        "num_projects": (_("projects"), len(file.projects.records)),
        "num_votes": (_("ballots"), len(file.votes.records)),
    }
    for key, (what, found) in counted.items():
        is_there = key in file.meta and (key == "num_projects" or file.votes.titles)
        if is_there and file.meta[key] != str(found):
            message = told.format(source=source, what=what, found=found, key=key)
            yield Finding("error", f"{key.replace('_', '-')}-differs", message, column=key)


def _ballots(file: PabulibFile, tally: Tally, source: str) -> Iterator[Finding]:
    unknown = len(set(tally.votes) - set(file.projects.column("project_id")))
    if unknown:
        told = _("{source}: ballots name {count} projects that section PROJECTS does not have; export the vote again.")
        yield Finding("error", "ballot-unknown-project", told.format(source=source, count=unknown), column="vote")
    if tally.malformed:
        told = _(
            "{source}: {count} ballots name a project twice, or have not one whole number of points per project "
            "(the first at line {line}); correct them."
        )
        message = told.format(source=source, count=len(tally.malformed), line=tally.malformed[0])
        yield Finding("error", "ballot-malformed", message, row=tally.malformed[0], column="vote")
    if tally.repeated:
        told = _("{source}: {count} ballots have a voter_id that an earlier one has (the first at line {line}).")
        message = told.format(source=source, count=len(tally.repeated), line=tally.repeated[0])
        yield Finding("warning", "voter-repeated", message, row=tally.repeated[0], column="voter_id")


def _totals(file: PabulibFile, source: str, column: str, counted: Counter[str]) -> Iterator[Finding]:
    """Declared above counted may be right (paper ballots are often not in the file); below cannot."""
    if column not in file.projects.titles or not file.votes.titles:
        return
    declared = dict(zip(file.projects.column("project_id"), file.projects.column(column), strict=True))
    lines = dict(zip(file.projects.column("project_id"), file.projects.lines, strict=True))
    differences = {
        project: Decimal(value) - counted[project] for project, value in declared.items() if _is_number(value)
    }
    below = [lines[project] for project, difference in differences.items() if difference < 0]
    above = [lines[project] for project, difference in differences.items() if difference > 0]
    if below:
        told = _(
            "{source}: {count} projects have less in column {column} than their ballots add up to "
            "(the first at line {line}); correct the column, or leave it out."
        )
        message = told.format(source=source, count=len(below), column=column, line=below[0])
        yield Finding("error", f"{column}-below-ballots", message, row=below[0], column=column)
    if above:
        told = _(
            "{source}: {count} projects have more in column {column} than their ballots add up to "
            "(the first at line {line}); right if paper ballots are not in the file."
        )
        message = told.format(source=source, count=len(above), column=column, line=above[0])
        yield Finding("warning", f"{column}-above-ballots", message, row=above[0], column=column)


def _selection(file: PabulibFile, source: str) -> Iterator[Finding]:
    selected = file.projects.column("selected")
    if set(selected) - {"", "0", "1"}:
        told = _("{source}: column selected has values beside 0 and 1; those projects are said neither won nor lost.")
        yield Finding("warning", "selected-unknown", told.format(source=source), column="selected")
    costs = [cost for cost, is_won in zip(file.projects.column("cost"), selected, strict=True) if is_won == "1"]
    budget = file.meta.get("budget", "")
    if all(map(_is_number, (*costs, budget))) and sum(map(Decimal, costs)) > Decimal(budget):
        told = _("{source}: the selected projects cost more than the budget; right if money was added since.")
        yield Finding("warning", "selected-over-budget", told.format(source=source), column="cost")


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False
