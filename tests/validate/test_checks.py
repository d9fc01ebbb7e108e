"""uniqueKeys and the SCDL's custom checks: which rows each one finds."""

from typing import Any

import pyarrow as pa
import pytest

from pipelines.extract import Extract
from pipelines.validate.checks import CUSTOM_CHECKS, further_findings


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
