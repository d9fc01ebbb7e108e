"""Real budgets of three towns, 2017 to 2023: the whole of each, to the cent, valid by the official schema."""

import csv
import json
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from frictionless import Schema
from frictionless.resources import TableResource
from lxml import etree

from pipelines.errors import InvalidData, SourceUnavailable
from pipelines.extract import Extract, References
from pipelines.extract.totem import extract_totem
from pipelines.extract.totem_rows import AMOUNTS, COLUMNS

LINES = {
    "21560134500014_CFU_2023_M57A.xml": 163,
    "crach_BP_2022_M14_lotissement.xml": 21,
    "crach_BP_2022_M14_principal.xml": 201,
    "crach_CA_2021_M14_principal.xml": 196,
    "crach_DM2_2021_M14_principal.xml": 185,
    "montreuil_CA_2017_M14.xml": 1448,
    "montreuil_CA_2022_M14.xml": 1530,
}
EXPECTED = {
    "bad_mauvais_siret.xml": "EnTeteBudget/IdEtab: expected a SIRET",
    "bad_mauvaise_annee.xml": "BlocBudget/Exer: expected a year",
    "bad_mauvaise_etape.xml": "BlocBudget/NatDec: expected a step: 01, 02, 03, 09, 10",
    "bad_mauvaise_nomenclature.xml": "EnTeteBudget/Nomenclature: expected a chart of accounts",
    "bad_sans_budget.xml": "expected one Budget with its EnTeteBudget, found 0",
}


@pytest.fixture(scope="module", params=LINES)
def converted(request: pytest.FixtureRequest, real_data: Path, official_charts: References) -> tuple[Path, Extract]:
    path = real_data / "totem" / request.param
    return path, extract_totem(path, official_charts)


def sums_of_the_xml(path: Path) -> dict[str, Decimal]:
    """By plain lxml over the whole tree, nothing shared with the converter."""
    lines = etree.parse(path).xpath("//*[local-name()='Budget']/*[local-name()='LigneBudget'][not(@calculated='true')]")
    sums = dict.fromkeys(AMOUNTS.values(), Decimal(0))
    for line in lines:
        for child in line:
            name = etree.QName(child).localname
            if name in sums:
                sums[name] += Decimal(child.get("V"))
    return sums


def test_every_line_is_there_and_every_column_sums_to_the_cent(converted):
    path, extract = converted
    table = extract.table
    assert table.num_rows == LINES[path.name]
    assert table.column_names == list(COLUMNS)
    for column, element in AMOUNTS.items():
        total = sum(Decimal(amount) for amount in table[column].to_pylist() if amount)
        assert total == sums_of_the_xml(path)[element], column


def test_the_rows_are_valid_by_the_official_schema(converted, real_data, tmp_path):
    _path, extract = converted
    official = json.loads((real_data / "schemas" / "scdl_budget_0.8.3.json").read_text("utf-8"))
    delivered = tmp_path / "budget.csv"
    with delivered.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.writer(lines)
        writer.writerow(COLUMNS[:-1])
        writer.writerows(zip(*extract.table.select(COLUMNS[:-1]).to_pydict().values(), strict=True))
    report = TableResource(
        path=delivered.name, basepath=str(tmp_path), schema=Schema.from_descriptor(official)
    ).validate()
    assert Counter(error[0] for error in report.flatten(["type"])) == {}
    assert extract.findings == ()


def test_the_organisation_and_the_budget_are_named(converted):
    path, extract = converted
    town = {"2": "215601345", "c": "215600461", "m": "219300480"}[path.name[0]]
    assert extract.siren == town
    assert {siret[:9] for siret in extract.table["BGT_SIRET"].to_pylist()} == {town}
    assert extract.source == path.name


def test_an_annex_budget_has_its_own_siret(real_data, official_charts):
    names = ("crach_BP_2022_M14_principal.xml", "crach_BP_2022_M14_lotissement.xml")
    main, annex = (extract_totem(real_data / "totem" / name, official_charts).table for name in names)
    assert set(main["BGT_SIRET"].to_pylist()) == {"21560046100010"}
    assert set(annex["BGT_SIRET"].to_pylist()) == {"21560046100085"}


def test_a_single_financial_account_leaves_its_calculated_lines_out(real_data, official_charts):
    extract = extract_totem(real_data / "totem" / "21560134500014_CFU_2023_M57A.xml", official_charts)
    assert set(extract.table["BGT_NATDEC"].to_pylist()) == {"compte administratif"}
    assert max(extract.rows) <= 796 and len(extract.rows) == 796 - 633


def test_only_an_amending_decision_has_a_date_in_its_key(converted):
    path, extract = converted
    assert set(extract.table["DECISION"].to_pylist()) == {"2021-11-22" if "DM2" in path.name else ""}


def test_nothing_of_the_annexes_is_in_the_rows(converted):
    path, extract = converted
    tree = etree.parse(path)
    personal = {
        child.get("V", "").strip()
        for name in ("CONCOURS", "PERSONNEL", "SIGNATAIRE", "FORMATION", "PRET", "PATRIMOINE")
        for entry in tree.iter(f"{{*}}{name}")
        for child in entry
        if not child.get("V", "").replace(".", "").replace("-", "").isdigit() and len(child.get("V", "")) > 8
    }
    cells = {cell for column in extract.table.itercolumns() for cell in column.to_pylist()}
    shared = personal & cells
    assert len(personal) > 0 or "DM2" in path.name
    assert len(shared) == 0  # a count: the values themselves stay out of test reports


@pytest.mark.parametrize("name", EXPECTED)
def test_a_damaged_file_is_refused_by_element_and_expectation(name, real_data, official_charts):
    with pytest.raises(InvalidData) as refused:
        extract_totem(real_data / "totem" / name, official_charts)
    assert str(refused.value).startswith(f"{name}: ")
    assert EXPECTED[name] in str(refused.value)


def test_a_file_cut_anywhere_is_no_budget(real_data, official_charts, tmp_path):
    whole = (real_data / "totem" / "crach_BP_2022_M14_lotissement.xml").read_bytes()
    for size in range(1, len(whole) - 30, 997):
        path = tmp_path / "cut.xml"
        path.write_bytes(whole[:size])
        with pytest.raises(SourceUnavailable):
            extract_totem(path, official_charts)


def test_a_file_that_declares_another_encoding_than_its_own_is_no_budget(real_data, official_charts, tmp_path):
    latin = (real_data / "totem" / "crach_BP_2022_M14_lotissement.xml").read_bytes()
    path = tmp_path / "budget.xml"
    path.write_bytes(latin.replace(b'encoding="ISO-8859-1"', b'encoding="UTF-8"'))
    with pytest.raises(SourceUnavailable, match="not in the encoding that its first line declares"):
        extract_totem(path, official_charts)


def test_an_entity_in_a_budget_is_refused(real_data, official_charts, tmp_path):
    whole = (real_data / "totem" / "crach_BP_2022_M14_lotissement.xml").read_text("iso-8859-1")
    path = tmp_path / "budget.xml"
    doctype = '<!DOCTYPE DocumentBudgetaire [<!ENTITY x SYSTEM "file:///etc/hostname">]>\n<DocumentBudgetaire '
    path.write_text(whole.replace("<DocumentBudgetaire ", doctype, 1).replace('"CRACH"', '"&x;"'), "iso-8859-1")
    with pytest.raises(SourceUnavailable):
        extract_totem(path, official_charts)
