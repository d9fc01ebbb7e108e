"""RGAA 8.7: every text of a page that is not in the page's language says which one it is in.

Here every French text that a town declares or publishes has an œ, and every English one a ŵ.
"""

from html.parser import HTMLParser
from typing import Any

import pytest
from starlette.testclient import TestClient

from pipelines.access.app import create_app
from pipelines.access.pages.tongues import cause_told, french, told
from pipelines.access.site import Site
from pipelines.legal import Legal
from pipelines.messages import speaking
from pipelines.versions.manifest import Cause
from pipelines.versions.store import Store
from tests.access.square import BUDGET_SCHEMA, budget
from tests.access.town import METADATA, PROJETS, PROJETS_SCHEMA, VALMONT, candidate, publish

MARKS = {"œ": "fr", "ŵ": "en"}
NAME = "Données du cœur"
VOID = {"meta", "link", "img", "input", "br"}
SPOKEN = ("title", "alt", "placeholder", "aria-label")
PRIVACY = {
    "œil": {"role": "identifier", "action": "drop"},
    "quartier": {"role": "public", "action": "pseudonymise", "reason": "suivre une œuvre"},
    "titre": {"role": "public", "action": "keep", "article": "article L. 1 du code de l’œuvre"},
}
PROBLEMS = (
    "/valmont/bp_projets/?cœur__exact=beaucoup",
    "/valmont/bp_projets/?columns=nothing",
    "/valmont/bp_projets/?cœur__groupby&cœur__count&voix__sort=asc",
)
PAGES = (
    *PROBLEMS,
    "/",
    "/valmont/",
    "/valmont/bp_projets/",
    "/valmont/bp_projets/?quartier__exact=N%C5%93ud&q=%C5%93uvre",
    "/valmont/bp_projets/?cœur__groupby&cœur__count",
    "/valmont/bp_projets/1.0.0/",
    "/valmont/bp_projets/latest/",
    "/valmont/budget/",
    "/valmont/budget/summary/",
    "/-/legal/",
)


class Spoken(HTMLParser):
    """Every text with the language that a screen reader would take it for."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.texts: list[tuple[str, str]] = []
        self._open: list[tuple[str, str]] = [("", "")]
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        language = said.get("lang") or self._open[-1][1]
        self.texts += [(text, language) for name in SPOKEN if (text := said.get(name))]
        if tag not in VOID:
            self._open.append((tag, language))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Opens and closes nothing."""

    def handle_endtag(self, tag: str) -> None:
        while self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        # Code is to be copied, and JSON-LD to be read by machines.
        if not {tag for tag, _language in self._open} & {"pre", "script", "style"}:
            self.texts.append((data, self._open[-1][1]))


def declared() -> dict[str, Any]:
    """A dataset whose texts are French alone, but for an announcement and a field in English alone."""
    renamed = {"cout_eur": "cœur"}
    fields = [
        field | {"name": renamed.get(field["name"], field["name"]), "title": "Tœt", "description": "Cœur."}
        for field in PROJETS_SCHEMA["fields"]
    ]
    fields[2] = {"name": "titre", "type": "string", "title_en": "The ŵord", "description_en": "What the ŵork is."}
    fields[3] |= {"constraints": {"enum": ["Nœud", "Sœur"]}}
    texts = {"title": {"fr": "Les œuvres"}, "description": {"fr": "Des *œuvres*."}}
    changes = {"2026-09-01": {"fr": "La colonne œ change."}, "2026-10-01": {"en": "A ŵord more."}}
    announced = [{"day": day, "change": change} for day, change in changes.items()]
    return {
        "metadata": METADATA | texts | {"announcements": announced},
        "table_schema": {"fields": fields, "primaryKey": ["id", "cœur"]},
        "privacy": PRIVACY,
    }


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> TestClient:
    store = Store(tmp_path_factory.mktemp("tongues") / "store")
    names = ["id", "edition", "titre", "quartier", "cœur", "voix", "laureat", "vote_le"]
    rows = [
        (row[0], row[1], f"Œuvre œ {row[0]}", "Nœud" if number % 2 else "Sœur", *row[4:])
        for number, row in enumerate(PROJETS)
    ]
    for day, kept in enumerate((rows[:5], rows)):
        made = candidate(VALMONT, kept, **declared())
        publish(store, candidate(VALMONT, **declared() | {"table": made.table.rename_columns(names)}), day)
    accounts = budget()
    labels = [f"{label} œ" for label in accounts.table["BGT_CONTNAT_LABEL"].to_pylist()]
    chapters = [code if code != "66" else "99" for code in accounts.table["BGT_CONTNAT"].to_pylist()]
    table = accounts.table
    for name, cells in (("BGT_CONTNAT_LABEL", labels), ("BGT_CONTNAT", chapters)):
        table = table.set_column(table.column_names.index(name), name, [cells])
    publish(store, candidate(VALMONT, dataset="budget", table=table, table_schema=BUDGET_SCHEMA), 3)
    site = Site({"fr": NAME}, "http://127.0.0.1:8010", "fr", legal=Legal(publisher="Ville de Cœur"))
    return TestClient(create_app(store, [VALMONT], site), base_url="http://127.0.0.1:8010")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_text_says_its_language(reader: TestClient, path: str, language: str) -> None:
    answer = reader.get(path, headers={"accept-language": language, "accept": "text/html"})
    assert answer.status_code == (400 if path in PROBLEMS else 200)
    # A name is said as it is: the site’s own, behind what the page is about.
    found = Spoken(answer.text.replace(f" · {NAME}</title>", "</title>")).texts
    marked = [(text, said) for text, said in found if set(text.lower()) & set(MARKS)]
    assert marked
    wrong = [
        (text, said) for text, said in marked if said not in {MARKS[each] for each in text.lower() if each in MARKS}
    ]
    assert wrong == []


def test_a_text_in_the_language_of_the_page_says_nothing() -> None:
    with speaking("en"):
        assert told({"fr": "Budget", "en": "Budget"}) == "Budget"
        assert told({"fr": "<b>"}) == '<span lang="fr">&lt;b&gt;</span>'
        assert told({}) == french("") == ""
    with speaking("fr"):
        assert french("voix & co") == "voix &amp; co"


def test_the_columns_that_a_version_names_are_french_in_an_english_sentence() -> None:
    with speaking("en"):
        assert cause_told(Cause("minor", "column-added", "<é>")) == 'Columns added: <span lang="fr">&lt;é&gt;</span>.'
        assert cause_told(Cause("minor", "rows-added", "3")) == "3 rows added."
        assert "lang" not in cause_told(Cause("patch", "rollback", "1.2.0"))
