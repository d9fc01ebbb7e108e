"""Cells at the door: what is written otherwise because the column proves it, and what is told and stays."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipelines.validate.door import Opened, open_file
from tests.validate.grants import HEADER, findings, opened, repairs, rows, workbook


def test_a_decimal_comma_is_written_as_a_point_where_the_column_proves_it(tmp_path: Path):
    found = opened(tmp_path, "nomBeneficiaire;montant\na;1250,50\nb;3,125\nc;7\n")
    assert [row["montant"] for row in rows(found)] == ["1250.50", "3.125", "7"]
    assert repairs(found) == [("decimal-comma", 2, "montant"), ("decimal-comma", 3, "montant")]


@pytest.mark.parametrize(
    ("cell", "text", "rules"),
    [
        ("1 250,50", "1250.50", ["thousands", "decimal-comma"]),
        ("1\u00a0250", "1250", ["thousands"]),
        ("-12\u202f345\u202f678,9", "-12345678.9", ["thousands", "decimal-comma"]),
        ("1.250,50", "1250.50", ["thousands", "decimal-comma"]),
        ("1,250.50", "1250.50", ["thousands"]),
        ("1.250.000", "1250000", ["thousands"]),
        ("1,250,000", "1250000", ["thousands"]),
        ("1 250,50 €", "1250.50", ["currency", "thousands", "decimal-comma"]),
        ("€ 12", "12", ["currency"]),
        ("0,125", "0.125", ["decimal-comma"]),
        ("1234,567", "1234.567", ["decimal-comma"]),
        ("12,5", "12.5", ["decimal-comma"]),
        ("12 50", "12 50", []),
        ("1 234,50 €", "1234.50", ["currency", "thousands", "decimal-comma"]),
        ("1234.50€", "1234.50", ["currency"]),
        ("-3,5 EUR", "-3.5", ["currency", "decimal-comma"]),
        ("−12,50", "-12.50", ["minus", "decimal-comma"]),
        ("1'234,50", "1234.50", ["thousands", "decimal-comma"]),
        ("1’234’567", "1234567", ["thousands"]),
        (" 12.50 ", "12.50", ["outer-blanks"]),
        ('="12.50"', "12.50", ["guarded-text"]),
        ("(12,50)", "(12,50)", []),
        ("12 k€", "12 k€", []),
        ("12 $", "12 $", []),
        ("25 %", "25 %", []),
        ("1.250", "1.250", []),
        ("12.50", "12.50", []),
        ("néant", "néant", []),
    ],
)
def test_a_number_that_can_be_read_one_way_only_is_written_as_the_schema_does(
    tmp_path: Path, cell: str, text: str, rules: list[str]
):
    found = opened(tmp_path, f"nomBeneficiaire;montant\na;{cell}\n")
    assert rows(found)[0]["montant"] == text
    assert [rule for rule, _row, _column in repairs(found)] == rules


@pytest.mark.parametrize("cell", ["25 %", "25%", "12,5\u202f%", "1 250 %", "-3 %"])
def test_a_share_in_percent_may_be_25_or_a_quarter_and_is_told(tmp_path: Path, cell: str):
    found = opened(tmp_path, f"nomBeneficiaire;montant\na;1\nb;{cell}\n")
    assert (rows(found)[1]["montant"], repairs(found)) == (cell, [])
    [finding] = found.extract.findings
    assert (finding.rule, finding.row, finding.column) == ("doubtful-percent", 3, "montant")
    assert finding.message.endswith("write the number without the sign.")


@pytest.mark.parametrize("cell", ["(12,50)", "( 1 250 € )", "(1.250,00)", "12,50-", "1 250,5-"])
def test_an_amount_as_accountants_write_it_may_be_negative_and_is_told(tmp_path: Path, cell: str):
    assert cells_and_told(columns(tmp_path, [cell], type="number")) == ([cell], [("doubtful-minus", 2)])


@pytest.mark.parametrize("cell", ["(12,50) TTC", "(environ)", "12--", "2024-03-"])
def test_what_is_no_amount_has_no_minus_to_doubt(tmp_path: Path, cell: str):
    assert cells_and_told(columns(tmp_path, [cell], type="number"))[1] == []


def test_what_is_no_share_has_no_percent_to_doubt(tmp_path: Path):
    assert findings(opened(tmp_path, "nomBeneficiaire;montant\na;% inconnu\nb 5 %;1\n")) == []


def test_a_point_among_decimal_commas_may_part_thousands_and_is_told(tmp_path: Path):
    found = opened(tmp_path, "nomBeneficiaire;montant\na;12,50\nb;1.250\n")
    assert [row["montant"] for row in rows(found)] == ["12.50", "1.250"]
    assert findings(found) == [("doubtful-point", 3, "montant")]


def test_a_field_with_signs_of_its_own_is_left_to_them(tmp_path: Path):
    path = tmp_path / "x.csv"
    path.write_text("montant;b\n1 250,50;2\n", "utf-8")
    found = open_file(path, {"fields": [{"name": "montant", "type": "number", "decimalChar": ",", "groupChar": " "}]})
    assert rows(found)[0]["montant"] == "1 250,50"


@pytest.mark.parametrize(
    ("cell", "text", "rules"),
    [
        ("VRAI", "true", ["boolean"]),
        ("faux", "false", ["boolean"]),
        ("Oui", "true", ["boolean"]),
        ("non", "false", ["boolean"]),
        ("TRUE", "TRUE", []),
        ("1", "1", []),
        ("peut", "peut", []),
    ],
)
def test_a_spreadsheets_word_of_truth_becomes_the_schemas(tmp_path: Path, cell: str, text: str, rules: list[str]):
    path = tmp_path / "x.csv"
    path.write_text(f"verse;b\n{cell};2\n", "utf-8")
    found = open_file(path, {"fields": [{"name": "verse", "type": "boolean"}]})
    assert (rows(found)[0]["verse"], [rule for rule, _row, _column in repairs(found)]) == (text, rules)


def test_a_comma_that_may_stand_for_thousands_stays_and_is_told(tmp_path: Path):
    found = opened(tmp_path, "nomBeneficiaire;montant\na;1,250\nb;3,125\n")
    assert [row["montant"] for row in rows(found)] == ["1,250", "3,125"]
    assert findings(found) == [("doubtful-comma", 2, "montant"), ("doubtful-comma", 3, "montant")]


def test_french_dates_are_turned_where_the_column_proves_that_the_day_is_first(tmp_path: Path):
    found = opened(tmp_path, "nomBeneficiaire;dateConvention\na;31/01/2024\nb;02/03/2024\n")
    assert [row["dateConvention"] for row in rows(found)] == ["2024-01-31", "2024-03-02"]
    assert repairs(found) == [("day-first", 2, "dateConvention"), ("day-first", 3, "dateConvention")]


def test_a_time_without_its_zone_is_told_for_it_is_taken_as_utc(tmp_path: Path):
    path = tmp_path / "x.csv"
    path.write_text("nom;moment\na;25/12/2024 10:30\nb;2024-12-25T10:30:00Z\nc;25/12/2024\n", "utf-8")
    found = open_file(path, {"fields": [{"name": "nom"}, {"name": "moment", "type": "datetime"}]})
    assert [row["moment"] for row in rows(found)] == ["2024-12-25T10:30:00Z", "2024-12-25T10:30:00Z", "25/12/2024"]
    assert findings(found) == [("taken-as-utc", 2, "moment")]


def test_a_text_with_dates_in_it_is_no_date_to_be_read_two_ways(tmp_path: Path):
    found = opened(tmp_path, "nomBeneficiaire;dateConvention\na;02/03/2024\nb;du 01/02/2024 au 03/02/2024\n")
    assert findings(found) == [("doubtful-date", 2, "dateConvention")]


def test_a_date_that_may_be_american_stays_and_is_told(tmp_path: Path):
    found = opened(tmp_path, "nomBeneficiaire;dateConvention\na;02/03/2024\n")
    assert rows(found)[0]["dateConvention"] == "02/03/2024"
    assert findings(found) == [("doubtful-date", 2, "dateConvention")]


@pytest.mark.parametrize(
    ("cell", "text", "rules"),
    [
        ("2024-01-31 00:00:00", "2024-01-31", ["year-first"]),
        ("2024-01-31T00:00:00.000", "2024-01-31", ["year-first"]),
        ("2024/1/31", "2024-01-31", ["year-first"]),
        ("31-01-2024", "2024-01-31", ["day-first"]),
        ("31.1.2024", "2024-01-31", ["day-first"]),
        ("31/01/2024 00:00", "2024-01-31", ["day-first"]),
        ("31/01/2024 10:30", "31/01/2024 10:30", []),
        ("30/02/2024", "30/02/2024", []),
        ("2024-13-31", "2024-13-31", []),
        ("31/01/24", "31/01/24", []),
        ("31 janvier 2024", "2024-01-31", ["month-name"]),
        ("1er août 2024", "2024-08-01", ["month-name"]),
        ("3 FÉVR. 2024", "2024-02-03", ["month-name"]),
        ("30 février 2024", "30 février 2024", []),
        ("31 brumaire 2024", "31 brumaire 2024", []),
        ("2024-01-31T00:00:00Z", "2024-01-31", ["year-first"]),
        ("2024-01-31T00:00:00+01:00", "2024-01-31", ["year-first"]),
        ("2024-01-30T23:00:00Z", "2024-01-30T23:00:00Z", []),
        (" 2024-01-31", "2024-01-31", ["year-first"]),
    ],
)
def test_a_date_that_can_be_read_one_way_only_is_written_as_the_schema_does(
    tmp_path: Path, cell: str, text: str, rules: list[str]
):
    found = opened(tmp_path, f"nomBeneficiaire;dateConvention\na;{cell}\n")
    assert rows(found)[0]["dateConvention"] == text
    assert [rule for rule, _row, _column in repairs(found)] == rules


def test_the_century_of_a_short_year_is_not_guessed(tmp_path: Path):
    found = opened(tmp_path, "nomBeneficiaire;dateConvention\na;31/1/24\n")
    assert findings(found) == [("doubtful-year", 2, "dateConvention")]


def test_a_field_with_a_format_of_its_own_is_left_to_it(tmp_path: Path):
    path = tmp_path / "x.xlsx"
    path.write_bytes(workbook(["jour", "n"], [date(2024, 1, 31), 1]))
    found = open_file(path, {"fields": [{"name": "jour", "type": "date", "format": "%d/%m/%Y"}]})
    assert rows(found)[0]["jour"] == "31/01/2024"


def test_a_day_number_of_a_spreadsheet_becomes_its_date(tmp_path: Path):
    found = opened(tmp_path, "nomBeneficiaire;dateConvention\na;43655\n")
    assert rows(found)[0]["dateConvention"] == "2019-07-09"
    assert repairs(found) == [("excel-date", 2, "dateConvention")]


@pytest.mark.parametrize(
    ("cell", "text", "rules"),
    [
        ("21930048000015.0", "21930048000015", ["siret-number"]),
        ("219 300 480 00015", "21930048000015", ["siret-blanks"]),
        ("5500000400006.0", "05500000400006", ["siret-number", "siret-zero"]),
        ("5500000400006", "05500000400006", ["siret-zero"]),
        ("500000400003", "500000400003", []),
        (" 21930048000015 ", "21930048000015", ["outer-blanks"]),
        ('="21930048000015"', "21930048000015", ["guarded-text"]),
        ("3805449320028", "3805449320028", []),
        ("21930048000016.0", "21930048000016.0", []),
        ("552081317.0", "552081317.0", []),
        ("219300480", "219300480", []),
        ("", "", []),
    ],
)
def test_a_siret_is_rebuilt_only_where_its_key_proves_it(tmp_path: Path, cell: str, text: str, rules: list[str]):
    found = opened(tmp_path, f"nomBeneficiaire;idBeneficiaire\na;{cell}\n")
    assert rows(found)[0]["idBeneficiaire"] == text
    assert [rule for rule, _row, _column in repairs(found)] == rules


@pytest.mark.parametrize(
    ("cell", "text", "rules"),
    [
        ("3.0", "3", ["whole-number"]),
        ("3,00", "3", ["decimal-comma", "whole-number"]),
        ("3.5", "3.5", []),
        ("1.000", "1.000", []),
        ("3", "3", []),
    ],
)
def test_a_whole_number_with_decimals_of_zero_is_whole(tmp_path: Path, cell: str, text: str, rules: list[str]):
    path = tmp_path / "x.csv"
    path.write_text(f"lots;b\n{cell};2\n", "utf-8")
    found = open_file(path, {"fields": [{"name": "lots", "type": "integer"}]})
    assert (rows(found)[0]["lots"], [rule for rule, _row, _column in repairs(found)]) == (text, rules)


def test_what_a_program_guarded_stays_where_it_would_be_a_formula_without_the_guard(tmp_path: Path):
    found = opened(tmp_path, 'nomBeneficiaire;montant\n"=""=x""";1\n')
    assert (rows(found)[0]["nomBeneficiaire"], repairs(found)) == ('="=x"', [])


