"""Every interval beside that of the textbook: one programme over every cell of every release, by another solver."""

from collections.abc import Iterator
from itertools import pairwise, product

import numpy as np
import pytest
from scipy.optimize import linprog

from pipelines.anonymise.audit import as_wide_as, intervals
from pipelines.anonymise.joint_audit import Release
from pipelines.anonymise.knowledge import Figure, Knowledge, Placed
from pipelines.anonymise.tables import lines
from tests.anonymise.test_tables import counted

Unknown = tuple[int, tuple[int, ...]]  # of which release, which cell


def ends(knowledge: Knowledge, *figures: Figure) -> list[list[float]] | None:
    found = intervals(knowledge, figures, [as_wide_as(np.inf)] * len(figures))
    return None if found is None else found.tolist()


def invented_releases(seed: int) -> list[Release]:
    """Tables that grow in some places, or not at all; what is hidden stays or changes."""
    chance = np.random.default_rng(seed)
    inner = chance.integers(1, 20, size=(int(chance.integers(2, 5)), 3))
    pattern, releases = np.zeros((inner.shape[0] + 1, 4), dtype=bool), []
    for _release in range(int(chance.integers(1, 5))):
        if not releases or chance.random() < 0.3:
            pattern = chance.random(pattern.shape) < 0.4
            pattern[-1, -1] = False
        whole = counted(inner.tolist()).figures
        releases.append(Release(np.where(pattern, 0, whole), pattern.copy()))
        inner = inner + chance.integers(0, 9, size=inner.shape) * (chance.random(inner.shape) < 0.2)
    return releases


def placed(releases: list[Release], floor: float, is_growing: bool) -> tuple[Knowledge, list[Placed]]:
    knowledge, tables = Knowledge(), list[Placed]()
    for one in releases:
        if tables and is_growing:
            tables.append(knowledge.add_grown(tables[-1], one.figures, one.hidden, floor))
        else:
            tables.append(knowledge.add_table(one.figures, one.hidden, floor))
    return knowledge, tables


class Textbook:
    """Every cell is an unknown, the shown ones are fixed, every line sums, no cell falls."""

    def __init__(self, releases: list[Release], floor: float, is_growing: bool) -> None:
        cells = list(product(range(len(releases)), np.ndindex(*releases[0].figures.shape)))
        self.number = {cell: place for place, cell in enumerate(cells)}
        sums = [[(t, cell) for cell in line] for t in range(len(releases)) for line in lines(releases[0].figures.shape)]
        self.equations = np.array([self.row({**dict.fromkeys(line[:-1], 1), line[-1]: -1}) for line in sums])
        grown = [((t, cell), (t + 1, cell)) for t, cell in cells if t + 1 < len(releases) and is_growing]
        self.falls = np.array([self.row({one: 1, other: -1}) for one, other in grown]).reshape(-1, len(cells))
        shown = [(releases[t].hidden[cell], releases[t].figures[cell]) for t, cell in cells]
        self.bounds = [(floor, None) if is_hidden else (figure, figure) for is_hidden, figure in shown]

    def row(self, factors: dict[Unknown, int]) -> np.ndarray:
        row = np.zeros(len(self.number))
        for cell, factor in factors.items():
            row[self.number[cell]] = factor
        return row

    def ends(self, factors: dict[Unknown, int]) -> list[float] | None:
        found = []
        for sign in (1, -1):
            goal = sign * self.row(factors)
            rooms = {"A_ub": self.falls, "b_ub": np.zeros(len(self.falls))} if len(self.falls) else {}
            solved = linprog(goal, A_eq=self.equations, b_eq=np.zeros(len(self.equations)), bounds=self.bounds, **rooms)
            if solved.status == 2:
                return None
            found.append(sign * solved.fun if solved.status == 0 else sign * -np.inf)
        return found


