"""DCAT-AP, feeds, site map, JSON-LD and OpenAPI: what machines find, and that it leads to what is there."""

import json
import re
import time
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from lxml import etree
from pyshacl import validate
from rdflib import DCTERMS, Graph, URIRef
from rdflib.compare import isomorphic
from starlette.testclient import TestClient

from pipelines.access.addresses import KEYS
from pipelines.access.catalogue import FRESH_SECONDS
from pipelines.access.ckan.actions import ACTIONS
from pipelines.access.discovery.dcat import DCAT
from pipelines.versions.store import Store
from pipelines.versions.withdrawal import withdraw
from tests.access.town import METADATA, PROJETS, VALMONT, candidate, publish

ATOM = {"a": "http://www.w3.org/2005/Atom"}
DATASET = URIRef("http://127.0.0.1:8010/valmont/bp_projets/")
# https://schema.org/Dataset, https://schema.org/DataDownload: the properties that we use of them
SCHEMA_ORG_DATASET = {
    *("@context", "@type", "name", "description", "url", "identifier", "keywords", "license", "isAccessibleForFree"),
    *("version", "dateModified", "inLanguage", "creator", "includedInDataCatalog", "variableMeasured", "distribution"),
}
SCHEMA_ORG_DOWNLOAD = {"@type", "name", "contentUrl", "encodingFormat", "contentSize", "sha256"}
REQUIRED = {"@context", "@type", "name", "description", "license", "creator", "distribution", "url"}
SHAPES = Path(__file__).with_name("dcat_ap.ttl")


def graph(client: TestClient, ending: str = "ttl") -> Graph:
    kinds = {"ttl": "turtle", "jsonld": "json-ld", "rdf": "xml"}
    return Graph().parse(data=client.get(f"/catalog.{ending}").text, format=kinds[ending])


def test_the_catalogue_fits_dcat_ap(client: TestClient) -> None:
    fits, _report, words = validate(graph(client), shacl_graph=str(SHAPES))
    assert fits, words


def test_the_shapes_refuse_a_distribution_without_licence(client: TestClient) -> None:
    broken = graph(client)
    broken.remove((None, DCTERMS.license, None))
    assert not validate(broken, shacl_graph=str(SHAPES))[0]


def test_the_three_forms_say_the_same(client: TestClient) -> None:
    turtle = graph(client)
    assert isomorphic(turtle, graph(client, "jsonld"))
    assert isomorphic(turtle, graph(client, "rdf"))
    assert client.get("/catalog.rdf").headers["content-type"] == "application/rdf+xml"


def test_every_distribution_can_be_fetched_and_has_its_digest(client: TestClient) -> None:
    found = graph(client)
    addresses = list(found.objects(predicate=DCAT.downloadURL))
    assert len(addresses) >= 8
    for address in addresses:
        assert client.get(urlsplit(str(address)).path).status_code == 200


def test_a_new_version_is_in_the_catalogue_a_moment_later(client: TestClient, store: Store) -> None:
    assert str(graph(client).value(DATASET, DCAT.version)) == "1.1.0"
    publish(store, candidate(VALMONT, PROJETS[:5]), day=20)
    time.sleep(FRESH_SECONDS)
    assert str(graph(client).value(DATASET, DCAT.version)) == "1.2.0"


def feed(client: TestClient, path: str) -> etree._Element:
    answer = client.get(path)
    assert answer.headers["content-type"].startswith("application/atom+xml")
    return etree.fromstring(answer.content)


@pytest.mark.parametrize(
    ("path", "titles"),
    [
        ("/atom.xml", ["loriol 1.0.0", "valmont 1.1.0", "valmont 1.0.0"]),
        ("/valmont/atom.xml", ["valmont 1.1.0", "valmont 1.0.0"]),
        ("/loriol/bp_projets/atom.xml", ["loriol 1.0.0"]),
    ],
)
def test_a_feed_tells_each_version_once_the_newest_first(client: TestClient, path: str, titles: list[str]) -> None:
    root = feed(client, path)
    ids = [urlsplit(each.text or "").path.split("/") for each in root.findall("a:entry/a:id", ATOM)]
    assert [f"{parts[1]} {parts[3]}" for parts in ids] == titles
    assert all(client.get(urlsplit(each.get("href") or "").path).status_code == 200 for each in root.iter("{*}link"))
    assert root.findtext("a:updated", namespaces=ATOM) == root.findtext("a:entry/a:updated", namespaces=ATOM)


def test_a_breaking_change_is_announced_once_on_the_page_and_in_the_feeds(client: TestClient, store: Store) -> None:
    change = {"fr": "La colonne voix disparaît.", "en": "Column voix goes."}
    metadata = METADATA | {"announcements": [{"day": "2027-01-01", "change": change}]}
    publish(store, candidate(VALMONT, metadata=metadata), day=20)
    publish(store, candidate(VALMONT, PROJETS[:5], metadata=metadata), day=21)
    client.get("/")
    entries = feed(client, "/valmont/bp_projets/atom.xml").findall("a:entry", ATOM)
    told = [each for each in entries if "breaking change on January 1, 2027" in (each.findtext("a:title", "", ATOM))]
    assert [each.findtext("a:summary", "", ATOM) for each in told] == ["Column voix goes."]
    assert told[0].findtext("a:updated", "", ATOM) == "2026-03-22T09:30:00+00:00"
    link = told[0].findtext("a:id", "", ATOM)
    assert link == "http://127.0.0.1:8010/valmont/bp_projets/#announced-2027-01-01"
    page = client.get("/valmont/bp_projets/").text
    assert 'id="announced-2027-01-01"' in page
    assert "Column voix goes." in page


