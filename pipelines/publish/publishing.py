"""Plan and apply until the portal holds the version: what the flow calls."""

from dataclasses import dataclass, replace

import stamina

from ..messages import _
from .answers import Overtaken, Unanswered
from .plan import Change, Portal, Receipt
from .publication import OpenFile, Publication


@dataclass(frozen=True)
class Patience:
    """How often and how long a portal is asked again before the version waits for the next run."""

    attempts: int = 5
    budget_seconds: float = 120.0
    first_wait_seconds: float = 1.0
    longest_wait_seconds: float = 30.0


def publish(publication: Publication, portal: Portal, open_file: OpenFile, patience: Patience | None = None) -> Receipt:
    """Bring the portal to this version; where it holds it already, nothing is sent.

    Every attempt begins with a plan, so a lost answer is looked up before anything is
    sent again. Raises the last refusal when patience ends.
    """
    patience = patience or Patience()
    changes: tuple[Change, ...] = ()
    for attempt in stamina.retry_context(
        on=lambda refused: _wait(refused, patience),
        attempts=patience.attempts,
        timeout=patience.budget_seconds,
        wait_initial=patience.first_wait_seconds,
        wait_max=patience.longest_wait_seconds,
        wait_jitter=patience.first_wait_seconds,
    ):
        with attempt:
            plan = portal.plan(publication)
            changes = changes or plan.changes
            receipt = portal.apply(plan, open_file)
            _check(receipt)
    return replace(receipt, changes=changes)


def _check(receipt: Receipt) -> None:
    """A portal may show a text otherwise than it was given, but not a file."""
    left = [change.name for change in receipt.left if change.is_structural]
    if left:
        names = ", ".join(left)
        raise Overtaken(
            _("portal {portal}: it took the version and shows otherwise: {names}; run again.").format(
                portal=receipt.portal, names=names
            )
        )


def _wait(refused: Exception, patience: Patience) -> bool | float:
    """Seconds that the portal asked for, where patience allows them; True for our own backoff."""
    if isinstance(refused, Unanswered) and refused.retry_after_seconds is not None:
        return refused.retry_after_seconds <= patience.longest_wait_seconds and refused.retry_after_seconds
    return isinstance(refused, Unanswered | Overtaken)
