"""Whether a portal still shows what it was given: somebody may have edited, replaced or hidden it there."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

import httpx

from .plan import Change, Plan, Portal, State, Subject
from .publication import Publication, Vacancy


@dataclass(frozen=True)
class Standing:
    """How a version stands on a portal, and what is otherwise there."""

    state: State
    changes: tuple[Change, ...] = ()


def standing(subject: Subject, portal: Portal, timeout_seconds: float = 30.0) -> Standing:
    """Read what the portal shows, every copy included, and touch nothing."""
    plan = portal.plan(subject)
    if isinstance(subject, Vacancy) or plan.state not in ("held", "edited"):
        return Standing(plan.state, plan.changes)
    changes = (*plan.changes, *altered_files(subject, plan, timeout_seconds))
    return Standing("edited" if changes else "held", changes)


def altered_files(publication: Publication, plan: Plan, timeout_seconds: float) -> tuple[Change, ...]:
    """Copies whose bytes are not the version's, though the portal says nothing of it; each is read whole."""
    replaced = {change.name for change in plan.changes}
    digests = {file.name: file.stored.sha256 for file in publication.files}
    return tuple(
        Change("file-altered", name, after=address)
        for name, address in plan.copies.items()
        if name not in replaced and digest_at(address, timeout_seconds) != digests.get(name)
    )


def harvest_standing(subject: Subject, portal: Portal) -> Standing:
    """Whether a portal that takes datasets by itself has taken this version."""
    taken = portal.harvested(subject if isinstance(subject, Vacancy) else subject.vacancy)
    if taken is None:
        return Standing("absent")
    if isinstance(subject, Vacancy):
        return Standing("behind")
    made = _moment(subject.manifest.committed_at)
    is_this = taken.number == subject.number or _moment(taken.committed_at) == made
    return Standing("held" if is_this else "behind")


def digest_at(address: str, timeout_seconds: float) -> str | None:
    """The sha256 of what anybody downloads there; None where nobody gets anything."""
    digest = hashlib.sha256()
    try:
        with httpx.stream("GET", address, timeout=timeout_seconds, follow_redirects=True) as answer:
            for block in answer.iter_bytes():
                digest.update(block)
            return digest.hexdigest() if answer.is_success else None
    except httpx.HTTPError:
        return None


def _moment(text: str) -> datetime | None:
    """A time as portals write it, with or without its zone: all of ours are UTC."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
