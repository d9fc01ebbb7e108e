"""What a dataset's page and those of its versions tell, beyond rows and files."""

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from starlette.testclient import TestClient

from pipelines.access.app import create_app
from pipelines.access.pages.assurances import certificate_of
from pipelines.messages import speaking
from pipelines.versions.publication import publish_version
from pipelines.versions.store import Store
from pipelines.versions.withdrawal import withdraw
from tests.access.square import SITE, TOWNS, counts
from tests.access.test_pages import Page
from tests.access.town import FIRST_DAY, LORIOL, METADATA, PROJETS, VALMONT, candidate, publish

HIDDEN = "Figures about fewer than 5 people are hidden, and others with them, so that nobody can compute them."


def reader(store: Store) -> TestClient:
    return TestClient(create_app(store, TOWNS, SITE), headers={"accept-language": "en"})


def words(client: TestClient, path: str) -> str:
    return " ".join(Page(client.get(path).text).words)


def test_an_error_is_reported_to_the_publisher_with_dataset_and_version_named(visitor: TestClient) -> None:
    links = Page(visitor.get("/valmont/bp_projets/").text).attributes("href")
    (report,) = [unquote(link) for link in links if link.startswith("mailto:")]
    assert report == (
        "mailto:donnees@valmont.example?subject="
        "Error in Participatory budget projects (valmont/bp_projets, version 1.1.0)"
    )


def test_without_an_address_of_the_publisher_the_dataset_s_own_contact_is_named(visitor: TestClient) -> None:
    assert LORIOL.contact_email == ""
    assert 'href="mailto:opendata@valmont.example?subject=' in visitor.get("/loriol/bp_projets/").text


def test_a_version_shows_the_rows_that_came_went_and_changed(visitor: TestClient) -> None:
    told = words(visitor, "/valmont/bp_projets/1.1.0/")
    assert "Rows that changed since 1.0.0" in told
    assert "changed: before 001 2022 Une forêt à l'école Nord 12,000.50 310" in told
    assert "changed: now 001 2022 Une forêt à l'école Nord 12,000.50 311" in told
    assert "removed 002" in told
    assert "added 005" in told
    assert "Rows that changed" not in words(visitor, "/valmont/bp_projets/1.0.0/")


def test_versions_on_both_sides_of_a_withdrawn_one_are_not_compared(store: Store) -> None:
    publish(store, candidate(VALMONT, PROJETS[:5]), day=20)
    assert "Rows that changed since 1.1.0" in words(reader(store), "/valmont/bp_projets/1.2.0/")
    withdraw(store, [store.resolve(VALMONT.siren, "bp_projets", "1.1.0")], "error", FIRST_DAY.date())
    assert "Rows that changed" not in words(reader(store), "/valmont/bp_projets/1.2.0/")


def test_the_server_leaves_the_store_as_it_is(square: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in square.rglob("*")}
    client = reader(Store(square))
    pages = ("/", "/valmont/bp_projets/1.1.0/", "/valmont/budget/summary/", "/valmont/signalements/")
    for path in (*pages, "/valmont/kit.zip"):
        assert client.get(path).status_code == 200
    assert {path: path.stat().st_mtime_ns for path in square.rglob("*")} == before


def test_verdicts_and_the_certificate_are_told(store: Store) -> None:
    verdicts = [
        {"message": {"fr": "x", "en": "A number of votes is negative."}, "is_met": True},
        {"message": {"fr": "y", "en": "A project costs nothing."}, "is_met": False},
    ]
    groups = {"recomputable": {"groups": {"minimum": 11}, "table": None}, "attested": {"groups": "judged"}}
    companions = {
        "quality.json": json.dumps({"expectations": verdicts}).encode(),
        "certificate.json": json.dumps(groups | {"signature": {"key_id": "f2b726f7d404cd4c"}}).encode(),
    }
    publish_version(store, candidate(VALMONT, PROJETS[:3]), FIRST_DAY + timedelta(days=30), lambda _edition: companions)
    told = words(reader(store), "/valmont/bp_projets/")
    assert "1 thing was expected of these rows beyond their shape, and is so." in told
    assert re.search(r"1 is not:\s+A project costs nothing\.", told)
    assert "No group of fewer than 11 can be told apart." in told
    assert re.search(r"\(key\s+f2b726f7d404cd4c\s*\): anybody can recompute it with parvis verify\.", told)


