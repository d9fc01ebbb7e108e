"""Plan and apply until the portal holds the version: what the flow calls."""

from dataclasses import dataclass, replace

from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception,
    stop_after_attempt,
    stop_before_delay,
    wait_random_exponential,
)

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
    for attempt in Retrying(
        retry=retry_if_exception(lambda refused: isinstance(refused, Unanswered | Overtaken)),
        stop=stop_after_attempt(patience.attempts) | stop_before_delay(patience.budget_seconds),
        wait=lambda state: _wait_seconds(state, patience),
        reraise=True,
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


def _wait_seconds(state: RetryCallState, patience: Patience) -> float:
    """What the portal asked for; else longer each time, and never the same for two who began together."""
    refused = state.outcome.exception() if state.outcome else None
    if isinstance(refused, Unanswered) and refused.retry_after_seconds is not None:
        return refused.retry_after_seconds
    backoff = wait_random_exponential(
        multiplier=patience.first_wait_seconds, min=patience.first_wait_seconds, max=patience.longest_wait_seconds
    )
    return backoff(state)
