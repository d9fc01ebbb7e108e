"""Real municipal files at the door: which is read, which is refused, and why. The files are never committed."""

import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from pipelines.validate import Report, Source, validate, validate_as_is_with_values
from tests.validate.test_same_as_frictionless import frictionless_report

REQUIRED = {
    "conditionsVersement",
    "dateConvention",
    "datesPeriodeVersement",
    "idAttribuant",
    "montant",
    "nature",
    "nomAttribuant",
    "nomBeneficiaire",
    "notificationUE",
    "objet",
    "pourcentageSubvention",
}


@pytest.fixture(scope="module")
def subventions(real_data: Path) -> Mapping[str, Any]:
    return json.loads((real_data / "schemas/scdl_subventions_2.1.1.json").read_text("utf-8"))


def schema_of(*names: str) -> dict[str, Any]:
    return {"fields": [{"name": name, "type": "string"} for name in names]}


def rules(report: Report) -> Counter[tuple[str | None, str]]:
    return Counter((error.field_name, error.rule) for error in report.errors)


def repaired(report: Report) -> Counter[str]:
    return Counter(repair.rule for repair in report.repairs)


def found(report: Report) -> Counter[str]:
    return Counter(finding.rule for finding in report.findings)


def absent(report: Report) -> set[str | None]:
    return {error.field_name for error in report.errors if error.rule == "missing-label"}


def test_a_header_written_three_times_is_read_once(real_data: Path):
    schema = schema_of("NUMCOM", "NOMCOM", "TXCOUVGLO_COM_2014", "STRUCTURED_INFO")
    report = validate(real_data / "dirty/a_test_file.csv", schema)
    assert report.is_valid
    assert [(repair.rule, repair.row) for repair in report.repairs] == [("repeated-header", 2), ("repeated-header", 3)]


def test_leading_zeros_of_codes_stay(real_data: Path):
    schema = schema_of("code_departement", "code_region")
    schema["fields"][0]["constraints"] = {"pattern": "[0-9]{2}"}
    assert validate(real_data / "dirty/b_test_file.csv", schema).is_valid


def test_a_gzip_is_read_as_the_file_within(real_data: Path):
    report = validate(real_data / "dirty/file.csv.gz", schema_of("code_departement"))
    assert report.is_valid
    assert repaired(report) == {"unpacked": 1}


def test_an_ods_is_read_with_its_french_dates(real_data: Path):
    schema = schema_of("Année", "Edition", "Projet")
    schema["fields"].append({"name": "Date de la cérémonie", "type": "date"})
    report = validate(real_data / "dirty/file.ods", schema)
    assert report.is_valid
    assert repaired(report) == {"day-first": 3}


def test_an_ods_that_calls_itself_xls_is_read_as_what_it_is(real_data: Path):
    report = validate(real_data / "dirty/file.xls", schema_of("CP", "VILLE"))
    assert report.is_valid
    assert repaired(report)["file-kind"] == 1


def test_of_two_sheets_one_is_read_and_the_other_is_told(real_data: Path):
    report = validate(real_data / "dirty/file.xlsx", schema_of("NOM", "LABEL"))
    assert (report.is_valid, report.sheet, found(report)["other-sheets"]) == (True, "Notice", 1)


def test_grants_of_a_test_tool_are_read_and_their_broken_periods_refused(
    real_data: Path, subventions: Mapping[str, Any]
):
    report = validate(real_data / "dirty/api-subventions_test-csv-invalid.csv", subventions)
    assert rules(report) == {
        ("datesPeriodeVersement", "pattern"): 11,
        ("datesPeriodeVersement", "required"): 4,
        ("dateConvention", "required"): 2,
        ("nature", "enum"): 2,
    }
    assert len(report.refused_row_numbers) == 16


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        ("SCDL_fixture_object_typo.csv", {"objet"}),
        ("sub_SCDL_SECOND_IMPORT.csv", {"objet"}),
        ("sub_SCDL_MANY_MISSING_MANDATORY.csv", {"objet", "montant"}),
    ],
)
def test_a_misspelt_title_refuses_the_file_and_asks_for_the_field(
    real_data: Path, subventions: Mapping[str, Any], name: str, missing: set[str]
):
    report = validate(real_data / "subventions" / name, subventions)
    assert absent(report) == missing
    assert any("“objet”" in finding.message for finding in report.findings)


