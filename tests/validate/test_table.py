"""A table of text against its schema: what is typed, what is refused, and in which words."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from pipelines.errors import InvalidDeclaration
from pipelines.extract import Extract
from pipelines.validate import Validated, arrow_schema, validate_table


def table(text: str) -> Extract:
    """Rows written as `a | b`, the first line being the titles; rows count from 2, as a spreadsheet does."""
    titles, *rows = ([cell.strip() for cell in line.split("|")] for line in text.strip().splitlines())
    columns = {title: [row[place] for row in rows] for place, title in enumerate(titles)}
    schema = pa.schema([(title, pa.string()) for title in titles])
    return Extract(pa.table(columns, schema=schema), tuple(range(2, len(rows) + 2)), "export.csv")


def schema(*fields: dict, **properties: object) -> dict:
    return {"$schema": "https://datapackage.org/profiles/2.0/tableschema.json", "fields": list(fields), **properties}


def rules(validated: Validated) -> list[tuple[int | None, str | None, str]]:
    return [(error.row_number, error.field_name, error.rule) for error in validated.errors]


def test_good_rows_are_typed_as_the_schema_says_in_its_order():
    validated = validate_table(
        table("""
            montant | code  | jour       | actif | nombre | annee | moment               | ratio
            12.50   | 01004 | 2024-02-29 | oui   | 3      | 2024  | 2024-05-01T12:00:00+02:00 | 0.1
            -3.00   |       |            |       |        |       |                      |
        """),
        schema(
            {"name": "code", "type": "string"},
            {"name": "montant", "type": "number", "decimals": 2},
            {"name": "jour", "type": "date"},
            {"name": "actif", "type": "boolean", "trueValues": ["oui"], "falseValues": ["non"]},
            {"name": "nombre", "type": "integer"},
            {"name": "annee", "type": "year"},
            {"name": "moment", "type": "datetime"},
            {"name": "ratio", "type": "number"},
        ),
    )
    first, second = validated.table.to_pylist()
    assert list(first) == ["code", "montant", "jour", "actif", "nombre", "annee", "moment", "ratio"]
    assert list(first.values()) == [
        "01004",
        Decimal("12.50"),
        date(2024, 2, 29),
        True,
        3,
        2024,
        datetime(2024, 5, 1, 10, tzinfo=UTC),
        0.1,
    ]
    assert second.pop("montant") == Decimal("-3.00")
    assert set(second.values()) == {None}
    assert validated.errors == ()


def test_the_typed_columns_are_those_of_arrow_schema_even_without_a_row():
    declared = schema({"name": "code"}, {"name": "montant", "type": "number", "decimals": 2})
    assert validate_table(table("code | montant"), declared).table.schema == arrow_schema(declared)
    assert arrow_schema(declared) == pa.schema([("code", pa.string()), ("montant", pa.decimal128(18, 2))])


def test_a_bad_row_waits_as_text_with_its_number_and_the_good_ones_go_on():
    validated = validate_table(
        table("""
            siren     | jour
            219300480 | 2024-01-31
            219300481 | 31/01/2024
            219300482 | 2024-01-30
        """),
        schema({"name": "siren"}, {"name": "jour", "type": "date"}),
    )
    assert validated.row_numbers == (2, 4)
    assert validated.refused.to_pylist() == [{"siren": "219300481", "jour": "31/01/2024"}]
    assert validated.refused_row_numbers == (3,)
    assert rules(validated) == [(3, "jour", "type")]


@pytest.mark.parametrize(
    ("field", "cell", "rule"),
    [
        ({"type": "string", "constraints": {"required": True}}, "", "required"),
        ({"type": "string", "constraints": {"enum": ["F", "I"]}}, "Z", "enum"),
        ({"type": "string", "constraints": {"pattern": "[0-9]{14}"}}, "123", "pattern"),
        ({"type": "string", "constraints": {"minLength": 3}}, "ab", "minLength"),
        ({"type": "string", "constraints": {"maxLength": 3}}, "abcd", "maxLength"),
        ({"type": "number", "constraints": {"minimum": 0}}, "-0.01", "minimum"),
        ({"type": "number", "constraints": {"exclusiveMaximum": 1}}, "1.0", "exclusiveMaximum"),
        ({"type": "integer"}, "4.5", "type"),
        ({"type": "boolean"}, "peut-être", "type"),
        ({"type": "year"}, "20245", "type"),
        ({"type": "string", "format": "email"}, "nobody", "type"),
        ({"type": "number", "decimals": 2}, "1.005", "decimals"),
        ({"type": "number", "decimals": 2}, "12345678901234567.00", "size"),
        ({"type": "number"}, "NaN", "finite"),
        ({"type": "number"}, "1e400", "size"),
        ({"type": "number", "constraints": {"enum": ["Infinity"]}}, "Infinity", "finite"),
        ({"type": "integer", "constraints": {"enum": ["9" * 20]}}, "9" * 20, "size"),
        ({"type": "integer"}, "9223372036854775808", "size"),
    ],
)
def test_every_rule_has_its_stable_word_and_a_message_without_the_cell(field: dict, cell: str, rule: str):
    extract = Extract(pa.table({"x": [cell], "y": ["filled"]}), (7,), "export.csv")
    validated = validate_table(extract, schema({"name": "x", **field}, {"name": "y"}))
    [error] = validated.errors
    assert (error.row_number, error.field_number, error.field_name, error.rule) == (7, 1, "x", rule)
    assert len(error.message) > 15
    assert not cell or cell not in error.message


def test_a_message_says_what_is_expected_and_describes_what_was_found():
    validated = validate_table(table("jour\n31/01/2024"), schema({"name": "jour", "type": "date"}))
    assert validated.errors[0].message == (
        "Expected a date, for example 2024-12-31. Found a date that starts with its day or month."
    )


def test_a_row_whose_key_came_before_is_refused_and_the_first_one_stays():
    validated = validate_table(
        table("id | nom\n7 | a\n8 | b\n007 | c"),
        schema({"name": "id", "type": "integer"}, {"name": "nom"}, primaryKey=["id"]),
    )
    assert validated.table.column("id").to_pylist() == [7, 8]
    assert rules(validated) == [(4, None, "primary-key")]


def test_a_key_that_a_refused_row_used_is_used():
    validated = validate_table(
        table("id | n\n7 | x\n07 | 1\n | 2"),
        schema({"name": "id", "type": "integer"}, {"name": "n", "type": "integer"}, primaryKey=["id"]),
    )
    assert rules(validated) == [(2, "n", "type"), (3, None, "primary-key"), (4, None, "primary-key")]


def test_keys_of_every_type_are_compared():
    validated = validate_table(
        table("x | y\n1.0 | a\n1 | b\n2 | c"), schema({"name": "x", "type": "number"}, {"name": "y"}, primaryKey=["x"])
    )
    assert rules(validated) == [(3, None, "primary-key")]


def test_a_key_of_two_columns_repeats_only_where_both_repeat():
    validated = validate_table(
        table("edition | projet\n2023 | a\n2024 | a\n2023 | b\n2023 | a"),
        schema({"name": "edition", "type": "year"}, {"name": "projet"}, primaryKey=["edition", "projet"]),
    )
    assert rules(validated) == [(5, None, "primary-key")]


def test_a_unique_column_may_be_empty_twice_but_hold_no_value_twice():
    validated = validate_table(
        table("id | nom\n | a\n | b\nx | c\nx | d"),
        schema({"name": "id", "constraints": {"unique": True}}, {"name": "nom"}),
    )
    assert rules(validated) == [(5, "id", "unique")]


def test_an_empty_row_is_one_error_whatever_its_columns_ask_for():
    validated = validate_table(table("a | b\n | \nx | y"), schema({"name": "a"}, {"name": "b"}))
    assert rules(validated) == [(2, None, "blank-row")]


def test_a_column_that_is_no_field_does_not_go_on():
    validated = validate_table(table("nom | secret\na | b"), schema({"name": "nom"}))
    assert validated.table.column_names == ["nom"]
    assert validated.errors == ()


def test_an_optional_field_without_a_column_is_null_in_every_row():
    validated = validate_table(table("nom\na\nb"), schema({"name": "nom"}, {"name": "jour", "type": "date"}))
    assert validated.table.column("jour").to_pylist() == [None, None]


def test_a_required_field_without_a_column_refuses_the_whole_file():
    validated = validate_table(
        table("nom\na\nb"), schema({"name": "nom"}, {"name": "siret", "constraints": {"required": True}})
    )
    assert rules(validated) == [(None, "siret", "missing-label")]
    assert (validated.table.num_rows, validated.refused.num_rows) == (0, 2)


def test_a_table_without_any_field_is_refused_whole():
    validated = validate_table(table("autre\na\nb"), schema({"name": "nom"}, {"name": "jour", "type": "date"}))
    assert rules(validated) == [(None, "nom", "missing-label"), (None, "jour", "missing-label")]
    assert validated.refused.num_rows == 2


def test_missing_values_are_the_schemas_own():
    validated = validate_table(
        table("n | x\nn/a | a\n- | b\n | c"),
        schema({"name": "n", "type": "integer"}, {"name": "x"}, missingValues=["n/a", "-"]),
    )
    assert validated.table.column("n").to_pylist() == [None, None]
    assert rules(validated) == [(4, "n", "type")]


def test_a_cell_that_only_the_exact_reader_understands_is_good():
    validated = validate_table(
        table("n | m\n1_000 | +5\n2 | 1e2"), schema({"name": "n", "type": "integer"}, {"name": "m", "type": "number"})
    )
    assert validated.table.to_pylist() == [{"n": 1000, "m": 5.0}, {"n": 2, "m": 100.0}]


def test_a_pattern_that_would_hang_is_judged_at_once():
    cells = ["a" * 60, "a" * 60 + "b"]
    extract = Extract(pa.table({"x": cells}), (2, 3), "export.csv")
    validated = validate_table(extract, schema({"name": "x", "constraints": {"pattern": "^(a+)+$"}}))
    assert rules(validated) == [(3, "x", "pattern")]


@pytest.mark.parametrize(
    "broken",
    [
        {"fields": [{"name": "x", "type": "integer"}], "primaryKey": ["y"]},
        {"fields": [{"name": "x", "type": "nonsense"}]},
        {"fields": [{"name": "x", "constraints": {"pattern": "("}}]},
        {
            "fields": [{"name": "x"}],
            "foreignKeys": [{"fields": ["x"], "reference": {"resource": "r", "fields": ["y"]}}],
        },
    ],
)
def test_a_schema_that_cannot_be_used_is_the_declarations_fault(broken: dict):
    with pytest.raises(InvalidDeclaration, match=r"^schema"):
        validate_table(table("x\n1"), broken)


@pytest.mark.parametrize(
    ("described", "cell", "value"),
    [
        ({"type": "integer", "constraints": {"enum": ["7"]}}, "+7", 7),
        ({"type": "integer", "constraints": {"maximum": 10**17}}, "7_0", 70),
        ({"type": "number", "constraints": {"enum": ["7"]}}, "07e0", 7.0),
        (
            {"type": "number", "decimalChar": ",", "groupChar": " ", "constraints": {"enum": ["1 234,5"]}},
            "1 234,5",
            1234.5,
        ),
        ({"type": "number", "groupChar": "1"}, "12.5", 2.5),
        ({"type": "date", "constraints": {"enum": ["2024-01-05"]}}, "2024-1-5", date(2024, 1, 5)),
    ],
)
def test_a_cell_that_no_screen_knows_is_typed_as_frictionless_reads_it(described: dict, cell: str, value: object):
    validated = validate_table(table(f"x | y\n{cell} | a"), schema({"name": "x", **described}, {"name": "y"}))
    assert validated.errors == ()
    assert validated.table.to_pylist() == [{"x": value, "y": "a"}]


@pytest.mark.parametrize("cell", ["1e400", "-1e400", "1e28", "9" * 40, "1e-400"])
def test_a_number_of_any_exponent_is_published_or_refused_in_words(cell: str):
    validated = validate_table(
        table(f"montant\n{cell}\n1.5"), schema({"name": "montant", "type": "number", "decimals": 2})
    )
    assert rules(validated) == [(2, "montant", "decimals" if cell == "1e-400" else "size")]
    assert validated.table.num_rows == 1


@pytest.mark.parametrize(
    ("described", "cell", "message"),
    [
        ({"constraints": {"pattern": "^[0-9]{14}$"}}, "x", "Expected 14 digits. Found a text of 1 character."),
        ({"constraints": {"pattern": "[A-Z]+"}}, "x", "Expected the form [A-Z]+. Found a text of 1 character."),
        (
            {"constraints": {"pattern": "[A-Z]+"}, "example": "ABC"},
            "12",
            "Expected the form [A-Z]+. For example ABC. Found 2 digits.",
        ),
        (
            {"type": "date", "format": "%d/%m/%Y"},
            "2024-01-31 10:00",
            "Expected a date, for example 31/12/2024. Found a date with its time.",
        ),
        (
            {"type": "date"},
            "30/02/2024",
            "Expected a date, for example 2024-12-31. Found a date that does not exist.",
        ),
        (
            {"type": "date", "format": "%d/%m/%Y"},
            "2024-03-15",
            "Expected a date, for example 31/12/2024. Found a date that starts with its year.",
        ),
        ({"type": "date"}, "2024-02-30", "Expected a date, for example 2024-12-31. Found a date that does not exist."),
        (
            {"type": "date", "constraints": {"minimum": "2024-01-01"}},
            "2023-12-31",
            "Expected at least 2024-01-01. Found a date out of bounds.",
        ),
        (
            {"type": "date"},
            "01/02/24",
            "Expected a date, for example 2024-12-31. Found a date with a year of two digits.",
        ),
        ({"type": "number"}, "#N/A", "Expected a number, for example 1250.50. Found an error of the spreadsheet."),
    ],
)
def test_what_is_expected_is_shown_by_an_example_and_what_was_found_by_its_kind(
    described: dict, cell: str, message: str
):
    validated = validate_table(table(f"x\n{cell}"), schema({"name": "x", "type": "string", **described}))
    assert [error.message for error in validated.errors] == [message]
