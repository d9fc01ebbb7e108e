"""When and where the rows of a version are."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest
from pyshacl import validate
from rdflib import DCTERMS, RDF, Graph, Literal, URIRef
from starlette.testclient import TestClient

from pipelines.access.coverage import coverage_of
from pipelines.access.discovery.dcat import DCAT
from pipelines.versions.store import Store
from tests.access.square import GRID, REQUESTS_SCHEMA
from tests.access.test_discovery import SHAPES
from tests.access.town import LORIOL, PROJETS, candidate, publish, table

SCHEMA = {"fields": [field for field in REQUESTS_SCHEMA["fields"] if field["type"] in ("string", "number")]}
REQUESTS = URIRef("http://127.0.0.1:8010/valmont/signalements/")


def box(store: Store, *places: tuple[str, str]) -> list[float] | None:
    """West, south, east, north of what is published of these latitudes and longitudes."""
    rows = [(str(number), "Voirie", Decimal(north), Decimal(east)) for number, (north, east) in enumerate(places)]
    version = publish(store, candidate(dataset="lieux", table=table(rows, SCHEMA), table_schema=SCHEMA, privacy=GRID))
    ring = coverage_of(version, store.open).ring
    return ring and [*ring[0], *ring[2]]


def test_a_box_holds_every_place_and_is_rounded_outward(store: Store) -> None:
    assert box(store, ("47.34", "0.64"), ("47.35", "-0.01")) == [-0.01, 47.34, 0.65, 47.36]


def test_a_single_place_has_a_box_around_it(store: Store) -> None:
    assert box(store, ("47.34", "0.64")) == [0.64, 47.34, 0.65, 47.35]


def test_a_wrong_place_makes_no_box_as_large_as_a_country(store: Store) -> None:
    assert box(store, ("47.34", "0.64"), ("0", "0")) is None


def test_the_catalogue_says_when_and_where_and_still_fits_dcat_ap(visitor: TestClient) -> None:
    found = Graph().parse(data=visitor.get("/catalog.ttl").text, format="turtle")
    fits, _report, words = validate(found, shacl_graph=str(SHAPES))
    assert fits, words
    period = found.value(REQUESTS, DCTERMS.temporal)
    assert sorted(str(day) for day in found.objects(period) if str(day).startswith("20")) == [
        "2025-01-03",
        "2025-05-03",
    ]
    places = list(found.objects(REQUESTS, DCTERMS.spatial))
    assert [str(place) for place in places if isinstance(place, URIRef)] == ["http://id.insee.fr/geo/commune/93048"]
    boxes = [box for place in places for box in found.objects(place, DCAT.bbox)]
    words = "POLYGON((0.62 47.34, 0.66 47.34, 0.66 47.36, 0.62 47.36, 0.62 47.34))"
    assert boxes == [Literal(words, datatype=URIRef("http://www.opengis.net/ont/geosparql#wktLiteral"))]


def test_the_ckan_face_says_it_too(visitor: TestClient) -> None:
    answer = visitor.get("/api/3/action/package_show?id=valmont-signalements").json()["result"]
    extras = {extra["key"]: extra["value"] for extra in answer["extras"]}
    corners = "[[0.62, 47.34], [0.66, 47.34], [0.66, 47.36], [0.62, 47.36], [0.62, 47.34]]"
    expected = {
        "temporal_start": "2025-01-03",
        "temporal_end": "2025-05-03",
        "spatial": f'{{"type": "Polygon", "coordinates": [{corners}]}}',
        "spatial_uri": "http://id.insee.fr/geo/commune/93048",
    }
    assert {key: extras.get(key) for key in expected} == expected


def bit_flipped(content: bytes) -> bytes:
    """In the first byte of the footer."""
    start = len(content) - 8 - int.from_bytes(content[-8:-4], "little")
    return content[:start] + bytes([content[start] ^ 1]) + content[start + 1 :]


def day_beyond(content: bytes) -> bytes:
    """The first day of the rows as one that no calendar has."""
    first = (dt.date(2022, 5, 14) - dt.date(1970, 1, 1)).days.to_bytes(4, "little")
    return content.replace(first, b"\xff\xff\xff\x7f")


@pytest.mark.parametrize("damage", [bit_flipped, day_beyond, None], ids=["a bit", "a day", "lost"])
def test_a_damaged_file_of_one_town_hides_nothing_of_another(
    client: TestClient, store: Store, damage: Callable[[bytes], bytes] | None
) -> None:
    other = publish(store, candidate(LORIOL, PROJETS[:5]), day=20)
    path = store.parquet(other)
    whole = path.read_bytes()
    path.chmod(0o644)
    path.unlink()
    if damage:
        assert damage(whole) != whole
        path.write_bytes(damage(whole))
    turtle = client.get("/catalog.ttl")
    assert turtle.status_code == 200
    found = Graph().parse(data=turtle.text, format="turtle")
    periods = {str(page): found.value(page, DCTERMS.temporal) for page in found.subjects(RDF.type, DCAT.Dataset)}
    assert [page for page, period in periods.items() if period] == ["http://127.0.0.1:8010/valmont/bp_projets/"]
    assert len(periods) == 2
    for action in ("package_search", "resource_search?query=name:projets", "organization_show?id=valmont"):
        assert client.get(f"/api/3/action/{action}").status_code == 200
    path.write_bytes(whole)
    shown = client.get("/api/3/action/package_show?id=loriol-bp_projets").json()["result"]
    assert {"key": "temporal_start", "value": "2022-05-14"} in shown["extras"]
    restored = Graph().parse(data=client.get("/catalog.ttl").text, format="turtle")
    assert len(list(restored.subjects(RDF.type, DCTERMS.PeriodOfTime))) == 2