def test_the_official_example_of_the_old_format_has_its_underscored_periods_refused(
    real_data: Path, subventions: Mapping[str, Any]
):
    report = validate(real_data / "subventions/etalab_format-subventions_exemple.csv", subventions)
    assert rules(report) == {("datesPeriodeVersement", "pattern"): 2}


def test_a_departments_sirets_are_rebuilt_from_numbers_where_their_key_proves_it(
    real_data: Path, subventions: Mapping[str, Any]
):
    path = real_data / "subventions/cd11_aude_2023-2024_avec_rapport_erreurs.csv"
    report = validate(path, subventions)
    assert absent(report) == {"nomAttribuant", "idAttribuant", "pourcentageSubvention"}
    assert repaired(report) == {"siret-number": 501, "siret-zero": 12}
    assert found(report)["siret-doubtful"] == 32  # 18 of 13 digits whose key is wrong, 7 SIREN, 7 wrong keys
    wrong = [one for one in report.findings if one.rule == "french-siret-value" and one.row]
    assert len(wrong) == 32


def test_a_workbook_with_rows_above_its_header_is_read_from_its_header(real_data: Path, subventions: Mapping[str, Any]):
    report = validate(real_data / "subventions/SCDL_fixture.xlsx", subventions)
    assert report.sheet == "Du 01-01-2023 au 30-06-2023"
    assert repaired(report) == {"header": 6, "title-rows": 3}
    assert "idAttribuant" in absent(report)


def test_a_workbook_is_whole_with_the_aliases_of_its_department(real_data: Path, subventions: Mapping[str, Any]):
    aliases = {
        "Identification de l'attributaire": "idAttribuant",
        "Date de la convention": "dateConvention",
        "N° SIRET": "idBeneficiaire",
        "Conditions de versement": "conditionsVersement",
        "Date(s) ou période(s) de versement": "datesPeriodeVersement",
        "N° unique de référencement au RAE": "idRAE",
        "Aide d'Etat (ou pas) notifiée à l'UE": "notificationUE",
        "% du mt de la subvention attribuée au bénéficiaire": "pourcentageSubvention",
    }
    report = validate(real_data / "subventions/SCDL_fixture.xlsx", subventions, aliases=aliases)
    assert absent(report) == set()
    assert min(error.row_number or 0 for error in report.errors) == 5


def test_an_extract_of_payments_is_no_list_of_grants(real_data: Path, subventions: Mapping[str, Any]):
    report = validate(real_data / "subventions/helios_mandats_subventions_fixture.ods", subventions)
    assert not report.is_valid
    assert absent(report) > REQUIRED


def test_a_payment_extract_is_read_by_a_schema_of_its_own(real_data: Path):
    schema = schema_of("COLLEC", "OBJET_MANDAT")
    schema["fields"] += [{"name": "DATE_EMISSION", "type": "date"}, {"name": "MONTANT_PAIEMENT", "type": "number"}]
    assert validate(real_data / "subventions/helios_mandats_subventions_fixture.ods", schema).is_valid


def test_every_file_of_the_two_folders_is_spoken_of_here(real_data: Path):
    text = Path(__file__).read_text("utf-8")
    files = [path.name for folder in ("dirty", "subventions") for path in (real_data / folder).iterdir()]
    assert [name for name in files if name not in text and name != "ORIGIN.md"] == []


@pytest.mark.parametrize(
    ("path", "schema"),
    [
        ("dirty/api-subventions_test-csv-invalid.csv", "subventions_2.1.1"),
        ("subventions/cd11_aude_2023-2024_avec_rapport_erreurs.csv", "subventions_2.1.1"),
        ("subventions/SCDL_fixture_object_typo.csv", "subventions_2.1.1"),
        ("subventions/etalab_format-subventions_exemple.csv", "subventions_2.1.1"),
        ("dirty/a_test_file.csv", "equipements_0.1.5"),
        ("scdl_budget/crach_BP_2022_yatotem2scdl.csv", "budget_0.8.3"),
        ("scdl_budget/morbihan_CA_2021_M52orM57_yatotem2scdl.csv", "budget_0.8.3"),
    ],
)
def test_taken_as_it_is_a_real_file_has_the_report_of_frictionless(real_data: Path, path: str, schema: str):
    described = json.loads((real_data / f"schemas/scdl_{schema}.json").read_text("utf-8"))
    source = Source(real_data / path, described)
    report = validate_as_is_with_values(source, limit_errors=0)
    assert list(report.descriptors) == frictionless_report(source, 0)
    assert report.error_count == len(report.errors)
