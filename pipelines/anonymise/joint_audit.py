"""What all releases of a table together give away of the figures that one of them hides: one linear programme.

A stranger believes, where nothing shown speaks against it, that rows are only added, and that what adds up to the
very same figures has not changed. What hid a figure of an earlier release is not remembered: a hidden sum of any
release must stay as uncertain as its largest possible value asks, unless the candidate tells nothing new of it.
"""

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from .audit import Hides, as_wide_as, intervals
from .knowledge import Figure, Knowledge, Placed
from .reduction import TOLERANCE
from .tables import Cell, Numbers, Pattern


@dataclass(frozen=True)
class Release:
    """One published table, on axes common to all releases; an absent cell counts nobody."""

    figures: Numbers  # zero where hidden
    hidden: Pattern


def counts_given_away(releases: Sequence[Release], minimum: int) -> int:
    """Hidden counts known to be small within fewer values than `minimum`, and unseen moves of some, but fewer."""
    for is_growing in (True, False) if only_grows(releases) else (False,):
        knowledge, placed = _stacked(releases, 1.0, len(releases) if is_growing else 0)
        levels = [figure for table in placed for figure in table.hidden.values()]
        moves = [move for move, _cell in _moves(placed)]
        hides = [as_wide_as(float(minimum))] * len(levels) + [_nobody_or(minimum)] * len(moves)
        if (ends := intervals(knowledge, [*levels, *moves], hides)) is not None:
            break
    else:
        return int(sum(release.hidden.sum() for release in releases))
    return sum(
        low < minimum - TOLERANCE and not is_hidden(low, high)
        for is_hidden, (low, high) in zip(hides, ends.tolist(), strict=True)
    )


def sums_given_away(counts: Sequence[Release], sums: Sequence[Release], largest: Numbers, dominance: float) -> int:
    """Hidden sums of any release that the last one, the candidate, brings too close, and unseen moves of one person.

    `largest` is what one contributor holds in each cell of the candidate.
    """
    lowest = 0.0 if all((release.figures >= 0).all() for release in sums) else -np.inf
    may_grow = lowest == 0.0 and only_grows(counts) and only_grows(sums)
    for is_growing in (True, False) if may_grow else (False,):
        before, after = (_Beliefs(counts, sums, lowest, is_growing, until) for until in (len(sums) - 1, len(sums)))
        found = brought_closer(before.asked, after.asked, proportionate(dominance))
        if found is not None:
            return sum(not after.is_of_several(place, low, high, largest, dominance) for place, low, high in found)
    return int(sum(release.hidden.sum() for release in sums))


@dataclass(frozen=True)
class Asked:
    """Figures whose ends are wanted, and what is known of them."""

    knowledge: Knowledge
    wanted: Sequence[Figure]


def brought_closer(before: Asked, after: Asked, hides: Hides) -> list[tuple[int, float, float]] | None:
    """The wanted figures that `after` does not hide, and of which `before` knew less.

    Each by its place in `wanted` and its lowest and highest value. None where nothing satisfies all that is known.
    """
    ends = intervals(after.knowledge, after.wanted, [hides] * len(after.wanted))
    if ends is None:
        return None
    close = [(place, low, high) for place, (low, high) in enumerate(ends.tolist()) if not hides(low, high)]
    wider = [as_wide_as((high - low) * (1 + TOLERANCE) + TOLERANCE) for _place, low, high in close]
    known = intervals(before.knowledge, [before.wanted[place] for place, _low, _high in close], wider)
    if known is None:
        return close
    return [one for one, is_wider, was in zip(close, wider, known.tolist(), strict=True) if is_wider(*was)]


def only_grows(releases: Sequence[Release]) -> bool:
    """Whether no shown figure ever fell: a stranger then takes it that rows are only added."""
    return all(
        (later.figures >= earlier.figures)[~later.hidden & ~earlier.hidden].all()
        for earlier, later in itertools.pairwise(releases)
    )


