"""The table of a dataset page: sorted, searched, filtered and paged by plain links and forms."""

import datetime as dt
import html
import re

import pyarrow as pa
import pytest
from starlette.testclient import TestClient

from pipelines.versions.store import Store
from tests.access.town import VALMONT, candidate, publish

PAGE = "/valmont/bp_projets/"
BROWSER = {"accept": "text/html"}


def shown(text: str) -> list[str]:
    """The first cell of each row."""
    body = re.search(r'<table class="rows">.*?<tbody[^>]*>(.*?)</tbody>', text, re.S)
    assert body
    return re.findall(r"<tr><td[^>]*>(.*?)</td>", body[1])


def link(text: str, words: str) -> str:
    """The address behind a link whose text begins with these words."""
    found = re.search(rf'<a href="([^"]*)"[^>]*>(?:<span lang="fr">)?{words}', text)
    assert found, words
    return html.unescape(found[1]).partition("#")[0]


def test_a_click_on_a_column_s_head_sorts_and_another_turns_it_round(client: TestClient) -> None:
    text = client.get(PAGE).text
    up = client.get(link(text, "voix")).text
    assert shown(up) == ["005", "006", "003", "002", "001", "004"]
    assert 'aria-sort="ascending"><a' in up
    down = client.get(link(up, "voix")).text
    assert shown(down) == ["004", "001", "002", "003", "006", "005"]
    assert 'aria-sort="descending"><a' in down


def test_the_form_adds_a_filter_whose_address_can_be_kept(client: TestClient) -> None:
    asked = {
        "quartier__isnotnull": "",
        "filter_column": "titre",
        "filter_operator": "contains",
        "filter_value": "É&a=b",
    }
    moved = client.get(PAGE, params=asked, follow_redirects=False)
    assert moved.status_code == 303
    assert moved.headers["location"] == f"{PAGE}?quartier__isnotnull=&titre__contains=%C3%89%26a%3Db#rows"
    none = client.get(moved.headers["location"]).text
    assert "No row fits." in none
    assert '<span lang="fr">titre</span> contains <span lang="fr">É&amp;a=b</span>' in none
    again = client.get(link(none, "remove<span class=.hidden.> <span lang=.fr.>titre")).text
    assert shown(again) == ["001", "002", "003", "004", "005"]


@pytest.mark.parametrize(
    ("column", "operator", "typed", "meant"),
    [
        ("cout_eur", "exact", " 12\u202f000,50 € ", "cout_eur__exact=12000.50"),
        ("cout_eur", "contains", "1800", "cout_eur__exact=1800"),
        ("voix", "differs", "−5", "voix__differs=-5"),
        ("laureat", "exact", "Oui", "laureat__exact=true"),
        ("vote_le", "greater", "1/6/2023", "vote_le__greater=2023-06-01"),
        ("vote_le", "exact", "31/02/2023", "vote_le__exact=31%2F02%2F2023"),
        ("titre", "exact", " 1,5 ", "titre__exact=1%2C5"),
        ("titre", "isnull", "whatever", "titre__isnull="),
    ],
)
def test_a_value_may_be_typed_as_people_write_it(
    client: TestClient, column: str, operator: str, typed: str, meant: str
) -> None:
    asked = {"filter_column": column, "filter_operator": operator, "filter_value": typed}
    moved = client.get(PAGE, params=asked, follow_redirects=False)
    assert moved.headers["location"] == f"{PAGE}?{meant}#rows"


def test_a_comparison_that_the_form_does_not_offer_is_refused_not_guessed(client: TestClient) -> None:
    asked = {"filter_column": "voix", "filter_operator": "in", "filter_value": "310,95"}
    assert client.get(PAGE, params=asked, follow_redirects=False).status_code == 400


