"""Coordinates moved to the centre of their INSPIRE cell (EPSG:3035, equal area).

Never jitter: the average of several versions would find the place again.
"""

import re
from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyproj import Transformer

from ...errors import InvalidDeclaration, UnsafeData
from ...messages import _
from .households import levels_by_households

DECIMALS = 5  # about one metre: the same digits from every version of PROJ
Degrees = NDArray[np.float64]
Cell = tuple[int, int, int]  # its size, north and east of its lower left corner, in metres
# Insee and Eurostat write the same cell in two ways.
_CELL_ID = re.compile(r"(?:CRS3035RES)?([0-9]+)(km|m)N([0-9]+)E([0-9]+)")


def snap(latitudes: pa.ChunkedArray, longitudes: pa.ChunkedArray, cell_m: int) -> tuple[pa.Array, pa.Array]:
    """The cells' centres in degrees; a pair with a missing or impossible half is null in both."""
    x, y, is_place = _metres(latitudes, longitudes)
    return _in_degrees(_centre(x, cell_m), _centre(y, cell_m), is_place)


def snap_by_households(
    latitudes: pa.ChunkedArray,
    longitudes: pa.ChunkedArray,
    sizes: Sequence[int],
    households: Mapping[str, int],
    minimum: int,
) -> tuple[pa.Array, pa.Array]:
    """As `snap`, to the finest of `sizes` (rising, each a multiple of the one before) with enough households.

    `households` counts by INSPIRE cell id, all of one size that divides the finest. Raises UnsafeData with the number
    of places that no size is coarse enough for.
    """
    x, y, is_place = _metres(latitudes, longitudes)
    counts = _by_cell(households, sizes[0])
    found = [_cell(sizes[0], north, east) for north, east in zip(y[is_place], x[is_place], strict=True)]
    paths = {cell: tuple(_cell(size, cell[1], cell[2]) for size in sizes) for cell in dict.fromkeys([*counts, *found])}
    levels = levels_by_households(paths, counts, minimum)
    if small := sum(levels[cell] is None for cell in found):
        raise UnsafeData(
            _(
                "{count} places lie in squares of {metres} m with fewer than {minimum} households. "
                "Declare a coarser square (`coarser:`), or drop the place."
            ).format(count=small, metres=sizes[-1], minimum=minimum)
        )
    shown = [paths[cell][levels[cell] or 0] for cell in found]
    x[is_place] = [east + size / 2 for size, _north, east in shown]
    y[is_place] = [north + size / 2 for size, north, _east in shown]
    return _in_degrees(x, y, is_place)


def _cell(size: int, north: float, east: float) -> Cell:
    return size, int(north // size) * size, int(east // size) * size


def _by_cell(households: Mapping[str, int], size: int) -> dict[Cell, int]:
    counts: dict[Cell, int] = {}
    for name, count in households.items():
        read = _CELL_ID.fullmatch(name)
        if read is None or size % (metres := int(read[1]) * (1000 if read[2] == "km" else 1)):
            raise InvalidDeclaration(
                _(
                    "households: expected INSPIRE ids of cells of {metres} m or smaller, "
                    "such as CRS3035RES200mN2889000E3760000."
                ).format(metres=size)
            )
        unit = metres if read[2] == "km" else 1  # 1kmN2689E4341 counts kilometres
        cell = _cell(size, int(read[3]) * unit, int(read[4]) * unit)
        counts[cell] = counts.get(cell, 0) + count
    return counts


def _metres(latitudes: pa.ChunkedArray, longitudes: pa.ChunkedArray) -> tuple[Degrees, Degrees, NDArray[np.bool_]]:
    """East and north in the grid's own system, and which pairs are a place at all."""
    north, east = _degrees(latitudes), _degrees(longitudes)
    is_place = (np.abs(north) <= 90) & (np.abs(east) <= 180)
    x, y = _transformer(4326, 3035).transform(np.where(is_place, east, 0.0), np.where(is_place, north, 0.0))
    is_place &= np.isfinite(x) & np.isfinite(y)
    return np.where(is_place, x, 0.0), np.where(is_place, y, 0.0), is_place


def _in_degrees(x: Degrees, y: Degrees, is_place: NDArray[np.bool_]) -> tuple[pa.Array, pa.Array]:
    east, north = _transformer(3035, 4326).transform(x, y)
    is_place = is_place & np.isfinite(east) & np.isfinite(north)
    return _published(north, is_place), _published(east, is_place)


def _degrees(column: pa.ChunkedArray) -> Degrees:
    return np.asarray(column.cast(pa.float64(), safe=False).to_numpy(), dtype=np.float64)


def _centre(metres: Degrees, cell_m: int) -> Degrees:
    return np.asarray(np.floor(metres / cell_m) * cell_m + cell_m / 2)


def _published(degrees: Degrees, is_place: NDArray[np.bool_]) -> pa.Array:
    return pa.array(np.round(np.where(is_place, degrees, 0.0), DECIMALS) + 0.0, mask=~is_place)


@cache
def _transformer(source: int, target: int) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)