def test_of_a_table_of_counts_it_is_told_that_nothing_else_leaves(store: Store) -> None:
    content = {
        "recomputable": {"table": {"minimum": 5}},
        "attested": {"groups": "judged"},
        "signature": {"key_id": "f"},
    }
    companions = {"certificate.json": json.dumps(content).encode()}
    publish_version(store, counts(), FIRST_DAY + timedelta(days=30), lambda _edition: companions)
    told = words(reader(store), "/valmont/petitions/")
    assert re.search(r"Only a table of counts by\s+petition, quartier\s+leaves, never a row about one person\.", told)
    assert HIDDEN in told
    assert "published as the source gives them" not in told


@pytest.mark.parametrize(
    ("recomputable", "attested", "said"),
    [
        ({"groups": {"minimum": 11}}, "judged", "No group of fewer than 11 can be told apart."),
        ({"table": {"minimum": 5}, "groups": None}, "judged", HIDDEN),
        ({"counts": {"minimum": 11}}, "judged", "No number of people below 11 is shown."),
        ({}, "exempt by law", "The law makes these rows public: groups were not judged."),
        ({}, "judged", "judged"),
    ],
)
def test_how_groups_were_judged_is_told_with_its_number(recomputable: Any, attested: str, said: str) -> None:
    content = {"recomputable": recomputable, "attested": {"groups": attested}, "signature": {"key_id": "f2b7"}}
    with speaking("en"):
        assert certificate_of(content).words() == said


def test_each_kind_of_page_names_its_address_its_languages_and_itself(visitor: TestClient) -> None:
    paths = ["/", "/valmont/", "/valmont/bp_projets/", "/valmont/bp_projets/1.0.0/", "/-/legal/", "/-/accessibility/"]
    for path in paths:
        page = Page(visitor.get(path).text)
        links = [attrs for tag, attrs in page.tags if tag == "link"]
        canonical = [attrs["href"] for attrs in links if attrs.get("rel") == "canonical"]
        assert canonical == [f"http://127.0.0.1:8010{path}"]
        languages = {attrs["hreflang"]: attrs["href"] for attrs in links if "hreflang" in attrs}
        assert languages == {
            "fr": f"{canonical[0]}?lang=fr",
            "en": f"{canonical[0]}?lang=en",
            "x-default": canonical[0],
        }
        properties = {attrs["property"]: attrs["content"] for tag, attrs in page.tags if attrs.get("property")}
        assert properties["og:url"] == canonical[0]
        assert properties["og:title"]
        assert properties["og:description"]


def test_descriptions_are_drawn_where_they_are_read_and_plain_in_lists(store: Store) -> None:
    text = "Un **mot** et [un lien](https://ville.example/)."
    publish(store, candidate(metadata=METADATA | {"description": {"fr": text, "en": text}}), day=20)
    assert "<strong>mot</strong>" in reader(store).get("/valmont/bp_projets/").text
    assert "<p>Un mot et un lien.</p>" in reader(store).get("/").text


def test_late_datasets_are_found_by_their_broken_promise(visitor: TestClient) -> None:
    found = re.findall(r'<h3><a href="([^"]+)">', visitor.get("/?freshness=late").text)
    assert found == ["/valmont/signalements/"]  # promised daily, published two weeks before
    assert "1 dataset waits for its promised update." in words(visitor, "/")


def test_the_home_page_leads_every_kind_of_reader_somewhere(visitor: TestClient) -> None:
    links = Page(visitor.get("/").text).attributes("href")
    assert "/valmont/budget/summary/" in links
    assert any(link.endswith("#download") for link in links)
    assert any(link.endswith("#use") for link in links)
    assert "/?freshness=late#catalogue" in links
    assert "doors" not in visitor.get("/?q=budget").text
