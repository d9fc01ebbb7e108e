"""Unknowns that an equation alone decides, or ties to another, leave before anything is searched: the same is possible.

Of what is left, parts that share no equation are searched apart.
"""

import math
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from .knowledge import Figure, Knowledge

TOLERANCE = 1e-6


class Contradiction(Exception):
    """Nothing satisfies all that is known."""


@dataclass
class _Equation:
    """What is known and the terms are nothing together."""

    known: float
    terms: dict[int, float]


class Reduction:
    """What is known, with fewer unknowns. Raises Contradiction where nothing satisfies it."""

    def __init__(self, knowledge: Knowledge) -> None:
        self.floors = list(knowledge.floors)
        self._known: dict[int, Figure] = {}  # unknowns that are no longer any
        self._equations = [_Equation(one.known, dict(one.terms)) for one in knowledge.nothing]
        self._places: dict[int, set[int]] = defaultdict(set)  # of an unknown, its equations
        for place, one in enumerate(self._equations):
            for unknown in one.terms:
                self._places[unknown].add(place)
        self._waiting = set(range(len(self._equations)))
        while self._waiting:
            self._look_at(self._waiting.pop())

    def figure(self, asked: Figure) -> Figure:
        """The same in the unknowns that are left."""
        known, terms = asked.known, dict[int, float]()
        for unknown, factor in asked.terms.items():
            meant = self._meant(unknown)
            known += factor * meant.known
            for other in meant.terms:
                terms[other] = terms.get(other, 0.0) + factor
        return Figure(known, {unknown: factor for unknown, factor in terms.items() if factor})

    def parts(self) -> list[tuple[list[int], list[Figure]]]:
        """Unknowns that equations tie together, with these equations; all that are left are in one part or another."""
        leaders = list(range(len(self.floors)))

        def leader(unknown: int) -> int:
            while leaders[unknown] != unknown:
                leaders[unknown] = leaders[leaders[unknown]]
                unknown = leaders[unknown]
            return unknown

        left = [Figure(one.known, one.terms) for one in self._equations if one.terms]
        for one in left:
            first, *others = one.terms
            for other in others:
                leaders[leader(other)] = leader(first)
        parts: dict[int, tuple[list[int], list[Figure]]] = defaultdict(lambda: ([], []))
        for unknown in range(len(self.floors)):
            if unknown not in self._known:
                parts[leader(unknown)][0].append(unknown)
        for one in left:
            parts[leader(next(iter(one.terms)))][1].append(one)
        return list(parts.values())

    def _meant(self, unknown: int) -> Figure:
        """A number, or a number and one unknown that is left."""
        if unknown not in self._known:
            return Figure(0.0, {unknown: 1.0})
        meant = self._known[unknown]
        if any(other in self._known for other in meant.terms):
            (other,) = meant.terms
            further = self._meant(other)
            meant = self._known[unknown] = Figure(meant.known + further.known, further.terms)
        return meant

    def _look_at(self, place: int) -> None:
        known, terms = self._equations[place].known, self._equations[place].terms
        if not terms:
            if abs(known) > TOLERANCE:
                raise Contradiction
        elif len(terms) == 1:
            ((unknown, factor),) = terms.items()
            self._decide(unknown, -known / factor)
        elif min(terms.values()) > 0 or max(terms.values()) < 0:
            self._look_at_room(known, dict(terms))
        elif len(terms) == 2 and sum(terms.values()) == 0:
            one, other = terms
            self._tie(one, other, -known / terms[one])

    def _look_at_room(self, known: float, terms: Mapping[int, float]) -> None:
        """Where their floors leave no room for unknowns that are added up, they all lie there."""
        sign = math.copysign(1.0, max(terms.values()))
        room = -sign * known - sum(sign * factor * self.floors[unknown] for unknown, factor in terms.items())
        if room < -TOLERANCE:
            raise Contradiction
        if room <= TOLERANCE:
            for unknown in terms:
                self._decide(unknown, self.floors[unknown])

    def _decide(self, unknown: int, value: float) -> None:
        if value < self.floors[unknown] - TOLERANCE:
            raise Contradiction
        self._known[unknown] = Figure(value)
        for place in self._places.pop(unknown):
            one = self._equations[place]
            one.known += one.terms.pop(unknown) * value
            self._waiting.add(place)

    def _tie(self, one: int, other: int, more: float) -> None:
        """`one` is `other` and so much more."""
        self._known[one] = Figure(more, {other: 1.0})
        self.floors[other] = max(self.floors[other], self.floors[one] - more)
        for place in self._places.pop(one):
            equation = self._equations[place]
            factor = equation.terms.pop(one)
            equation.known += factor * more
            equation.terms[other] = equation.terms.get(other, 0.0) + factor
            self._places[other].add(place)
            if not equation.terms[other]:
                del equation.terms[other]
                self._places[other].discard(place)
            self._waiting.add(place)
        self._waiting |= self._places[other]
