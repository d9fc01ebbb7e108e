"""WCAG 2.2 AA and RGAA 4.1 on every kind of page, in a real browser: axe, the keyboard, small screens, weight, calm."""

import hashlib
import itertools
import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import html5rdf
import pytest
from starlette.testclient import TestClient

from pipelines.access.app import create_app
from pipelines.access.pages.about import CHECKS
from pipelines.access.pages.criteria import criteria
from pipelines.versions.store import Store
from tests.access.chromium import Browser, browsing
from tests.access.running import running
from tests.access.square import SITE, TOWNS
from tests.access.test_pages import Page

AXE = Path(__file__).parent / "axe"
PAGES = [
    "/",
    "/?q=budget&theme=GOVE",
    "/valmont/",
    "/valmont/bp_projets/",
    "/valmont/bp_projets/?quartier__exact=Nord&voix__sort=desc",
    "/valmont/signalements/",
    "/valmont/budget/",
    "/valmont/budget/summary/",
    "/valmont/bp_projets/1.0.0/",
    "/valmont/bp_projets/latest/",
    "/-/legal/",
    "/-/privacy/",
    "/-/accessibility/",
    "/nowhere/",
    "/valmont/bp_projets/?voix__exact=x",
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
WEIGHT_MOST = 150_000
# RGAA 10.12: https://www.w3.org/TR/WCAG22/#text-spacing
SPACING = "* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }"
WIDER = f"document.adoptedStyleSheets[0].replaceSync('{SPACING}')"
SHIFT = """new Promise(done => {
    const sum = list => list.getEntries().reduce((all, entry) => all + entry.value, 0);
    new PerformanceObserver(list => done(sum(list))).observe({type: 'layout-shift', buffered: true});
    setTimeout(() => done(0), 100);
})"""
ON_PAPER = """[...document.querySelectorAll('form, .contents, header nav, h1, .rows')]
    .filter(e => e.checkVisibility()).map(e => e.tagName)"""
FOCUSABLE = "a[href], button, input:not([type=hidden]), select, summary, [tabindex='0']"

browser_only = pytest.mark.skipif(not shutil.which("chromium"), reason="Chromium is not installed")
each_page = pytest.mark.parametrize("path", PAGES)
# A search, a filter or a first version is laid out as one of these.
each_layout = pytest.mark.parametrize("path", [path for path in PAGES if "?" not in path and "1.0.0" not in path])


@pytest.fixture(scope="module")
def address(square: Path) -> Iterator[str]:
    with running(square) as address:
        yield address


@pytest.fixture(scope="module")
def texts(square: Path) -> dict[str, str]:
    """The source of every page, in English."""
    client = TestClient(create_app(Store(square), TOWNS, SITE), headers={"accept-language": "en"})
    return {path: client.get(path, headers={"accept": "text/html"}).text for path in PAGES}


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browsing(tmp_path_factory.mktemp("profile")) as browser:
        yield browser


def violations(browser: Browser) -> list[str]:
    """What axe finds on the page that is open."""
    browser.evaluate((AXE / "axe.min.js").read_text("utf-8"))
    options = json.dumps({"runOnly": RULES, "resultTypes": ["violations"]})
    found = browser.evaluate(f"axe.run({options}).then(r => r.violations.map(v => v.id + ' ' + v.nodes[0].html))")
    return list(found)


def assert_no_violation(browser: Browser, address: str, path: str, language: str, scheme: str) -> None:
    browser.look(scheme=scheme)
    browser.ask_in(language)
    browser.open(address + path)
    assert browser.evaluate("document.documentElement.lang") == language
    assert violations(browser) == []


def test_axe_is_the_file_that_its_readme_names() -> None:
    digest = hashlib.sha256((AXE / "axe.min.js").read_bytes()).hexdigest()
    assert digest in (AXE / "README.md").read_text("utf-8")


@pytest.mark.browser
@browser_only
@pytest.mark.parametrize(("path", "look"), zip(PAGES, itertools.cycle([("fr", "light"), ("en", "dark")])))
def test_axe_finds_nothing(browser: Browser, address: str, path: str, look: tuple[str, str]) -> None:
    assert_no_violation(browser, address, path, *look)


@pytest.mark.campaign
@pytest.mark.browser
@browser_only
@each_page
@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_any_language_and_light(
    browser: Browser, address: str, path: str, language: str, scheme: str
) -> None:
    assert_no_violation(browser, address, path, language, scheme)


@pytest.mark.browser
@browser_only
def test_axe_does_find_what_is_wrong(browser: Browser, address: str) -> None:
    browser.look()
    browser.open(address + "/-/legal/")
    browser.evaluate("document.querySelector('.mentions').innerHTML = '<img src=x><p>faint</p>'")
    browser.evaluate("document.querySelector('.mentions p').style.color = '#eee'")
    assert {"image-alt", "color-contrast"} <= {each.split()[0] for each in violations(browser)}


@pytest.mark.browser
@browser_only
@each_layout
def test_the_keyboard_reaches_everything_in_order_and_the_focus_is_seen(
    browser: Browser, address: str, path: str
) -> None:
    browser.look()
    browser.open(address + path)
    count = browser.evaluate(
        f"[...document.querySelectorAll(`{FOCUSABLE}`)].filter(e => e.checkVisibility())"
        ".map((e, n) => e.dataset.n = n).length"
    )
    reached = []
    for _step in range(count + 1):
        browser.press("Tab")
        reached.append(
            browser.evaluate(
                "(e => e === document.body ? null : [Number(e.dataset.n), getComputedStyle(e).outlineStyle])"
                "(document.activeElement)"
            )
        )
    assert count > 5
    assert reached[:count] == [[number, "solid"] for number in range(count)]
    assert reached[count] in (None, [0, "solid"])  # out of the page again, or round: no trap


@pytest.mark.browser
@browser_only
def test_the_skip_link_leads_past_the_header(browser: Browser, address: str) -> None:
    browser.look()
    browser.open(address + "/valmont/budget/")
    browser.press("Tab")
    assert browser.evaluate("document.activeElement.getBoundingClientRect().left >= 0")
    browser.press("Enter")
    assert browser.evaluate("document.activeElement.id") == "content"


@pytest.mark.browser
@browser_only
@each_layout
def test_nothing_scrolls_sideways_on_a_small_screen_with_wide_spacing_or_magnified(
    browser: Browser, address: str, path: str
) -> None:
    for width, spaced in ((320, False), (640, False), (320, True)):  # 640 is 1280 magnified to 200 %
        browser.look(width=width, height=256 if width == 320 else 450)
        browser.open(address + path)
        if spaced:
            browser.evaluate(f"document.adoptedStyleSheets[0] = new CSSStyleSheet(); {WIDER}")
        assert browser.evaluate("document.documentElement.scrollWidth") <= width, spaced
    browser.look()


@pytest.mark.browser
@browser_only
@each_layout
def test_a_first_visit_is_light_and_nothing_moves(browser: Browser, address: str, path: str) -> None:
    browser.look(width=390, height=844)
    browser.call("Network.clearBrowserCache")
    events = browser.open(address + path)
    received = [event["params"] for event in events if event["method"] == "Network.loadingFinished"]
    assert len(received) >= 2
    assert sum(each["encodedDataLength"] for each in received) <= WEIGHT_MOST
    asked = [event["params"]["request"]["url"] for event in events if event["method"] == "Network.requestWillBeSent"]
    assert {url.startswith(address) for url in asked} == {True}
    assert browser.evaluate(SHIFT) == 0


@pytest.mark.browser
@browser_only
def test_on_paper_stand_the_words_and_not_the_tools(browser: Browser, address: str) -> None:
    browser.look(media="print")
    browser.open(address + "/valmont/bp_projets/")
    seen = browser.evaluate(ON_PAPER)
    browser.look()
    assert seen == ["H1", "TABLE"]


@each_page
def test_the_source_is_strictly_valid_and_identifiers_are_unique(texts: dict[str, str], path: str) -> None:
    text = texts[path]
    assert text.startswith("<!doctype html>")
    html5rdf.HTMLParser(strict=True).parse(text)
    ids = Page(text).attributes("id")
    assert len(ids) == len(set(ids))


def test_each_page_has_a_title_of_its_own_and_opens_no_window(texts: dict[str, str]) -> None:
    different = [text for path, text in texts.items() if "?" not in path]
    titles = [found[1] for text in different if (found := re.search(r"<title>(.+?)</title>", text))]
    assert len(set(titles)) == len(different)
    assert not any("target=" in text for text in different)


@each_page
def test_every_table_has_a_caption_or_a_summary_above(texts: dict[str, str], path: str) -> None:
    page = Page(texts[path])
    tags = [tag for tag, _attrs in page.tags]
    for place, tag in enumerate(tags):
        if tag == "table":
            assert tags[place + 1] == "caption" or tags[place - 1] == "summary"


def test_the_annex_has_the_106_criteria_each_with_a_result_and_a_check(texts: dict[str, str]) -> None:
    found = criteria()
    counts = {1: 9, 2: 2, 3: 3, 4: 13, 5: 8, 6: 2, 7: 5, 8: 10, 9: 4, 10: 14, 11: 13, 12: 11, 13: 12}
    assert [each.number for each in found] == [
        f"{theme}.{number}" for theme, count in counts.items() for number in range(1, count + 1)
    ]
    assert len(found) == 106
    assert {each.result for each in found} <= {"C", "NC", "NA"}
    assert {each.check for each in found} <= set(CHECKS)
    assert all((each.check == "none") == (each.result == "NA") for each in found)
    assert all(each.title["fr"] and each.title["en"] for each in found)
    assert texts["/-/accessibility/"].count('<th scope="row">') == 106
