"""The budget's suite: what passes, and each thing that makes a budget senseless."""

import json
import tarfile
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
import yaml

from pipelines.extract import Extract, References
from pipelines.extract.totem import extract_totem
from pipelines.quality import check, failures, read_suite
from pipelines.settings import bundled
from pipelines.validate import arrow_schema, validate_table

SUITE = read_suite("budget", yaml.safe_load((bundled() / "quality" / "budget.yaml").read_text("utf-8")))
SIREN = "219900016"
LINE = {
    "BGT_NATDEC": "budget primitif",
    "BGT_ANNEE": 2024,
    "BGT_SIRET": "21990001600011",
    "BGT_NOM": "Saint-Parvis-sur-Loire",
    "BGT_CONTNAT": "011",
    "BGT_NATURE": "60612",
    "BGT_SECTION": "fonctionnement",
    "BGT_OPBUDG": "réel",
    "BGT_CODRD": "dépense",
}


@pytest.fixture(scope="module")
def schema() -> Mapping[str, object]:
    return json.loads((bundled() / "schemas" / "budget.json").read_text("utf-8"))


@pytest.fixture
def table(schema):
    def build(*lines: Mapping[str, object]) -> pa.Table:
        typed = arrow_schema(schema)
        rows = [{name: _cell((LINE | dict(line)).get(name)) for name in typed.names} for line in lines]
        return pa.Table.from_pylist(rows, schema=typed)

    return build


def _cell(value: object) -> object:
    return (
        Decimal(value)
        if isinstance(value, str) and value.replace(".", "").lstrip("-").isdigit() and "." in value
        else value
    )


def spent(amount: str, **values: object) -> dict[str, object]:
    return {"BGT_CREDOUV": amount, **values}


def received(amount: str, **values: object) -> dict[str, object]:
    return {"BGT_CREDOUV": amount, "BGT_CODRD": "recette", "BGT_NATURE": "7067", **values}


def unmet(rows: pa.Table, previous: pa.Table | None = None, only: str | None = None) -> list[tuple[str, str]]:
    """What is not so, by severity and table; `only` asks one table's expectations, since each table costs 0.3 s."""
    asked = tuple(one for one in SUITE.expectations if only in (None, one.table))
    verdicts = check(SUITE.model_copy(update={"expectations": asked}), rows, previous, SIREN)
    return [(verdict.severity, verdict.table) for verdict in verdicts if not verdict.is_met]


def test_a_balanced_budget_is_met_where_floats_are_not(table):
    assert unmet(table(spent("3.30"), received("1.10"), received("2.20", BGT_NATURE="752"))) == []


@pytest.mark.parametrize("amount", ["3.31", "3.29"])
def test_one_cent_stops_the_version(table, amount):
    rows = table(spent("3.30"), received(amount))
    assert unmet(rows, only="balance") == [("error", "balance")]
    assert failures(check(SUITE, rows, None, SIREN), "error")[0].startswith("In each section, receipts must equal")


def test_sections_steps_and_budgets_balance_each_for_itself(table):
    for other in ({"BGT_SECTION": "investissement"}, {"BGT_NATDEC": "budget supplémentaire"}, {"BGT_ANNEE": 2023}):
        assert unmet(table(spent("5.00"), received("5.00", **other)), only="balance") == [("error", "balance")]


def test_a_section_without_appropriations_is_summed_on_what_was_voted(table):
    voted = {"BGT_CREDOUV": None, "BGT_MTPREV": "7.00"}
    unbalanced = table(spent("0.00", **voted), received("0.00", **voted | {"BGT_MTPREV": "8.00"}))
    assert unmet(table(spent("0.00", **voted), received("0.00", **voted)), only="balance") == []
    assert unmet(unbalanced, only="balance") == [("error", "balance")]


def test_what_is_realised_need_not_balance(table):
    account = {"BGT_NATDEC": "compte administratif", "BGT_MTREAL": "4.00"}
    assert unmet(table(spent("5.00", **account), received("5.00", **account | {"BGT_MTREAL": "4.90"}))) == []


@pytest.mark.parametrize(
    "wrong, expected",
    [
        ({"BGT_SIRET": "21990001600012"}, [("error", "siret")]),
        ({"BGT_SIRET": "21560046100010"}, [("error", "siret")]),  # right key, another town
        ({"BGT_ANNEE": 1789}, [("error", "rows")]),
        ({"BGT_NATDEC": "compte administratif"}, [("error", "exercises")]),
        ({"BGT_MTREAL": "1.00"}, [("warning", "realised_early")]),
    ],
)
def test_each_thing_that_makes_no_sense_is_told(table, wrong, expected):
    rows = table(spent("5.00", **wrong), received("5.00", **wrong))
    assert unmet(rows, only=expected[0][1]) == expected


def test_two_names_in_one_exercise_are_told(table):
    assert unmet(table(spent("5.00"), received("5.00", BGT_NOM="Autre nom")), only="exercises") == [
        ("warning", "exercises")
    ]


def test_a_result_carried_over_is_no_early_realisation(table):
    assert (
        unmet(table(spent("5.00"), received("5.00", BGT_NATURE="002", BGT_MTREAL="5.00")), only="realised_early") == []
    )


def test_a_file_in_cents_is_told_against_the_year_before_and_the_version_before(table):
    before = table(spent("5.00", BGT_ANNEE=2023), received("5.00", BGT_ANNEE=2023))
    cents = table(spent("500.00"), received("500.00"))
    published = table(spent("5.00"), received("5.00"))
    assert unmet(pa.concat_tables([before, cents]), only="drift") == [("warning", "drift")]
    assert unmet(cents, published, only="correction") == [("warning", "correction")]


def test_an_article_that_stands_twice_is_told(table):
    assert unmet(table(spent("5.00"), spent("5.00"), received("10.00")), only="repeated") == [("warning", "repeated")]


REAL = {
    "215601345": (["21560134500014_CFU_2023_M57A.xml"], [("warning", "repeated")]),  # two real pairs
    "215600461": (
        [
            "crach_BP_2022_M14_lotissement.xml",
            "crach_BP_2022_M14_principal.xml",
            "crach_CA_2021_M14_principal.xml",
            "crach_DM2_2021_M14_principal.xml",
        ],
        [],
    ),
    "219300480": (["montreuil_CA_2017_M14.xml", "montreuil_CA_2022_M14.xml"], []),
}


@pytest.fixture(scope="module")
def charts(real_data: Path, tmp_path_factory: pytest.TempPathFactory) -> References:
    folder = tmp_path_factory.mktemp("plans")
    with tarfile.open(real_data / "nomenclatures" / "plans_de_comptes_2013-2024.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    return References((folder / "plans_de_comptes",))


@pytest.mark.parametrize("siren", REAL)
def test_real_budgets_balance_to_the_cent(siren, real_data, charts, schema):
    names, expected = REAL[siren]
    extracts = [extract_totem(real_data / "totem" / name, charts) for name in names]
    rows = pa.concat_tables(
        validate_table(Extract(one.table.drop_columns(["DECISION"]), one.rows, one.source), schema).table
        for one in extracts
    )
    assert rows.num_rows == sum(one.table.num_rows for one in extracts)
    verdicts = check(SUITE, rows, None, siren)
    assert [(verdict.severity, verdict.table) for verdict in verdicts if not verdict.is_met] == expected
