"""Hidden figures beside all releases: quarters by themes, of which each release hides some."""

import numpy as np
import pyarrow as pa

from pipelines.anonymise import Already, Anonymised, gate
from pipelines.anonymise.joint_audit import Release, counts_given_away, sums_given_away
from pipelines.privacy_policy import Aggregate
from tests.anonymise.policies import privacy, schema
from tests.anonymise.test_tables import counted

SQUARE, OTHER = [(0, 0), (0, 1), (1, 0), (1, 1)], [(0, 0), (0, 2), (2, 0), (2, 2)]
EUROS = [[500, 3000, 4000], [5000, 6000, 7000], [8000, 9000, 9900]]
MANY = counted([[30] * 3] * 3).figures


def release(figures: list[list[int]], hidden: list[tuple[int, int]]) -> Release:
    """As it is published: what is hidden is not in it."""
    whole, pattern = counted(figures).figures.copy(), np.zeros((4, 4), dtype=bool)
    for cell in hidden:
        pattern[cell], whole[cell] = True, 0
    return Release(whole, pattern)


def people(hidden: list[tuple[int, int]]) -> Release:
    return release([[30] * 3] * 3, hidden)


def given_away(*sums: Release, largest: float = 0.0, counts: list[Release] | None = None) -> int:
    counts = counts or [Release(np.where(one.hidden, 0, MANY), one.hidden) for one in sums]
    return sums_given_away(counts, sums, np.full((4, 4), largest), 0.85)


def test_a_sum_hidden_here_and_computed_from_what_is_shown_there_is_found() -> None:
    """Of many people each, so that no count tells anything."""
    safe, other = release(EUROS, SQUARE), release(EUROS, OTHER)
    assert given_away(safe) == given_away(safe, safe) == 0
    assert counts_given_away([people(SQUARE), people(OTHER)], 11) == 0
    assert given_away(safe, other) == 8  # the four of either


def test_a_hidden_sum_that_is_known_to_be_nothing_is_given_away_too() -> None:
    nothing = [[0, 3000, 4000], *EUROS[1:]]
    assert given_away(release(nothing, SQUARE), release(nothing, OTHER)) == 8


def test_an_older_release_gives_away_as_much_as_the_last() -> None:
    safe, other = release(EUROS, SQUARE), release(EUROS, OTHER)
    assert given_away(safe, other, other) == 4, "its own: of the others nothing is told that was not told before"
    moved = release([[500, 3000, 4000], [5000, 9000, 7000], [8000, 9000, 9900]], SQUARE)
    assert given_away(other, moved, safe) > given_away(moved, safe)


def test_what_changed_and_changed_back_is_what_it_was() -> None:
    more = [[one + 4000 for one in line] for line in EUROS]
    between = release(more, SQUARE)
    counts = [people(SQUARE), Release(np.where(between.hidden, 0, MANY * 2), between.hidden), people(OTHER)]
    assert given_away(release(EUROS, SQUARE), between, release(EUROS, OTHER), counts=counts) >= 8


def test_a_sum_that_may_have_moved_is_not_given_away() -> None:
    """Every line has other people's euros: nothing ties the corner to what it was."""
    more = [[one + 4000 + 7 * place for place, one in enumerate(line)] for line in EUROS]
    grown = [people(SQUARE), Release(np.where(release(more, OTHER).hidden, 0, MANY * 2), release(more, OTHER).hidden)]
    assert given_away(release(EUROS, SQUARE), release(more, OTHER), counts=grown) == 0


def test_a_line_that_shows_a_difference_has_changed_though_its_total_has_not() -> None:
    """A person moved from one shown theme to another: what the line hides may have moved as well."""
    before, after = [[500, 3000, 4000, 900]] * 4, [[500, 3000, 3900, 1000]] * 4
    pattern = np.zeros((5, 5), dtype=bool)
    pattern[:2, :2] = True
    first = Release(np.where(pattern, 0, counted(before).figures), pattern)
    second = Release(np.where(pattern.T[:, [1, 0, 2, 3, 4]], 0, counted(after).figures), pattern)
    counts = [Release(np.where(one.hidden, 0, counted([[30] * 4] * 4).figures), one.hidden) for one in (first, second)]
    assert sums_given_away(counts, [first, second], np.zeros((5, 5)), 0.85) == 0


def test_an_unseen_move_of_one_persons_euros_is_given_away_and_one_of_several_is_not() -> None:
    """Only the first line and column moved: their totals say by how much the hidden corner did."""
    moved = [[1500, 3000, 4000], *EUROS[1:]]
    counts = [people(SQUARE), release([[60, 30, 30], [30] * 3, [30] * 3], SQUARE)]
    pair = release(EUROS, SQUARE), release(moved, SQUARE)
    assert given_away(*pair, largest=900.0, counts=counts) == 1
    assert given_away(*pair, largest=800.0, counts=counts) == 0


