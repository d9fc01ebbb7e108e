"""Coordinates moved to the centre of their INSPIRE cell (EPSG:3035, equal area).

Never jitter: the average of several versions would find the place again.
"""

from functools import cache

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from pyproj import Transformer

DECIMALS = 5  # about one metre: the same digits from every version of PROJ
Degrees = NDArray[np.float64]


def snap(latitudes: pa.ChunkedArray, longitudes: pa.ChunkedArray, cell_m: int) -> tuple[pa.Array, pa.Array]:
    """The cells' centres in degrees; a pair with a missing or impossible half is null in both."""
    north, east = _degrees(latitudes), _degrees(longitudes)
    is_place = (np.abs(north) <= 90) & (np.abs(east) <= 180)
    x, y = _transformer(4326, 3035).transform(np.where(is_place, east, 0.0), np.where(is_place, north, 0.0))
    centre_east, centre_north = _transformer(3035, 4326).transform(_centre(x, cell_m), _centre(y, cell_m))
    is_place &= np.isfinite(centre_east) & np.isfinite(centre_north)
    return _published(centre_north, is_place), _published(centre_east, is_place)


def _degrees(column: pa.ChunkedArray) -> Degrees:
    return np.asarray(column.cast(pa.float64(), safe=False).to_numpy(), dtype=np.float64)


def _centre(metres: Degrees, cell_m: int) -> Degrees:
    return np.asarray(np.floor(metres / cell_m) * cell_m + cell_m / 2)


def _published(degrees: Degrees, is_place: NDArray[np.bool_]) -> pa.Array:
    return pa.array(np.round(np.where(is_place, degrees, 0.0), DECIMALS) + 0.0, mask=~is_place)


@cache
def _transformer(source: int, target: int) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)
