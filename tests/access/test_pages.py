"""The pages: what a person finds, in French and in English, with no script and nothing from elsewhere."""

import re
import time
from html.parser import HTMLParser
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from pipelines.access.app import create_app
from pipelines.versions.store import Store
from tests.access.town import METADATA, SITE, VALMONT, candidate, publish

PAGES = ["/", "/valmont/", "/valmont/bp_projets/", "/valmont/bp_projets/1.0.0/", "/nowhere/"]
BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


class Page(HTMLParser):
    """The tags and the words of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data.strip())

    def attributes(self, name: str) -> list[str]:
        return [value for _, attrs in self.tags if (value := attrs.get(name)) is not None]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_runs_nothing_and_asks_nobody_else(client: TestClient, path: str) -> None:
    answer = client.get(path, headers=BROWSER)
    page = Page(answer.text)
    assert not {"iframe", "object", "embed"} & {tag for tag, _ in page.tags}
    assert all(attrs["type"] == "application/ld+json" for tag, attrs in page.tags if tag == "script")
    assert not [name for _, attrs in page.tags for name in attrs if name.startswith("on") or name == "style"]
    loaded = [attrs["href"] for tag, attrs in page.tags if tag == "link" and attrs.get("rel") in ("stylesheet", "icon")]
    assert all(address and address.startswith("/-/static/") for address in [*loaded, *page.attributes("src")])
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]


@pytest.mark.parametrize("path", PAGES)
def test_every_link_of_a_page_leads_somewhere(client: TestClient, path: str) -> None:
    page = Page(client.get(path, headers=BROWSER).text)
    inside = {link for link in page.attributes("href") if link.startswith("/")}
    inside = {link.partition("#")[0] for link in inside}
    assert inside
    ids = set(page.attributes("id"))
    assert {link[1:] for link in page.attributes("href") if link.startswith("#")} <= ids
    broken = {link for link in inside if client.get(link, headers=BROWSER).status_code != 200}
    assert broken <= {link for link in inside if link.startswith(path) and path == "/nowhere/"}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_says_its_language_and_has_one_heading(client: TestClient, path: str) -> None:
    answer = client.get(path, headers=BROWSER)
    page = Page(answer.text)
    assert ("html", {"lang": "en"}) in page.tags
    assert [tag for tag, _ in page.tags].count("h1") == 1
    assert answer.headers["content-language"] == "en"
    assert "Accept-Language" in answer.headers["vary"]


@pytest.mark.parametrize(
    "path",
    [
        "/atom.xml",
        "/openapi.json",
        "/valmont/bp_projets/changes",
        "/api/3/action/package_list",
        "/api/action/package_show",
    ],
)
def test_whatever_speaks_to_the_reader_says_so_to_caches(client: TestClient, path: str) -> None:
    for language in ("fr", "en"):
        answer = client.get(path, headers={"accept-language": language})
        assert (answer.headers["content-language"], "Accept-Language" in answer.headers["vary"]) == (language, True)
    assert "Accept-Language" not in client.get("/valmont/bp_projets/latest/bp_projets.csv").headers["vary"]


@pytest.mark.parametrize(
    ("asked", "query", "language"),
    [
        ("fr-FR,fr;q=0.9,en;q=0.8", "", "fr"),
        ("en-GB", "", "en"),
        ("de,en;q=0.3,fr;q=0.2", "", "en"),
        ("de", "", "fr"),
        ("", "", "fr"),
        ("en", "?lang=fr", "fr"),
        ("en;q=x,fr;q=", "", "fr"),
        ("en", "?lang=xx", "en"),
        ("en; q=0.2, fr", "", "fr"),
        ("frr, en ;q=0.1", "", "en"),
    ],
)
def test_the_reader_chooses_the_language(client: TestClient, asked: str, query: str, language: str) -> None:
    answer = client.get("/valmont/bp_projets/" + query, headers={"accept-language": asked})
    title = METADATA["title"][language]
    assert answer.headers["content-language"] == language
    assert f"<h1>{title}</h1>" in answer.text


def test_the_catalogue_shows_everything_with_publisher_and_freshness(client: TestClient) -> None:
    words = " ".join(Page(client.get("/").text).words)
    assert "Commune de Valmont" in words
    assert "Commune de Loriol-sur-Orne" in words
    assert "updated on March 12, 2026" in words
    assert "6 rows" in words


def test_a_version_published_now_is_on_the_catalogue_a_second_later(client: TestClient, store: Store) -> None:

    client.get("/")
    publish(store, candidate(VALMONT, dataset="budget"))
    time.sleep(1.1)
    assert "/valmont/budget/" in client.get("/").text


def test_the_dataset_page_shows_the_first_rows_as_people_write_them(client: TestClient) -> None:
    page = Page(client.get("/valmont/bp_projets/").text)
    assert "001" in page.words
    assert "12,000.50" in page.words
    assert "Jardin « partagé »" in page.words
    french = Page(client.get("/valmont/bp_projets/", headers={"accept-language": "fr"}).text)
    assert "12\u202f000,50" in french.words


def test_the_dataset_page_offers_each_file_with_its_size_and_digest(client: TestClient, store: Store) -> None:
    text = client.get("/valmont/bp_projets/").text
    manifest = store.latest(VALMONT.siren, "bp_projets")
    assert manifest is not None
    for file in manifest.files:
        assert f'href="/valmont/bp_projets/latest/{file.name}"' in text
        assert file.sha256 in text


def test_what_a_town_writes_is_text_and_never_markup(client: TestClient, store: Store) -> None:
    hostile = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'&"
    title = {"fr": hostile, "en": hostile}
    metadata = {**METADATA, "title": title, "description": title, "keywords": [hostile], "contact": hostile}
    publish(store, candidate(VALMONT, metadata=metadata, organisation_name=hostile), day=30)
    for path in ("/", "/valmont/", "/valmont/bp_projets/", "/valmont/bp_projets/latest/"):
        text = client.get(path).text
        assert "<script>" not in text
        assert "<img src=x" not in text
        assert not [name for _, attrs in Page(text).tags for name in attrs if name.startswith("on")]


def test_a_contact_that_is_no_address_is_no_link(client: TestClient, store: Store) -> None:
    publish(store, candidate(VALMONT, metadata={**METADATA, "contact": "javascript:alert(1)"}), day=30)
    assert 'href="javascript:' not in client.get("/valmont/bp_projets/").text


def test_an_address_without_its_slash_leads_to_the_page(client: TestClient) -> None:
    for path in ("/valmont", "/valmont/bp_projets", "/valmont/bp_projets/1.0.0"):
        answer = client.get(path, follow_redirects=False, headers={"host": "evil.example"})
        assert (answer.status_code, answer.headers["location"]) == (308, f"{path}/")
    assert client.get("/nowhere", follow_redirects=False).status_code == 404


def test_an_error_is_a_page_for_people_and_a_problem_for_programs(client: TestClient) -> None:
    page = client.get("/nowhere/", headers=BROWSER)
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "<h1>Nothing is here</h1>" in page.text
    problem = client.get("/nowhere/", headers={"accept": "*/*"})
    assert problem.json() == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "There is nothing at this address; the catalogue lists all that is published.",
    }


def test_a_bug_tells_nothing_of_the_machine(client: TestClient, store: Store, caplog: pytest.LogCaptureFixture) -> None:
    manifest = store.latest(VALMONT.siren, "bp_projets")
    assert manifest is not None
    for file in manifest.files:
        store.file_path(file).unlink()
    answer = client.get("/valmont/bp_projets/")
    assert answer.status_code in (500, 503)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert not re.search(r"Traceback|\.py|/tmp|store/files", answer.text)
    assert str(store.root) not in caplog.text


def test_the_style_sheet_is_ours_and_is_kept(client: TestClient) -> None:
    address = re.search(r'href="(/-/static/style\.css\?\w+)"', client.get("/").text)
    assert address
    answer = client.get(address[1])
    assert answer.headers["content-type"] == "text/css; charset=utf-8"
    assert "immutable" in answer.headers["cache-control"]
    assert not re.search(r"url\(|@import|https?:", answer.text)


def test_an_empty_store_says_so(tmp_path: Path) -> None:

    client = TestClient(create_app(Store(tmp_path / "store"), [], SITE))
    assert "Nothing is published yet." in client.get("/", headers={"accept-language": "en"}).text
    assert client.get("/-/health").json() == {"status": "ok"}
