"""Plan and apply until the portal holds the version: what the flow calls."""

from collections.abc import Callable
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
from .answers import Edited, Overtaken, Unanswered, gone
from .plan import Change, Plan, Portal, Receipt, Subject, is_new
from .publication import OpenFile, Publication


@dataclass(frozen=True)
class Patience:
    """How often and how long a portal is asked again before the version waits for the next run."""

    attempts: int = 5
    budget_seconds: float = 120.0
    first_wait_seconds: float = 1.0
    longest_wait_seconds: float = 30.0


def publish(subject: Subject, portal: Portal, open_file: OpenFile, patience: Patience | None = None) -> Receipt:
    """Bring the portal to this version, or to none; where it holds it already, nothing is sent.

    Every attempt begins with a plan, so a lost answer is looked up before anything is
    sent again. Raises the last refusal when patience ends.
    """
    return _bring(subject, portal, open_file, patience, lambda _plan: True)


def catch_up(
    subject: Subject, portal: Portal, open_file: OpenFile, patience: Patience | None = None, was_at: str = ""
) -> Receipt:
    """As `publish`, unasked. Raises Edited, and touches nothing, where somebody changed there what is published.

    `was_at`: where the portal had the dataset, if anybody remembers; what is gone from there is not made anew.
    """

    def agree(plan: Plan) -> bool:
        if was_at and is_new(plan.changes):
            raise gone(portal.name, plan.subject.name, was_at)
        return _refuse_edited(plan)

    return _bring(subject, portal, open_file, patience, agree)


def take_back(subject: Subject, portal: Portal, open_file: OpenFile, patience: Patience | None = None) -> Receipt:
    """As `publish`, where the portal holds something of the dataset; where it does not, nothing is made."""
    return _bring(subject, portal, open_file, patience, _is_there)


def bring_back(publication: Publication, portal: Portal, patience: Patience | None = None) -> tuple[Change, ...]:
    """Undelete what somebody deleted there; the change, if there was one to make."""
    restored = False
    for attempt in _attempts(patience or Patience()):
        with attempt:
            restored = portal.bring_back(publication) or restored
    return (Change("dataset-restored", publication.name),) if restored else ()


def _bring(
    subject: Subject, portal: Portal, open_file: OpenFile, patience: Patience | None, agree: Callable[[Plan], bool]
) -> Receipt:
    changes: tuple[Change, ...] = ()
    for attempt in _attempts(patience or Patience()):
        with attempt:
            plan = portal.plan(subject)
            if not agree(plan):
                return Receipt(portal.name, "", "", subject.number, ())
            changes = changes or plan.changes
            receipt = portal.apply(plan, open_file)
            _check(receipt)
            if type(plan.subject) is not type(subject):
                portal.plan(subject)  # what was taken back is gone; now the portal says why it takes no more
    return replace(receipt, changes=changes, warnings=plan.warnings)


def _attempts(patience: Patience) -> Retrying:
    """Again where asking again may help, as long as patience lasts; the last refusal is raised."""
    return Retrying(
        retry=retry_if_exception(lambda refused: isinstance(refused, Unanswered | Overtaken)),
        stop=stop_after_attempt(patience.attempts) | stop_before_delay(patience.budget_seconds),
        wait=lambda state: _wait_seconds(state, patience),
        reraise=True,
    )


def _refuse_edited(plan: Plan) -> bool:
    if plan.state == "edited":
        raise Edited(
            _("portal {portal}: edited there ({count}): {first}; `parvis portals mend` puts it right.").format(
                portal=plan.portal, count=len(plan.changes), first=plan.changes[0].words()
            )
        )
    return True


def _is_there(plan: Plan) -> bool:
    return plan.state == "held" or (bool(plan.changes) and not is_new(plan.changes))


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