class _Beliefs:
    """All sums, and what is believed of the first `until` releases; the same figures are wanted for any `until`."""

    def __init__(
        self, counts: Sequence[Release], sums: Sequence[Release], lowest: float, is_growing: bool, until: int
    ) -> None:
        knowledge, placed = _stacked(sums, lowest, until if is_growing else 0)
        for one, other, same in _lines_unmoved(counts[:until], sums[:until]):
            for cell in placed[one].hidden.keys() | placed[other].hidden.keys():
                if same[cell]:
                    knowledge.add_equal(placed[one][cell], placed[other][cell])
        levels = [figure for table in placed for figure in table.hidden.values()]
        moves = _moves(placed)
        self.asked = Asked(knowledge, [*levels, *(move for move, _cell in moves)])
        self._moved = {len(levels) + place: cell for place, (_move, cell) in enumerate(moves)}

    def is_of_several(self, place: int, low: float, high: float, largest: Numbers, dominance: float) -> bool:
        """Whether the wanted figure is a move of nobody, or of which no one person can be most."""
        if place not in self._moved:
            return False
        least = 0.0 if low <= 0 <= high else min(abs(low), abs(high))
        return least <= TOLERANCE or bool(largest[self._moved[place]] <= dominance * least)


def _stacked(releases: Sequence[Release], lowest: float, growing: int) -> tuple[Knowledge, list[Placed]]:
    """All sums of all releases, of which the first `growing` are believed to grow from one to the next."""
    knowledge, placed = Knowledge(), list[Placed]()
    for number, release in enumerate(releases):
        if 0 < number < growing:
            placed.append(knowledge.add_grown(placed[-1], release.figures, release.hidden, lowest))
        else:
            placed.append(knowledge.add_table(release.figures, release.hidden, lowest))
    return knowledge, placed


def _pairs(count: int) -> list[tuple[int, int]]:
    """Each release with the next one, and with the last."""
    return sorted({*itertools.pairwise(range(count)), *((one, count - 1) for one in range(count - 1))})


def _moves(placed: Sequence[Placed]) -> list[tuple[Figure, Cell]]:
    """By how much each cell grew that one of two releases hides."""
    return [
        (placed[other][cell] - placed[one][cell], cell)
        for one, other in _pairs(len(placed))
        for cell in sorted(placed[one].hidden.keys() | placed[other].hidden.keys())
    ]


def _lines_unmoved(counts: Sequence[Release], sums: Sequence[Release]) -> Iterator[tuple[int, int, Pattern]]:
    """For any two releases the cells that have not changed, but for those of which the steps between say it already."""

    def same(one: int, other: int) -> Pattern:
        return _unmoved(counts[one], counts[other]) & _unmoved(sums[one], sums[other])

    steps = [same(one, one + 1) for one in range(len(sums) - 1)]
    for one, other in itertools.combinations(range(len(sums)), 2):
        if other == one + 1:
            yield one, other, steps[one]
        else:
            yield one, other, same(one, other) & ~np.logical_and.reduce(steps[one:other])


def _unmoved(one: Release, other: Release) -> Pattern:
    """Cells that both show alike, and those of lines with such a total, unless something shown there differs."""
    is_shown = ~one.hidden & ~other.hidden
    same: Pattern = is_shown & (one.figures == other.figures)
    differs = is_shown & ~same
    for _step in range(same.ndim):  # from the grand total to its lines, and to their cells
        for axis in range(same.ndim):
            same = same | (same.take([-1], axis) & ~differs.any(axis, keepdims=True))
    return same


def _nobody_or(minimum: int) -> Hides:
    return lambda low, high: (low <= TOLERANCE and high >= -TOLERANCE) or max(high, -low) >= minimum - TOLERANCE


def proportionate(dominance: float) -> Hides:
    """As wide as dominance asks of the largest value that is possible; what is known to be nothing is known too."""

    def hides(low: float, high: float) -> bool:
        width = 2 * (1 - dominance) * max(abs(low), abs(high))
        return high - low >= max(width * (1 - TOLERANCE), TOLERANCE)

    return hides
