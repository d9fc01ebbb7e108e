"""uniqueKeys and the SCDL's custom checks: which rows each one finds."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from pipelines.errors import InvalidDeclaration
from pipelines.extract import Extract
from pipelines.validate.checks import CUSTOM_CHECKS, further_findings
from pipelines.validate.schemas import read_schema


def found(columns: dict[str, list[str]], **properties: Any) -> list[int | None]:
    """The numbers of the rows that have a finding; rows count from 2."""
    count = len(next(iter(columns.values())))
    schema = {"fields": [{"name": name} for name in columns], **properties}
    extract = Extract(pa.table(columns), tuple(range(2, count + 2)), "export.csv")
    return [finding.row for finding in further_findings(extract, schema)]


def check(name: str, **params: Any) -> list[dict[str, Any]]:
    return [{"name": name, "params": {key.replace("_", "-"): value for key, value in params.items()}}]


def test_a_key_that_comes_back_is_found_and_an_incomplete_one_is_not():
    columns = {"a": ["1", "1", "1", "", ""], "b": ["x", "y", "x", "x", "x"]}
    assert found(columns, uniqueKeys=[["a", "b"]]) == [4]


def test_a_siret_has_fourteen_digits_and_a_right_key():
    sirets = ["21930048000015", "21930048000014", "2193004800001", "", "219 300 480 00013"]
    assert found({"s": sirets}, custom_checks=check("french-siret-value", column="s")) == [3, 4, 6]


def test_the_post_office_has_a_key_of_its_own():
    assert found({"s": ["35600000000048"]}, custom_checks=check("french-siret-value", column="s")) == []


def test_one_of_two_columns_must_be_filled_in():
    columns = {"siret": ["1", "", ""], "rna": ["", "W1", " "]}
    assert found(columns, custom_checks=check("one-of-required", column1="siret", column2="rna")) == [4]


def test_one_of_two_columns_is_asked_for_even_where_the_file_has_only_one_of_them():
    assert found({"siret": ["1", ""]}, custom_checks=check("one-of-required", column1="siret", column2="rna")) == [3]


def test_columns_are_filled_in_together():
    columns = {"a": ["1", "", "1"], "b": ["1", "", ""], "c": ["1", "", "1"]}
    assert found(columns, custom_checks=check("cohesive-columns-value", column="a", othercolumns=["b", "c"])) == [4]


@pytest.mark.parametrize(("op", "rows"), [(">=", [3]), (">", [2, 3]), ("<", [2, 4]), ("<=", [4]), ("==", [3, 4])])
def test_two_columns_compare_as_numbers(op: str, rows: list[int]):
    columns = {"a": ["10", "9", "11", "", "x"], "b": ["10.0", "10", "10", "1", "1"]}
    assert found(columns, custom_checks=check("compare-columns-value", column="a", op=op, column2="b")) == rows


def test_two_columns_compare_as_dates():
    columns = {"a": ["2024-01-10", "2024-01-09"], "b": ["2024-01-09", "2024-01-10"]}
    assert found(columns, custom_checks=check("compare-columns-value", column="a", op=">=", column2="b")) == [3]


def test_a_total_is_the_sum_of_its_parts_in_exact_decimals():
    columns = {"t": ["0.30", "3", "", "2"], "a": ["0.1", "1", "", ""], "b": ["0.2", "1", "", "2"]}
    assert found(columns, custom_checks=check("sum-columns-value", column="t", columns=["a", "b"])) == [3]


def test_a_sum_is_exact_and_what_is_no_finite_number_is_left_to_its_type():
    totals = ["100000000000000000000000000000.1", "100000000000000000000000000000.1", "NaN", "Infinity", "1e999999999"]
    columns = {"t": totals, "a": ["100000000000000000000000000000", "100000000000000000000000000000.1", "1", "1", "1"]}
    columns["b"] = ["0.1", "0.1", "NaN", "-Infinity", "1e999999999"]
    assert found(columns, custom_checks=check("sum-columns-value", column="t", columns=["a", "b"])) == [3]
    assert found(columns, custom_checks=check("compare-columns-value", column="t", op="<", column2="b")) == [2, 3]


def test_an_empty_part_counts_for_nothing_and_an_empty_total_does_too():
    columns = {"t": ["", "", "5", "0"], "a": ["", "5", "", ""], "b": ["", "", "", ""]}
    assert found(columns, custom_checks=check("sum-columns-value", column="t", columns=["a", "b"])) == [3, 4]


def test_numbers_and_dates_are_compared_as_their_fields_write_them():
    fields = [
        {"name": "a", "type": "number", "decimalChar": ",", "groupChar": " "},
        {"name": "b", "type": "number"},
        {"name": "c", "type": "date", "format": "%d/%m/%Y"},
        {"name": "d", "type": "date"},
    ]
    columns = {"a": ["1 000,5", "9"], "b": ["1000.4", "10"], "c": ["31/12/2023", "01/02/2024"], "d": ["2024-01-01"] * 2}
    extract = Extract(pa.table(columns), (2, 3), "export.csv")
    numbers, dates = (check("compare-columns-value", column=one, op=">", column2=two) for one, two in ("ab", "cd"))
    for checks, rows in ((numbers, [3]), (dates, [2])):
        findings = further_findings(extract, {"fields": fields, "custom_checks": checks})
        assert [finding.row for finding in findings] == rows


@pytest.mark.parametrize("allows", [{}, {"allow_year_only": "no"}, {"allow_year_only": False}])
def test_a_single_year_needs_to_be_allowed(allows: dict[str, Any]):
    assert found({"y": ["2017", "٢٠١٧"]}, custom_checks=check("year-interval-value", column="y", **allows)) == [2, 3]


@pytest.mark.parametrize("yes", ["yes", "true", True, "1"])
def test_a_single_year_is_allowed_in_any_usual_way(yes: Any):
    years = ["2017", "2017/2018", "20170", "2017/", "/2018"]
    single = check("year-interval-value", column="y", allow_year_only=yes)
    assert found({"y": years}, custom_checks=single) == [4, 5, 6]


@pytest.mark.parametrize(
    "broken",
    [
        {"uniqueKeys": 3},
        {"uniqueKeys": ["a"]},
        {"uniqueKeys": [[]]},
        {"custom_checks": 3},
        {"custom_checks": ["french-siret-value"]},
        {"custom_checks": [{"name": "french-siret-value"}]},
        {"custom_checks": [{"name": "sum-columns-value", "params": {"column": "a", "columns": "b"}}]},
        {"custom_checks": [{"name": "compare-columns-value", "params": {"column": "a", "column2": "b", "op": "~"}}]},
        {"custom_checks": [{"name": "one-of-required", "params": []}]},
    ],
    ids=str,
)
def test_a_check_that_is_not_written_as_one_is_the_schemas_fault(broken: dict[str, Any]):
    with pytest.raises(InvalidDeclaration, match=r"^schema: "):
        read_schema({"fields": [{"name": "a"}, {"name": "b"}], **broken})


def test_every_check_of_the_official_schemas_is_known_and_finds_what_is_wrong(real_data: Path):
    """One row that breaks every check of the deliberations' schema, beside one that keeps them all."""
    schema = json.loads((real_data / "schemas/scdl_deliberations_2.1.5.json").read_text("utf-8"))
    good = {
        **dict.fromkeys((field["name"] for field in schema["fields"]), ""),
        "COLL_SIRET": "21930048000015",
        "DELIB_DATE": "2024-01-10",
        "PREF_DATE": "2024-01-10",
        "DELIB_MATIERE_NOM": "Finances locales/subventions",
        "BUDGET_ANNEE": "2024",
        "BUDGET_NOM": "principal",
        "VOTE_EFFECTIF": "43",
        "VOTE_REEL": "40",
        "VOTE_POUR": "25",
        "VOTE_CONTRE": "10",
        "VOTE_ABSTENTION": "5",
    }
    bad = {
        **good,
        "COLL_SIRET": "21930048000014",
        "PREF_DATE": "2024-01-09",
        "DELIB_MATIERE_NOM": "loisirs/divers",
        "BUDGET_ANNEE": "2025/2024",
        "BUDGET_NOM": "",
        "VOTE_EFFECTIF": "39",
        "VOTE_POUR": "41",
    }
    extract = Extract(pa.Table.from_pylist([good, bad]), (2, 3), "deliberations.csv")
    assert Counter((one.rule, one.row) for one in further_findings(extract, schema)) == {
        ("french-siret-value", 3): 1,
        ("year-interval-value", 3): 1,
        ("cohesive-columns-value", 3): 1,
        ("compare-columns-value", 3): 3,
        ("sum-columns-value", 3): 1,
        ("nomenclature-actes-value", 3): 1,
    }


