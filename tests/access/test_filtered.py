"""A file's address with parameters: the same rows in the same format, page by page, and clear refusals."""

import csv
import io
import json
import threading
from decimal import Decimal
from urllib.parse import urlsplit

import pyarrow as pa
import pytest
from starlette.testclient import TestClient

from pipelines.access.app import create_app
from pipelines.access.limits import Limits
from pipelines.versions.identifiers import resource_id
from pipelines.versions.store import Store
from tests.access.town import METADATA, PROJETS, SITE, VALMONT, candidate, publish

LATEST = "/valmont/bp_projets/latest/bp_projets"
PLACES_SCHEMA = {
    "fields": [
        {"name": "nom", "type": "string"},
        {"name": "latitude", "type": "number"},
        {"name": "longitude", "type": "number"},
    ]
}


def places(*rows: tuple[str, float | None, float | None]) -> pa.Table:
    names, latitudes, longitudes = zip(*rows, strict=True)
    return pa.table({"nom": list(names), "latitude": list(latitudes), "longitude": list(longitudes)})


@pytest.mark.parametrize("ending", ["csv", "fr.csv", "json"])
def test_a_filter_that_keeps_every_row_gives_the_bytes_of_the_whole_file(client: TestClient, ending: str) -> None:
    whole = client.get(f"{LATEST}.{ending}")
    kept = client.get(f"{LATEST}.{ending}?id__isnotnull")
    assert kept.content == whole.content
    assert kept.headers["content-type"] == whole.headers["content-type"]
    assert kept.headers["x-total-count"] == whole.headers["x-total-count"] == "6"


def test_csv_rows_are_filtered_and_codes_stay_text(client: TestClient) -> None:
    answer = client.get(f"{LATEST}.csv?quartier__exact=Nord&columns=id,cout_eur")
    assert answer.text == "id,cout_eur\n001,12000.50\n003,1800.00\n"


def test_french_csv_keeps_its_comma_and_its_guard(client: TestClient) -> None:
    answer = client.get(f"{LATEST}.fr.csv?id__in=004,006&columns=titre,cout_eur")
    assert answer.content.decode("utf-8-sig") == "titre;cout_eur\r\nJardin « partagé »;7300,25\r\n'=Potager;900,00\r\n"


def test_json_is_a_bare_array_with_exact_amounts(client: TestClient) -> None:
    answer = client.get(f"{LATEST}.json?id__exact=005&columns=id,cout_eur,laureat,vote_le")
    assert answer.json() == [{"id": "005", "cout_eur": None, "laureat": False, "vote_le": "2023-06-02"}]
    assert '"cout_eur":12000.50' in client.get(f"{LATEST}.json?id__exact=001").text
    assert client.get(f"{LATEST}.json?id__exact=none").json() == []


def test_ndjson_is_one_row_a_line_filtered_or_not(client: TestClient) -> None:
    answer = client.get(f"{LATEST}.ndjson")
    assert [json.loads(line)["id"] for line in answer.text.splitlines()] == ["001", "002", "003", "004", "005", "006"]
    assert answer.headers["content-type"] == "application/x-ndjson"
    assert (
        client.get(f"{LATEST}.ndjson?voix__less=57&columns=id,voix").text
        == '{"id":"005","voix":12}\n{"id":"006","voix":57}\n'
    )


def test_a_map_has_longitude_first_and_rows_without_a_place(client: TestClient, store: Store) -> None:
    table = places(("a", 48.85, 2.35), ("b", None, None), ("c", 44.5, -1.25))
    publish(store, candidate(VALMONT, dataset="lieux", table=table, table_schema=PLACES_SCHEMA))
    answer = client.get("/valmont/lieux/latest/lieux.geojson")
    assert answer.headers["content-type"] == "application/geo+json"
    features = answer.json()["features"]
    assert [feature["geometry"] for feature in features] == [
        {"type": "Point", "coordinates": [2.35, 48.85]},
        None,
        {"type": "Point", "coordinates": [-1.25, 44.5]},
    ]
    assert features[1]["properties"] == {"nom": "b", "latitude": None, "longitude": None}
    assert client.get("/valmont/lieux/latest/lieux.csv?bbox=-2,44,0,45&columns=nom").text == "nom\nc\n"
    empty = client.get("/valmont/lieux/latest/lieux.geojson?nom__exact=z").json()
    assert empty == {"type": "FeatureCollection", "features": []}


