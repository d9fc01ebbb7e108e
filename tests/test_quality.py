"""Expectations are judged exactly, and never quote what they saw."""

from decimal import Decimal

import pyarrow as pa
import pytest

from pipelines.errors import InvalidDeclaration
from pipelines.quality import check, failures, read_suite, refuse_impossible

BALANCE = """
SELECT section, CAST(sum(CASE WHEN side = 'R' THEN amount ELSE -amount END) * 100 AS BIGINT) AS gap_cents
FROM rows GROUP BY section
"""
A = "SELECT 1 AS a FROM rows"


def suite(*expectations: dict[str, object], **queries: str) -> dict[str, object]:
    return {"queries": queries, "expectations": list(expectations)}


def expectation(expect: str, severity: str = "error", table: str = "rows", **arguments: object) -> dict[str, object]:
    message = {"fr": f"{expect} attendu", "en": f"{expect} expected"}
    return {"table": table, "expect": expect, "with": arguments, "severity": severity, "message": message}


def budget(*lines: tuple[str, str, str]) -> pa.Table:
    sections, sides, amounts = zip(*lines, strict=True)
    decimals = pa.array([Decimal(amount) for amount in amounts], pa.decimal128(18, 2))
    return pa.table({"section": sections, "side": sides, "amount": decimals})


def balanced(rows: pa.Table) -> tuple[str, ...]:
    asked = expectation(
        "expect_column_values_to_be_between", table="balance", column="gap_cents", min_value=0, max_value=0
    )
    return failures(check(read_suite("budget", suite(asked, balance=BALANCE)), rows, None, "219900016"), "error")


def test_a_balance_is_exact_where_floats_are_not():
    assert balanced(budget(("F", "R", "1.10"), ("F", "R", "2.20"), ("F", "D", "3.30"))) == ()


def test_a_cent_too_much_in_one_section_is_a_failure():
    rows = budget(("F", "R", "10.00"), ("F", "D", "10.00"), ("I", "R", "5.01"), ("I", "D", "5.00"))
    assert balanced(rows) == ("expect_column_values_to_be_between expected",)


def test_verdicts_come_in_the_order_of_the_suite():
    asked = [
        expectation("expect_column_values_to_not_be_null", column="section"),
        expectation("expect_table_row_count_to_equal", "warning", value=7),
        expectation("expect_column_values_to_be_in_set", column="side", value_set=["R", "D"]),
    ]
    verdicts = check(read_suite("budget", suite(*asked)), budget(("F", "R", "1"), ("F", "D", "1")), None, "219900016")
    assert [(verdict.expect[7:20], verdict.is_met) for verdict in verdicts] == [
        ("column_values", True),
        ("table_row_cou", False),
        ("column_values", True),
    ]
    assert failures(verdicts, "error") == ()


def test_a_query_may_compare_with_the_version_before():
    query = "SELECT (SELECT count(*) FROM rows) - (SELECT count(*) FROM previous) AS more"
    asked = expectation("expect_column_values_to_be_between", table="growth", column="more", min_value=1, max_value=1)
    growth = read_suite("budget", suite(asked, growth=query))
    one, two = budget(("F", "R", "1")), budget(("F", "R", "1"), ("F", "D", "1"))
    assert failures(check(growth, two, one, "219900016"), "error") == ()
    assert failures(check(growth, two, None, "219900016"), "error") != ()


@pytest.mark.parametrize(
    "wrong",
    [
        suite(expectation("expect_the_moon")),
        suite(expectation("expect_column_values_to_not_be_null", column="absent")),
        suite(expectation("expect_column_values_to_not_be_null", column="section", mostli=1)),
        suite(expectation("expect_table_row_count_to_equal", table="absent", value=1)),
        suite(
            expectation("expect_table_row_count_to_equal", table="q", value=1),
            q="SELECT CAST(section AS INT) FROM rows",
        ),
    ],
    ids=["unknown expectation", "unknown column", "unknown argument", "unknown table", "query that raises"],
)
def test_a_suite_that_cannot_be_computed_is_an_error_without_a_value(wrong):
    rows = budget(("Odette Planté", "R", "1"))
    with pytest.raises(InvalidDeclaration) as error:
        check(read_suite("budget", wrong), rows, None, "219900016")
    assert "Odette" not in str(error.value)
    assert error.value.__suppress_context__ or error.value.__context__ is None


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (
            suite(expectation("expect_column_values_to_not_be_null", column="sektion")),
            "expect_column_values_to_not_be_null on rows: column: “sektion” is no column there "
            "(did you mean “section”?)",
        ),
        (
            suite(expectation("expect_compound_columns_to_be_unique", column_list=["section", "sode"])),
            "expect_compound_columns_to_be_unique on rows: column_list: “sode” is no column there "
            "(did you mean “side”?)",
        ),
        (
            suite(expectation("expect_table_row_count_to_equal", table="q", value=0), q="SELECT sektion FROM rows"),
            "query “q” cannot be computed (BinderException); correct it.",
        ),
        (suite(expectation("expect_the_moon")), "expect_the_moon: no such expectation, or not its arguments."),
    ],
)
def test_what_no_row_would_let_be_computed_is_told_before_there_is_one(wrong: dict[str, object], told: str) -> None:
    with pytest.raises(InvalidDeclaration) as error:
        refuse_impossible(read_suite("budget", wrong), budget(("F", "R", "1")).schema)
    assert str(error.value) == f"quality/budget.yaml: {told}"


def test_the_columns_of_a_query_are_told_at_the_run() -> None:
    asked = expectation("expect_column_pair_values_to_be_equal", table="q", column_A="a", column_B="side")
    with pytest.raises(InvalidDeclaration, match=r"on q: column_B: “side” is no column there \(known: a\)"):
        check(read_suite("budget", suite(asked, q=A)), budget(("F", "R", "1")), None, "219900016")


@pytest.mark.parametrize(
    ("right", "is_met"),
    [
        (suite(expectation("expect_column_to_exist", column="quartier")), False),
        (suite(expectation("expect_column_to_exist", column="side")), True),
        (
            suite(
                expectation("expect_table_columns_to_match_set", column_set=["section", "quartier"], exact_match=False)
            ),
            False,
        ),
        (suite(expectation("expect_table_columns_to_match_ordered_list", column_list=["side", "montant"])), False),
        (
            suite(
                expectation("expect_column_values_to_be_between", table="q", column="F", min_value=1),
                q="PIVOT rows ON section USING count(*)",
            ),
            True,
        ),
        (
            suite(
                expectation("expect_column_values_to_be_between", table="q", column="n", min_value=219, max_value=219),
                q="SELECT substr($siren, 1, 3)::INT AS n",
            ),
            True,
        ),
    ],
    ids=["no such column", "such a column", "a set of columns", "a list of columns", "pivot", "number of a SIREN"],
)
def test_a_right_suite_is_judged_and_not_refused(right: dict[str, object], is_met: bool) -> None:
    rows, read = budget(("F", "R", "1")), read_suite("budget", right)
    refuse_impossible(read, rows.schema)
    assert [verdict.is_met for verdict in check(read, rows, None, "219900016")] == [is_met]


def test_an_unknown_key_of_a_suite_is_named():
    with pytest.raises(
        InvalidDeclaration,
        match=r"quality/budget\.yaml: .*expectations\.0\.severty: unknown key \(did you mean “severity”\?\)",
    ):
        read_suite("budget", {"expectations": [{"expect": "x", "severty": "error", "message": {"fr": "", "en": ""}}]})
