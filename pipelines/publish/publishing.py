"""Plan and apply until the portal holds the version: what the flow calls."""

from .answers import Overtaken, Unanswered
from .plan import Portal, Receipt
from .publication import OpenFile, Publication


def publish(publication: Publication, portal: Portal, open_file: OpenFile) -> Receipt:
    """Bring the portal to this version; where it holds it already, nothing is sent.

    After a lost answer the portal is asked what it holds, and only what is still
    missing is told as an error: nothing is sent twice here.
    """
    plan = portal.plan(publication)
    try:
        return portal.apply(plan, open_file)
    except (Overtaken, Unanswered) as refused:
        now = portal.plan(publication)
        if now.changes:
            raise refused from None
        return Receipt(**{**vars(portal.apply(now, open_file)), "changes": plan.changes})
