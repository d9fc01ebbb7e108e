"""The files of a version: the addresses that reusers build on."""

import hashlib
import json
from datetime import date

import pytest
from starlette.testclient import TestClient

from pipelines.access.app import create_app
from pipelines.access.site import Site
from pipelines.versions.store import Store
from pipelines.versions.withdrawal import withdraw
from tests.access.town import LORIOL, PROJETS, SITE, VALMONT, Town, candidate, publish

TABLES = [f"bp_projets.{ending}" for ending in ("csv", "fr.csv", "parquet", "json", "xlsx")]
NAMES = [*TABLES, "datapackage.json"]
DAY = date(2026, 4, 1)
LATEST = "/valmont/bp_projets/latest/bp_projets.csv"
NUMBERED = "/valmont/bp_projets/1.1.0/bp_projets.csv"


@pytest.mark.parametrize("name", NAMES)
def test_every_file_of_a_version_is_served_byte_for_byte(client: TestClient, store: Store, name: str) -> None:
    manifest = store.latest(VALMONT.siren, "bp_projets")
    assert manifest is not None
    stored = manifest.file(name)
    assert stored is not None
    answer = client.get(f"/valmont/bp_projets/1.1.0/{name}")
    assert hashlib.sha256(answer.content).hexdigest() == stored.sha256
    assert answer.headers["etag"] == f'"{stored.sha256}"'
    assert answer.headers["content-length"] == str(stored.size_bytes)


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("bp_projets.csv", "text/csv; charset=utf-8; header=present"),
        ("bp_projets.fr.csv", "text/csv; charset=utf-8; header=present"),
        ("bp_projets.parquet", "application/vnd.apache.parquet"),
        ("bp_projets.json", "application/json"),
    ],
)
def test_a_file_is_data_to_a_browser_and_nothing_else(client: TestClient, name: str, media_type: str) -> None:
    headers = client.get(f"/valmont/bp_projets/latest/{name}").headers
    assert headers["content-type"] == media_type
    assert headers["content-disposition"] == f'attachment; filename="{name}"'
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"] == "default-src 'none'; sandbox"


@pytest.mark.parametrize("version", ["latest", "1"])
def test_a_moving_address_says_where_it_leads_and_is_asked_again(client: TestClient, version: str) -> None:
    answer = client.get(f"/valmont/bp_projets/{version}/bp_projets.csv")
    assert answer.headers["content-location"] == f"http://127.0.0.1:8010{NUMBERED}"
    assert answer.headers["cache-control"] == "no-cache"


def test_a_numbered_address_is_kept_for_a_day_and_no_longer(client: TestClient) -> None:
    answer = client.get(NUMBERED)
    assert answer.headers["cache-control"] == "public, max-age=86400"
    assert "content-location" not in answer.headers


def test_head_tells_the_size_and_sends_nothing(client: TestClient) -> None:
    whole, head = client.get(NUMBERED), client.head(NUMBERED)
    assert head.content == b""
    assert {**head.headers} == {**whole.headers}