def test_without_places_there_is_no_map(client: TestClient) -> None:
    assert client.get(f"{LATEST}.geojson").status_code == 400


def test_groups_and_figures(client: TestClient) -> None:
    answer = client.get(f"{LATEST}.json?quartier__groupby&voix__sum&cout_eur__max&voix__sum__sort=desc")
    assert answer.json() == [
        {"quartier": "Nord", "voix__sum": 405, "cout_eur__max": 12000.5},
        {"quartier": "Centre", "voix__sum": 402, "cout_eur__max": 7300.25},
        {"quartier": "Sud", "voix__sum": 222, "cout_eur__max": 45000.0},
        {"quartier": None, "voix__sum": 57, "cout_eur__max": 900.0},
    ]
    assert answer.headers["x-total-count"] == "4"


def test_sums_of_large_whole_numbers_are_exact(client: TestClient, store: Store) -> None:
    rows = [(*row[:5], 2**62 + 1, *row[6:]) for row in PROJETS]
    publish(store, candidate(VALMONT, rows), day=20)
    assert client.get(f"{LATEST}.csv?voix__sum").text == f"voix__sum\n{6 * (2**62 + 1)}\n"


NUMBERS = {
    "whole": (pa.int64(), "integer", [2**63 - 1, -(2**63), 4611686018427387904]),
    "real": (pa.float64(), "number", [0.8999999999999999, 5e-324, -1.7976931348623157e308, 1e-7]),
    "amount": (pa.decimal128(18, 2), "number", [Decimal("9999999999999999.99"), Decimal("-0.01")]),
}


@pytest.mark.parametrize("name", NUMBERS)
def test_every_number_of_a_file_finds_its_own_row(client: TestClient, store: Store, name: str) -> None:
    kind, type_, cells = NUMBERS[name]
    schema = {"fields": [{"name": name, "type": type_}]}
    publish(store, candidate(VALMONT, table=pa.table({name: pa.array(cells, kind)}), table_schema=schema), day=20)
    texts = client.get(f"{LATEST}.csv").text.splitlines()[1:]
    assert len(texts) == len(cells)
    for text, cell in zip(texts, cells, strict=True):
        assert client.get(f"{LATEST}.csv", params={f"{name}__exact": text}).text == f"{name}\n{text}\n"
        filters = json.dumps({name: float(cell) if isinstance(cell, Decimal) else cell})
        found = client.get(f"/datastore/dump/{csv_id('valmont')}", params={"fields": name, "filters": filters})
        assert found.status_code == 200
        assert isinstance(cell, Decimal) or found.text == f"{name}\n{text}\n"


def csv_id(slug: str) -> str:
    return str(resource_id(slug, "bp_projets", "bp_projets.csv"))


def test_words_are_found_whatever_their_case_and_accents(client: TestClient) -> None:
    assert client.get(f"{LATEST}.csv?q=ECLAIRAGE+stade&columns=id").text == "id\n005\n"
    assert client.get(f"{LATEST}.csv?q=nowhere&columns=id").text == "id\n"


def next_page(links: str) -> str | None:
    found = [link for link in links.split(", ") if link.endswith('rel="next"')]
    return found[0].partition(">")[0][1:] if found else None


def test_reading_on_never_skips_or_repeats_a_row_while_new_versions_come(client: TestClient, store: Store) -> None:
    seen: list[str] = []
    address: str | None = f"{LATEST}.csv?page_size=2&voix__sort=desc&columns=id"
    for day in range(20, 30):
        if address is None:
            break
        answer = client.get(address)
        seen += [row["id"] for row in csv.DictReader(io.StringIO(answer.text))]
        assert answer.headers["x-total-count"] == "6"
        address = next_page(answer.headers["link"])
        publish(store, candidate(VALMONT, PROJETS[day % 3 :]), day=day)
    assert seen == ["004", "001", "002", "003", "006", "005"]
    assert day == 23


