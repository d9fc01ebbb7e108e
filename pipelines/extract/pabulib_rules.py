"""The rules that a vote sets its ballots in META: how many projects, how many points, for how much money."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from .pabulib_ballots import Ballot, ballots, has_points
from .pabulib_file import PabulibFile

_MOST_DIGITS = 30  # beyond, sums overflow; no budget is so large

Measures = Mapping[str, Decimal]


def lines_outside_rules(file: PabulibFile) -> list[int]:
    """The lines of well-formed ballots that break a rule of META; a rule that is no number is no rule."""
    rules = {key: number for key, value in file.meta.items() if (number := as_number(value)) is not None}
    costs = dict(zip(file.projects.column("project_id"), file.projects.column("cost"), strict=True))
    with_points = has_points(file)
    return [
        ballot.line
        for ballot in ballots(file)
        if ballot.is_well_formed and _breaks(rules, _measured(ballot, costs, with_points))
    ]


def as_number(text: str) -> Decimal | None:
    """The finite number that `text` writes, if any, and if it can be one of euros or votes."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() and number.adjusted() < _MOST_DIGITS else None


def _measured(ballot: Ballot, costs: Mapping[str, str], with_points: bool) -> Measures:
    """The measures by the names that rules have after their `min_` or `max_`."""
    cost = sum((as_number(costs.get(project, "")) or Decimal() for project in ballot.projects), Decimal())
    measured = {"length": Decimal(len(ballot.projects)), "sum_cost": cost}
    if with_points:
        measured["sum_points"] = Decimal(sum(ballot.points or ()))
    return measured


def _breaks(rules: Mapping[str, Decimal], measured: Measures) -> bool:
    return any(
        rules.get(f"min_{name}", value) > value or rules.get(f"max_{name}", value) < value
        for name, value in measured.items()
    )
