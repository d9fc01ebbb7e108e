"""A budget in plain words: what counts and what does not, for whom, per inhabitant, against the year before."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from pipelines.access.pages.budget import Accounts, Budget, Document, budget_of, lines
from pipelines.access.pages.budget_words import UNDIVIDED, area, areas, family
from pipelines.versions.store import Store
from tests.access.square import BUDGET, BUDGET_SCHEMA, SIRET, VALMONT, WATER, budget
from tests.access.test_pages import Page

SPENT_2023 = Document(2023, "accounts", SIRET)
VOTED_2024 = Document(2024, "voted", SIRET)


def grouped() -> list[dict[str, Any]]:
    """The rows of BUDGET, as the engine groups them."""
    rows = [row for row in budget().table.to_pylist() if row["BGT_OPBUDG"] == "réel"]
    return [row | {f"{name}__sum": row[name] for name in ("BGT_MTREAL", "BGT_MTPREV")} for row in rows]


@pytest.fixture
def read() -> Budget:
    return budget_of(grouped())


def test_internal_entries_and_results_of_earlier_years_are_neither_spent_nor_received(read: Budget) -> None:
    spent = read.accounts(SPENT_2023)
    assert spent.total("dépense") == 210_000 + 90_000 + 8_000 + 80_000 + 22_000
    assert spent.total("recette") == 260_000 + 40_000
    assert spent.total("dépense", "investissement") == 102_000
    assert spent.carried_over == 50_000


def test_accounts_tell_what_was_spent_and_voted_budgets_what_was_voted(read: Budget) -> None:
    assert read.accounts(SPENT_2023).by_family("dépense", "fonctionnement")["Staff"] == 210_000
    assert read.accounts(VOTED_2024).by_family("dépense", "fonctionnement")["Staff"] == 231_000


def test_the_newest_comes_first_and_amending_decisions_are_told_but_not_added(read: Budget) -> None:
    assert read.documents == (VOTED_2024, Document(2024, "voted", WATER), SPENT_2023)
    assert read.amended == {(2024, SIRET)}
    assert read.accounts(VOTED_2024).total("dépense") == 231_000 + 81_000 + 100_000


def test_the_main_budget_is_named_only_where_the_largest_is_the_oldest(read: Budget) -> None:
    assert read.main == SIRET
    swapped = {SIRET: WATER, WATER: SIRET}
    rows = [row | {"BGT_SIRET": swapped[row["BGT_SIRET"]]} for row in grouped()]
    assert budget_of(rows).main is None


def test_a_document_is_compared_with_its_like_else_with_the_accounts_of_an_earlier_year(read: Budget) -> None:
    assert read.before(VOTED_2024) == SPENT_2023
    assert read.before(SPENT_2023) is None
    earlier = Document(2022, "voted", SIRET)
    more = Budget((*read.documents, earlier), dict(read.entries) | {earlier: ()}, read.amended, read.main)
    assert more.before(VOTED_2024) == earlier


def test_spending_is_told_by_policy_where_most_of_it_has_one(read: Budget) -> None:
    assert read.accounts(SPENT_2023).by_area() == {
        "Town hall and general services": 210_000,
        "Schools and training": 170_000,
        UNDIVIDED: 30_000,
    }
    without = [entry.__class__(**{**vars(entry), "function": ""}) for entry in read.entries[SPENT_2023]]
    assert Accounts(SPENT_2023, tuple(without)).by_area() == {}


def test_functions_are_read_in_the_chart_of_their_year() -> None:
    assert area("845", areas(2024, ())) == "Roads and transport"
    assert area("822", areas(2019, ("73",))) == "Town planning, roads and environment"
    assert area("822", areas(2019, ("731",))) == "Roads and transport"
    assert area("01", areas(2024, ())) == UNDIVIDED
    assert area("", areas(2024, ())) is None


def test_a_chapter_is_known_by_its_longest_beginning() -> None:
    assert family("fonctionnement", "recette", "731") == "Local taxes"
    assert family("fonctionnement", "recette", "73") == "Taxes, and what other levels share of theirs"
    assert family("investissement", "dépense", "4581") == "Works done for others"
    assert family("investissement", "dépense", "204") == "Grants for others' equipment"
    assert family("investissement", "dépense", "901") is None


def test_what_is_no_more_stands_last_at_zero() -> None:
    now, before = {"a": Decimal(10), "b": Decimal(40)}, {"a": Decimal(5), "gone": Decimal(7)}
    assert [(line.label, line.amount, line.share, line.before) for line in lines(now, before)] == [
        ("b", 40, 1.0, 0),
        ("a", 10, 0.25, 5),
        ("gone", 0, 0.0, 7),
    ]


def test_the_page_tells_totals_per_inhabitant_and_change(visitor: TestClient) -> None:
    words = " ".join(Page(visitor.get("/valmont/budget/summary/").text).words)
    assert "Voted budget of 2024, main budget" in words
    assert "€412,000 €412 per inhabitant +0% against Accounts of 2023, main budget" in words
    assert "Staff €231,000 €231 +10%" in words
    assert "Per inhabitant: 1,000 inhabitants in 2022." in words
    assert "Later decisions changed this budget" in words


def test_each_document_has_its_address_and_no_other(visitor: TestClient) -> None:
    assert "Accounts of 2023" in visitor.get(f"/valmont/budget/summary/2023-accounts-{SIRET}/").text
    for address in ("2022-accounts-1", "2023-voted-" + SIRET, "x"):
        assert visitor.get(f"/valmont/budget/summary/{address}/").status_code == 404
    assert visitor.get("/valmont/bp_projets/summary/").status_code == 404


def test_without_a_population_nothing_is_said_per_inhabitant(square: Path) -> None:
    from pipelines.access.app import create_app
    from tests.access.town import SITE

    page = TestClient(create_app(Store(square), [VALMONT], SITE), headers={"accept-language": "en"})
    text = page.get("/valmont/budget/summary/").text
    assert "inhabitant" not in text.replace("per inhabitant and against the year before", "")


def test_the_rows_of_this_file_are_of_the_official_columns() -> None:
    assert len(BUDGET.strip().splitlines()) == budget().table.num_rows
    assert budget().table.column_names == [field["name"] for field in BUDGET_SCHEMA["fields"]]
