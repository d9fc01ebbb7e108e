"""Finding a dataset on the catalogue page."""

from starlette.testclient import TestClient

from pipelines.access.app import create_app
from pipelines.versions.store import Store
from tests.access.town import LORIOL, METADATA, SITE, VALMONT, candidate, publish


def reader(store: Store) -> TestClient:
    """A reader of Valmont's projects and budget, and Loriol's projects."""
    title = {"fr": "Budget de la collectivité", "en": "Budget of the town"}
    metadata = METADATA | {"title": title, "themes": ["ECON"], "update_frequency": "monthly", "license": "odc-odbl"}
    publish(store, candidate(VALMONT, dataset="budget", metadata=metadata))
    return TestClient(create_app(store, [VALMONT, LORIOL], SITE), headers={"accept-language": "en"})


def found(client: TestClient, query: str) -> set[str]:
    text = client.get(f"/?{query}").text
    places = ("valmont/bp_projets", "valmont/budget", "loriol/bp_projets")
    return {place for place in places if f'<a href="/{place}/">' in text}


def test_words_are_found_in_either_language_whatever_their_accents(store: Store) -> None:
    client = reader(store)
    assert found(client, "q=COLLECTIVITE") == {"valmont/budget"}
    assert found(client, "q=town+valmont") == {"valmont/budget"}
    assert found(client, "q=participatif+loriol") == {"loriol/bp_projets"}
    assert found(client, "q=quartier+valmont") == {"valmont/bp_projets", "valmont/budget"}  # a column
    assert found(client, "q=introuvable") == set()
    assert "Fewer words find more" in client.get("/?q=introuvable").text


def test_ligatures_are_found_by_their_letters(store: Store) -> None:
    publish(store, candidate(VALMONT, metadata=METADATA | {"keywords": ["Œuvres d’art"]}), day=20)
    assert found(reader(store), "q=oeuvres") == found(reader(store), "q=%C5%93uvres") == {"valmont/bp_projets"}


def test_facets_narrow_together(store: Store) -> None:
    client = reader(store)
    assert found(client, "organisation=valmont") == {"valmont/bp_projets", "valmont/budget"}
    assert found(client, "organisation=valmont&theme=ECON") == {"valmont/budget"}
    assert found(client, "licence=odc-odbl&frequency=annual") == set()
    assert found(client, "format=parquet&frequency=annual") == {"valmont/bp_projets", "loriol/bp_projets"}


def test_what_was_asked_stays_in_the_form_and_is_counted(store: Store) -> None:
    text = reader(store).get("/?q=valmont&theme=GOVE").text
    assert 'value="valmont"' in text
    assert '<option value="GOVE" selected>Government and public sector (2)</option>' in text
    assert "1 dataset found" in text


def test_any_page_number_shows_a_page(store: Store) -> None:
    client = reader(store)
    for page in ("0", "-1", "99999999999", "x", "2"):
        assert len(found(client, f"page={page}")) == 3
