"""The same addresses as plain files, served by a host that knows nothing of them."""

import filecmp
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from pipelines.access.site import Site
from pipelines.access.static_export import export_static
from pipelines.errors import StoreUnavailable
from pipelines.versions.store import Store
from pipelines.versions.withdrawal import withdraw
from tests.access import square as of_the_square
from tests.access.running import free_port, wait_until_open
from tests.access.test_pages import Page
from tests.access.town import LORIOL, SITE, VALMONT, Town, candidate, publish


@pytest.fixture
def exported(store: Store, tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    export_static(store, [VALMONT, LORIOL], SITE, folder)
    return folder


def test_every_link_of_every_page_leads_somewhere(square: Path, tmp_path: Path) -> None:
    """Served by Python's own web server, which knows nothing of us."""
    export_static(Store(square), of_the_square.TOWNS, of_the_square.SITE, tmp_path / "site")
    port = free_port()
    command = [
        sys.executable,
        "-m",
        "http.server",
        str(port),
        "--bind",
        "127.0.0.1",
        "--directory",
        str(tmp_path / "site"),
    ]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until_open(port)
        crawl(f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait(10)


def crawl(host: str) -> None:
    """Follow every link of every page, from the home page."""
    seen: set[str] = set()
    waiting = {"/"}
    while waiting:
        path = waiting.pop()
        seen.add(path)
        answer = httpx.get(host + path)
        assert answer.status_code == 200, path
        if "text/html" in answer.headers["content-type"]:
            links = {
                urlsplit(link)._replace(fragment="", query="").geturl() for link in Page(answer.text).attributes("href")
            }
            waiting |= {link for link in links if link.startswith("/")} - seen
    assert {
        "/valmont/bp_projets/1.0.0/bp_projets.csv",
        "/catalog.ttl",
        "/valmont/bp_projets/atom.xml",
        "/valmont/budget/summary/",
        f"/valmont/budget/summary/2023-accounts-{of_the_square.SIRET}/",
        "/valmont/kit.zip",
        "/-/accessibility/",
    } <= seen


def test_files_are_the_published_bytes_under_every_name_of_their_version(exported: Path, store: Store) -> None:
    manifest = store.latest(VALMONT.siren, "bp_projets")
    assert manifest
    for file in manifest.files:
        for version in ("latest", "1", "1.1.0"):
            assert filecmp.cmp(
                exported / "valmont/bp_projets" / version / file.name, store.file_path(file), shallow=False
            )


def test_pages_offer_no_form_and_speak_the_site_s_language(exported: Path) -> None:
    page = Page((exported / "valmont/bp_projets/index.html").read_text("utf-8"))
    assert "form" not in {tag for tag, _ in page.tags}
    assert ("html", {"lang": "fr"}) in page.tags


def test_a_second_export_leaves_nothing_of_a_withdrawn_version(exported: Path, store: Store) -> None:
    first = store.resolve(VALMONT.siren, "bp_projets", "1.0.0")
    assert first
    withdraw(store, [first], "error", datetime(2026, 4, 1, tzinfo=UTC).date())
    export_static(store, [VALMONT, LORIOL], SITE, exported)
    assert not (exported / "valmont/bp_projets/1.0.0").exists()
    assert (exported / "valmont/bp_projets/1.1.0").is_dir()


def test_a_folder_with_other_files_is_left_alone(store: Store, tmp_path: Path) -> None:
    folder = tmp_path / "home"
    folder.mkdir()
    (folder / "letter.txt").write_text("mine")
    with pytest.raises(StoreUnavailable, match="holds other files than an export"):
        export_static(store, [VALMONT], SITE, folder)
    assert (folder / "letter.txt").read_text() == "mine"


def test_nothing_beside_the_folder_is_touched(store: Store, tmp_path: Path) -> None:
    (tmp_path / "site.new").mkdir()
    (tmp_path / "site.new/letter.txt").write_text("mine")
    export_static(store, [VALMONT], SITE, tmp_path / "site")
    assert (tmp_path / "site.new/letter.txt").read_text() == "mine"
    assert [path.name for path in (tmp_path / "site").glob(".*")] == [".parvis-export"]


def test_the_folder_one_stands_in_is_filled_and_stays_the_same_folder(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for _again in range(2):
        export_static(store, [VALMONT], SITE, Path())
        assert Path("valmont/bp_projets/index.html").is_file()


def test_a_dataset_that_was_withdrawn_whole_is_told(store: Store, tmp_path: Path) -> None:
    withdraw(store, store.versions(VALMONT.siren, "bp_projets"), "error", datetime(2026, 4, 1, tzinfo=UTC).date())
    export_static(store, [VALMONT, LORIOL], SITE, tmp_path / "site")
    left = {path.name for path in (tmp_path / "site/valmont/bp_projets").iterdir()}
    assert left == {"atom.xml", "withdrawn.json"}


def test_below_a_path_prefix_the_folder_is_what_lies_below(store: Store, tmp_path: Path) -> None:
    site = Site({"fr": "x", "en": "x"}, "https://ville.example/donnees", "fr")
    export_static(store, [VALMONT, LORIOL], site, tmp_path / "site")
    assert 'href="/donnees/valmont/"' in (tmp_path / "site/valmont/bp_projets/index.html").read_text("utf-8")


def test_a_town_whose_address_another_one_took_is_exported_under_its_siren_too(store: Store, tmp_path: Path) -> None:
    """Valmont merged into a new commune of the same name, and left the list."""
    merged = Town("219900016", VALMONT.slug, "Commune nouvelle de Valmont")
    publish(store, candidate(merged))
    site = tmp_path / "site"
    export_static(store, [merged, LORIOL], SITE, site)
    sitemap = (site / "sitemap.xml").read_text("utf-8")
    for slug in (VALMONT.slug, f"{VALMONT.slug}-{VALMONT.siren}"):
        assert (site / slug / "bp_projets" / "latest" / "bp_projets.csv").is_file()
        assert f"{SITE.public_url}/{slug}/bp_projets/" in sitemap
    addresses = re.findall(r"<loc>([^<]+)</loc>", sitemap)
    assert all((site / urlsplit(one).path.lstrip("/")).exists() for one in addresses)
