import numpy as np
import pyarrow as pa

from pipelines.anonymise.aggregate import Tabulated, tabulate
from pipelines.anonymise.hiding import hide
from pipelines.anonymise.table_releases import Exposure, exposure
from pipelines.anonymise.tables import CellRule, Margins, published_rows
from pipelines.privacy_policy import Aggregate
from tests.anonymise.test_tables import COUNTS, counted

BY = ("quartier", "theme")
NOTHING = Exposure(0, 0)


def published(table: Margins, *hidden: tuple[int, int]) -> pa.Table:
    pattern = np.zeros(table.figures.shape, dtype=bool)
    for cell in hidden:
        pattern[cell] = True
    return published_rows(table, pattern, "row_count")


ONE = counted([[5, 30, 40], [50, 60, 70], [80, 90, 99]])


def test_one_safe_table_alone_and_the_same_again_expose_nothing() -> None:
    safe = published_rows(ONE, hide(ONE, COUNTS).pattern, "row_count")
    assert exposure([safe], BY, 11) == NOTHING
    assert exposure([safe, safe], BY, 11) == NOTHING


def test_a_shown_count_that_moves_by_one_is_that_persons() -> None:
    more = counted([[5, 30, 40], [50, 61, 70], [80, 90, 99]])
    square = [(0, 0), (0, 2), (2, 0), (2, 2)]
    assert exposure([published(ONE, *square), published(more, *square)], BY, 11).moved_by_few == 4


def test_one_fewer_than_the_threshold_is_too_few() -> None:
    square = [(0, 0), (0, 2), (2, 0), (2, 2)]
    for moved, figures in ((10, 4), (11, 0)):
        more = counted([[5, 30, 40], [50, 60 + moved, 70], [80, 90, 99]])
        assert exposure([published(ONE, *square), published(more, *square)], BY, 11).moved_by_few == figures


def test_a_count_that_moves_by_enough_is_fine_and_a_hidden_one_may_move() -> None:
    more = counted([[16, 30, 40], [50, 60, 70], [80, 90, 99]])
    square = [(0, 0), (0, 2), (2, 0), (2, 2)]
    assert exposure([published(ONE, *square), published(more, *square)], BY, 11).moved_by_few == 0


def test_hidden_here_and_shown_there_is_found_by_one_programme_over_both() -> None:
    """Each table is safe alone; together every cell but one corner is known, and so is the corner."""
    square, other = [(0, 0), (0, 1), (1, 0), (1, 1)], [(0, 0), (0, 2), (2, 0), (2, 2)]
    assert exposure([published(ONE, *square)], BY, 11) == NOTHING
    assert exposure([published(ONE, *other)], BY, 11) == NOTHING
    assert exposure([published(ONE, *square), published(ONE, *other)], BY, 11).computable == 2


def test_a_new_quarter_counted_nobody_before() -> None:
    wider = counted([[5, 30, 40], [50, 60, 70], [80, 90, 99], [0, 0, 20]])
    square = [(0, 0), (0, 2), (2, 0), (2, 2)]
    assert exposure([published(ONE, *square), published(wider, *square)], BY, 11) == NOTHING


def test_a_rule_with_another_threshold_is_judged_by_it() -> None:
    hidden = hide(ONE, CellRule(3, 0.85))
    assert hidden.refused == 0
    assert exposure([published_rows(ONE, hidden.pattern, "row_count")], BY, 3) == NOTHING


def aid(**quarters: list[float]) -> Tabulated:
    """The sums of grants by quarter, each grant another person's; all of them shown."""
    names = [quarter for quarter, amounts in quarters.items() for _one in amounts]
    rows = pa.table({"quartier": names, "montant": [one for amounts in quarters.values() for one in amounts]})
    done = tabulate(rows, None, Aggregate(by=("quartier",), value="montant"), CellRule(3, 0.85))
    assert done.table["montant"].null_count == 0
    return done


def sums_moved(before: Tabulated, after: Tabulated) -> int:
    return exposure([before.table, after.table], ("quartier",), 3, after.amount).moved_by_few


def test_a_shown_sum_that_moves_while_nobody_comes_is_one_persons() -> None:
    before = aid(N=[30.0] * 4, S=[30.0] * 4)
    assert sums_moved(before, before) == 0
    assert sums_moved(before, aid(N=[30.0, 30.0, 30.0, 40.0], S=[30.0] * 4)) == 2  # of N, and of the town


def test_a_shown_sum_moves_by_enough_people_of_whom_none_may_weigh_most_of_it() -> None:
    before = aid(N=[200.0] * 4, S=[200.0] * 4)
    assert sums_moved(before, aid(N=[200.0] * 7, S=[200.0] * 4)) == 0
    assert sums_moved(before, aid(N=[200.0] * 4 + [900.0, 1.0, 1.0], S=[200.0] * 4)) == 2


def test_a_sum_that_moves_with_a_count_of_two_is_counted_once_with_it() -> None:
    before = aid(N=[200.0] * 4, S=[200.0] * 4)
    assert sums_moved(before, aid(N=[200.0] * 6, S=[200.0] * 4)) == 2
