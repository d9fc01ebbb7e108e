"""The door: JSON, whatever stands around its records."""

import json
from pathlib import Path

import pytest

from pipelines.errors import InvalidData, SourceUnavailable
from tests.validate.grants import findings, opened, repairs, rows


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\n\n", " \n"])
def test_a_json_document_on_one_line_is_one_whatever_its_end(tmp_path: Path, end: str):
    document = '{"total": 1, "resultats": [{"montant": 12.10}]}' + end
    assert rows(opened(tmp_path, document, "export.json")) == [{"montant": "12.10"}]


@pytest.mark.parametrize("end", ["", "\n"])
@pytest.mark.parametrize(
    "document",
    [
        '{"success": true, "result": {"fields": [1], "records": [{"montant": 1}], "total": 1}}',
        '{"result": {"fields": [{"id": "montant"}]}, "rows": [{"montant": 1}]}',
        '{"meta": {"a": {"b": [{"x": 1}]}}, "result": {"rows": [{"montant": 1}]}}',
    ],
)
def test_records_in_an_answer_of_a_portal_are_found_one_object_deeper(tmp_path: Path, document: str, end: str):
    assert rows(opened(tmp_path, document + end, "export.json")) == [{"montant": "1"}]


def test_of_two_lists_of_objects_the_one_that_the_schema_knows_is_read_and_the_other_is_told(tmp_path: Path):
    found = opened(tmp_path, '{"r": {"fields": [{"id": "montant"}], "rows": [{"montant": 1}, {"objet": 2}]}}', "a.json")
    assert rows(found) == [{"montant": "1", "objet": ""}, {"montant": "", "objet": "2"}]
    assert (found.extract.sheet, findings(found)) == (
        "r.rows",
        [("unknown-column", None, "column 2 (B)"), ("other-sheets", None, None)],
    )


def test_records_below_another_list_are_found_by_the_schema(tmp_path: Path):
    found = opened(tmp_path, '{"links": [{"rel": "self"}], "result": {"records": [{"montant": 1}]}}', "a.json")
    assert (rows(found), found.extract.sheet) == ([{"montant": "1"}], "result.records")


def test_one_object_alone_on_its_line_is_a_row(tmp_path: Path):
    assert rows(opened(tmp_path, '{"montant": 12.10}\n', "export.ndjson")) == [{"montant": "12.10"}]


def test_json_numbers_keep_every_digit(tmp_path: Path):
    content = '{"rows": [{"montant": 12.10, "idBeneficiaire": 21930048000015}]}'
    assert list(rows(opened(tmp_path, content, "export.json"))[0].values()) == ["12.10", "21930048000015"]


@pytest.mark.parametrize("kind", ["json", "ndjson"])
def test_what_a_json_value_holds_keeps_its_numbers_as_they_are_written(tmp_path: Path, kind: str):
    point = '{"type": "Point", "coordinates": [2.30, -48, 1E400], "nom": "été \\"1\\"", "vu": [true, null, [], {}]}'
    record = f'{{"objet": {point}}}'
    content = f"[{record}]" if kind == "json" else f"{record}\n{record}\n"
    assert rows(opened(tmp_path, content, f"export.{kind}"))[0] == {"objet": point}


@pytest.mark.parametrize("form", ["[{}]", "{}\n{}\n"])
@pytest.mark.parametrize("depth", [100, 700, 5_000])
def test_json_that_is_nested_without_end_is_read_or_refused_in_words(tmp_path: Path, form: str, depth: int):
    nested = "[" * depth + "]" * depth
    content = form.replace("{}", f'{{"objet": {nested}}}')
    try:
        assert rows(opened(tmp_path, content, "export.json"))[0] == {"objet": nested}
    except SourceUnavailable as refused:
        assert (depth > 100, str(refused).startswith("export.json")) == (True, True)


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16"])
@pytest.mark.parametrize("form", ["[{}]", "{}\n{}\n"])
def test_json_in_another_encoding_than_its_own_is_a_repair(tmp_path: Path, form: str, encoding: str):
    record = json.dumps({"nomBeneficiaire": "Théâtre à côté"}, ensure_ascii=False)
    found = opened(tmp_path, form.replace("{}", record).encode(encoding), "export.json")
    assert rows(found)[0] == {"nomBeneficiaire": "Théâtre à côté"}
    assert ("encoding", None, None) in repairs(found)


def test_json_in_an_encoding_that_is_only_likely_is_told(tmp_path: Path):
    record = json.dumps({"nomBeneficiaire": "Théâtre à côté"}, ensure_ascii=False)
    found = opened(tmp_path, f"[{record}]".encode("mac_roman"), "export.json")
    assert findings(found) == [("doubtful-encoding", None, None)]


@pytest.mark.parametrize("form", ["[{}]", "{}\n{}\n", '{"total": 1, "rows": [{}]}'])
@pytest.mark.parametrize("record", ['{"montant": 1, "montant": 2}', '{"lieu": {"x": 1, "x": 2}}'])
def test_an_object_with_two_values_of_one_name_is_refused(tmp_path: Path, form: str, record: str):
    with pytest.raises(InvalidData, match=r"export\.json, object 1: two of its values have one name"):
        opened(tmp_path, form.replace("{}", record), "export.json")
