"""Refusals that say what may help: asking again, or asking a person."""

from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from ..errors import PortalRefused
from ..messages import _


class Unanswered(PortalRefused):
    """The portal gave no answer that can be trusted: the work may or may not be done."""

    def __init__(self, message: str, retry_after_seconds: float | None = None) -> None:
        super().__init__(message)
        self.retry_after_seconds = retry_after_seconds  # what the portal asked for, where it did


class Overtaken(PortalRefused):
    """The portal holds something else than was planned for: somebody was faster, or work came late."""


class Edited(PortalRefused):
    """Somebody changed on the portal what this version says; nobody asked to write over it."""


def deleted(portal: str, name: str) -> Edited:
    """The error for a dataset that somebody deleted on the portal."""
    return Edited(
        _("portal {portal}: {name} was deleted there; `parvis portals mend` brings it back.").format(
            portal=portal, name=name
        )
    )


def gone(portal: str, name: str, was_at: str) -> Edited:
    """The error for a dataset that somebody deleted, and of which the portal knows nothing any more."""
    return Edited(
        _("portal {portal}: {name} was at {address} and is gone; `parvis portals mend` makes it anew.").format(
            portal=portal, name=name, address=was_at
        )
    )


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds that a Retry-After asks for; a moment in it is counted from the answer's own Date."""
    asked = headers.get("Retry-After", "")
    if asked.isdigit():
        return float(asked)
    try:
        wait = parsedate_to_datetime(asked) - parsedate_to_datetime(headers.get("Date", ""))
    except (ValueError, TypeError):
        return None
    return max(0.0, wait.total_seconds())