def test_blanks_around_a_free_text_are_its_authors(tmp_path: Path):
    assert rows(opened(tmp_path, "nomBeneficiaire;montant\n a ;1\n"))[0]["nomBeneficiaire"] == " a "


def test_a_number_that_is_no_siret_is_told_and_stays(tmp_path: Path):
    found = opened(tmp_path, "nomBeneficiaire;idBeneficiaire\na;21930048000016.0\n")
    assert findings(found) == [("siret-doubtful", 2, "idBeneficiaire")]


def test_a_siret_that_a_workbook_keeps_as_a_number_is_a_repair(tmp_path: Path):
    found = opened(tmp_path, workbook(HEADER, ["a", date(2024, 1, 31), 12.5, 21930048000015]), "export.xlsx")
    assert repairs(found) == [("siret-number", 2, "idBeneficiaire")]


def test_a_siret_whose_digits_are_lost_is_told(tmp_path: Path):
    found = opened(tmp_path, "nomBeneficiaire;idBeneficiaire\na;2,1930048E+13\n")
    assert findings(found) == [("siret-lost", 2, "idBeneficiaire")]


def test_spoilt_accents_are_told_and_not_guessed(tmp_path: Path):
    found = opened(tmp_path, "nomBeneficiaire;montant\nD‚partement de l'Aude;1\nThÃ©Ã¢tre;2\nTh\ufffd\ufffdtre;3\n")
    assert findings(found) == [("spoilt-accents", row, "nomBeneficiaire") for row in (2, 3, 4)]


