"""A map of coarse places, drawn without tiles or outlines: the squares themselves, with coordinates and a scale."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pyproj

from ...versions.manifest import Manifest
from ..query.engine import Engine
from ..query.places import place_columns
from ..query.query import Aggregate, Condition, Group, Key, Order, Query

WIDTH, HEIGHT = 640.0, 480.0  # units of the drawing, at most
MARGIN, LEFT = 30.0, 90.0  # the left one holds the latitudes
MOST_CELLS = 2000
FURTHEST_NORTH = 85  # and south: beyond, squares lose their shape
REACH_DEGREES = 1.5  # from the median place: further ones are counted, and not drawn
SHADES = 5
METRES_PER_DEGREE = 111_320.0
GRID = 3035  # the projection in which the squares are laid
_STEPS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0)

Point = tuple[float, float]


@dataclass(frozen=True)
class Cell:
    """A square with its rows: its centre in degrees, its corners on the drawing, its shade from 0 to SHADES - 1."""

    latitude: float
    longitude: float
    count: int
    shade: int
    corners: str


@dataclass(frozen=True)
class Line:
    """A meridian or a parallel: where it lies on the drawing, in which direction, and its degrees."""

    place: float
    is_meridian: bool
    degrees: float


@dataclass(frozen=True)
class CoarseMap:
    """What the template draws. `cell_m` is the squares' side, None where places are points."""

    width: float
    height: float
    cells: tuple[Cell, ...]
    lines: tuple[Line, ...]
    bounds: tuple[tuple[int, int], ...]  # of each shade: fewest and most rows
    scale_m: int
    scale_width: float
    cell_m: int | None
    elsewhere: int  # rows too far from the others to be drawn


def coarse_map(engine: Engine, manifest: Manifest) -> CoarseMap | None:
    """The rows of a version where they lie; None where they have no place, or too many. Blocks."""
    box = place_columns(manifest)
    if box is None:
        return None
    count = Aggregate(box.latitude, "count")
    query = Query(
        where=Group("and", (Condition(box.longitude, "isnotnull"), Condition(box.latitude, "isnotnull"))),
        keys=(Key(box.latitude), Key(box.longitude)),
        aggregates=(count,),
        orders=(Order(count.name, is_descending=True),),
        limit=MOST_CELLS + 1,
    )
    table, total = engine.table(manifest, query)
    if not 0 < total <= MOST_CELLS:
        return None
    latitudes, longitudes, counts = (column.to_pylist() for column in table.columns)
    places = list(zip(map(float, latitudes), map(float, longitudes), counts, strict=True))
    cell_m = next((column["cell_m"] for column in manifest.privacy.values() if column.get("cell_m")), None)
    return draw(places, cell_m)


def draw(places: Sequence[tuple[float, float, int]], cell_m: int | None) -> CoarseMap | None:
    """Latitude, longitude and rows of each place, most rows first, as a drawing whose north is up.

    None where no place is on the map: the rows are published as they came, and a latitude may be 1000.
    """
    real = [each for each in places if abs(each[0]) <= FURTHEST_NORTH and abs(each[1]) <= 180]
    if not real:
        return None
    middle = (_median([place[0] for place in real]), _median([place[1] for place in real]))
    near = [each for each in real if max(abs(each[0] - middle[0]), abs(each[1] - middle[1])) <= REACH_DEGREES]
    shapes = _squares(near, cell_m or 100)
    stretch = math.cos(math.radians(middle[0]))  # a degree of longitude, in degrees of latitude
    flat = [[(longitude * stretch, -latitude) for latitude, longitude in shape] for shape in shapes]
    west, east = min(x for shape in flat for x, _y in shape), max(x for shape in flat for x, _y in shape)
    north, south = min(y for shape in flat for _x, y in shape), max(y for shape in flat for _x, y in shape)
    unit = min((WIDTH - LEFT - MARGIN) / max(east - west, 0.02), (HEIGHT - 2 * MARGIN) / max(south - north, 0.02))
    shades = _shades([count for _latitude, _longitude, count in near])

    def placed(point: Point) -> Point:
        return LEFT + (point[0] - west) * unit, MARGIN + (point[1] - north) * unit

    cells = tuple(
        Cell(latitude, longitude, count, _shade(count, shades), _path([placed(point) for point in shape]))
        for (latitude, longitude, count), shape in zip(near, flat, strict=True)
    )
    scale_m = _round_down((WIDTH / 4) / unit * METRES_PER_DEGREE)
    return CoarseMap(
        width=LEFT + MARGIN + (east - west) * unit,
        height=2 * MARGIN + (south - north) * unit,
        cells=cells,
        lines=_lines((west / stretch, east / stretch), (-south, -north), lambda x, y: placed((x * stretch, -y))),
        bounds=tuple(shades),
        scale_m=scale_m,
        scale_width=scale_m / METRES_PER_DEGREE * unit,
        cell_m=cell_m,
        elsewhere=sum(count for *_place, count in places) - sum(count for *_place, count in near),
    )


def _squares(places: Sequence[tuple[float, float, int]], side_m: int) -> list[list[Point]]:
    """The corners of each square in degrees; the squares lie in the projection of the European grid."""
    there = pyproj.Transformer.from_crs(4326, GRID)
    back = pyproj.Transformer.from_crs(GRID, 4326)
    half = side_m / 2
    turns = ((-half, -half), (half, -half), (half, half), (-half, half))
    corners = []
    for latitude, longitude, _count in places:
        y, x = there.transform(latitude, longitude)
        corners.append([back.transform(y + up, x + right) for up, right in turns])
    return corners


def _shades(counts: Sequence[int]) -> list[tuple[int, int]]:
    """Classes of about as many squares each, from few rows to many."""
    values = sorted(set(counts))
    size = max(1, math.ceil(len(values) / SHADES))
    classes = [values[start : start + size] for start in range(0, len(values), size)]
    return [(each[0], each[-1]) for each in classes]


def _shade(count: int, shades: Sequence[tuple[int, int]]) -> int:
    return next(place for place, (_fewest, most) in enumerate(shades) if count <= most)


def _lines(longitudes: Point, latitudes: Point, placed: Callable[[float, float], Point]) -> tuple[Line, ...]:
    """Three or four round degrees each way."""
    span = max(longitudes[1] - longitudes[0], latitudes[1] - latitudes[0])
    step = next((each for each in _STEPS if span / each <= 5), _STEPS[-1])
    meridians = [Line(placed(each, 0)[0], True, each) for each in _multiples(longitudes, step)]
    parallels = [Line(placed(0, each)[1], False, each) for each in _multiples(latitudes, step)]
    return (*meridians, *parallels)


def _multiples(span: Point, step: float) -> list[float]:
    first, last = math.ceil(span[0] / step), math.floor(span[1] / step)
    return [round(number * step, 4) for number in range(first, last + 1)]


def _round_down(metres: float) -> int:
    """1, 2 or 5 times a power of ten."""
    power = 10 ** math.floor(math.log10(metres))
    return int(next(each for each in (5 * power, 2 * power, power) if each <= metres))


def _median(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2]


def _path(points: Sequence[Point]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
