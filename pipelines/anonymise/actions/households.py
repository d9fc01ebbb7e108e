"""Places with too few households are published coarser: which step each place takes, from a table of households.

Only the table decides, never the rows: the published places do not change from one version to the next, and do not
overlap. Where one place has too few households, the whole coarser place around it is used for all its neighbours too:
the coarse label would otherwise mean "in the small ones", which together may still be too few.
"""

from collections import defaultdict
from collections.abc import Hashable, Mapping
from typing import TypeVar

Place = TypeVar("Place", bound=Hashable)


def levels_by_households(
    paths: Mapping[Place, tuple[Place, ...]], households: Mapping[Place, int], minimum: int
) -> dict[Place, int | None]:
    """For each finest place, which entry of its path (itself first, the coarsest last) may be shown; None: none.

    A place where nobody lives takes the next coarser one, and makes no neighbour do so.
    """
    totals: dict[tuple[int, Place], int] = defaultdict(int)
    for place, path in paths.items():
        for level, coarser in enumerate(path):
            totals[level, coarser] += households.get(place, 0)
    has_small = {
        (level + 1, path[level + 1])
        for path in paths.values()
        for level in range(len(path) - 1)
        if 0 < totals[level, path[level]] < minimum
    }

    def shown(path: tuple[Place, ...]) -> int | None:
        level = len(path) - 1
        if totals[level, path[level]] < minimum:
            return None
        while level and (level, path[level]) not in has_small and totals[level - 1, path[level - 1]] >= minimum:
            level -= 1
        return level

    return {place: shown(path) for place, path in paths.items()}
