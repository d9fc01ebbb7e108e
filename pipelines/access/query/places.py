"""Which columns say where: a pair of WGS84 degrees, known by the privacy block or by its usual names."""

from collections.abc import Sequence
from dataclasses import dataclass

from ...versions.manifest import Manifest
from .query import Condition, Value

NAMES = (("latitude", "longitude"), ("lat", "lon"), ("lat", "long"), ("lat", "lng"))


@dataclass(frozen=True)
class Box:
    """The two columns that a place is made of."""

    latitude: str
    longitude: str


def place_columns(manifest: Manifest) -> Box | None:
    """The dataset's columns of place, where it has any."""
    published = {field["name"] for field in manifest.table_schema["fields"] if field.get("type") == "number"}
    axes = {column.get("axis"): name for name, column in manifest.privacy.items()}
    for latitude, longitude in [(axes.get("latitude"), axes.get("longitude")), *NAMES]:
        if latitude in published and longitude in published:
            return Box(str(latitude), str(longitude))
    return None


def box_conditions(box: Box, degrees: Sequence[Value]) -> list[Condition]:
    """West, south, east, north: the borders belong to the box."""
    west, south, east, north = degrees
    return [
        Condition(box.longitude, "greater", (west,)),
        Condition(box.latitude, "greater", (south,)),
        Condition(box.longitude, "less", (east,)),
        Condition(box.latitude, "less", (north,)),
    ]