def test_the_links_of_a_page_are_absolute_and_numbered(client: TestClient) -> None:
    links = client.get(f"{LATEST}.json?page=2&page_size=2&titre__contains=e").headers["link"]
    base = "http://127.0.0.1:8010/valmont/bp_projets/1.1.0/bp_projets.json?page_size=2&titre__contains=e&page="
    pages = {"first": 1, "prev": 1, "next": 3, "last": 3}
    assert links == ", ".join(f'<{base}{page}>; rel="{relation}"' for relation, page in pages.items())
    assert "link" not in client.get(f"{LATEST}.json?titre__contains=e").headers


def test_a_page_beyond_the_last_is_empty_and_still_tells_the_total(client: TestClient) -> None:
    answer = client.get(f"{LATEST}.json?page=9&page_size=4&quartier__isnotnull")
    assert (answer.json(), answer.headers["x-total-count"]) == ([], "5")


def test_the_same_question_of_the_same_version_is_not_sent_twice(client: TestClient, store: Store) -> None:
    address = f"{LATEST}.csv?quartier__exact=Nord"
    first = client.get(address)
    again = client.get(address, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get(f"{LATEST}.json?quartier__exact=Nord").headers["etag"] != first.headers["etag"]
    publish(store, candidate(VALMONT, PROJETS[:2]), day=20)
    assert client.get(address, headers={"if-none-match": first.headers["etag"]}).text.count("\n") == 2


def test_a_mistake_is_a_problem_with_parameter_and_allowed_values(client: TestClient) -> None:
    answer = client.get(f"{LATEST}.csv?couleur__exact=rouge")
    assert answer.status_code == 400
    assert answer.json() == {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": "There is no such column.",
        "parameter": "couleur__exact",
        "allowed": ["id", "edition", "titre", "quartier", "cout_eur", "voix", "laureat", "vote_le"],
    }


def test_a_file_that_cannot_be_filtered_says_which_can(client: TestClient) -> None:
    answer = client.get(f"{LATEST}.parquet?id__exact=001")
    assert answer.status_code == 400
    assert "bp_projets.csv" in answer.json()["allowed"]
    assert client.get(f"{LATEST}.parquet?lang=fr").status_code == 200
    assert client.get(f"{LATEST}.csvt?id__exact=001").status_code == 400


def test_operators_may_be_written_in_capitals(client: TestClient) -> None:
    assert client.get(f"{LATEST}.csv?id__EXACT=001&columns=id").text == "id\n001\n"
    assert client.get(f"{LATEST}.csv?or=(id__EXACT.001,voix__Less.12)&columns=id").text == "id\n001\n005\n"


def test_a_column_that_people_must_not_see_cannot_be_asked_for(client: TestClient) -> None:
    for text in (
        "porteur__exact=x",
        "columns=porteur",
        "porteur__groupby",
        "or=(porteur__isnull)",
        "_id__less=2",
    ):
        assert client.get(f"{LATEST}.csv?{text}").status_code == 400


@pytest.mark.parametrize("name", ['a"b', "a'b", "a;--", "page", "_id", "é", "a b", "SELECT", "_ID"])
def test_any_name_may_be_a_column(client: TestClient, store: Store, name: str) -> None:
    schema = {"fields": [{"name": name, "type": "string"}]}
    publish(store, candidate(VALMONT, dataset="noms", table=pa.table({name: ["x", "y", None]}), table_schema=schema))
    answer = client.get("/valmont/noms/latest/noms.json", params={f"{name}__differs": "x", f"{name}__sort": "desc"})
    assert answer.json() == [{name: "y"}, {name: None}]


def test_an_endless_query_string_is_refused(client: TestClient) -> None:
    assert client.get(f"{LATEST}.csv?id__exact=" + "9" * 5000).status_code == 414


def test_a_question_that_takes_too_long_is_given_up_and_the_next_one_is_answered(store: Store) -> None:
    rows = [(f"{number:06}", 2022, f"titre {number}", "Nord", None, number, True, None) for number in range(60_000)]
    publish(store, candidate(VALMONT, rows), day=20)
    client = TestClient(
        create_app(store, [VALMONT], SITE, Limits(query_seconds=0.005)), headers={"accept-language": "en"}
    )
    heavy = f"{LATEST}.csv?" + "&".join(["titre__groupby", "id__groupby", "voix__sum", "titre__max", "id__min"])
    for _attempt in range(20):  # the query file is made first, in its own time
        answer = client.get(heavy)
        if answer.status_code == 503:
            break
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert "takes too long" in answer.json()["detail"]


def test_a_question_that_needs_too_much_memory_is_not_begun(store: Store) -> None:
    rows = [(f"{number:06}", 2022, "titre", "Nord", None, number, True, None) for number in range(30_000)]
    publish(store, candidate(VALMONT, rows), day=20)
    client = TestClient(create_app(store, [VALMONT], SITE, Limits(query_memory_mb=1)))
    assert client.get(f"{LATEST}.csv?voix__sort=desc").status_code == 503
    assert client.get(f"{LATEST}.csv?voix__less=9&voix__sort=desc&columns=id").text.startswith("id\n000009\n000008\n")


def test_beyond_the_queue_a_reader_is_told_to_come_back(store: Store) -> None:
    app = create_app(store, [VALMONT], SITE, Limits(query_workers=1, waiting_queries=0))
    statuses: list[int] = []
    with TestClient(app) as client:

        def ask(number: int) -> None:
            statuses.append(client.get(f"{LATEST}.csv?voix__less={number}").status_code)

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(24)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert set(statuses) == {200, 503}
        assert client.get(f"{LATEST}.csv?voix__less=-1").status_code == 200


def test_more_versions_than_may_stay_open_are_all_answered(store: Store) -> None:
    for day in range(20, 26):
        publish(store, candidate(VALMONT, PROJETS[: day - 19]), day=day)
    client = TestClient(create_app(store, [VALMONT], SITE, Limits(open_versions=2)))
    counts = [
        client.get(f"/valmont/bp_projets/1.{minor}.0/bp_projets.csv?id__isnotnull") for minor in (2, 3, 4, 5, 6, 7)
    ]
    assert [answer.headers["x-total-count"] for answer in counts] == ["1", "2", "3", "4", "5", "6"]


def test_rows_are_found_by_what_people_filter_and_still_read_in_the_published_order(store: Store) -> None:
    metadata = {**METADATA, "filter_by": ["quartier", "voix"]}
    publish(store, candidate(VALMONT, metadata=metadata), day=20)
    client = TestClient(create_app(store, [VALMONT], SITE))
    assert client.get(f"{LATEST}.csv?id__isnotnull").text == client.get(f"{LATEST}.csv").text
    assert client.get(f"{LATEST}.csv?quartier__exact=Nord&columns=id").text == "id\n001\n003\n"
    assert client.get(f"{LATEST}.csv?quartier__exact=Nord&voix__exact=95&columns=id").text == "id\n003\n"
    assert client.get(f"{LATEST}.csv?quartier__exact=Nowhere&columns=id").text == "id\n"


def test_a_page_that_is_found_at_once_is_the_page_that_a_worker_finds(store: Store) -> None:
    publish(store, candidate(VALMONT, metadata={**METADATA, "filter_by": ["quartier"]}), day=20)
    client = TestClient(create_app(store, [VALMONT], SITE))
    by_worker = client.get(f"{LATEST}.json?or=(quartier__exact.Nord)&voix__sort=asc&page=2&page_size=1")
    at_once = client.get(f"{LATEST}.json?quartier__exact=Nord&voix__sort=asc&page=2&page_size=1")
    assert at_once.content == by_worker.content
    assert at_once.headers["x-total-count"] == by_worker.headers["x-total-count"] == "2"


def test_an_address_of_a_query_stays_below_the_public_one(client: TestClient) -> None:
    links = client.get(f"{LATEST}.csv?page=1&page_size=2", headers={"host": "evil.example"}).headers["link"]
    address = next_page(links)
    assert address and urlsplit(address).netloc == "127.0.0.1:8010"