def columns(folder: Path, cells: list[str], found_in: str = "montant", **described: Any) -> Opened:
    """One field's cells, below its title."""
    missing = described.pop("missing", [""])
    path = folder / "x.csv"
    path.write_text("".join(f"{cell};x\n" for cell in [found_in, *cells]), "utf-8")
    return open_file(path, {"fields": [{"name": found_in, **described}], "missingValues": missing})


def cells_and_told(found: Opened, name: str = "montant") -> tuple[list[str], list[tuple[str, int | None]]]:
    return found.extract.table.column(name).to_pylist(), [(one.rule, one.row) for one in found.extract.findings][1:]


@pytest.mark.parametrize(
    ("cells", "better", "told"),
    [
        (["1.234.567", "12.345"], ["1234567", "12.345"], [("doubtful-point", 3)]),
        (["1.234,50", "12.345"], ["1234.50", "12.345"], [("doubtful-point", 3)]),
        (["1,250,000", "12,345", "12,5"], ["1250000", "12,345", "12.5"], [("doubtful-comma", 3)]),
        (["1,250.50", "12,345", "7,5"], ["1250.50", "12,345", "7.5"], [("doubtful-comma", 3)]),
        (["12.345", "1.5"], ["12.345", "1.5"], []),
    ],
)
def test_a_sign_that_parts_thousands_in_one_cell_may_do_so_in_the_others(
    tmp_path: Path, cells: list[str], better: list[str], told: list[tuple[str, int]]
):
    assert cells_and_told(columns(tmp_path, cells, type="number")) == (better, told)