def test_amounts_below_zero_leave_a_stranger_no_floor() -> None:
    debts = [[-500, 3000, 4000], *EUROS[1:]]
    assert given_away(release(debts, SQUARE)) == 0
    assert given_away(release(debts, SQUARE), release(debts, OTHER)) > 0


def test_only_where_nothing_is_below_zero_sums_are_believed_to_grow() -> None:
    """Two corners grew: that neither of the others fell says how much of it the second one has."""
    counts = [people(SQUARE), release([[60, 30, 30], [30, 60, 30], [30] * 3], SQUARE)]
    grown = [[1500, 3000, 4000], [5000, 15000, 7000]]
    for last, found in ((9900, 1), (-9900, 0)):
        line = [8000, 9000, last]
        pair = release([*EUROS[:2], line], SQUARE), release([*grown, line], SQUARE)
        assert given_away(*pair, largest=8000.0, counts=counts) == found


def test_an_unseen_move_of_two_people_is_given_away_and_one_of_eleven_is_not() -> None:
    counts = [[20, 30, 40], [50, 60, 70], [80, 90, 99]]
    for more, found in ((2, 1), (10, 1), (11, 0), (0, 0)):
        later = [[20 + more, 30, 40], *counts[1:]]
        assert counts_given_away([release(counts, SQUARE), release(later, SQUARE)], 11) == found


def test_a_move_of_two_people_is_given_away_between_releases_in_a_row_and_beside_the_last() -> None:
    """Two people come, and then twenty, or nobody: who compares the first with the last sees two again."""
    counts = [[20, 30, 40], [50, 60, 70], [80, 90, 99]]
    for steps, found in (((0, 2, 22), 1), ((0, 2, 2), 2)):
        releases = [release([[20 + more, 30, 40], *counts[1:]], SQUARE) for more in steps]
        assert counts_given_away(releases, 11) == found


def test_lines_that_show_a_difference_are_not_believed_to_hide_what_they_hid() -> None:
    """Euros moved within every line, and every total is what it was."""
    moved = np.array([[-100, 0, 0, 100], [100, -50, 50, -100], [-100, 0, 0, 100], [100, 50, -50, -100]])
    euros = np.array([[500, 3000, 4000, 900], [5000, 6000, 7000, 900], [8000, 9000, 9900, 900], [700, 800, 900, 999]])
    both = []
    for figures, hidden in ((euros, SQUARE), (euros + moved, OTHER)):
        whole, pattern = counted(figures.tolist()).figures.copy(), np.zeros((5, 5), dtype=bool)
        for cell in hidden:
            pattern[cell], whole[cell] = True, 0
        both.append(Release(whole, pattern))
    counts = [Release(np.where(one.hidden, 0, counted([[30] * 4] * 4).figures), one.hidden) for one in both]
    assert sums_given_away(counts, both, np.zeros((5, 5)), 0.85) == 0


SUMS = privacy(quartier="quasi_identifier keep", age="quasi_identifier keep", euros="sensitive keep").model_copy(
    update={"preset": "insee_enterprises_3_85", "aggregate": Aggregate(by=("quartier", "age"), value="euros")}
)


def aid(*residents: list[int]) -> Anonymised:
    """So many residents of each quarter and age, with 500 euros each."""
    places = [
        (f"q{q}", f"a{a}") for q, line in enumerate(residents) for a, count in enumerate(line) for _ in range(count)
    ]
    quarters, ages = zip(*places, strict=True)
    table = pa.table({"quartier": list(quarters), "age": list(ages), "euros": [500] * len(places)})
    return Anonymised(table, schema(quartier="string", age="string", euros="integer"), 0)


def hidden_cells(table: pa.Table) -> set[tuple[str, str, str]]:
    return {(row["quartier"], row["age"], row["totals"]) for row in table.to_pylist() if row["euros"] is None}


def test_beside_an_earlier_release_its_hidden_cells_stay_hidden_rather_than_the_table_waits() -> None:
    """Four residents more in one place make another pattern cheaper, which would show what the first one hid."""
    before, now = aid([5, 5, 2], [4, 5, 5], [4, 5, 4]), aid([5, 5, 2], [4, 5, 5], [4, 5, 8])
    first = gate(before, SUMS, "aid").table
    assert not hidden_cells(first) <= hidden_cells(gate(now, SUMS, "aid").table)
    second = gate(now, SUMS, "aid", Already((first,)))
    assert second.report.rows_waiting == 0
    assert hidden_cells(first) <= hidden_cells(second.table)
