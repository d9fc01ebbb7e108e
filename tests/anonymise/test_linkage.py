import pyarrow as pa

from pipelines.anonymise import anonymise
from pipelines.anonymise.linkage import Link, Published, links
from pipelines.privacy_policy import Aggregate, Privacy
from tests.anonymise.policies import BUDGET_LAW, KEY, PSEUDONYM, generalised, privacy, schema, strings


def with_preset(policy: Privacy) -> Privacy:
    return policy.model_copy(update={"preset": "insee_enterprises_3_85"})


REQUESTS = with_preset(privacy(quartier="quasi_identifier keep", service="public keep"))
VOTES = with_preset(privacy(quartier="quasi_identifier keep", projet="public keep"))


def requests(*quarters: str | None) -> Published:
    return Published(strings(quartier=list(quarters), service=["voirie"] * len(quarters)), REQUESTS)


def votes(*quarters: str | None) -> Published:
    return Published(strings(quartier=list(quarters), projet=["parc"] * len(quarters)), VOTES)


def test_large_groups_on_both_sides_tie_nobody() -> None:
    assert links(requests(*"NNNSSS"), {"votes": votes(*"NNNN")}) == ()


def test_a_group_that_is_small_in_either_dataset_is_a_link() -> None:
    small = Link("votes", ("quartier",), "group", 1)
    assert links(requests(*"NNNS"), {"votes": votes(*"NNNSSS")}) == (small,)
    assert links(requests(*"NNNSSS"), {"votes": votes(*"NNNS")}) == (small,)


def test_a_small_group_that_the_other_does_not_have_is_no_link() -> None:
    assert links(requests(*"NNNS"), {"votes": votes(*"NNN")}) == ()


def test_missing_cells_join_missing_cells() -> None:
    assert links(requests(None, None, *"NNN"), {"votes": votes(None, None, None)})[0].smallest == 2


def test_a_column_that_is_public_here_and_about_people_there_counts() -> None:
    policy = with_preset(privacy(quartier="public keep", age="quasi_identifier keep"))
    other = Published(strings(quartier=["N"] * 3, age=["3"] * 3), policy)
    assert links(requests(*"NN"), {"quartiers": other})[0].columns == ("quartier",)


def test_rows_about_nobody_tie_nobody() -> None:
    benches = Published(strings(quartier=["N"]), with_preset(privacy(quartier="public keep")))
    assert links(requests(*"NNN"), {"bancs": benches}) == ()


def test_people_are_counted_in_a_join_and_not_their_rows() -> None:
    one_person = Published(requests(*"NNN").table, REQUESTS, pa.array([7, 7, 7]))
    assert links(one_person, {"votes": votes(*"NNNN")}) == (Link("votes", ("quartier",), "group", 1),)


def test_a_basis_of_law_ties_nobody() -> None:
    by_law = REQUESTS.model_copy(update=BUDGET_LAW)
    elected = Published(strings(quartier=["N"]), by_law)
    assert links(elected, {"mandats": elected}) == ()


def test_dates_at_the_same_step_join_whatever_their_type() -> None:
    policy = with_preset(privacy(jour=generalised("day")))
    one = Published(pa.table({"jour": pa.array([0], pa.date32())}), policy)
    other = Published(strings(jour=["1970-01-01"]), policy)
    assert links(one, {"autre": other})[0].smallest == 1


def test_the_same_pseudonym_in_two_datasets_is_a_link_even_under_another_name() -> None:
    def pseudonymous(scope: str, column: str) -> Published:
        policy = privacy(**{column: PSEUDONYM})
        done = anonymise(strings(**{column: ["zoe", "ali"]}), schema(**{column: "string"}), policy, KEY, scope)
        return Published(done.table, policy)

    shared = pseudonymous("town", "qui")
    assert links(shared, {"votes": shared}) == (Link("votes", ("qui",), "pseudonym", 1),)
    renamed = Published(shared.table.rename_columns(["auteur"]), privacy(auteur=PSEUDONYM))
    assert links(shared, {"votes": renamed}) == (Link("votes", ("qui",), "pseudonym", 1),)
    assert links(pseudonymous("town/grc", "qui"), {"votes": pseudonymous("town/votes", "qui")}) == ()


TABLE = VOTES.model_copy(update={"aggregate": Aggregate(by=("quartier", "projet"))})


def cells(*figures: tuple[str | None, str | None, str, int | None]) -> Published:
    quarters, projects, totals, counts = zip(*figures, strict=True)
    places = strings(quartier=list(quarters), projet=list(projects), totals=list(totals))
    return Published(places.append_column("row_count", pa.array(counts, pa.int64())), TABLE)


def test_the_people_of_a_table_are_those_that_its_cells_count() -> None:
    table = cells(("N", "parc", "", 7), ("N", None, "projet", 7), (None, "parc", "quartier", 7))
    assert links(requests(*"NNN"), {"votes": table}) == ()
    assert links(table, {"grc": requests(*"NNN")}) == ()
    assert links(table, {"grc": requests(*"NN")}) == (Link("grc", ("quartier",), "group", 2),)
    assert links(table, {"autre": table}) == ()


def test_a_cell_that_counts_too_few_for_the_stricter_of_two_policies_is_a_link() -> None:
    strict = REQUESTS.model_copy(update={"preset": "insee_households_11"})
    rows = Published(requests(*"NNNNNNNNNNN").table, strict)
    assert links(rows, {"votes": cells(("N", None, "projet", 7))})[0].smallest == 7


def test_a_total_over_the_shared_column_is_no_missing_cell() -> None:
    table = cells(("N", None, "projet", 7), (None, None, "quartier projet", 7))
    assert links(requests(*"NNN", None), {"votes": table}) == ()


def test_a_cell_that_a_table_hides_is_not_shown_as_rows() -> None:
    table = cells(("N", None, "projet", None), ("S", None, "projet", None))
    hidden = Link("votes", ("quartier",), "hidden", 0)
    assert links(requests(*"NNN"), {"votes": table}) == (hidden,)
    assert links(requests(*"EEE"), {"votes": table}) == ()
    assert links(cells(("S", None, "projet", 7)), {"votes": table})[0].kind == "hidden"


def test_a_version_from_before_the_table_is_read_as_rows() -> None:
    rows = Published(votes(*"NN").table, TABLE)
    assert links(requests(*"NNN"), {"votes": rows})[0].smallest == 2