@pytest.mark.parametrize(
    ("cell", "better"),
    [
        ("1 250,50 €", "1250,50"),
        ("1\u00a0000", "1000"),
        ("−3,2 €", "-3,2"),
        ("1.250,50", "1250,50"),
        ("1 250.50", "1250.50"),
        ("1,250.50", "1,250.50"),
        ("12.5", "12.5"),
    ],
)
def test_a_field_with_a_decimal_comma_is_mended_but_for_it(tmp_path: Path, cell: str, better: str):
    assert cells_and_told(columns(tmp_path, [cell], type="number", decimalChar=",")) == ([better], [])


@pytest.mark.parametrize(
    ("kind", "cells", "better", "told"),
    [
        ("date", ["03/05/2024", "15/03/2024"], ["2024-05-03", "2024-03-15"], []),
        ("date", ["03/05/2024"], ["03/05/2024"], [("doubtful-date", 2)]),
        ("date", ["03/05/2024 14:30", "15/03/2024"], ["03/05/2024 14:30", "2024-03-15"], [("doubtful-date", 2)]),
        ("date", ["3 mars 2024", "03/05/24"], ["2024-03-03", "03/05/24"], [("doubtful-year", 3)]),
        (
            "datetime",
            ["03/05/2024 14:30", "15/03/2024"],
            ["2024-05-03T14:30:00Z", "2024-03-15"],
            [("taken-as-utc", 2), ("taken-as-utc", 3)],
        ),
    ],
)
def test_a_date_in_any_format_is_not_read_month_first_without_a_word(
    tmp_path: Path, kind: str, cells: list[str], better: list[str], told: list[tuple[str, int]]
):
    assert cells_and_told(columns(tmp_path, cells, "jour", type=kind, format="any"), "jour") == (better, told)


@pytest.mark.parametrize("of", ["schema", "field"])
@pytest.mark.parametrize(
    ("kind", "cell"), [("date", "01/01/1900"), ("number", "0,00"), ("boolean", "Non"), ("string", "#N/A")]
)
def test_what_stands_for_no_value_is_neither_mended_nor_told(tmp_path: Path, of: str, kind: str, cell: str):
    missing = {"missing" if of == "schema" else "missingValues": ["", {"value": cell, "label": "not known"}]}
    found = columns(tmp_path, ["15/03/2024" if kind == "date" else "", cell], type=kind, **missing)
    assert (cells_and_told(found)[0][1], cells_and_told(found)[1]) == (cell, [])
