"""Does a Pabulib file hold together? Figures of META, PROJECTS and VOTES against each other."""

from collections import Counter
from collections.abc import Iterator, Sequence

from ..messages import _
from . import Finding
from .pabulib_ballots import Tally
from .pabulib_file import PabulibFile
from .pabulib_rules import as_number, lines_outside_rules


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
    told = _(
        "{source}: {count} ballots name a project twice, or have not one whole number of points per project "
        "(the first at line {line}); correct them."
    )
    yield from _at_lines(tally.malformed, "error", "ballot-malformed", told, source, "vote")
    told = _(
        "{source}: {count} ballots have a voter_id that an earlier one has (the first at line {line}); "
        "check that nobody voted twice."
    )
    yield from _at_lines(tally.repeated, "warning", "voter-repeated", told, source, "voter_id")
    told = _(
        "{source}: {count} ballots name more or fewer projects, points or euros than META allows "
        "(the first at line {line}); check META, or how they were counted."
    )
    yield from _at_lines(lines_outside_rules(file), "warning", "ballot-outside-rules", told, source, "vote")


def _totals(file: PabulibFile, source: str, column: str, counted: Counter[str]) -> Iterator[Finding]:
    """Declared above counted may be right (paper ballots are often not in the file); below cannot."""
    if column not in file.projects.titles or not file.votes.titles:
        return
    below, above = [], []
    declared = (file.projects.column("project_id"), file.projects.column(column), file.projects.lines)
    for project, value, line in zip(*declared, strict=True):
        number = as_number(value)
        if number is not None and number < counted[project]:
            below.append(line)
        elif number is not None and number > counted[project]:
            above.append(line)
    told = _(
        "{source}: {count} projects have less in column {column} than their ballots add up to "
        "(the first at line {line}); correct the column, or leave it out."
    )
    yield from _at_lines(below, "error", f"{column}-below-ballots", told, source, column)
    told = _(
        "{source}: {count} projects have more in column {column} than their ballots add up to "
        "(the first at line {line}); right if paper ballots are not in the file."
    )
    yield from _at_lines(above, "warning", f"{column}-above-ballots", told, source, column)


def _selection(file: PabulibFile, source: str) -> Iterator[Finding]:
    selected = file.projects.column("selected")
    if set(selected) - {"", "0", "1"}:
        told = _(
            "{source}: column selected has values beside 0 and 1; "
            "those projects are published as neither winners nor losers."
        )
        yield Finding("warning", "selected-unknown", told.format(source=source), column="selected")
    written = zip(file.projects.column("cost"), selected, strict=True)
    costs = [as_number(cost) or 0 for cost, is_won in written if is_won == "1"]
    budget = as_number(file.meta.get("budget", ""))
    if budget is not None and sum(costs) > budget:
        told = _("{source}: the selected projects cost more than the budget; right if money was added since.")
        yield Finding("warning", "selected-over-budget", told.format(source=source), column="cost")


def _at_lines(lines: Sequence[int], severity: str, rule: str, told: str, source: str, column: str) -> Iterator[Finding]:
    """One finding for all `lines`, at the first of them."""
    if lines:
        message = told.format(source=source, count=len(lines), line=lines[0], column=column)
        yield Finding(severity, rule, message, row=lines[0], column=column)
