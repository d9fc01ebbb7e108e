"""The time and the place that a version's rows speak of: it says nothing that the published rows do not."""

from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from typing import BinaryIO

import pyarrow.parquet as pq

from ..versions.extremes import extremes, footer_of, period_of
from ..versions.manifest import Manifest, StoredFile
from .query.places import place_columns

COMMUNE = "http://id.insee.fr/geo/commune/{}"
OUTWARD = Decimal("0.01")  # degrees to which a box is rounded: about a kilometre
WIDEST = 3  # degrees: a wider one is made by a wrong place, not by a town

OpenFile = Callable[[StoredFile], BinaryIO]
Ring = list[list[float]]  # longitude and latitude of each corner, the first one again at the end


@dataclass(frozen=True)
class Coverage:
    """`period`: the first and the last day, ISO. `ring`: the box around all published places."""

    period: tuple[str, str] | None
    ring: Ring | None


def coverage_of(manifest: Manifest, open_file: OpenFile) -> Coverage:
    """From the end of the version's Parquet file; no row is looked at. Raises what `open_file` does."""
    footer = footer_of(manifest, open_file)
    return Coverage(period_of(manifest, footer), _ring(manifest, footer))


def _ring(manifest: Manifest, footer: pq.FileMetaData | None) -> Ring | None:
    columns = place_columns(manifest)
    if columns is None:
        return None
    longitudes = extremes(footer, [columns.longitude])
    latitudes = extremes(footer, [columns.latitude])
    if longitudes is None or latitudes is None:
        return None
    (west, east), (south, north) = _outward(*longitudes), _outward(*latitudes)
    if max(east - west, north - south) > WIDEST:
        return None
    corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    return [[float(longitude), float(latitude)] for longitude, latitude in corners]


def _outward(least: Decimal | float, greatest: Decimal | float) -> tuple[Decimal, Decimal]:
    """A single place has a box, too."""
    first, last = (Decimal(degrees).quantize(OUTWARD, ROUND_FLOOR) for degrees in (least, greatest))
    return first, last + OUTWARD
