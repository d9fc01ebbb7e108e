"""The pictures that types suggest, and that their figures are those of the rows."""

import datetime as dt
import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from pipelines.access.limits import Limits
from pipelines.access.pages import table_view
from pipelines.access.pages.charts import Chart, charts
from pipelines.access.pages.coarse_map import coarse_map, draw
from pipelines.access.query.engine import Engine
from pipelines.versions.manifest import Manifest
from pipelines.versions.store import Store
from tests.access.square import VALMONT, counts
from tests.access.test_pages import Page
from tests.access.town import PROJETS, candidate, publish, table


@pytest.fixture
def engine(square: Path) -> Engine:
    return Engine(Store(square), Limits())


@pytest.fixture
def requests(square: Path) -> Manifest:
    found = Store(square).latest(VALMONT.siren, "signalements")
    assert found
    return found


def test_a_date_suggests_rows_by_month_and_a_few_words_a_category(engine: Engine, requests: Manifest) -> None:
    over_time, by_service = charts(engine, requests)
    assert (over_time.field["name"], over_time.step) == ("date_demande", "month")
    assert [(bar.value, bar.count) for bar in over_time.bars] == [(dt.date(2025, month, 1), 8) for month in range(1, 6)]
    assert (by_service.field["name"], by_service.step) == ("service", "")
    assert {bar.value: bar.count for bar in by_service.bars} == {"Voirie": 14, "Éclairage": 13, "Propreté": 13}
    assert by_service.bars[0].share == 1.0


def test_months_without_a_row_stand_at_zero_and_long_times_go_by_year(store: Store) -> None:
    days = [dt.date(2020, 1, 5), dt.date(2020, 4, 1), dt.date(2020, 4, 2)]
    rows = [(*PROJETS[0][:7], day) for day in days]
    months = _charts(store, [(str(number), *row[1:]) for number, row in enumerate(rows)])
    assert [bar.count for bar in months.bars] == [1, 0, 0, 2]
    years = _charts(store, [(str(n), *PROJETS[0][1:7], dt.date(2000 + n, 1, 1)) for n in range(6)])
    assert (years.step, len(years.bars)) == ("year", 6)


def test_years_and_quarters_stand_in_their_order_and_each_bar_leads_to_its_rows(
    visitor: TestClient, store: Store
) -> None:
    quarters = ["2025-Q2", "2024-Q4", "2025-Q2", None, "2025-Q1", "2025-Q2"]
    rows = [(*row[:3], quarter, *row[4:]) for row, quarter in zip(PROJETS, quarters, strict=True)]
    drawn = charts(Engine(store, Limits()), publish(store, candidate(rows=rows), day=40))
    by_quarter = next(chart for chart in drawn if chart.field["name"] == "quartier")
    assert [bar.value for bar in by_quarter.bars] == ["2024-Q4", "2025-Q1", "2025-Q2", None]
    page = visitor.get("/valmont/signalements/").text
    assert '<a href="?service__exact=%C3%89clairage#rows">Éclairage</a>' in page
    only = visitor.get("/valmont/signalements/?service__exact=%C3%89clairage").text
    assert "Rows 1 to 13 of 13" in only
    assert table_view.only("quartier", None) == "?quartier__isnull=#rows"
    assert table_view.only("laureat", True) == "?laureat__exact=true#rows"


def _charts(store: Store, rows: list[tuple]) -> Chart:
    return charts(Engine(store, Limits()), publish(store, candidate(rows=rows), day=40))[0]


def test_a_code_and_its_label_are_one_picture_and_a_key_is_none(engine: Engine, square: Path) -> None:
    projects = Store(square).latest(VALMONT.siren, "bp_projets")
    assert projects
    assert "id" not in {chart.field["name"] for chart in charts(engine, projects)}


def test_every_row_is_counted_where_a_column_of_the_key_is_empty_in_some(store: Store) -> None:
    schema = {"primaryKey": ["place", "day"], "fields": [{"name": name, "type": "string"} for name in ("place", "day")]}
    rows = [(None, "1"), (None, "2"), ("Nord", "1"), (None, "3")]
    manifest = publish(store, candidate(table=table(rows, schema), table_schema=schema), day=40)
    by_place = next(chart for chart in charts(Engine(store, Limits()), manifest) if chart.field["name"] == "place")
    assert [(bar.value, bar.count) for bar in by_place.bars] == [(None, 3), ("Nord", 1)]


