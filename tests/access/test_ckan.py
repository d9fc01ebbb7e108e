"""CKAN's Action API, asked by CKAN's own client over a socket, and by hand where a client would hide the answer."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from ckanapi import RemoteCKAN
from ckanapi.errors import NotFound, ValidationError
from starlette.testclient import TestClient

from pipelines.access.app import create_app
from pipelines.versions.identifiers import dataset_id
from pipelines.versions.store import Store
from tests.access.running import running
from tests.access.town import LORIOL, PROJETS, SITE, VALMONT, Town

NAME = "valmont-bp_projets"


@pytest.fixture(scope="module")
def address(published: Path) -> Iterator[str]:
    with running(published) as address:
        yield address


@pytest.fixture(scope="module")
def ckan(address: str) -> Iterator[RemoteCKAN]:
    with RemoteCKAN(address) as ckan:
        yield ckan


@pytest.fixture(scope="module")
def csv_id(ckan: RemoteCKAN) -> str:
    package = ckan.action.package_show(id=NAME)
    return next(each["id"] for each in package["resources"] if each["name"] == "bp_projets.csv")


def test_the_catalogue_is_listed_and_shown(ckan: RemoteCKAN) -> None:
    assert ckan.action.site_read() is True
    assert ckan.action.status_show()["extensions"] == ["datastore"]
    assert ckan.action.package_list() == ["loriol-bp_projets", NAME]
    assert ckan.action.package_list(limit=1, offset=1) == [NAME]
    package = ckan.action.package_show(id=NAME)
    assert package["organization"]["title"] == VALMONT.name
    assert package["license_id"] == "etalab-2.0"
    assert package["version"] == "1.1.0"
    assert package["metadata_created"] == "2026-03-02T09:30:00"
    assert package["metadata_modified"] == "2026-03-12T09:30:00"
    assert ckan.action.package_show(id=package["id"]) == package


def test_every_resource_has_what_clients_take_for_granted(ckan: RemoteCKAN) -> None:
    for resource in ckan.action.package_show(id=NAME)["resources"]:
        assert resource["name"] and resource["format"] and resource["hash"].startswith("sha256:")
        assert resource["url"] == f"http://127.0.0.1:8010/valmont/bp_projets/latest/{resource['name']}"
        assert ckan.action.resource_show(id=resource["id"]) == resource


def test_ids_are_those_of_the_descriptor(ckan: RemoteCKAN, address: str) -> None:
    descriptor = httpx.get(f"{address}/valmont/bp_projets/latest/datapackage.json").json()
    package = ckan.action.package_show(id=NAME)
    assert (descriptor["id"], descriptor["name"]) == (package["id"], package["name"])
    assert {each["id"] for each in descriptor["resources"]} == {each["id"] for each in package["resources"]}


def test_packages_are_searched(ckan: RemoteCKAN) -> None:
    def names(**asked: Any) -> list[str]:
        return [package["name"] for package in ckan.action.package_search(**asked)["results"]]

    assert names() == ["loriol-bp_projets", NAME]
    assert names(q="VALMONT projéts") == [NAME]
    assert names(q="*:*", fq="organization:loriol") == ["loriol-bp_projets"]
    assert names(fq='+organization:(valmont OR loriol) -name:"loriol-bp_projets"') == [NAME]
    assert names(fq="dataset_type:dataset AND res_format:CSV AND groups:gove", rows=1, start=1) == [NAME]
    assert names(q="introuvable") == []
    assert names(sort="title asc, name desc") == [NAME, "loriol-bp_projets"]
    assert names(sort="metadata_created asc") == [NAME, "loriol-bp_projets"]
    assert ckan.action.package_search(rows=0)["count"] == 2
    facets = ckan.action.package_search(**{"facet.field": ["organization"]})["search_facets"]
    assert [(each["name"], each["count"]) for each in facets["organization"]["items"]] == [
        ("loriol", 1),
        ("valmont", 1),
    ]


BOTH, LORIOLS, VALMONTS = ["loriol-bp_projets", NAME], ["loriol-bp_projets"], [NAME]


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"fq": f"name:{NAME} OR name:loriol-bp_projets"}, BOTH),
        ({"fq": f"name:{NAME} OR name:loriol-bp_projets AND organization:nobody"}, VALMONTS),
        ({"fq": f"(name:{NAME} || name:loriol-bp_projets) && NOT organization:valmont"}, LORIOLS),
        ({"fq": 'tags:("budget participatif" OR "x")'}, BOTH),
        ({"fq": 'tags:("budget participatif" AND "x")'}, []),
        ({"fq": 'tags:"budget participatif" -name:lori*'}, VALMONTS),
        ({"fq": "organization:* dataset_type:dataset"}, BOTH),
        ({"fq": ["organization:valmont", "res_format:csv"]}, VALMONTS),
        ({"q": "organization:loriol"}, LORIOLS),
        ({"q": '"budget participatif"'}, BOTH),
        ({"q": '"participatif budget"'}, []),
        ({"q": "valmont OR introuvable"}, VALMONTS),
        ({"q": "projets -valmont"}, LORIOLS),
        ({"q": "Valm* sous-marin OR *:*"}, BOTH),
        ({"q": "+budget +valmont AND projets"}, VALMONTS),
    ],
)
def test_searches_mean_what_solr_means(ckan: RemoteCKAN, asked: dict[str, Any], found: list[str]) -> None:
    assert [package["name"] for package in ckan.action.package_search(**asked)["results"]] == found


@pytest.mark.parametrize(
    ("name", "text"),
    [
        *[("fq", text) for text in ("metadata_modified:[2026 TO *]", "name:[a TO b]", "name:a?b", "color:red", "a b")],
        *[
            ("fq", text)
            for text in ("name:", "name:a OR", "(name:a", "name:a)", 'tags:"a', "-" * 5000 + "name:a", "OR")
        ],
        ("q", "a " * 101),
        ("fq", " AND ".join(["NOT tags:a"] * 101)),
        ("fq_list", ["name:a"] * 21),
        ("q", "color:red"),
        ("q", '12" pipe'),
        ("sort", "color"),
        ("sort", "name up"),
        ("facet.field", "color"),
        ("facet.field", '["tags", 1]'),
        ("facet.field", "["),
    ],
)
def test_what_is_not_understood_of_a_search_is_refused_and_never_ignored(
    ckan: RemoteCKAN, name: str, text: object
) -> None:
    with pytest.raises(ValidationError) as refused:
        ckan.action.package_search(**{name: text})
    assert name in refused.value.error_dict


def test_a_hundred_conditions_are_asked_at_once(ckan: RemoteCKAN) -> None:
    assert ckan.action.package_search(fq=" AND ".join(["NOT tags:a"] * 100))["count"] == 2


@pytest.mark.parametrize("asked", ["tags", '["tags"]', ["tags"]])
def test_tags_are_a_facet(ckan: RemoteCKAN, asked: object) -> None:
    facets = ckan.action.package_search(**{"facet.field": asked})["search_facets"]
    assert [(each["name"], each["count"]) for each in facets["tags"]["items"]] == [("budget participatif", 2)]


def test_names_and_ids_of_a_renamed_organisation_lead_on(store: Store, csv_id: str) -> None:
    renamed = Town(VALMONT.siren, "val-nouveau", "Commune du Val-Nouveau")
    client = TestClient(create_app(store, [renamed, LORIOL], SITE))

    def show(action: str, **asked: str) -> Any:
        return client.get(f"/api/3/action/{action}", params=asked).json()["result"]

    package = show("package_show", id="val-nouveau-bp_projets")
    for wanted in (NAME, str(dataset_id("valmont", "bp_projets")), package["id"]):
        assert show("package_show", id=wanted) == package
    assert show("organization_show", id="valmont")["name"] == "val-nouveau"
    assert show("resource_show", id=csv_id)["package_id"] == package["id"]
    assert show("datastore_search", resource_id=csv_id)["total"] == 6
    assert client.get(f"/datastore/dump/{csv_id}").text.count("\n") == 7
    assert client.get("/api/3/action/organization_show?id=nobody").status_code == 404


def test_organisations_groups_tags_and_licences(ckan: RemoteCKAN) -> None:
    assert ckan.action.organization_list() == ["loriol", "valmont"]
    assert ckan.action.organization_list(all_fields=True)[1]["package_count"] == 1
    shown = ckan.action.organization_show(id="loriol", include_datasets=True)
    assert (shown["title"], shown["packages"][0]["name"]) == (LORIOL.name, "loriol-bp_projets")
    assert ckan.action.group_list() == ["gove"]
    assert ckan.action.tag_list() == ["budget participatif"]
    assert "etalab-2.0" in {licence["id"] for licence in ckan.action.license_list()}
    assert ckan.action.resource_search(query="format:csv")["count"] == 4


def test_what_is_not_there_is_not_found(ckan: RemoteCKAN) -> None:
    for ask in ("package_show", "resource_show", "organization_show", "datastore_search", "datastore_info"):
        with pytest.raises(NotFound):
            ckan.call_action(ask, {"id": "00000000-0000-0000-0000-000000000000"})


@pytest.mark.parametrize(
    ("asked", "ids"),
    [
        ({}, ["001", "002", "003", "004", "005", "006"]),
        ({"filters": {"quartier": "Nord"}}, ["001", "003"]),
        ({"filters": {"quartier": ["Nord", "Sud"], "laureat": True}}, ["001", "002"]),
        ({"filters": {"voix": {"gte": 95, "lt": 310}}}, ["002", "003"]),
        ({"filters": {"cout_eur": 1800}}, ["003"]),
        ({"filters": {"quartier": None}}, ["006"]),
        ({"filters": {"_id": [1, 6]}}, ["001", "006"]),
        ({"q": "ecole"}, ["001"]),
        ({"q": {"titre": "JARDIN"}}, ["004"]),
        ({"sort": "voix desc, id", "limit": 2}, ["004", "001"]),
        ({"sort": '"cout_eur" asc nulls last', "limit": 2, "offset": 1}, ["003", "004"]),
        ({"limit": 0}, []),
        ({"filters": "  ", "limit": 1}, ["001"]),
    ],
)
def test_rows_are_searched(ckan: RemoteCKAN, csv_id: str, asked: dict[str, Any], ids: list[str]) -> None:
    result = ckan.action.datastore_search(resource_id=csv_id, **asked)
    assert [record["id"] for record in result["records"]] == ids
    is_all = "q" not in asked and asked.get("filters", "  ") == "  "
    assert result["total"] == (6 if is_all else len(ids))


def test_rows_have_fields_with_types_and_a_number(ckan: RemoteCKAN, csv_id: str) -> None:
    result = ckan.action.datastore_search(resource_id=csv_id, limit=1)
    types = {field["id"]: field["type"] for field in result["fields"]}
    assert types == {
        "_id": "int",
        "id": "text",
        "edition": "int8",
        "titre": "text",
        "quartier": "text",
        "cout_eur": "numeric",
        "voix": "int8",
        "laureat": "bool",
        "vote_le": "date",
    }
    assert result["records"][0] | {} == dict(zip(types, [1, *PROJETS[0]], strict=True)) | {
        "cout_eur": 12000.5,
        "vote_le": "2022-05-14",
    }
    assert ckan.action.datastore_info(id=csv_id)["meta"]["count"] == 6


def test_rows_come_as_lists_and_text(ckan: RemoteCKAN, csv_id: str) -> None:
    def records(kind: str, **asked: Any) -> Any:
        return ckan.action.datastore_search(resource_id=csv_id, records_format=kind, fields="id,voix", **asked)[
            "records"
        ]

    assert records("lists", limit=1) == [["001", 310]]
    assert records("csv", limit=2) == "001,310\n002,210\n"
    assert records("tsv", limit=1) == "001\t310\n"
    distinct = ckan.action.datastore_search(resource_id=csv_id, fields=["quartier"], distinct=True, sort="quartier")
    assert [record["quartier"] for record in distinct["records"]] == ["Centre", "Nord", "Sud", None]
    assert distinct["total"] == 4


@pytest.mark.parametrize(
    ("asked", "parameter"),
    [
        ({"filters": {"color": "red"}}, "filters"),
        ({"filters": {"voix": "many"}}, "filters"),
        ({"filters": {"voix": {"like": 1}}}, "filters"),
        ({"filters": "{"}, "filters"),
        ({"filters": [1]}, "filters"),
        ({"filters": {"voix": [[1]]}}, "filters"),
        ({"sort": "voix; DROP TABLE rows"}, "sort"),
        ({"fields": "id,color"}, "fields"),
        ({"limit": "x"}, "limit"),
        ({"limit": -1}, "limit"),
        ({"records_format": "xml"}, "records_format"),
        ({"q": {"voix": "1"}}, "q"),
        ({"fields": [["id"]]}, "fields"),
        ({"fields": [{"a": 1}]}, "fields"),
        ({"q": "\ud800"}, "body"),
        ({"filters": {"titre": "\ud800"}}, "body"),
        ({"filters": '{"titre": "\\ud800"}'}, "filters"),
    ],
)
def test_a_mistake_is_a_validation_error(ckan: RemoteCKAN, csv_id: str, asked: dict[str, Any], parameter: str) -> None:
    with pytest.raises(ValidationError) as refused:
        ckan.action.datastore_search(resource_id=csv_id, **asked)
    assert parameter in refused.value.error_dict


def test_every_way_to_ask_gives_the_same_answer(address: str, csv_id: str) -> None:
    asked = {"resource_id": csv_id, "limit": 2, "filters": '{"quartier": "Nord"}'}
    answers = [
        httpx.get(f"{address}/api/3/action/datastore_search", params=asked),
        httpx.get(f"{address}/api/action/datastore_search", params=asked),
        httpx.post(f"{address}/api/action/datastore_search", json=asked | {"filters": {"quartier": "Nord"}}),
        httpx.post(f"{address}/api/action/datastore_search", params=asked),
        httpx.post(f"{address}/api/action/datastore_search", data=asked),
    ]
    results = [answer.json()["result"] for answer in answers]
    assert [result["records"] for result in results] == [results[0]["records"]] * 5
    assert [result["total"] for result in results] == [2] * 5


def test_the_next_link_leads_on(address: str, csv_id: str) -> None:
    asked = {"resource_id": csv_id, "limit": 4, "sort": "id"}
    first = httpx.get(f"{address}/api/3/action/datastore_search", params=asked).json()["result"]
    second = httpx.get(address + first["_links"]["next"]).json()["result"]
    assert [record["id"] for record in first["records"] + second["records"]] == [row[0] for row in PROJETS]


def test_amounts_never_pass_through_floats(address: str, csv_id: str) -> None:
    text = httpx.get(f"{address}/api/3/action/datastore_search?resource_id={csv_id}&limit=1").text
    assert '"cout_eur":12000.50' in text


def test_a_resource_is_dumped_whole_or_filtered(address: str, csv_id: str) -> None:
    dump = f"{address}/datastore/dump/{csv_id}"
    text = httpx.get(dump).text
    assert text.startswith("_id,id,edition,titre") and text.count("\n") == 7
    assert httpx.get(f"{dump}?bom=true").content.startswith(b"\xef\xbb\xbf_id")
    few = httpx.get(dump, params={"fields": "id,voix", "filters": '{"quartier":"Nord"}', "format": "tsv"})
    assert few.text == "id\tvoix\n001\t310\n003\t95\n"
    whole = httpx.get(f"{dump}?format=json&fields=id&limit=2").json()
    assert whole == {
        "fields": [{"id": "id", "type": "text", "info": whole["fields"][0]["info"]}],
        "records": [["001"], ["002"]],
    }
    assert httpx.get(f"{dump}?format=xml").json()["allowed"] == ["csv", "tsv", "json"]
    assert httpx.get(f"{address}/datastore/dump/none").status_code == 404
    half = httpx.get(dump, params={"q": '{"titre": "\\ud800"}'})
    assert (half.status_code, half.json()["parameter"]) == (400, "q")


def test_a_small_dump_leaves_compressed_and_with_its_length(address: str, csv_id: str) -> None:
    dump = f"{address}/datastore/dump/{csv_id}?format=json"
    plain = httpx.get(dump, headers={"accept-encoding": "identity"})
    packed = httpx.get(dump, headers={"accept-encoding": "gzip"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.content == plain.content
    assert int(packed.headers["content-length"]) < int(plain.headers["content-length"]) == len(plain.content)


def test_a_dump_has_no_tag_and_promises_none(address: str, csv_id: str) -> None:
    answer = httpx.get(f"{address}/datastore/dump/{csv_id}", headers={"if-none-match": "*"})
    assert (answer.status_code, "etag" in answer.headers) == (200, False)
    described = httpx.get(f"{address}/openapi.json").json()["paths"]["/datastore/dump/{resource}"]["get"]
    assert set(described["responses"]) == {"200", "400", "404", "414", "429", "503"}


def test_an_unknown_action_and_a_write_are_refused_as_ckan_does(client: TestClient) -> None:
    for name in ("package_create", "datastore_search_sql", "help_show"):
        answer = client.post(f"/api/3/action/{name}", content=b"{}")
        assert answer.status_code == 400
        assert answer.json().startswith("Bad request - Action name not known")


@pytest.mark.parametrize("body", [b"{", b"[]", b"1", b"[" * 20_000, b"\xff", b'{"id": {"a": 1}}', b'{"id": []}'])
def test_a_body_that_is_no_question_is_refused_and_never_fails(client: TestClient, body: bytes) -> None:
    answer = client.post("/api/3/action/package_show", content=body)
    assert answer.status_code in (404, 409)
    assert json.loads(answer.text)["success"] is False


def test_a_body_without_end_is_refused(client: TestClient) -> None:
    answer = client.post("/api/3/action/package_show", content=b" " * 100_000)
    assert answer.status_code == 409


@pytest.mark.parametrize("odd", [True, 7, {"a": 1}, ["x", 1]])
def test_a_text_of_another_kind_is_read_as_text_and_never_fails(client: TestClient, odd: object) -> None:
    for action in ("package_search", "resource_search", "tag_list", "package_show", "datastore_search"):
        for name in ("q", "fq", "fq_list", "query", "id", "resource_id", "sort", "filters", "fields", "facet.field"):
            answer = client.post(f"/api/3/action/{action}", json={name: odd})
            assert answer.status_code in (200, 404, 409), (action, name, answer.text)