def asked(tables: list[Placed], chance: np.random.Generator) -> Iterator[tuple[Figure, dict[Unknown, int]]]:
    """Some hidden figures, and some moves of them from one release to the next and to the last."""
    levels = [(t, cell) for t, table in enumerate(tables) for cell in table.hidden]
    for place in chance.permutation(len(levels))[:4]:
        t, cell = levels[place]
        yield tables[t][cell], {(t, cell): 1}
    for one, other in {*pairwise(range(len(tables))), (0, len(tables) - 1)}:
        hidden = sorted(tables[one].hidden.keys() | tables[other].hidden.keys())
        if one != other and hidden:
            cell = hidden[int(chance.integers(len(hidden)))]
            yield tables[other][cell] - tables[one][cell], {(other, cell): 1, (one, cell): -1}


@pytest.mark.parametrize("seed", range(40))
def test_the_ends_of_levels_and_moves_are_those_of_the_textbook(seed: int) -> None:
    chance, releases, is_growing = np.random.default_rng(seed), invented_releases(seed), seed % 3 > 0
    floor = float(seed % 2)
    knowledge, tables = placed(releases, floor, is_growing)
    figures, factors = zip(*asked(tables, chance), strict=True)
    found, textbook = ends(knowledge, *figures), Textbook(releases, floor, is_growing)
    assert found is not None
    assert found == [pytest.approx(textbook.ends(one), abs=1e-5) for one in factors]


def test_a_hidden_total_is_its_lines_sum() -> None:
    pattern = np.zeros((3, 3), dtype=bool)
    pattern[:2, [0, 2]] = True
    knowledge = Knowledge()
    table = knowledge.add_table(counted([[5, 30], [50, 60]]).figures, pattern)
    assert ends(knowledge, table[0, 0], table[0, 2]) == [[0, 55], [30, 85]]


@pytest.mark.parametrize(("floor", "equal"), [(0.0, (3.0, 4.0)), (0.0, (-1.0,)), (5.0, (5.0,)), (0.0, (10.0,))])
def test_what_contradicts_itself_has_no_ends(floor: float, equal: tuple[float, ...]) -> None:
    """A figure that is two at once, one below its floor, two whose floors are too high, one above its total."""
    knowledge = Knowledge()
    table = knowledge.add_table(np.array([0.0, 0.0, 9.0]), np.array([True, True, False]), floor)
    for one in equal:
        knowledge.add_equal(table[(0,)], Figure(one))
    assert ends(knowledge, table[(0,)]) is None


def test_whoever_was_nobody_and_is_hidden_now_is_one_at_least() -> None:
    knowledge, pattern = Knowledge(), np.array([True, True, False])
    before = knowledge.add_table(np.array([0.0, 9.0, 9.0]), ~pattern & pattern, 1.0)
    now = knowledge.add_grown(before, np.array([0.0, 0.0, 12.0]), pattern, 1.0)
    assert ends(knowledge, now[(0,)], now[(1,)]) == [[1, 3], [9, 11]]


def test_what_two_tables_say_of_one_figure_counts_for_both() -> None:
    """Tied figures are one unknown, no smaller than either may be."""
    both, pattern = Knowledge(), np.array([True, True, False])
    low, high = (
        both.add_table(np.array([0.0, 0.0, whole]), pattern, floor) for whole, floor in ((9.0, 1.0), (12.0, 4.0))
    )
    both.add_equal(low[(0,)], high[(0,)])
    assert ends(both, low[(0,)], low[(1,)], high[(1,)]) == [[4, 8], [1, 5], [4, 8]]


def test_the_sum_of_figures_that_no_equation_ties_has_the_sum_of_their_ends() -> None:
    apart = Knowledge()
    one, other = (apart.add_table(np.array([0.0, 0.0, whole]), np.array([True, True, False])) for whole in (9.0, 5.0))
    assert ends(apart, one[(0,)].plus(other[(0,)]), one[(0,)] - other[(0,)]) == [[0, 14], [-5, 9]]
