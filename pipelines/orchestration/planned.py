"""What would change on a portal for one organisation's dataset, or why nobody can say."""

from dataclasses import asdict, dataclass
from typing import Any

from ..messages import _
from ..publish.plan import Plan
from ..state import PortalOutcome


@dataclass(frozen=True)
class Planned:
    """`plan` is None where it was refused; `outcome` then has the error."""

    outcome: PortalOutcome
    plan: Plan | None

    @property
    def exit_code(self) -> int:
        return self.outcome.exit_code

    def words(self) -> str:
        """For an officer: the plan, one line per change, or one line of refusal."""
        if self.plan:
            return self.plan.words()
        told = _("{portal}: {organisation}, {dataset}, version {number}: nobody can say what would change: {error}")
        return told.format(**asdict(self.outcome), number=self.outcome.version or "-")

    def to_dict(self) -> dict[str, Any]:
        """For programs: the same keys either way."""
        one = self.outcome
        refused: dict[str, Any] = {
            "portal": one.portal,
            "organisation": one.organisation,
            "dataset": one.dataset,
            "version": one.version,
            "state": one.status,
            "changes": [],
            "warnings": [],
        }
        return {**(self.plan.to_dict() if self.plan else refused), "error": one.error}
