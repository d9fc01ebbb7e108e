"""Everything a town can write, as an attack: opened in a real browser, nothing runs and nothing is asked elsewhere."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

import pytest

from pipelines.versions.store import Store
from tests.access.chromium import Browser, browsing
from tests.access.hostile import ATTACKS, EVERYTHING, RUN, fill
from tests.access.running import running

ASKED = quote(EVERYTHING[:1500])
PAGES = [
    "/",
    f"/?q={ASKED}",
    "/valmont/",
    "/valmont/bp_projets/",
    f"/valmont/bp_projets/?q={ASKED}",
    "/valmont/bp_projets/latest/",
    "/valmont/signalements/",
    "/valmont/budget/",
    "/valmont/budget/summary/",
    "/-/legal/",
    "/-/privacy/",
    "/-/accessibility/",
    f"/{quote('<script>' + RUN + '</script>')}/",
    f"/valmont/bp_projets/?{ASKED}__exact=x",
    "/valmont/bp_projets/9.9.9/",
    "/atom.xml",
    "/sitemap.xml",
]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not shutil.which("chromium"), reason="Chromium is not installed"),
]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running(fill(Store(tmp_path_factory.mktemp("hostile") / "store")).root, "tests.access.hostile") as address:
        yield address


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browsing(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


def title_after(browser: Browser, address: str) -> str:
    """The page's title a moment after it has loaded; what was asked of anybody else is no page of ours."""
    events = browser.open(address)
    asked = {event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"}
    assert {url for url in asked if not url.startswith(address[:17])} == set()
    return str(browser.evaluate("new Promise(done => setTimeout(() => done(document.title), 100))"))


def test_there_are_sixty_attacks_and_the_browser_runs_them_where_nothing_guards(
    browser: Browser, tmp_path: Path
) -> None:
    assert len(set(ATTACKS)) >= 60
    page = tmp_path / "open.html"
    page.write_text(f"<!doctype html><title>x</title>{ATTACKS[0]}")
    assert title_after(browser, page.as_uri()) == "RAN"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path[:40])
def test_nothing_runs_on_any_page(browser: Browser, address: str, path: str) -> None:
    assert not title_after(browser, address + path).startswith("RAN")
    assert browser.evaluate("[...document.querySelectorAll('a')].every(a => !a.href.startsWith('javascript:'))")
    assert browser.evaluate("document.querySelectorAll('main script, main img, main iframe').length") == 0


def test_a_file_of_hostile_cells_is_saved_and_never_opened(address: str) -> None:
    """A headless browser waits for ever for a page that is a download, so the answer itself is looked at."""
    for path in ("/valmont/bp_projets/latest/bp_projets.json", "/valmont/kit.zip"):
        with urlopen(address + path) as answer:
            assert answer.headers["Content-Disposition"].startswith("attachment")
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
