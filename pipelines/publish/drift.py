"""Whether a portal still shows what it was given: somebody may have edited, replaced or hidden it there."""

import hashlib
from dataclasses import dataclass
from typing import Literal

import httpx

from .plan import Change, Portal
from .publication import Publication


@dataclass(frozen=True)
class Standing:
    """How a version stands on a portal, and what is otherwise there."""

    state: Literal["absent", "behind", "held", "edited"]
    changes: tuple[Change, ...] = ()


def standing(publication: Publication, portal: Portal, timeout_seconds: float = 30.0) -> Standing:
    """Read what the portal shows, every copy included, and touch nothing.

    “behind” is no drift: the portal holds an older version, and this one is on its way.
    """
    plan = portal.plan(publication)
    if plan.held_sequence == 0:
        return Standing("absent", plan.changes)
    if plan.held_sequence < publication.manifest.sequence:
        return Standing("behind", plan.changes)
    replaced = {change.name for change in plan.changes}
    altered = [
        Change("file-altered", name, after=address)
        for name, address in plan.copies.items()
        if name not in replaced and digest_at(address, timeout_seconds) != _digest(publication, name)
    ]
    changes = (*plan.changes, *altered)
    return Standing("edited" if changes else "held", changes)


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


def _digest(publication: Publication, name: str) -> str | None:
    stored = publication.manifest.file(name)
    return stored.sha256 if stored else None
