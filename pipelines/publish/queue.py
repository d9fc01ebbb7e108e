"""Versions that a portal could not take yet: what waits, until when, and in which order it goes. Pure functions.

A portal shows the newest version only, so a newer one takes the place of an older one
that waits; the queue itself is kept by whoever runs the flow.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

FIRST_WAIT = timedelta(minutes=5)
LONGEST_WAIT = timedelta(hours=6)


@dataclass(frozen=True)
class Waiting:
    """One version that waits for one portal."""

    portal: str
    siren: str
    dataset: str
    sequence: int
    due_at: datetime
    refusals: int = 0
    told: str = ""  # the last refusal, for the officer

    @property
    def place(self) -> tuple[str, str, str]:
        """What only one version waits for."""
        return self.portal, self.siren, self.dataset


Queue = tuple[Waiting, ...]


def enqueue(queue: Queue, waiting: Waiting) -> Queue:
    """With the version at the end, or in the place of an older one of the same dataset; a newer one stays."""
    for held in queue:
        if held.place == waiting.place:
            newest = max(held, waiting, key=lambda one: one.sequence)
            return tuple(newest if one == held else one for one in queue)
    return (*queue, waiting)


def due(queue: Queue, now: datetime) -> Queue:
    """What is to be tried now, in the order in which it came."""
    return tuple(waiting for waiting in queue if waiting.due_at <= now)


def put_off(queue: Queue, waiting: Waiting, now: datetime, told: str) -> Queue:
    """After one more refusal: twice as long as before, and never longer than LONGEST_WAIT."""
    wait = min(FIRST_WAIT * 2 ** min(waiting.refusals, 16), LONGEST_WAIT)
    later = replace(waiting, due_at=now + wait, refusals=waiting.refusals + 1, told=told)
    return tuple(later if one.place == waiting.place else one for one in queue)


def delivered(queue: Queue, waiting: Waiting) -> Queue:
    """Without the version, and without an older one; one that came in the meantime stays."""
    return tuple(one for one in queue if one.place != waiting.place or one.sequence > waiting.sequence)