def test_a_feed_says_why_in_words_and_survives_hostile_text(client: TestClient, store: Store) -> None:
    title = {"fr": "<b>&\x08", "en": "<b>&\x08"}
    publish(store, candidate(VALMONT, metadata=METADATA | {"title": title}), day=20)
    root = feed(client, "/valmont/bp_projets/atom.xml")
    assert root.findtext("a:title", namespaces=ATOM) == "<b>&"
    summaries = [each.text or "" for each in root.findall("a:entry/a:summary", ATOM)]
    assert "2 rows added." in summaries[1]


def test_the_site_map_lists_every_page(client: TestClient) -> None:
    root = etree.fromstring(client.get("/sitemap.xml").content)
    paths = {urlsplit(each.text or "").path for each in root.iter("{*}loc")}
    about = {"/-/legal/", "/-/privacy/", "/-/accessibility/"}
    assert paths == {"/", "/valmont/", "/loriol/", "/valmont/bp_projets/", "/loriol/bp_projets/", *about}
    assert all(client.get(path).status_code == 200 for path in paths)


def test_the_page_describes_itself_to_search_engines(client: TestClient) -> None:
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', client.get("/valmont/bp_projets/").text)
    assert found
    described = json.loads(found[1])
    assert (described["@type"], described["version"]) == ("Dataset", "1.1.0")
    assert described["license"].startswith("https://")
    assert set(described) <= SCHEMA_ORG_DATASET
    assert {name for name, value in described.items() if value} >= REQUIRED
    assert all(set(each) <= SCHEMA_ORG_DOWNLOAD for each in described["distribution"])
    assert described["variableMeasured"][1] == {
        "@type": "PropertyValue",
        "name": "edition",
        "description": "Year of the vote.",
    }
    assert {each["encodingFormat"] for each in described["distribution"]} >= {"text/csv", "application/json"}


def test_no_text_breaks_out_of_the_description(client: TestClient, store: Store) -> None:
    hostile = dict.fromkeys(("fr", "en"), "</script><script>alert(1)</script>\u2028.")
    publish(store, candidate(VALMONT, metadata=METADATA | {"description": hostile}), day=20)
    text = client.get("/valmont/bp_projets/").text
    assert text.count("<script") == 1
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', text)
    assert found and json.loads(found[1])["description"] == "</script><script>alert(1)</script> ."


def test_the_interface_is_described_whole(client: TestClient) -> None:
    described = client.get("/openapi.json").json()
    assert described["openapi"] == "3.1.0"
    assert {f"/api/3/action/{name}" for name in ACTIONS} <= set(described["paths"])
    plain = [path for path in described["paths"] if "{" not in path and "/api/" not in path and path != KEYS]
    for path in plain:
        answer = client.get(path)
        kinds = described["paths"][path]["get"]["responses"]["200"]["content"]
        assert answer.status_code == 200
        assert answer.headers["content-type"].partition(";")[0] in kinds


def test_every_route_is_described_but_for_second_names_and_the_style_sheet(client: TestClient) -> None:
    (mount,) = client.app.routes
    routes = {route.path.replace("{version}/{name}", "{version}/{file}") for route in mount.routes}
    second = {path for path in routes if f"{path}/" in routes} | {"/-/static/{name}", "/api/action/{action}"}
    described = set(client.get("/openapi.json").json()["paths"])
    actions = {path for path in described if path.startswith("/api/3/action/")}
    assert routes - second - {"/api/3/action/{action}"} == described - actions


def test_each_example_of_the_description_leads_somewhere(client: TestClient) -> None:
    for path, item in client.get("/openapi.json").json()["paths"].items():
        given = item.get("parameters", [])
        names = {part["name"]: part["examples"]["published"]["value"] for part in given if "examples" in part}
        if given and len(names) == len(given) and not path.endswith(("summary/", "versions.json")):  # none is there
            answer = client.get(path.format_map(names))
            assert answer.status_code == 200, path
            kinds = item["get"]["responses"]["200"]["content"]
            assert answer.headers["content-type"].partition(";")[0] in kinds, path


@pytest.fixture
def withdrawn(client: TestClient, store: Store) -> TestClient:
    """A reader after Valmont took back both versions of its only dataset."""
    client.get("/")
    withdraw(store, store.versions(VALMONT.siren, "bp_projets"), "erasure", date(2026, 4, 1))
    time.sleep(FRESH_SECONDS)
    return client


def test_a_dataset_that_was_withdrawn_whole_says_so_at_each_of_its_addresses_and_in_the_feeds(
    withdrawn: TestClient,
) -> None:
    for path in ("", "latest/", "latest/bp_projets.csv", "1/bp_projets.json", "1.0.0/", "changes"):
        answer = withdrawn.get(f"/valmont/bp_projets/{path}")
        assert (path, answer.status_code, answer.json()["reason"]) == (path, 410, "erasure")
    assert withdrawn.get("/valmont/bp_projets/2/").status_code == 404
    known = withdrawn.get("/valmont/bp_projets/withdrawn.json").json()
    assert [each["version"] for each in known] == ["1.0.0", "1.1.0"]
    for path in ("/atom.xml", "/valmont/atom.xml", "/valmont/bp_projets/atom.xml"):
        ids = [each.text or "" for each in feed(withdrawn, path).findall("a:entry/a:id", ATOM)]
        told = [urlsplit(each).path for each in ids if each.endswith("#withdrawn")]
        assert told == ["/valmont/bp_projets/1.1.0/", "/valmont/bp_projets/1.0.0/"], path
