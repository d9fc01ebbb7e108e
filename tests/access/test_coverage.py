"""When and where the rows of a version are."""

from decimal import Decimal

import pytest
from pyshacl import validate
from rdflib import DCTERMS, Graph, URIRef
from starlette.testclient import TestClient

from pipelines.access.coverage import coverage_of
from pipelines.versions.store import Store
from tests.access.square import GRID, REQUESTS_SCHEMA
from tests.access.test_discovery import SHAPES
from tests.access.town import candidate, publish, table

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
    places = {str(place) for place in found.objects(REQUESTS, DCTERMS.spatial) if isinstance(place, URIRef)}
    assert places == {"http://id.insee.fr/geo/commune/93048"}


@pytest.mark.parametrize("key", ["temporal_start", "temporal_end", "spatial", "spatial_uri"])
def test_the_ckan_face_says_it_too(visitor: TestClient, key: str) -> None:
    answer = visitor.get("/api/3/action/package_show?id=valmont-signalements").json()["result"]
    extras = {extra["key"]: extra["value"] for extra in answer["extras"]}
    expected = {
        "temporal_start": "2025-01-03",
        "temporal_end": "2025-05-03",
        "spatial_uri": "http://id.insee.fr/geo/commune/93048",
    }
    assert extras[key] == expected.get(key, extras["spatial"])
