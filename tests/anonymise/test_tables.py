from itertools import product

import numpy as np
import pyarrow as pa
import pytest
from scipy.optimize import linprog

from pipelines.anonymise.hiding import exposed_cells, hide
from pipelines.anonymise.tables import CellRule, Margins, margins, published_rows, refused_cells
from pipelines.errors import UnsafeData

COUNTS = CellRule(minimum=11, dominance=0.85)


def town(seed: int, people: int, *sizes: int) -> pa.Table:
    """Invented answers by quarter, theme and age, some quarters far larger than others."""
    chance = np.random.default_rng(seed)
    columns = {
        name: pa.array([f"{name}{i}" for i in chance.choice(size, people, p=chance.dirichlet(np.ones(size) * 2))])
        for name, size in zip(("quartier", "theme", "age"), sizes, strict=False)
    }
    return pa.table(columns | {"montant": pa.array(np.round(chance.lognormal(6, 1.2, people), 2))})


def counted(figures: list[list[int]]) -> Margins:
    """A table of counts, its totals added."""
    inner = np.array(figures, dtype=float)
    whole = np.block([[inner, inner.sum(1, keepdims=True)], [inner.sum(0, keepdims=True), inner.sum()]])
    labels = tuple(tuple(str(place) for place in range(size)) for size in inner.shape)
    return Margins(("quartier", "theme"), labels, whole, whole, None)


def possible_values(
    figures: np.ndarray, pattern: np.ndarray, cell: tuple[int, ...], floor: float
) -> tuple[float, float]:
    """A stranger's own computation: every cell is unknown, the shown ones are fixed, every line sums (scipy)."""
    cells = list(product(*(range(size) for size in figures.shape)))
    number = {place: i for i, place in enumerate(cells)}
    equations = []
    for axis in range(figures.ndim):
        for place in cells:
            if place[axis] == figures.shape[axis] - 1:
                row = np.zeros(len(cells))
                row[number[place]] = -1
                for i in range(figures.shape[axis] - 1):
                    row[number[(*place[:axis], i, *place[axis + 1 :])]] = 1
                equations.append(row)
    bounds = [(floor, None) if pattern[place] else (figures[place], figures[place]) for place in cells]
    ends = []
    for sign in (1, -1):
        goal = np.zeros(len(cells))
        goal[number[cell]] = sign
        found = linprog(goal, A_eq=np.array(equations), b_eq=np.zeros(len(equations)), bounds=bounds)
        ends.append(sign * found.fun if found.status == 0 else np.inf)
    return ends[0], ends[1]


def test_every_margin_is_counted_and_its_people_are_distinct() -> None:
    rows = pa.table({"quartier": ["N", "N", "S", None], "theme": ["a", "b", "a", "a"], "montant": [10, 20, 5, 1]})
    table = margins(rows, ["quartier", "theme"], "montant", pa.array([7, 7, 8, None]))
    assert table.labels == (("N", "S", None), ("a", "b"))
    assert table.figures.tolist() == [[10, 20, 30], [5, 0, 5], [1, 0, 1], [16, 20, 36]]
    assert table.people.tolist() == [[1, 1, 1], [1, 0, 1], [1, 0, 1], [3, 1, 3]]
    assert table.largest is not None
    assert table.largest[3].tolist() == [10, 20, 30]


@pytest.mark.parametrize("by", [["quartier"], ["quartier", "theme"], ["quartier", "theme", "age"]])
def test_one_two_and_three_dimensions_add_up(by: list[str]) -> None:
    table = margins(town(1, 500, 5, 4, 3), by, None, None)
    assert table.figures[table.grand_total] == 500
    inner = table.figures[tuple(slice(0, -1) for _axis in by)]
    assert inner.sum() == 500


def test_too_few_people_and_one_that_dominates_are_refused_and_an_empty_cell_is_not() -> None:
    assert refused_cells(counted([[0, 10, 11]]), COUNTS).tolist()[0] == [False, True, False, False]
    rows = pa.table({"quartier": ["N"] * 4, "montant": [900, 50, 30, 20]})
    assert refused_cells(margins(rows, ["quartier"], "montant", None), CellRule(3, 0.85)).tolist() == [True, True]
    assert refused_cells(margins(rows, ["quartier"], "montant", None), CellRule(3, 0.95)).tolist() == [False, False]


def test_a_single_hidden_cell_takes_three_more_with_it() -> None:
    hidden = hide(counted([[5, 30, 40], [50, 60, 70], [80, 90, 99]]), COUNTS)
    assert (hidden.refused, hidden.complementary) == (1, 3)
    assert not hidden.pattern[3, 3]


def test_two_hidden_cells_that_sum_to_little_are_not_enough() -> None:
    """2 + 2 hidden in the same line and column: both lie in 1..3, which is no protection."""
    table = counted([[2, 2, 90], [2, 2, 90], [90, 90, 90]])
    refused = refused_cells(table, COUNTS)
    assert len(exposed_cells(table, refused, refused, COUNTS)) == 4
    hidden = hide(table, COUNTS)
    assert hidden.rounds > 1
    assert exposed_cells(table, hidden.pattern, refused, COUNTS) == []


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("value", [None, "montant"])
def test_a_stranger_with_another_solver_finds_no_refused_cell(seed: int, value: str | None) -> None:
    rule = COUNTS if value is None else CellRule(3, 0.85)
    table = margins(town(seed, 300 + 100 * seed, 6, 5), ["quartier", "theme"], value, None)
    hidden = hide(table, rule)
    floor = 1.0 if value is None else 0.0
    for place in np.argwhere(refused_cells(table, rule)):
        cell = tuple(map(int, place))
        low, high = possible_values(table.figures, hidden.pattern, cell, floor)
        needed = rule.minimum if value is None else 0.3 * table.figures[cell]
        assert high - low >= needed * (1 - 1e-5)


def test_a_table_of_three_dimensions_withstands_too() -> None:
    table = margins(town(3, 900, 4, 3, 3), ["quartier", "theme", "age"], None, None)
    hidden = hide(table, COUNTS)
    assert hidden.refused > 0
    for place in np.argwhere(refused_cells(table, COUNTS)):
        low, high = possible_values(table.figures, hidden.pattern, tuple(map(int, place)), 1.0)
        assert high - low >= 11 * (1 - 1e-5)


def test_a_table_of_too_few_people_is_refused_by_name() -> None:
    with pytest.raises(UnsafeData, match="table of quartier, theme: fewer than 11 contributors"):
        hide(counted([[2, 2], [2, 2]]), COUNTS)


def test_a_table_that_nothing_can_hide_is_refused() -> None:
    rows = pa.table({"quartier": ["N"] * 5 + ["S"] * 7})
    with pytest.raises(UnsafeData, match="too few cells are large enough"):
        hide(margins(rows, ["quartier"], None, None), COUNTS)


def test_what_leaves_is_one_row_per_cell_with_its_totals_named() -> None:
    table = counted([[5, 30], [50, 60]])
    hidden = hide(table, COUNTS)
    rows = published_rows(table, hidden.pattern, "rows").to_pylist()
    assert {"quartier": None, "theme": None, "totals": "quartier theme", "rows": 145} in rows
    assert {"quartier": "0", "theme": "0", "totals": "", "rows": None} in rows
    assert len(rows) == 9
