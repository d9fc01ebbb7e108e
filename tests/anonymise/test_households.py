"""Places with too few households: coarser ones, that do not overlap and do not follow the rows."""

import random

import pyarrow as pa
import pytest

from pipelines.anonymise.actions.grid import snap, snap_by_households
from pipelines.anonymise.actions.households import levels_by_households
from pipelines.errors import InvalidDeclaration, UnsafeData

PATHS = {place: (place, district, "ville") for place, district in zip("abcdef", "NNSSEE", strict=True)}


def test_one_small_place_makes_its_neighbours_coarse_too() -> None:
    households = {"a": 3, "b": 50, "c": 20, "d": 20, "e": 11, "f": 11}
    assert levels_by_households(PATHS, households, 11) == {"a": 1, "b": 1, "c": 0, "d": 0, "e": 0, "f": 0}


def test_a_district_that_is_still_too_small_takes_the_town() -> None:
    households = {"a": 3, "b": 4, "c": 20, "d": 20, "e": 11, "f": 11}
    assert set(levels_by_households(PATHS, households, 11).values()) == {2}
    assert levels_by_households(PATHS, {"a": 11}, 11)["a"] == 0
    assert set(levels_by_households(PATHS, {"a": 10}, 11).values()) == {None}


def test_where_nobody_lives_no_neighbour_grows_coarse() -> None:
    households = {"b": 50, "c": 20, "d": 20, "e": 11, "f": 11}
    assert levels_by_households(PATHS, households, 11) == {"a": 1, "b": 0, "c": 0, "d": 0, "e": 0, "f": 0}


@pytest.mark.parametrize("seed", range(20))
def test_every_shown_place_has_enough_households_and_none_lies_half_in_another(seed: int) -> None:
    chance = random.Random(seed)
    paths = {(0, n): ((0, n), (1, n // 2), (2, n // 6), (3, 0)) for n in range(24)}
    households = {place: chance.choice([0, 2, 5, 12, 40]) for place in paths}
    levels = levels_by_households(paths, households, 11)
    lived_in = {place for place in paths if households[place]}
    shown = {place: paths[place][level] for place, level in levels.items() if level is not None and place in lived_in}
    for label in set(shown.values()):
        inside = {place for place in lived_in if label in paths[place]}
        assert sum(households[place] for place in inside) >= 11
        assert inside == {place for place in lived_in if shown.get(place) == label}


def points(*pairs: tuple[float, float]) -> tuple[pa.ChunkedArray, pa.ChunkedArray]:
    return pa.chunked_array([[one[0] for one in pairs]]), pa.chunked_array([[one[1] for one in pairs]])


HERE, BESIDE = (47.3530, 0.6480), (47.3534, 0.6640)  # in two cells of one kilometre, in one of five


def cell(place: tuple[float, float], size: int) -> str:
    """The INSPIRE id of the cell around `place`."""
    from pyproj import Transformer

    east, north = Transformer.from_crs(4326, 3035, always_xy=True).transform(place[1], place[0])
    return f"CRS3035RES{size}mN{int(north // size) * size}E{int(east // size) * size}"


def test_a_square_with_too_few_households_takes_the_larger_one_with_its_neighbours() -> None:
    households = {cell(HERE, 200): 4, cell(BESIDE, 200): 60}
    found = snap_by_households(*points(HERE, BESIDE), (1000, 5000), households, 11)
    assert [one.to_pylist() for one in found] == [one.to_pylist() for one in snap(*points(HERE, BESIDE), 5000)]
    enough = {cell(HERE, 200): 14, cell(BESIDE, 200): 60}
    fine = snap_by_households(*points(HERE, BESIDE), (1000, 5000), enough, 11)
    assert [one.to_pylist() for one in fine] == [one.to_pylist() for one in snap(*points(HERE, BESIDE), 1000)]


def test_a_place_that_no_square_is_large_enough_for_is_counted_and_stops_the_run() -> None:
    with pytest.raises(UnsafeData, match="1 places lie in squares of 1000 m with fewer than 11 households"):
        snap_by_households(*points(HERE), (1000,), {cell(HERE, 1000): 4}, 11)


def test_an_id_of_a_larger_cell_cannot_be_shared_out() -> None:
    with pytest.raises(InvalidDeclaration, match="INSPIRE ids of cells of 1000 m or smaller"):
        snap_by_households(*points(HERE), (1000,), {cell(HERE, 5000): 4}, 11)
    assert snap_by_households(*points(HERE), (1000,), {"1kmN2691E3599": 40, cell(HERE, 1000): 11}, 11)