def test_the_same_bytes_are_not_sent_twice(client: TestClient) -> None:
    etag = client.get(LATEST).headers["etag"]
    again = client.get(LATEST, headers={"if-none-match": f'W/"other", {etag}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == etag
    assert client.get(LATEST, headers={"if-none-match": '"other"'}).status_code == 200


def test_a_new_version_is_served_at_once_under_latest_and_not_under_the_old_number(
    client: TestClient, store: Store
) -> None:
    etag = client.get(LATEST).headers["etag"]
    publish(store, candidate(VALMONT, PROJETS[:5]), day=20)
    new = client.get(LATEST, headers={"if-none-match": etag})
    assert new.status_code == 200
    assert new.text.count("\n") == 6
    assert client.get(NUMBERED).headers["etag"] == etag


@pytest.mark.parametrize(
    ("asked", "start", "end"), [("bytes=0-9", 0, 10), ("bytes=10-", 10, None), ("bytes=-20", -20, None)]
)
def test_a_part_of_a_file(client: TestClient, asked: str, start: int, end: int | None) -> None:
    whole = client.get(NUMBERED).content
    part = client.get(NUMBERED, headers={"range": asked})
    assert part.status_code == 206
    assert part.content == whole[start:end]


@pytest.mark.parametrize(
    "asked", ["lines=0-9", "bytes=a-b", "bytes=5-2", "bytes=", "bytes", "bytes=-", "bytes=0-1,x", "bytes=+1-2", "=0-1"]
)
def test_a_range_that_says_nothing_is_ignored(client: TestClient, asked: str) -> None:
    answer = client.get(NUMBERED, headers={"range": asked})
    assert (answer.status_code, answer.content) == (200, client.get(NUMBERED).content)


@pytest.mark.parametrize("asked", ["bytes=99999-", "bytes=-0", "bytes=99999-100000, 88888-"])
def test_a_part_that_is_not_there_is_a_problem_that_tells_the_size(client: TestClient, asked: str) -> None:
    size = len(client.get(NUMBERED).content)
    answer = client.get(NUMBERED, headers={"range": asked})
    assert (answer.status_code, answer.headers["content-range"]) == (416, f"bytes */{size}")
    assert answer.headers["content-type"] == "application/problem+json"
    assert f"{size} bytes" in answer.json()["detail"]


def test_of_several_parts_those_that_are_there_are_sent(client: TestClient) -> None:
    whole = client.get(NUMBERED).content
    one = client.get(NUMBERED, headers={"range": "bytes=0-1, 99999-"})
    assert (one.status_code, one.content) == (206, whole[:2])
    assert client.get(NUMBERED, headers={"range": "bytes=4-9,0-3"}).content == whole[:10]
    two = client.get(NUMBERED, headers={"range": "bytes=20-21,0-1"})
    assert two.headers["content-type"].startswith("multipart/byteranges")
    assert [part.partition(b"\r\n")[0] for part in two.content.split(b"\r\n\r\n")[1:]] == [whole[:2], whole[20:22]]


def test_a_copy_of_that_day_or_later_is_not_sent_again(client: TestClient, store: Store) -> None:
    def status(path: str, since: str, **more: str) -> int:
        return client.get(path, headers={"if-modified-since": since, **more}).status_code

    committed, later = "Thu, 12 Mar 2026 09:30:00 GMT", "Fri, 13 Mar 2026 00:00:00 GMT"
    assert client.get(NUMBERED).headers["last-modified"] == committed
    assert [status(NUMBERED, each) for each in (committed, later)] == [304, 304]
    assert [status(NUMBERED, each) for each in ("Thu, 12 Mar 2026 09:29:59 GMT", "yesterday", "")] == [200, 200, 200]
    beyond = f"Thu, 12 Mar {'9' * 20} 00:00:00"
    assert [status(NUMBERED, each) for each in (f"{beyond} GMT", f"{later[:-4]} +{'9' * 20}")] == [200, 200]
    assert status(NUMBERED, later, **{"if-none-match": '"other"'}) == 200
    assert status(f"{NUMBERED}?id__exact=001", later) == 304
    assert status(LATEST, committed) == 304
    withdraw(store, [m for m in store.versions(VALMONT.siren, "bp_projets") if m.number == "1.1.0"], "error", DAY)
    assert [status(LATEST, each) for each in (committed, later)] == [200, 200]


def test_the_style_sheet_is_not_sent_twice(client: TestClient) -> None:
    tag = client.get("/-/static/style.css", headers={"accept-encoding": "identity"}).headers["etag"]
    assert client.get("/-/static/style.css", headers={"if-none-match": tag}).status_code == 304


def test_a_suffix_longer_than_the_file_is_the_file(client: TestClient) -> None:
    """Polars asks for the last 262,144 bytes of any Parquet."""
    whole = client.get(NUMBERED).content
    part = client.get(NUMBERED, headers={"range": "bytes=-262144"})
    assert part.content == whole
    assert part.headers["content-range"] == f"bytes 0-{len(whole) - 1}/{len(whole)}"


def test_a_range_of_another_version_is_never_mixed_in(client: TestClient) -> None:
    part = client.get(NUMBERED, headers={"range": "bytes=0-9", "if-range": '"of another version"'})
    assert part.status_code == 200
    assert client.get(NUMBERED, headers={"range": "bytes=99999-"}).status_code == 416


@pytest.mark.parametrize(
    "path",
    [
        "/valmont/bp_projets/9.9.9/bp_projets.csv",
        "/valmont/bp_projets/1.1/bp_projets.csv",
        "/valmont/bp_projets/LATEST/bp_projets.csv",
        "/valmont/bp_projets/١/bp_projets.csv",
        "/valmont/bp_projets/latest/other.csv",
        "/valmont/budget/latest/budget.csv",
        "/nowhere/bp_projets/latest/bp_projets.csv",
        "/valmont/bp_projets/latest/..%2f..%2fformat.json",
        "/valmont/%2e%2e/%2e%2e/etc/passwd",
        "/-/static/..%2fapp.py",
        "/-/static/%2e%2e%2ftemplates%2fbase.html",
    ],
)
def test_what_is_not_published_is_not_there(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == 404


def test_a_missing_file_names_those_that_are_there(client: TestClient) -> None:
    answer = client.get("/valmont/bp_projets/latest/bp_projets.xls")
    assert answer.json()["allowed"] == NAMES


def test_any_page_of_the_web_may_read_everything(client: TestClient) -> None:
    preflight = client.options(
        LATEST, headers={"origin": "https://example.org", "access-control-request-method": "GET"}
    )
    assert preflight.status_code == 204
    assert "Range" in preflight.headers["access-control-allow-headers"]
    for path in (LATEST, "/", "/-/health", "/nowhere/"):
        assert client.get(path, headers={"origin": "https://example.org"}).headers["access-control-allow-origin"] == "*"
    assert "Content-Range" in client.get(LATEST).headers["access-control-expose-headers"]


def test_writing_is_refused(client: TestClient) -> None:
    answer = client.put(LATEST, content=b"x")
    assert answer.status_code == 405
    assert answer.json()["title"] == "Method Not Allowed"


def test_an_organisation_that_was_renamed_keeps_its_old_addresses(store: Store) -> None:

    renamed = Town(VALMONT.siren, "val-nouveau", "Commune du Val-Nouveau")
    client = TestClient(create_app(store, [renamed, LORIOL], SITE), follow_redirects=False)
    answer = client.get("/valmont/bp_projets/latest/bp_projets.csv?titre__contains=a&page=2")
    assert answer.status_code == 301
    assert answer.headers["location"] == "/val-nouveau/bp_projets/latest/bp_projets.csv?titre__contains=a&page=2"
    assert client.get("/valmont/").headers["location"] == "/val-nouveau/"
    assert client.get("/val-nouveau/bp_projets/latest/bp_projets.csv").status_code == 200


def test_below_a_path_prefix_every_address_has_it(store: Store) -> None:

    site = Site({"fr": "x", "en": "x"}, "https://ville.example/donnees", "fr")
    client = TestClient(create_app(store, [VALMONT, LORIOL], site))
    answer = client.get("/donnees/valmont/bp_projets/latest/bp_projets.csv")
    assert answer.headers["content-location"] == f"https://ville.example/donnees{NUMBERED}"
    page = client.get("/donnees/").text
    assert 'href="/donnees/valmont/bp_projets/"' in page
    assert 'href="/valmont' not in page
    assert client.get("/valmont/bp_projets/").status_code == 404


def test_an_organisation_that_left_the_list_is_still_served(store: Store) -> None:

    client = TestClient(create_app(store, [VALMONT], SITE))
    assert client.get("/loriol/bp_projets/latest/bp_projets.csv").status_code == 200


def test_the_descriptor_names_files_that_are_there(client: TestClient) -> None:
    descriptor = json.loads(client.get("/valmont/bp_projets/latest/datapackage.json").content)
    for resource in descriptor["resources"]:
        assert client.head(f"/valmont/bp_projets/latest/{resource['path']}").status_code == 200