def test_a_table_of_counts_is_not_drawn_whose_rows_are_cells_and_their_totals(client: TestClient, store: Store) -> None:
    publish(store, counts(), day=40)
    page = Page(client.get("/valmont/petitions/").text)
    assert "Piscine" in page.words
    assert "At a glance" not in page.words
    assert not [attrs for tag, attrs in page.tags if attrs.get("class") in ("picture", "bars")]


def test_the_map_has_every_row_with_a_place(engine: Engine, requests: Manifest) -> None:
    drawn = coarse_map(engine, requests)
    assert drawn
    assert sum(cell.count for cell in drawn.cells) == 39
    assert len(drawn.cells) == 4
    assert drawn.cell_m == 1000
    assert max(cell.shade for cell in drawn.cells) == len(drawn.bounds) - 1


def test_a_square_of_a_kilometre_is_as_long_as_the_scale_says() -> None:
    drawn = draw([(47.3402, 0.64292, 3), (47.35803, 0.63968, 1)], 1000)
    assert drawn
    (left, top), (right, bottom) = (tuple(map(float, each.split(","))) for each in drawn.cells[0].corners.split()[:2])
    side = ((right - left) ** 2 + (bottom - top) ** 2) ** 0.5
    assert side == pytest.approx(drawn.scale_width * 1000 / drawn.scale_m, rel=0.02)


def test_north_is_up_and_east_is_right() -> None:
    drawn = draw([(48.0, 2.0, 5), (48.1, 2.2, 1)], 1000)
    assert drawn
    (x, y), (further_x, further_y) = (tuple(map(float, cell.corners.split()[0].split(","))) for cell in drawn.cells)
    assert further_x > x
    assert further_y < y


def test_a_place_at_the_end_of_the_world_is_counted_and_not_drawn() -> None:
    drawn = draw([(47.3, 0.6, 5), (47.31, 0.6, 4), (0.0, 0.0, 2)], None)
    assert drawn
    assert (len(drawn.cells), drawn.elsewhere) == (2, 2)


@pytest.mark.parametrize("place", [(1000.0, 0.6, 2), (47.3, -400.0, 2), (90.0, 0.0, 2)])
def test_a_place_that_is_none_is_counted_and_not_drawn(place: tuple[float, float, int]) -> None:
    drawn = draw([(47.3, 0.6, 5), place], 1000)
    assert drawn
    assert (len(drawn.cells), drawn.elsewhere) == (1, 2)
    assert draw([place], 1000) is None


@pytest.mark.parametrize("place", [(-21.1, 55.5, 4), (4.9, -52.3, 4), (46.8, -56.2, 4), (-22.3, 166.4, 4)])
def test_towns_overseas_are_drawn(place: tuple[float, float, int]) -> None:
    drawn = draw([place, (place[0] + 0.02, place[1], 1)], 1000)
    assert drawn
    corners = [float(number) for cell in drawn.cells for point in cell.corners.split() for number in point.split(",")]
    assert all(0 <= number <= 640 for number in corners)


def test_one_place_alone_is_drawn() -> None:
    drawn = draw([(47.3, 0.6, 5)], None)
    assert drawn
    assert 0 < drawn.width <= 640
    assert 0 < drawn.height <= 480


def test_each_picture_has_its_table(visitor: TestClient) -> None:
    page = Page(visitor.get("/valmont/signalements/").text)
    pictures = [attrs for tag, attrs in page.tags if tag == "svg" and attrs.get("role") == "img"]
    assert {attrs["aria-labelledby"] for attrs in pictures} == {"time", "map-caption"}
    assert page.words.count("The same as a table") == 2
    assert all(attrs.get("aria-hidden") == "true" for tag, attrs in page.tags if tag == "svg" and attrs not in pictures)


def test_pictures_speak_french_to_the_colon_and_the_comma(visitor: TestClient) -> None:
    page = visitor.get("/valmont/signalements/", headers={"accept-language": "fr"}).text
    titles = re.findall(r"<title>([^<]*)</title>", page.partition("<body")[2])
    assert titles
    assert all(re.search(r"\u00a0: \d+( lignes?)?$", title) for title in titles)
    assert "<td>47,3402</td><td>0,64292</td>" in page
