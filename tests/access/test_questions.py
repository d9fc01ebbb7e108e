"""The questions that a page shows are answered, each with what it promises."""

import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal
from html import unescape
from urllib.parse import unquote_plus

import pytest
from starlette.testclient import TestClient

from pipelines.access.pages.questions import questions
from pipelines.messages import speaking
from pipelines.versions.store import Store
from tests.access.square import counts
from tests.access.town import TYPES, candidate, publish, table


def shown(reader: TestClient, dataset: str) -> Mapping[str, str]:
    """Words -> address, as they stand on a page."""
    page = reader.get(f"/valmont/{dataset}/").text
    found = re.findall(r'<dt>([^<]+)</dt><dd><a href="([^"]+\.json\?[^"]*)">', page)
    return {unescape(words): unescape(address) for words, address in found}


@pytest.mark.parametrize("dataset", ["bp_projets", "signalements", "budget"])
def test_each_is_answered_as_it_stands(visitor: TestClient, dataset: str) -> None:
    asked = shown(visitor, dataset)
    assert len(asked) >= 8
    for words, address in asked.items():
        answer = visitor.get(address)
        assert answer.status_code == 200, (words, answer.text)


def test_nothing_of_a_table_of_counts_is_added_up_for_its_totals_stand_beside(client: TestClient, store: Store) -> None:
    publish(store, counts(), day=40)
    asked = shown(client, "petitions")
    assert "The first ten rows" in asked
    assert not [address for address in asked.values() if "groupby" in address]


def test_they_ask_what_their_words_say(visitor: TestClient) -> None:
    asked = shown(visitor, "bp_projets")
    assert unquote_plus(asked["Added up for each"]).endswith("?titre__groupby=&edition__sum=&edition__sum__sort=desc")
    months = visitor.get(shown(visitor, "signalements")["How many rows a month"]).json()
    assert months[0] == {"date_demande": "2025-01-01", "id__count": 8}
    inside = visitor.get(shown(visitor, "signalements")["Inside a box: west, south, east, north"])
    assert len(inside.json()) == 39


@pytest.mark.parametrize("name", ['a "b"', "a,b", "a\\(b", "page", "é__sum", "a.b"])
def test_any_name_of_a_column_can_be_asked_for(client: TestClient, store: Store, name: str) -> None:
    fields = [{"name": f"{name}{kind}", "type": kind} for kind in TYPES]
    schema = {"fields": fields}
    row = ("x", 1, Decimal(1), True, dt.date(2024, 5, 1))
    manifest = publish(store, candidate(dataset="odd", table=table([row], schema), table_schema=schema), day=20)
    with speaking("en"):
        asked = questions(manifest)
    assert len(asked) == 11
    for question in asked:
        answer = client.get(f"/valmont/odd/latest/odd.json{question.query}")
        assert answer.status_code == 200, (question.words, answer.text)
    assert len(client.get(f"/valmont/odd/latest/odd.json{asked[1].query}").json()[0]) == 3
