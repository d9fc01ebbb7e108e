"""Where a schema comes from: a name, a file, an address; and what is said of one that is none."""

import json
from pathlib import Path

import pytest

from pipelines.errors import InvalidDeclaration
from pipelines.validate import find_schema
from pipelines.validate.schemas import read_schema

V1 = "https://datapackage.org/profiles/1.0/tableschema.json"
SCHEMA = {"fields": [{"name": "x", "type": "integer"}]}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "schemas").mkdir()
    (tmp_path / "schemas/budget.json").write_text(json.dumps(SCHEMA), "utf-8")
    return tmp_path


def no_network(address: str) -> bytes:
    raise AssertionError(address)


def test_a_schema_is_found_by_its_name_in_the_first_root_that_has_it(root: Path):
    assert find_schema("budget", [root / "absent", root], no_network) == SCHEMA


def test_a_schema_is_found_by_its_path(root: Path):
    assert find_schema(str(root / "schemas/budget.json"), [], no_network) == SCHEMA


def test_a_schema_is_fetched_from_its_address():
    assert find_schema("https://example.org/schema.json", [], lambda _address: json.dumps(SCHEMA).encode()) == SCHEMA


def test_an_unknown_name_is_told_with_the_known_ones(root: Path):
    with pytest.raises(InvalidDeclaration, match=r"did you mean “budget”\?"):
        find_schema("budgets", [root], no_network)


@pytest.mark.parametrize("content", ["", "[]", '{"fields": 3}', "<html>"])
def test_what_is_no_table_schema_is_refused(tmp_path: Path, content: str):
    (tmp_path / "x.json").write_text(content, "utf-8")
    with pytest.raises(InvalidDeclaration, match="not a Table Schema"):
        find_schema(str(tmp_path / "x.json"), [], no_network)


@pytest.mark.parametrize(
    ("field", "more", "said"),
    [
        ({"type": "strin"}, {}, "schema: there is no field type “strin”."),
        ({"type": "date", "constraints": {"minLength": 1}}, {}, "a field of type date has no constraint “minLength”."),
        ({"constraints": {"enum": 3}}, {}, "schema: constraints/enum: not of the expected form."),
        (
            {"constraints": {"pattern": "("}},
            {},
            "schema, field x: the pattern is no regular expression; see its character 1.",
        ),
        ({"format": 3}, {}, "schema: format: not of the expected form."),
        ({"type": "integer", "example": "beaucoup"}, {}, "the example of the field “x” is no value of it."),
        ({"required": True}, {}, "“required” stands under “constraints”."),
        ({"type": "integer", "constraints": {"exclusiveMinimum": 1}}, {"$schema": V1}, "is of version 2"),
        ({}, {"primaryKey": ["y"]}, "schema: primaryKey names a column that is no field."),
        ({}, {"fields": [{"name": "x"}, {"name": "x"}]}, "schema: two fields have one name."),
    ],
)
def test_what_is_wrong_with_a_schema_is_told_in_our_words(field: dict, more: dict, said: str):
    with pytest.raises(InvalidDeclaration) as error:
        read_schema({"fields": [{"name": "x", **field}], **more})
    assert said in str(error.value)
