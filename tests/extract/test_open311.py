"""Open311 GeoReport v2, in JSON and XML."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.errors import SourceUnavailable
from pipelines.extract import Extract, References
from pipelines.extract.open311 import extract_open311

EXAMPLES = Path(__file__).parents[2] / "datasets" / "grc_signalements" / "example"
REQUEST = {
    "service_request_id": "R-1",
    "status": "closed",
    "service_name": "Nid-de-poule",
    "service_code": "VOI-01",
    "requested_datetime": "2025-07-14T00:31:05+02:00",
    "updated_datetime": "2025-07-16T23:59:00+02:00",
    "lat": 47.3512845,
    "long": 0.65,
}
Request = dict[str, object]


def written(folder: Path, content: str | bytes, name: str = "requests.json") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def as_json(folder: Path, *requests: Request) -> Extract:
    return extract(written(folder, json.dumps(requests)))


def as_xml(folder: Path, *requests: Request) -> Extract:
    inside = "".join(
        f"<request>{''.join(f'<{title}>{value}</{title}>' for title, value in one.items())}</request>"
        for one in requests
    )
    return extract(written(folder, f"<service_requests>{inside}</service_requests>", "requests.xml"))


def extract(path: Path) -> Extract:
    return extract_open311(path, References())


def only_row(found: Extract) -> dict[str, str]:
    (row,) = found.table.to_pylist()
    return dict(row)


def test_a_closed_request_has_its_day_and_its_delay(tmp_path: Path) -> None:
    found = only_row(as_json(tmp_path, REQUEST))
    assert {name: found[name] for name in ("statut", "annee", "date_demande", "date_cloture", "delai_jours")} == {
        "statut": "clos",
        "annee": "2025",
        "date_demande": "2025-07-14T00:31:05",
        "date_cloture": "2025-07-16T23:59:00",
        "delai_jours": "2",
    }


def test_json_and_xml_give_the_same_row(tmp_path: Path) -> None:
    assert only_row(as_json(tmp_path, REQUEST)) == only_row(as_xml(tmp_path, REQUEST))


def test_an_answer_that_leaves_a_member_out_has_lost_no_column(tmp_path: Path) -> None:
    assert not as_json(tmp_path, REQUEST).has_header
    assert not as_xml(tmp_path, REQUEST).has_header


def test_an_open_request_has_neither_closing_nor_delay(tmp_path: Path) -> None:
    found = only_row(as_json(tmp_path, REQUEST | {"status": "open"}))
    assert (found["statut"], found["date_cloture"], found["delai_jours"]) == ("ouvert", "", "")


def test_a_closed_request_without_a_last_change_has_no_delay(tmp_path: Path) -> None:
    found = only_row(as_json(tmp_path, REQUEST | {"updated_datetime": None}))
    assert (found["statut"], found["date_cloture"], found["delai_jours"]) == ("clos", "", "")


@pytest.mark.parametrize(
    ("requested", "expected"),
    [
        ("2025-07-14T00:31:05+02:00", "2025-07-14T00:31:05"),
        ("2025-07-13T22:31:05Z", "2025-07-13T22:31:05"),
        ("2025-07-14T00:31:05.250+04:00", "2025-07-14T00:31:05"),
        ("2025-07-14", "2025-07-14T00:00:00"),
        ("14/07/2025 00:31", "14/07/2025 00:31"),
        ("", ""),
    ],
)
def test_a_day_is_the_towns_own_and_what_is_no_date_is_left_to_the_schema(
    tmp_path: Path, requested: str, expected: str
) -> None:
    assert only_row(as_json(tmp_path, REQUEST | {"requested_datetime": requested}))["date_demande"] == expected


def test_a_request_closed_before_it_was_made_has_a_delay_that_the_schema_refuses(tmp_path: Path) -> None:
    found = only_row(as_json(tmp_path, REQUEST | {"updated_datetime": "2025-07-11T08:00:00+02:00"}))
    assert found["delai_jours"] == "-3"


def test_a_status_in_capitals_is_the_same_status(tmp_path: Path) -> None:
    found = only_row(as_json(tmp_path, REQUEST | {"status": " Closed"}))
    assert (found["statut"], found["delai_jours"]) == ("clos", "2")


def test_a_status_that_is_none_of_georeports_is_left_to_the_schema(tmp_path: Path) -> None:
    assert only_row(as_json(tmp_path, REQUEST | {"status": "en cours"}))["statut"] == "en cours"


def test_numbers_stay_as_they_were_written(tmp_path: Path) -> None:
    text = json.dumps([REQUEST | {"address_id": 7}]).replace("47.3512845", "47.35128450000000000001")
    found = only_row(extract(written(tmp_path, text)))
    assert (found["latitude"], found["longitude"], found["address_id"]) == ("47.35128450000000000001", "0.65", "7")


@pytest.mark.parametrize(
    ("value", "expected"), [(None, ""), (True, "true"), ({"a": [1, "é"]}, '{"a": ["1", "é"]}'), ([], "[]")]
)
def test_values_that_are_no_text_become_text(tmp_path: Path, value: object, expected: str) -> None:
    assert only_row(as_json(tmp_path, REQUEST | {"extended_attributes": value}))["extended_attributes"] == expected


def test_personal_columns_come_out_under_their_own_names_for_the_privacy_block(tmp_path: Path) -> None:
    personal = {"description": "d", "status_notes": "n", "address": "a", "address_id": "i", "zipcode": "z"}
    personal |= {"media_url": "m", "email": "e", "device_id": "v", "account_id": "c", "phone": "p"}
    personal |= {"first_name": "f", "last_name": "l"}
    found = only_row(as_json(tmp_path, REQUEST | personal))
    assert {title: found[title] for title in personal} == personal


def test_a_title_that_only_one_request_has_is_a_column_of_all(tmp_path: Path) -> None:
    found = as_json(tmp_path, REQUEST, REQUEST | {"email": "m.inventee@courriel.example"})
    assert found.table["email"].to_pylist() == ["", "m.inventee@courriel.example"]
    assert found.rows == (1, 2)


def test_a_title_that_comes_late_in_a_long_answer_is_a_column_of_all(tmp_path: Path) -> None:
    late = REQUEST | {"service_request_id": "R-2", "email": "m.inventee@courriel.example"}
    found = as_json(tmp_path, *[REQUEST] * 6000, late)
    assert found.table["email"].to_pylist() == [""] * 6000 + ["m.inventee@courriel.example"]
    assert found.table["signalement_id"].to_pylist()[-1] == "R-2"


def test_an_element_that_stands_twice_has_its_texts_joined(tmp_path: Path) -> None:
    inside = "<service_request_id>1</service_request_id><media_url>a.jpg</media_url><media_url> b.jpg </media_url>"
    text = f"<service_requests><request>{inside}</request></service_requests>"
    assert only_row(extract(written(tmp_path, text, "r.xml")))["media_url"] == "a.jpg, b.jpg"


def test_elements_inside_an_element_are_one_text(tmp_path: Path) -> None:
    request = "<service_request_id>1</service_request_id><attributes><a> x </a>\n<b>y</b></attributes>"
    found = only_row(
        extract(written(tmp_path, f"<service_requests><request>{request}</request></service_requests>", "r.xml"))
    )
    assert found["attributes"] == "x y"


def test_a_namespace_does_not_hide_the_requests(tmp_path: Path) -> None:
    request = "<request><service_request_id>1</service_request_id></request>"
    text = f"<service_requests xmlns='urn:g'>{request}</service_requests>"
    assert only_row(extract(written(tmp_path, text, "r.xml")))["signalement_id"] == "1"


def test_requests_in_an_envelope_are_found(tmp_path: Path) -> None:
    assert extract(written(tmp_path, json.dumps({"service_requests": [REQUEST]}))).table.num_rows == 1


def test_exactly_a_thousand_requests_may_be_an_answer_cut_short(tmp_path: Path) -> None:
    assert [finding.rule for finding in as_json(tmp_path, *[REQUEST] * 1000).findings] == ["answer-cut"]
    assert as_json(tmp_path, *[REQUEST] * 999).findings == ()


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("r.json", '[{"service_code": "1", "service_name": "Voirie"}]', "a list of services, no requests"),
        ("r.json", '[{"code": 403, "description": "jurisdiction_id"}]', "an error answer of the server"),
        ("r.json", '[{"nom": "Inventée"}]', "each with its identifier"),
        ("r.json", "[]", "no requests; ask the server"),
        ("r.json", '{"nom": "Inventée"}', "expected a list of Open311 requests"),
        ("r.json", '["Inventée"]', "expected a list of Open311 requests"),
        ("r.json", '[{"service_request_id": "Inventée"', "line 1: not valid JSON, or cut short"),
        ("r.json", "[" * 200_000, "values lie too deep in each other"),
        ("r.json", b'[{"service_request_id": "\xff\xfe"}]', "neither UTF-8 nor certainly Windows-1252"),
        ("r.json", '[{"service_request_id": "\\ud83d"}]', "characters that do not exist"),
        ("r.json", '[{"service_request_id": "1", "statut": "Inventée"}]', "column “statut” would take the place"),
        ("r.xml", "<services><service/></services>", "a list of services, no requests"),
        ("r.xml", "<errors><error/></errors>", "an error answer of the server"),
        ("r.xml", "<DocumentBudgetaire/>", "each with its identifier"),
        ("r.xml", "<service_requests/>", "no requests; ask the server"),
        ("r.xml", "<service_requests><request>", "the file stops at line 1"),
        ("r.xml", "[]", "not an XML file"),
        ("r.xml", "<!DOCTYPE a [<!ENTITY b 'c'>]><service_requests>&b;</service_requests>", "DOCTYPE"),
    ],
)
def test_what_holds_no_requests_is_refused_by_its_name(
    tmp_path: Path, name: str, content: str | bytes, message: str
) -> None:
    with pytest.raises(SourceUnavailable, match=message) as raised:
        extract(written(tmp_path, content, name))
    assert "Inventée" not in str(raised.value)
    assert raised.value.__cause__ is None


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(deadline=None)
@given(content=JSON | st.lists(st.fixed_dictionaries({"service_request_id": JSON, "requested_datetime": JSON})))
def test_any_json_is_read_or_refused_in_words(tmp_path_factory: pytest.TempPathFactory, content: object) -> None:
    path = written(tmp_path_factory.getbasetemp(), json.dumps(content))
    try:
        found = extract(path)
    except SourceUnavailable:
        return
    assert isinstance(content, list | dict)
    assert all(isinstance(cell, str) for row in found.table.to_pylist() for cell in row.values())


@pytest.mark.parametrize(
    ("name", "count", "year"), [("service_requests.json", 2, "2014"), ("requests_single.xml", 1, "2018")]
)
def test_real_answers_are_read(real_data: Path, name: str, count: int, year: str) -> None:
    found = extract(real_data / "open311" / name)
    assert found.table.num_rows == count
    assert set(found.table["annee"].to_pylist()) == {year}
    assert "" not in found.table["signalement_id"].to_pylist() + found.table["latitude"].to_pylist()


@pytest.mark.parametrize("name", ["service_list.json", "services_giessen.xml"])
def test_real_lists_of_services_are_refused_as_such(real_data: Path, name: str) -> None:
    with pytest.raises(SourceUnavailable, match=f"{name}: a list of services, no requests"):
        extract(real_data / "open311" / name)


@pytest.mark.parametrize(("name", "count"), [("requests-2024.json", 388), ("requests-2025.xml", 412)])
def test_the_invented_answers_are_read_whole(name: str, count: int) -> None:
    found = extract(EXAMPLES / name)
    assert found.rows == tuple(range(1, count + 1))
    assert set(found.table["statut"].to_pylist()) == {"ouvert", "clos"}
