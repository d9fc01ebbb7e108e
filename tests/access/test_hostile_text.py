"""Everything a town can write, as an attack: opened in a real browser, nothing runs and nothing is asked elsewhere."""

import shutil
import subprocess
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

import pyarrow as pa
import pytest

from pipelines.versions.store import Store
from tests.access.running import running
from tests.access.town import METADATA, VALMONT, candidate, publish

RUN = "document.title='RAN'"
WRAPPINGS = (
    "<script>{0}</script>",
    "</script><script>{0}</script>",
    "<img src=x onerror={0}>",
    "<svg onload={0}>",
    "<svg><script>{0}</script></svg>",
    "<body onload={0}>",
    "<iframe srcdoc='<script>parent.{0}</script>'>",
    "<details open ontoggle={0}>",
    "<input autofocus onfocus={0}>",
    "<video><source onerror={0}></video>",
    "<a href=javascript:{0}>x</a>",
    "<math><mtext><style><img src=x onerror={0}></style></mtext></math>",
    "<style>@import 'javascript:{0}';</style>",
    "<object data=javascript:{0}>",
    "<form action=javascript:{0}><button autofocus>x</button></form>",
    "<base href=javascript:{0}//>",
    "<meta http-equiv=refresh content='0;url=javascript:{0}'>",
    '"><script>{0}</script>',
    "'><script>{0}</script>",
    '" onmouseover={0} x="',
    "' autofocus onfocus={0} x='",
    "{{{{{0}}}}}",
    "{{% {0} %}}",
    "${{{0}}}",
    "javascript:{0}",
    "data:text/html,<script>{0}</script>",
    "]]><script>{0}</script>",
    "<!--><script>{0}</script>-->",
    "<script\x0b>{0}</script\x0b>",
    "<scr\x00ipt>{0}</scr\x00ipt>",
    "\u003cscript\u003e{0}\u003c/script\u003e",
    "\u2028<script>{0}</script>",
    "&lt;script&gt;{0}&lt;/script&gt;",
    "&#60;script&#62;{0}&#60;/script&#62;",
    "%3Cscript%3E{0}%3C/script%3E",
    "<img src='http://127.0.0.1:9/{0}'>",
    "<link rel=stylesheet href='http://127.0.0.1:9/{0}'>",
    "<embed src=javascript:{0}>",
    "<marquee onstart={0}>",
    "<template><script>{0}</script></template>",
    "<noscript><p title='</noscript><script>{0}</script>'>",
    "<textarea><script>{0}</script>",
    "<title><script>{0}</script>",
    "<xmp><script>{0}</script>",
    "<plaintext><script>{0}",
    "<table background=javascript:{0}>",
    "<svg><animate onbegin={0} attributeName=x dur=1s>",
    "<svg><use href='data:image/svg+xml,<svg onload={0}>'>",
    "<select onfocus={0} autofocus>",
    "<div style='background:url(javascript:{0})'>",
    "<img srcset='x 1x' onerror={0}>",
    "<audio src onerror={0}>",
    "<button popovertarget=x onclick={0}>",
    "<script type=module>{0}</script>",
    "<script src=data:,{0}></script>",
    "<x onclick={0} tabindex=1 autofocus onfocus={0}>",
    "=cmd|'/c calc'!A0 <script>{0}</script>",
    "[x](javascript:{0})",
    "![x](x onerror={0})",
    "<http://x onmouseover={0}>",
    '\\"><script>{0}</script>',
    "\u202e<script>{0}</script>",
)
ATTACKS = [wrapping.format(RUN) for wrapping in WRAPPINGS]
EVERYTHING = " ".join(ATTACKS).replace("\x00", "")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not shutil.which("chromium"), reason="Chromium is not installed"),
]


def hostile_store(folder: Path) -> Store:
    """Every text of a version is every attack; cells and column names, too."""
    store = Store(folder)
    both = {"fr": EVERYTHING, "en": EVERYTHING}
    field = {
        "name": "<img src=x onerror=" + RUN + ">",
        "title": EVERYTHING,
        "description": EVERYTHING,
        "type": "string",
    }
    privacy = {EVERYTHING: {"role": "identifier", "action": "drop", "basis": EVERYTHING}}
    publish(
        store,
        candidate(
            VALMONT,
            table=pa.table({field["name"]: [attack.replace("\x00", "") for attack in ATTACKS]}),
            table_schema={"fields": [field]},
            metadata=METADATA | {"title": both, "description": both, "keywords": ATTACKS[:20], "contact": ATTACKS[10]},
            privacy=privacy,
            organisation_name=EVERYTHING,
        ),
    )
    return store


def title_after(address: str, profile: Path) -> str:
    """The page after its scripts would have run."""
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    command += [f"--user-data-dir={profile}", "--virtual-time-budget=3000", "--dump-dom", address]
    return subprocess.run(command, capture_output=True, timeout=120, check=True).stdout.decode("utf-8", "replace")


def test_there_are_sixty_attacks_and_the_browser_runs_them_where_nothing_guards(tmp_path: Path) -> None:
    assert len(set(ATTACKS)) >= 60
    page = tmp_path / "open.html"
    page.write_text(f"<!doctype html><title>x</title>{ATTACKS[0]}")
    assert "<title>RAN</title>" in title_after(page.as_uri(), tmp_path / "profile")


def test_nothing_runs_on_any_page(tmp_path: Path) -> None:
    store = hostile_store(tmp_path / "store")
    asked = quote(EVERYTHING[:1500])
    with running(store.root) as address:
        for number, path in enumerate(
            [
                "/",
                "/valmont/",
                "/valmont/bp_projets/",
                "/valmont/bp_projets/latest/",
                f"/?q={asked}",
                f"/valmont/bp_projets/?q={asked}",
                f"/{quote('<script>' + RUN + '</script>')}/",
                "/atom.xml",
            ]
        ):
            page = title_after(address + path, tmp_path / f"profile{number}")
            assert "<title>RAN" not in page, path


def test_a_file_of_hostile_cells_is_saved_and_never_opened(tmp_path: Path) -> None:
    """A headless browser waits for ever for a page that is a download, so the answer itself is looked at."""
    store = hostile_store(tmp_path / "store")
    with running(store.root) as address, urlopen(f"{address}/valmont/bp_projets/latest/bp_projets.json") as answer:
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
