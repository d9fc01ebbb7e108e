"""Legal notice, data protection, accessibility: from parvis.yaml, and what is missing is said."""

import pytest
from starlette.testclient import TestClient

from pipelines.access.app import create_app
from pipelines.access.site import Site
from pipelines.legal import MANDATORY, Legal, missing
from pipelines.versions.store import Store
from tests.access.test_pages import Page

TITLE = {"fr": "Données", "en": "Data"}
WHOLE = Legal(
    publisher="Commune de Valmont",
    address="1 place de la Mairie, 99001 Valmont",
    phone="01 99 00 00 00",
    email="mairie@valmont.example",
    director="La maire",
    host_name="Syndicat numérique du Val",
    host_address="2 rue Haute, 99002 Loriol",
    host_phone="01 99 00 00 01",
    data_protection_officer="dpo@valmont.example",
)
PAGES = ["/-/legal/", "/-/privacy/", "/-/accessibility/"]


def reader(store: Store, legal: Legal) -> TestClient:
    site = Site(TITLE, "http://127.0.0.1:8010", legal=legal)
    return TestClient(create_app(store, [], site), headers={"accept-language": "en"})


def test_every_mention_stands_on_a_page(store: Store) -> None:
    client = reader(store, WHOLE)
    text = "".join(client.get(path).text for path in PAGES)
    assert all(str(getattr(WHOLE, key)) in text for key in MANDATORY)
    assert "to be completed" not in text.lower()
    assert 'href="mailto:dpo@valmont.example"' in text


@pytest.mark.parametrize("key", MANDATORY)
def test_a_missing_mention_is_said_on_its_page(store: Store, key: str) -> None:
    client = reader(store, WHOLE.model_copy(update={key: " "}))
    said = [path for path in PAGES if f"under “legal”: {MANDATORY[key]()}." in client.get(path).text]
    assert said
    assert missing(WHOLE.model_copy(update={key: ""})) == [key]


def test_every_page_leads_to_them_and_says_how_accessible_it_is(store: Store) -> None:
    for path in ("/", "/valmont/", "/valmont/bp_projets/", *PAGES):
        page = Page(reader(store, WHOLE).get(path).text)
        assert set(PAGES) <= set(page.attributes("href"))
        assert "Accessibility: partially compliant" in page.words


def test_what_is_written_there_is_text(store: Store) -> None:
    hostile = "<script>alert(1)</script>"
    client = reader(store, Legal(**dict.fromkeys(MANDATORY, hostile)))
    assert all("<script>" not in client.get(path).text for path in PAGES)


def test_there_are_no_others_and_a_forgotten_slash_is_added(store: Store) -> None:
    client = reader(store, WHOLE)
    assert client.get("/-/secrets/").status_code == client.get("/-/secrets").status_code == 404
    assert client.get("/-/legal", follow_redirects=False).headers["location"] == "/-/legal/"
