from dataclasses import replace

import numpy as np
import pyarrow as pa

from pipelines.anonymise import anonymise
from pipelines.anonymise.linkage import Link, links
from pipelines.anonymise.siblings import Published
from pipelines.anonymise.tables import published_rows
from pipelines.privacy_policy import Aggregate, Privacy
from tests.anonymise.policies import BUDGET_LAW, KEY, PSEUDONYM, generalised, privacy, schema, strings
from tests.anonymise.test_tables import counted


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
    assert links(requests(None, None, *"NNN"), {"votes": votes(None, None, None)})[0].count == 2


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
    assert links(one, {"autre": other})[0].count == 1


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
    assert links(rows, {"votes": cells(("N", None, "projet", 7))})[0].count == 7


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
    assert links(requests(*"NNN"), {"votes": rows})[0].count == 2


def test_rows_that_a_number_ties_have_the_traits_of_both() -> None:
    """Ages here and quarters there are large groups; a row of each, tied by its number, is not."""
    rows = range(8)
    numbered = pa.table({"numero": list(rows), "quartier": ["N" if row % 2 else "S" for row in rows]})
    aged = pa.table({"numero": list(rows), "age": ["30" if row < 4 else "60" for row in rows]})
    one = Published(numbered, with_preset(privacy(numero="public keep", quartier="quasi_identifier keep")))
    other = Published(aged, with_preset(privacy(numero="public keep", age="quasi_identifier keep")))
    assert links(one, {"ages": other}) == (Link("ages", ("numero",), "key", 2),)
    assert links(one, {"ages": replace(other, table=aged.set_column(0, "numero", pa.array(range(8, 16))))}) == ()
    assert links(one, {"ages": replace(other, table=aged.drop_columns("numero"))}) == ()
    whole = {"quartier": numbered["quartier"], "age": pa.array(["30"] * 8)}
    assert (
        links(one, {"tous": Published(aged.drop_columns("age").append_column("age", whole["age"]), other.privacy)})
        == ()
    )


def test_every_older_version_of_the_other_dataset_counts() -> None:
    old = votes(*"NN").table
    assert links(requests(*"NNN"), {"votes": replace(votes(*"NNN"), earlier=(old,))})[0].count == 2
    assert links(requests(*"NNN"), {"votes": replace(votes(*"NNN"), earlier=(votes(*"SS").table,))}) == ()


def test_a_cell_that_only_an_older_version_hides_may_be_shown() -> None:
    older = cells(("N", None, "projet", None)).table
    newest = cells(("N", None, "projet", 7))
    assert links(requests(*"NNN"), {"votes": replace(newest, earlier=(older,))}) == ()


def by_theme(*figures: tuple[str | None, str | None, str, int | None], same: bool = False) -> Published:
    policy = with_preset(privacy(quartier="quasi_identifier keep", theme="quasi_identifier keep")).model_copy(
        update={"aggregate": Aggregate(by=("quartier", "theme"))}
    )
    table = cells(*figures).table.rename_columns(["quartier", "theme", "totals", "row_count"])
    return Published(table, policy, is_of_same_source=same)


def quarters(*counts: int | None) -> list[tuple[str | None, str | None, str, int | None]]:
    return [(name, None, "projet", count) for name, count in zip("NSEO", counts, strict=False)]


def themed(*counts: int | None) -> list[tuple[str | None, str | None, str, int | None]]:
    return [(name, None, "theme", count) for name, count in zip("NSEO", counts, strict=False)]


def test_two_tables_of_the_same_people_whose_totals_differ_by_one_tell_of_that_person() -> None:
    told = Link("themes", ("quartier",), "difference", 1)
    assert links(cells(*quarters(10, 20, 30)), {"themes": by_theme(*themed(11, 20, 30), same=True)}) == (told,)
    assert links(cells(*quarters(10, 20, 30)), {"themes": by_theme(*themed(13, 20, 30), same=True)}) == ()
    assert links(cells(*quarters(10, 20, 30)), {"themes": by_theme(*themed(11, 21, 31))}) == (), "other people"
    assert links(cells(*quarters(10, 20, 30, 40)), {"themes": by_theme(*themed(11, 20, 30, 40))}) == (told,), (
        "evidently"
    )


def test_an_older_table_of_the_same_people_counts_as_much() -> None:
    other = replace(by_theme(*themed(10, 20, 30), same=True), earlier=(by_theme(*themed(11, 20, 30)).table,))
    assert links(cells(*quarters(10, 20, 30)), {"themes": other}) == (Link("themes", ("quartier",), "difference", 1),)


def of_quarters(**people: int | None) -> Published:
    """A table by quarter alone of 151 people, of which so many lines hide theirs."""
    table = strings(quartier=[*people, None], totals=[""] * len(people) + ["quartier"])
    policy = REQUESTS.model_copy(update={"aggregate": Aggregate(by=("quartier",))})
    return Published(table.append_column("row_count", pa.array([*people.values(), 151], pa.int64())), policy)


TWO_HIDDEN = of_quarters(N=None, S=None, E=20, O=30, C=40, G=50)


def once(**people: int) -> Published:
    """Rows of today that say another quarter each, and rows of former days of so many people of each quarter."""
    older = requests(*(quarter for quarter, count in people.items() for _one in range(count)))
    return replace(requests(*"VVV"), earlier=(older.table,))


