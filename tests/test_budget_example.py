"""The bundled budget dataset: declaration, schema beside the official one, example, and what is planted in it."""

import json
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from pipelines.declarations import Dataset, read_datasets
from pipelines.extract import Extract, References
from pipelines.extract.totem import extract_totem
from pipelines.extract.totem_rows import AMOUNTS, COLUMNS
from pipelines.settings import bundled
from pipelines.validate import validate_table

EXAMPLE = bundled() / "datasets" / "budget" / "example"
CHARTS = References((bundled() / "quality" / "nomenclatures" / "plans",))
DOCUMENTS = sorted(EXAMPLE.glob("*.xml"))


@pytest.fixture(scope="module")
def budget() -> Dataset:
    return next(dataset for dataset in read_datasets((bundled(),)) if dataset.name == "budget")


@pytest.fixture(params=DOCUMENTS, ids=lambda path: path.stem)
def rows(request: pytest.FixtureRequest) -> pa.Table:
    extract = extract_totem(request.param, CHARTS)
    assert extract.findings == ()
    assert extract.siren == "219900016"
    return extract.table


def test_the_connector_delivers_exactly_the_declared_columns(budget):
    assert set(budget.privacy.columns) == set(COLUMNS)
    assert budget.field_names == COLUMNS[:-1] == budget.published_names


def test_the_schema_has_the_columns_and_rules_of_the_official_one(budget, real_data):
    official = json.loads((real_data / "schemas" / "scdl_budget_0.8.3.json").read_text("utf-8"))
    ours = budget.table_schema
    assert [field["name"] for field in ours["fields"]] == [field["name"] for field in official["fields"]]
    for field, model in zip(ours["fields"], official["fields"], strict=True):
        assert field["type"] == model["type"], field["name"]
        assert field.get("constraints", {}) == {
            rule: value for rule, value in model["constraints"].items() if value is not False
        }
        assert (field["type"] == "number") == (field.get("decimals") == 2)
    assert ours["custom_checks"] == official["custom_checks"]
    assert ours["missingValues"] == official["missingValues"]


def test_the_example_is_valid(rows, budget):
    fields_only = Extract(rows.drop_columns(["DECISION"]), tuple(range(rows.num_rows)), "example.xml")
    validated = validate_table(fields_only, budget.table_schema)
    assert (validated.table.num_rows, validated.refused.num_rows) == (rows.num_rows, 0)
    assert validated.table.num_rows > 5


def test_the_example_shows_main_and_annex_budgets_and_every_kind_of_part(budget):
    tables = [extract_totem(path, CHARTS).table for path in DOCUMENTS]
    keys = {tuple(row[name] for name in budget.part_key) for table in tables for row in table.to_pylist()}
    assert keys == {
        ("21990001600011", "2023", "compte administratif", ""),
        ("21990001600011", "2024", "budget primitif", ""),
        ("21990001600011", "2024", "décision modificative", "2024-09-25"),
        ("21990001600029", "2024", "budget primitif", ""),
    }


def test_each_section_of_the_example_balances_to_the_cent(rows):
    gaps: dict[str, Decimal] = {}
    for row in rows.to_pylist():
        sign = 1 if row["BGT_CODRD"] == "recette" else -1
        section = row["BGT_SECTION"]
        gaps[section] = gaps.get(section, Decimal(0)) + sign * Decimal(row["BGT_CREDOUV"])
    assert gaps == {"fonctionnement": Decimal(0), "investissement": Decimal(0)}


def test_every_code_of_the_example_has_its_label(rows):
    for row in rows.to_pylist():
        assert row["BGT_CONTNAT_LABEL"] and row["BGT_NATURE_LABEL"] and row["BGT_FONCTION_LABEL"]
        assert any(row[amount] for amount in AMOUNTS)


def test_what_is_planted_stands_in_the_annexes_and_in_no_row(rows):
    planted = (EXAMPLE / "planted.txt").read_text("utf-8").splitlines()
    cells = " ".join(cell for column in rows.itercolumns() for cell in column.to_pylist())
    assert len(planted) >= 5
    for value in planted:
        assert all(value in path.read_text("iso-8859-1") for path in DOCUMENTS), "planted.txt names it, the file has it"
        assert value not in cells


@pytest.mark.parametrize("path", sorted(EXAMPLE.parent.parent.parent.glob("quality/nomenclatures/plans/*/*/*")))
def test_the_excerpt_cannot_be_taken_for_an_official_chart(path: Path):
    assert path.name.endswith("_EXEMPLE")