@pytest.mark.parametrize(
    ("operator", "typed", "found"),
    [
        ("exact", "31/03/2026", ["midnight", "evening"]),
        ("contains", "2026-03-31", ["midnight", "evening"]),
        ("differs", "31/03/2026", ["before", "after", "never"]),
        ("less", "31/03/2026", ["before", "midnight", "evening"]),
        ("greater", "31/03/2026", ["midnight", "evening", "after"]),
        ("less", "2026-03-31T00:00", ["before", "midnight"]),
        ("less", "31/12/9999", ["before", "midnight", "evening", "after"]),
        ("isnull", "", ["never"]),
    ],
)
def test_a_day_means_the_whole_day_where_a_column_has_the_hour(
    client: TestClient, store: Store, operator: str, typed: str, found: list[str]
) -> None:
    moments = ["2026-03-30T23:59:59", "2026-03-31T00:00:00", "2026-03-31T21:30:00", "2026-04-01T00:00:00"]
    cells = [*map(dt.datetime.fromisoformat, moments), None]
    names = ["before", "midnight", "evening", "after", "never"]
    rows = pa.table({"id": names, "reçu le": pa.array(cells, pa.timestamp("s"))})
    schema = {"fields": [{"name": "id", "type": "string"}, {"name": "reçu le", "type": "datetime"}]}
    publish(store, candidate(dataset="demandes", table=rows, table_schema=schema))
    asked = {"filter_column": "reçu le", "filter_operator": operator, "filter_value": typed}
    assert shown(client.get("/valmont/demandes/", params=asked).text) == found


def test_a_mistake_is_told_with_its_place_and_a_way_back(client: TestClient) -> None:
    text = client.get(f"{PAGE}?voix__exact=beaucoup", headers={"accept": "text/html"}).text
    assert '<code lang="fr">voix__exact</code>' in text
    assert f'<a href="{PAGE}">Back, without the question</a>' in text


@pytest.mark.parametrize("foreign", ["utm_source=letter", "fbclid=x&q=", "=1", "1"])
def test_what_others_hang_on_a_link_changes_nothing(client: TestClient, foreign: str) -> None:
    shared = client.get(f"{PAGE}?quartier__exact=Nord&{foreign}", headers=BROWSER)
    assert (shared.status_code, shown(shared.text)) == (200, ["001", "003"])
    assert foreign not in link(shared.text, "voix")
    assert client.get(f"/valmont/bp_projets/latest/bp_projets.csv?{foreign}").status_code == 400


def test_words_are_searched_and_the_rest_of_the_question_stays(client: TestClient) -> None:
    text = client.get(PAGE + "?q=ecole&voix__sort=desc").text
    assert shown(text) == ["001"]
    assert '<input type="hidden" name="voix__sort" value="desc">' in text
    assert shown(client.get(PAGE + "?q=").text) == ["001", "002", "003", "004", "005", "006"]


def test_rows_are_paged(client: TestClient, store: Store) -> None:
    rows = [(f"{number:03}", 2022, "t", "Nord", None, number, True, None) for number in range(45)]
    publish(store, candidate(VALMONT, rows), day=20)
    first = client.get(PAGE + "?quartier__exact=Nord").text
    assert "Rows 1 to 20 of 45" in first
    second = client.get(link(first, "Next")).text
    assert shown(second)[0] == "020"
    last = client.get(link(second, "Next")).text
    assert "Rows 41 to 45 of 45" in last
    assert "Next" not in last


def test_groups_are_shown_with_their_figures(client: TestClient) -> None:
    text = client.get(PAGE + "?quartier__groupby&voix__sum&voix__sum__sort=desc").text
    assert shown(text) == ["Nord", "Centre", "Sud", ""]
    assert "405" in text


def test_the_rows_that_are_shown_can_be_taken_along(client: TestClient) -> None:
    text = client.get(PAGE + "?quartier__exact=Nord&voix__sort=desc").text
    assert client.get(link(text, "csv<")).text.startswith("id,edition")
    assert [row["id"] for row in client.get(link(text, "json<")).json()] == ["001", "003"]


@pytest.mark.parametrize("query", ["couleur__exact=x", "voix__less=many", "filter_column=voix", "page=x"])
def test_a_mistake_is_a_page_that_says_what_is_allowed(client: TestClient, query: str) -> None:
    answer = client.get(f"{PAGE}?{query}", headers=BROWSER)
    assert answer.status_code == 400
    assert "<h1>This did not work</h1>" in answer.text


def test_people_read_how_they_are_protected(client: TestClient) -> None:
    text = client.get(PAGE).text
    assert "never published:" in text
    assert '<code lang="fr">porteur</code>' in text