def test_no_official_schema_asks_for_a_check_that_is_not_there(real_data: Path):
    for path in (real_data / "schemas").glob("scdl_*.json"):
        schema = json.loads(path.read_text("utf-8"))
        read_schema(schema)
        assert {one["name"] for one in schema.get("custom_checks", [])} <= set(CUSTOM_CHECKS)


def test_an_interval_of_years_goes_forward():
    years = ["2017/2018", "2018/2017", "2018/2018", "2017", ""]
    strict = check("year-interval-value", column="y")
    assert found({"y": years}, custom_checks=strict) == [3, 4, 5]
    assert found({"y": years}, custom_checks=check("year-interval-value", column="y", allow_year_only="yes")) == [3, 4]


def test_a_subject_begins_with_one_of_the_nine_families():
    subjects = ["Finances locales/subventions", "domaines de compétences par thèmes/aménagement", "loisirs/divers", ""]
    assert found({"m": subjects}, custom_checks=check("nomenclature-actes-value", column="m")) == [4]


@pytest.mark.parametrize("name", [name for name in CUSTOM_CHECKS if name != "one-of-required"])
def test_a_check_whose_column_is_absent_says_so_once(name: str):
    params = {"column": "x", "column2": "y", "op": ">", "columns": ["z"], "othercolumns": ["z"]}
    assert found({"a": ["1", "2"]}, custom_checks=[{"name": name, "params": params}]) == [None]


def test_a_check_that_nobody_knows_is_told():
    assert found({"a": ["1"]}, custom_checks=[{"name": "phase-of-the-moon"}]) == [None]
