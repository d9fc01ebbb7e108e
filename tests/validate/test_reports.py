"""The report in its forms: for a program, for a browser, for a spreadsheet; and what none of them may say."""

import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from pipelines.errors import SourceUnavailable
from pipelines.messages import speaking
from pipelines.validate import Report, Source, validate, validate_as_is, validate_as_is_with_values
from pipelines.validate.marked import refused_workbook
from pipelines.validate.outputs import as_text, json_pieces
from pipelines.validate.page import as_html

SCHEMA: dict[str, Any] = {
    "fields": [
        {"name": "nom", "title": "Nom du bénéficiaire", "type": "string", "constraints": {"maxLength": 12}},
        {"name": "jour", "type": "date", "constraints": {"required": True}},
        {"name": "montant", "type": "number", "constraints": {"minimum": 0}},
        {"name": "courriel", "type": "string", "format": "email"},
    ],
    "primaryKey": ["nom"],
}
SECRETS = ["Jeanne Dupont-Lavoisier", "le douze juillet", "-4212.75", "jeanne.dupont(at)", "secret-extra"]
TEXT = f"""Nom du bénéficiaire;jour;montant;courriel
Association;2024-01-31;12,50;a@example.org
{SECRETS[0]};{SECRETS[1]};3,5;{SECRETS[3]}
Association;;{SECRETS[2].replace(".", ",")};;{SECRETS[4]}
Club;2024-02-30;1,5;b@example.org
"""


def as_json(report: Report) -> Any:
    return json.loads("".join(json_pieces(report)))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    written = tmp_path / "subventions.csv"
    written.write_text(TEXT, "utf-8")
    return written


@pytest.fixture
def report(path: Path) -> Report:
    return validate(path, SCHEMA)


def test_a_program_reads_valid_errors_findings_and_repairs(report: Report):
    printed = as_json(report)
    assert printed["valid"] is False
    assert set(printed) == {"valid", "errors", "findings", "repairs"}
    assert set(printed["errors"][0]) == {"type", "rowNumber", "fieldNumber", "fieldName", "message"}
    assert [(error["rowNumber"], error["fieldName"], error["type"]) for error in printed["errors"]] == [
        (3, "nom", "constraint-error"),
        (3, "jour", "type-error"),
        (3, "courriel", "type-error"),
        (4, "jour", "constraint-error"),
        (4, "montant", "constraint-error"),
        (4, None, "primary-key"),
        (4, "", "extra-cell"),
        (5, "jour", "type-error"),
    ]
    assert {repair["rule"] for repair in printed["repairs"]} == {"header", "decimal-comma"}


def test_a_valid_file_says_so(tmp_path: Path):
    path = tmp_path / "good.csv"
    path.write_text("nom,jour,montant,courriel\na,2024-01-31,1,\n", "utf-8")
    assert as_json(validate(path, SCHEMA)) == {"valid": True, "errors": [], "findings": [], "repairs": []}


def test_no_message_quotes_a_cell(report: Report, path: Path):
    strict = validate_as_is(Source(path, SCHEMA, {"csv": {"delimiter": ";"}}, "utf-8"))
    told = json.dumps([as_json(report), as_json(strict)], ensure_ascii=False) + as_html(report) + as_html(strict)
    assert strict.error_count > 4
    assert [secret for secret in SECRETS if secret in told or secret.replace(".", ",") in told] == []


def test_the_values_are_there_only_for_who_asks_for_them(path: Path):
    source = Source(path, SCHEMA, {"csv": {"delimiter": ";"}}, "utf-8")
    assert "descriptors" not in as_json(validate_as_is(source))
    descriptors = as_json(validate_as_is_with_values(source))["descriptors"]
    assert any(SECRETS[1] in error["message"] for error in descriptors)


def test_the_page_groups_the_same_errors_and_names_rows_and_titles_as_the_spreadsheet_does(report: Report):
    page = as_html(report)
    assert '<html lang="en">' in page
    assert "The file has 8 errors." in page
    assert '<th scope="row">Nom du bénéficiaire (column A)</th>' in page
    assert "Validation of subventions.csv" in page


def test_the_page_is_escaped(tmp_path: Path):
    path = tmp_path / "<img src=x>.csv"
    path.write_text("nom,jour,<b>Montant</b>\na,2024-01-31,b\n", "utf-8")
    schema = {"fields": [*SCHEMA["fields"][:2], {"name": "montant", "title": "<b>Montant</b>", "type": "number"}]}
    page = as_html(validate(path, schema))
    assert "<b>" not in page
    assert "<img" not in page
    assert "&lt;b&gt;Montant&lt;/b&gt;" in page


def test_the_title_of_a_column_that_is_no_field_stands_in_no_report(tmp_path: Path):
    path = tmp_path / "x.csv"
    path.write_text("nom,jour,Zoé Martin\na,2024-01-31,b\n", "utf-8")
    report = validate(path, SCHEMA)
    assert "Zoé" not in as_html(report) + as_text(report) + json.dumps(as_json(report), ensure_ascii=False)
    assert "column 3 (C)" in as_text(report)


def test_the_page_speaks_the_readers_language(report: Report):
    with speaking("fr"):
        assert '<html lang="fr">' in as_html(report)


def test_the_workbook_holds_the_refused_rows_with_their_numbers_titles_and_reasons(report: Report):
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(refused_workbook([report]))).get_sheet_by_index(0)
    header, *rows = sheet.to_python()
    assert header[:3] == ["row", "what is wrong", "Nom du bénéficiaire"]
    assert [row[0] for row in rows] == [3, 4, 5]
    assert rows[0][2] == SECRETS[0]
    assert "Expected at most 12 characters." in rows[0][1]


def test_the_errors_shown_are_capped_and_all_are_counted(tmp_path: Path):
    path = tmp_path / "x.csv"
    path.write_text("nom,jour,montant,courriel\n" + "".join(f"n{n},never,1,\n" for n in range(30)), "utf-8")
    report = validate(path, SCHEMA, limit_errors=7)
    assert (report.error_count, len(report.errors)) == (30, 7)
    assert "The file has 30 errors." in as_html(report)


def test_as_it_is_the_limit_is_frictionless_limit(tmp_path: Path):
    path = tmp_path / "x.csv"
    path.write_text("nom,jour,montant,courriel\n" + "".join(f"n{n},never,1,\n" for n in range(30)), "utf-8")
    report = validate_as_is(Source(path, SCHEMA, {"csv": {"delimiter": ","}}, "utf-8"), limit_errors=7)
    assert (report.error_count, len(report.errors)) == (7, 7)


def test_as_it_is_a_missing_file_is_told_before_anything_is_tried(tmp_path: Path):
    with pytest.raises(SourceUnavailable, match=r"absent\.csv"):
        validate_as_is(Source(tmp_path / "absent.csv", SCHEMA))


def test_as_it_is_a_bomb_is_refused_before_frictionless_unpacks_it(tmp_path: Path):
    path = tmp_path / "bomb.csv.gz"
    path.write_bytes(gzip.compress(b"0" * (40 << 20)))
    with pytest.raises(SourceUnavailable, match="200 times its size"):
        validate_as_is(Source(path, SCHEMA))


def test_as_it_is_a_packed_file_has_the_report_of_frictionless(tmp_path: Path):
    path = tmp_path / "table.csv.gz"
    path.write_bytes(gzip.compress(b"nom,jour,montant,courriel\na,never,1,\n"))
    report = validate_as_is(Source(path, SCHEMA))
    assert [(error.row_number, error.field_name, error.rule) for error in report.errors] == [(2, "jour", "type")]
