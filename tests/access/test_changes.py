"""What changed since a version, and what is left of one that was withdrawn."""

import csv
import io
from datetime import UTC, date, datetime

from starlette.testclient import TestClient

from pipelines.access.pages.wording import WITHDRAWALS
from pipelines.versions.store import Store
from pipelines.versions.tombstone import REASONS
from pipelines.versions.withdrawal import withdraw
from tests.access.test_pages import Page
from tests.access.town import PROJETS, VALMONT, candidate, publish

CHANGES = "/valmont/bp_projets/changes"


def test_every_cause_of_every_version_the_oldest_first(client: TestClient) -> None:
    told = [(row["version"], row["level"], row["cause"], row["detail"]) for row in client.get(CHANGES).json()]
    assert told == [("1.0.0", "major", "first-version", ""), ("1.1.0", "minor", "rows-added", "2")]
    assert client.get(CHANGES).json()[1]["words"] == "2 rows added."


def test_only_what_came_after_a_version(client: TestClient, store: Store) -> None:
    publish(store, candidate(VALMONT, PROJETS[:5]), day=20)
    rows = list(csv.DictReader(io.StringIO(client.get(f"{CHANGES}?since=1.0.0&format=csv").text)))
    assert [(row["version"], row["cause"]) for row in rows] == [("1.1.0", "rows-added"), ("1.2.0", "rows-withdrawn")]
    assert client.get(f"{CHANGES}?since=latest").json() == []


def test_a_mistake_names_the_parameter(client: TestClient) -> None:
    assert client.get(f"{CHANGES}?since=soon").json()["parameter"] == "since"
    assert client.get(f"{CHANGES}?format=xml").json()["allowed"] == ["json", "csv"]
    assert client.get(f"{CHANGES}?since=9.9.9").status_code == 404


def test_digests_and_types_lie_beside_the_tables(client: TestClient, store: Store) -> None:
    manifest = store.latest(VALMONT.siren, "bp_projets")
    assert manifest
    sums = client.get("/valmont/bp_projets/latest/SHA256SUMS").text
    assert f"{manifest.files[0].sha256}  bp_projets.csv\n" in sums
    types = client.get("/valmont/bp_projets/1.1.0/bp_projets.csvt")
    assert types.text.startswith('"String","Integer64","String"')
    assert types.headers["cache-control"] == "public, max-age=86400"


def test_a_withdrawn_version_says_so_for_ever_and_shows_nothing(client: TestClient, store: Store) -> None:
    first = store.resolve(VALMONT.siren, "bp_projets", "1.0.0")
    assert first
    assert client.get("/valmont/bp_projets/1.0.0/bp_projets.csv?id__exact=001").status_code == 200
    withdraw(store, [first], "personal-data", datetime(2026, 4, 1, tzinfo=UTC).date())
    for address in ("", "bp_projets.csv", "bp_projets.csv?id__exact=001", "datapackage.json", "SHA256SUMS"):
        answer = client.get(f"/valmont/bp_projets/1.0.0/{address}")
        assert answer.status_code == 410
        assert (answer.json()["withdrawn_on"], answer.json()["reason"]) == ("2026-04-01", "personal-data")
    assert client.get("/valmont/bp_projets/latest/bp_projets.csv").status_code == 200
    assert "1.0.0" not in client.get("/valmont/bp_projets/").text
    assert "version 1.0.0 was withdrawn" in client.get("/valmont/bp_projets/atom.xml").text


def test_people_are_told_when_and_why_it_was_withdrawn_and_where_to_go(client: TestClient, store: Store) -> None:
    withdraw(store, [store.resolve(VALMONT.siren, "bp_projets", "1.0.0")], "secrecy", date(2026, 4, 1))
    for path in ("/valmont/bp_projets/1.0.0/", "/valmont/bp_projets/1.0.0/bp_projets.csv"):
        answer = client.get(path, headers={"accept": "text/html"})
        words = Page(answer.text).words
        assert answer.status_code == 410
        assert "Version 1.0.0 was withdrawn on April 1, 2026. It held what the law keeps secret." in words
        assert "Please delete your copies of this version." in words
        assert '<a href="/valmont/bp_projets/">To the dataset as it stands now</a>' in answer.text
    missing = client.get("/valmont/bp_projets/9.9.9/", headers={"accept": "text/html"})
    assert "To the dataset as it stands now" in missing.text
    assert set(WITHDRAWALS) == set(REASONS)


def test_when_every_version_is_withdrawn_every_name_of_one_still_says_so(client: TestClient, store: Store) -> None:
    withdraw(store, store.versions(VALMONT.siren, "bp_projets"), "error", datetime(2026, 4, 1, tzinfo=UTC).date())
    assert client.get("/valmont/bp_projets/1.1.0/bp_projets.csv").status_code == 410
    assert client.get("/valmont/bp_projets/latest/bp_projets.csv").status_code == 410
    assert client.get("/").status_code == 200
    assert client.get("/valmont/").status_code == 200