def test_rows_of_former_days_that_show_what_a_table_hides_give_its_small_cell_away() -> None:
    """No row of N leaves; nine of S did, so that two of N are left of the table's total."""
    told = Link("grc", ("quartier",), "margins", 1)
    assert links(TWO_HIDDEN, {"grc": once(S=9, E=20, O=30, C=40, G=50)}) == (told,)
    assert links(TWO_HIDDEN, {"grc": once(S=9, E=60, O=30, C=40, G=50)}) == (told,), "most of it is of one day"
    assert links(TWO_HIDDEN, {"grc": once(E=20, O=30, C=40, G=50)}) == (), "they do not show it either"
    assert links(TWO_HIDDEN, {"grc": once(S=9, E=30, O=40, C=50, G=50)}) == (), "of another day"
    assert links(TWO_HIDDEN, {"grc": once(S=9, E=20, O=30)}) == (), "or of other people"
    assert links(TWO_HIDDEN, {"grc": replace(once(S=9, E=20, O=30), is_of_same_source=True)}) == (told,)


def test_rows_of_as_many_other_lines_as_same_ones_are_of_another_day() -> None:
    table = of_quarters(N=None, S=None, E=20, O=20, C=20, G=20, P=20, T=40)
    told = (Link("grc", ("quartier",), "margins", 1),)
    assert links(table, {"grc": once(S=9, E=30, O=30, C=20, G=20, P=20, T=40)}) == told
    assert links(table, {"grc": once(S=9, E=30, O=30, C=30, G=20, P=20, T=40)}) == ()


def test_rows_that_were_left_out_are_missing_from_a_table_and_tell_of_nobody() -> None:
    assert links(of_quarters(E=20, O=30, C=40, G=61), {"grc": once(E=19, O=30, C=40, G=61)}) == ()


def test_a_table_of_former_days_is_laid_on_rows_as_well() -> None:
    rows = requests(*"S" * 9, *"E" * 20, *"O" * 30, *"C" * 40)
    newest = of_quarters(V=151)
    told = (Link("votes", ("quartier",), "margins", 1),)
    assert links(rows, {"votes": replace(newest, earlier=(TWO_HIDDEN.table,))}) == told
    assert links(rows, {"votes": replace(newest, earlier=(of_quarters(E=20, O=30, C=40, G=61).table,))}) == ()


def test_rows_tell_the_hidden_euros_of_a_table_too() -> None:
    """Ten people each, so that no count is small; one line of euros is known but for what rows show."""
    policy = REQUESTS.model_copy(update={"aggregate": Aggregate(by=("quartier",), value="euros")})
    counts = of_quarters(N=None, S=None, E=30, O=30, C=30, G=31)
    sums = Published(counts.table.append_column("euros", pa.array([None, None, 70.0, 80.0, 90.0, 99.0, 900.0])), policy)
    rows = once(S=15, E=30, O=30, C=30, G=31)
    euros = pa.array([2.0] * rows.earlier[0].num_rows)
    summed = replace(rows, earlier=(rows.earlier[0].append_column("euros", euros),))
    assert links(sums, {"grc": rows}) == ()
    assert links(sums, {"grc": summed}) == (Link("grc", ("quartier",), "margins", 2),)


def crossed(by: str, figures: list[list[int]], *hidden: tuple[int, int]) -> Published:
    """Three quarters by two labels, with all totals, of which some cells are hidden."""
    pattern = np.zeros((4, 3), dtype=bool)
    for cell in hidden:
        pattern[cell] = True
    table = published_rows(replace(counted(figures), by=("quartier", by)), pattern, "row_count")
    policy = with_preset(privacy(quartier="quasi_identifier keep", **{by: "quasi_identifier keep"}))
    whole = policy.model_copy(update={"aggregate": Aggregate(by=("quartier", by))})
    return Published(table, whole, is_of_same_source=True)


def test_hidden_totals_of_two_tables_are_one_figure_and_each_says_something_of_it() -> None:
    """Of the first quarter's people, one table says that they are two or more, the other that they are four at most."""
    here = crossed("projet", [[1, 1], [20, 28], [30, 30]], (0, 1), (0, 2), (1, 1), (1, 2))
    there = crossed("theme", [[2, 0], [3, 45], [30, 30]], (0, 0), (0, 2), (1, 0), (1, 2))
    assert [(link.columns, link.kind) for link in links(here, {"themes": there})] == [(("quartier",), "margins")]
    assert links(here, {"themes": replace(there, is_of_same_source=False)}) == (), "only one quarter is shown by both"
    wider = crossed("theme", [[2, 0], [33, 15], [30, 30]], (0, 0), (0, 2), (1, 0), (1, 2))
    assert links(here, {"themes": wider}) == ()


NUMBERED = {"numero": "public keep", "quartier": "quasi_identifier keep"}


def numbered(quarters: str, ages: list[str] | None = None) -> Published:
    """Rows with a number of their own, a quarter, and perhaps an age."""
    table, said = pa.table({"numero": list(range(len(quarters))), "quartier": list(quarters)}), NUMBERED
    if ages:
        table, said = table.append_column("age", pa.array(ages)), {**NUMBERED, "age": "quasi_identifier keep"}
    return Published(table, with_preset(privacy(**said)))


def test_rows_that_a_number_ties_to_rows_that_say_all_they_say_are_no_link() -> None:
    one, other = numbered("NNNNSSSS"), numbered("NNNNSSSS", ["30", "60"] * 4)
    assert links(one, {"ages": other}) == ()
    assert links(other, {"quartiers": one}) == ()


def test_a_number_ties_rows_whose_shared_column_is_coarser_on_one_side() -> None:
    fine, coarse = numbered("NNNNSSSS"), numbered("VVVVVVVV", ["30", "60"] * 4)
    assert Link("ages", ("numero",), "key", 2) in links(fine, {"ages": coarse})
    assert Link("quartiers", ("numero",), "key", 2) in links(coarse, {"quartiers": fine})
