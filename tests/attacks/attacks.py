"""Attacks on a publication. Each reads `Public` alone, and what its docstring says an attacker may know beside.

An attack gives what it claims to have learnt; `claims` that are true of the town are successes.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import combinations, pairwise, product
from typing import Any

import numpy as np
import pyarrow as pa
from scipy.optimize import linprog

from tests.attacks.publication import BY, MAX_DOMINANCE, MAX_SHARE, MINIMUM, Public
from tests.attacks.towns import NUMBERS, Town

Group = tuple[Any, ...]


def groups(table: pa.Table) -> dict[Group, Counter[str]]:
    found: dict[Group, Counter[str]] = defaultdict(Counter)
    for row in table.to_pylist():
        found[row["quarter"], row["age"]][row["theme"]] += 1
    return found


def uniqueness(public: Public, _town: Town) -> int:
    """Rows that nobody else's look like."""
    return sum(mix.total() == 1 for table in public.releases for mix in groups(table).values())


def prosecutor(public: Public, town: Town) -> int:
    """Knowing where a resident lives and how old they are, and that they asked: whose rows are these?"""
    return sum(
        0 < len({one.person for one in moment if (one.quarter, one.age) == group}) < MINIMUM
        for table, moment in zip(public.releases[:1], town.moments, strict=False)
        for group in groups(table)
        if None not in group
    )


def homogeneity(public: Public, _town: Town) -> int:
    """All of a group asked for the same: no need to know which row is whose."""
    return sum(len(mix) == 1 for table in public.releases for mix in groups(table).values())


def similarity(public: Public, _town: Town) -> int:
    """Nearly all of a group asked for the same: a guess that is right of most of its people.

    People are counted and not rows, as `unit:` says of every figure of the policy: whoever guesses, guesses about a
    neighbour, and one resident's fifteen rows make no guess about the others any better. Counted by rows, a busy
    resident alone would be a "success" that tells nothing of them: that they asked at all and often is what
    `contributors` attacks. A row's number tells here whose it is, which is more than a stranger knows.
    """
    return sum(_guesses(table) for table in public.releases)


def _guesses(table: pa.Table) -> int:
    people: dict[Group, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for row in table.to_pylist():
        people[row["quarter"], row["age"]][row["theme"]].add(row["number"] // NUMBERS)
    return sum(
        max(map(len, themes.values())) / len(set().union(*themes.values())) > MAX_SHARE for themes in people.values()
    )


def background(public: Public, _town: Town) -> int:
    """A neighbour of the same group takes away their own row: is the rest uniform?"""
    return sum(
        len(mix - Counter([own])) == 1 for table in public.releases for mix in groups(table).values() for own in mix
    )


def minimality(public: Public, _town: Town) -> int:
    """A blank was a group too small to show: so few blanks are the people of the missing groups."""
    return sum(mix.total() < MINIMUM for t in public.releases for group, mix in groups(t).items() if None in group)


def contributors(public: Public, town: Town) -> int:
    """A group of many rows that are all one busy resident's: known to the neighbours, then so are the rows."""
    return prosecutor(public, town)


def cells(table: pa.Table, figure: str = "row_count", by: tuple[str, ...] = BY) -> dict[Group, float | None]:
    """Figures by place on each axis; "*" is a total."""
    found: dict[Group, float | None] = {}
    for row in table.to_pylist():
        summed = row["totals"].split()
        found[tuple("*" if name in summed else (row[name],) for name in by)] = row[figure]
    return found


def table_lines(table: Mapping[Group, float | None]) -> Iterable[tuple[list[Group], Group]]:
    """The cells of every line, and its total."""
    for axis in range(len(BY)):
        for total in table:
            if total[axis] == "*":
                inner = [
                    c for c in table if c[axis] != "*" and all(c[i] == total[i] for i in range(len(BY)) if i != axis)
                ]
                yield inner, total


def subtraction(public: Public, _town: Town) -> int:
    """A total less all that is shown of it is the one cell that is hidden."""
    found = 0
    for table in map(cells, public.tables):
        for inner, total in table_lines(table):
            hidden = [cell for cell in inner if table[cell] is None]
            found += len(hidden) == 1 and table[total] is not None
    return found


def reconstruction(public: Public, _town: Town) -> int:
    """The possible values of a hidden cell, by linear programming over all sums: few, and small."""
    return sum(_pinned_down(cells(table)) for table in public.tables[:2])


def _pinned_down(table: dict[Group, float | None]) -> int:
    number = {cell: place for place, cell in enumerate(table)}
    equations = [{number[total]: -1.0} | {number[cell]: 1.0 for cell in inner} for inner, total in table_lines(table)]
    bounds = [(1, None) if count is None else (count, count) for count in table.values()]
    hidden = [number[cell] for cell, count in table.items() if count is None]
    ends = possible(equations, bounds, hidden, lambda low: low < MINIMUM - 1e-6)
    return sum(high - low < MINIMUM - 1e-6 for low, high in ends.values())


def possible(
    equations: Sequence[Mapping[int, float]],
    bounds: Sequence[tuple[float | None, float | None]],
    wanted: Iterable[int],
    is_telling: Callable[[float], bool],
) -> dict[int, tuple[float, float]]:
    """The least and the most of each wanted unknown whose least `is_telling`; each equation's terms sum to nothing."""
    matrix = np.zeros((len(equations), len(bounds)))
    for row, equation in zip(matrix, equations, strict=True):
        row[list(equation)] = list(equation.values())

    def end(unknown: int, sign: int) -> float:
        goal = np.zeros(len(bounds))
        goal[unknown] = sign
        solved = linprog(goal, A_eq=matrix, b_eq=np.zeros(len(equations)), bounds=bounds)
        return float(sign * solved.fun if solved.status == 0 else sign * -np.inf)

    lows = {unknown: end(unknown, 1) for unknown in wanted}
    return {unknown: (low, end(unknown, -1)) for unknown, low in lows.items() if is_telling(low)}


def difference(public: Public, _town: Town) -> int:
    """Two versions, each safe: the rows that came or went in a group are one or two residents'."""
    return sum(moved_by_few(one, other) for one, other in _pairs(public.releases))


def moved_by_few(one: pa.Table, other: pa.Table) -> int:
    before, after = groups(one), groups(other)
    return sum(
        0 < (mine.get(group, Counter()) - theirs.get(group, Counter())).total() < MINIMUM
        for mine, theirs in ((before, after), (after, before))
        for group in mine
    )


def _pairs(tables: list[pa.Table]) -> Iterable[tuple[pa.Table, pa.Table]]:
    return ((one, other) for place, one in enumerate(tables) for other in tables[place + 1 :])


def table_difference(public: Public, _town: Town) -> int:
    """A published count that moved by one or two."""
    found = 0
    for one, other in pairwise(map(cells, public.tables)):
        for cell in one.keys() & other.keys():
            before, after = one[cell], other[cell]
            found += before is not None and after is not None and 0 < abs(after - before) < MINIMUM
    return found


def hidden_sums(public: Public, town: Town) -> int:
    """All versions of a table of sums at once: what added up to the very same has not changed, where it was hidden too.

    A few residents' euros are found where they can only lie close together.
    """
    versions = public.sums
    if len(versions) < 2:
        return 0  # one table alone is another attack's
    counts, sums = ([cells(one, figure) for one in versions] for figure in ("row_count", "amount"))
    order = [(place, cell) for place, table in enumerate(sums) for cell in table]
    number = {unknown: place for place, unknown in enumerate(order)}
    equations = [
        {number[place, total]: -1.0} | {number[place, cell]: 1.0 for cell in inner}
        for place, table in enumerate(sums)
        for inner, total in table_lines(table)
    ]
    for one, other in combinations(range(len(versions)), 2):
        same = _unmoved(counts[one], counts[other]) & _unmoved(sums[one], sums[other])
        equations += [{number[one, cell]: 1.0, number[other, cell]: -1.0} for cell in same]
    small = _sums_of_few(town)
    bounds = [(0, None) if sums[place][cell] is None else (sums[place][cell],) * 2 for place, cell in order]
    hidden = [number[place, cell] for place, cell in order if sums[place][cell] is None and cell in small]
    found = 0
    for unknown, (low, high) in possible(equations, bounds, hidden, lambda low: low > 0.01).items():
        is_close = high - low < 2 * (1 - MAX_DOMINANCE) * low
        found += is_close and any(low - 0.01 <= amount <= high + 0.01 for amount in small[order[unknown][1]])
    return found


def _unmoved(one: Mapping[Group, float | None], other: Mapping[Group, float | None]) -> set[Group]:
    """Cells of lines whose total is the same in both versions, and in which nothing shown differs."""
    shared = one.keys() & other.keys()
    shown = {cell for cell in shared if one[cell] is not None and other[cell] is not None}
    same = {cell for cell in shown if one[cell] == other[cell]}
    for _step in BY:
        for inner, total in table_lines(one):
            if total in same and not (set(inner) & (shown - same)):
                same |= set(inner) & shared
    return same


def _sums_of_few(town: Town) -> Mapping[Group, list[int]]:
    """What the town hall alone knows: the euros of cells with too few residents, at any moment."""
    found: dict[Group, list[int]] = defaultdict(list)
    for moment in town.aids:
        amounts: dict[Group, list[int]] = defaultdict(list)
        for aid in moment:
            for cell in product(((aid.quarter,), "*"), ((aid.age,), "*")):
                amounts[cell].append(aid.amount)
        for cell, each in amounts.items():
            if len(each) < MINIMUM or max(each) > MAX_DOMINANCE * sum(each):
                found[cell].append(sum(each))
    return found


def intersection(public: Public, _town: Town) -> int:
    """Knowing that a resident is in both versions: what both have of their group is what they asked for."""
    found = 0
    for one, other in _pairs(public.releases):
        before, after = groups(one), groups(other)
        for group in before.keys() & after.keys():
            common = before[group] & after[group]
            found += len(common) == 1 and before[group] != after[group]
    return found


def tracking(public: Public, _town: Town) -> int:
    """Rows have numbers: those of a group that another version has too, wherever it showed them, are few."""
    return sum(_tracked(one, other) + _tracked(other, one) for one, other in _pairs(public.releases))


def _tracked(one: pa.Table, other: pa.Table) -> int:
    known = set(other["number"].to_pylist())
    sides = Counter((row["quarter"], row["age"], row["number"] in known) for row in one.to_pylist())
    return sum(count < MINIMUM for count in sides.values())


def across_erasure(public: Public, _town: Town) -> int:
    """A copy of the version before, and the one after: what is missing is what was erased."""
    assert public.reissue is not None
    return moved_by_few(public.releases[0], public.reissue)


def linkage(public: Public, _town: Town) -> int:
    """Two datasets of one town: a quarter that few of one share is found in the other."""
    if public.votes is None:
        return 0
    here = Counter(row["quarter"] for row in public.releases[-1].to_pylist())
    there = Counter(public.votes["quarter"].to_pylist())
    return sum(min(here[quarter], there[quarter]) < MINIMUM for quarter in here.keys() & there.keys())


def shared_margins(public: Public, _town: Town) -> int:
    """Two tables of the same requests, by age and by theme: their quarters' totals differ by one or two residents.

    Or one shows what the other hides.
    """
    if public.themes is None:
        return 0
    there = {cell[0]: count for cell, count in cells(public.themes, by=("quarter", "theme")).items() if cell[1] == "*"}
    found = 0
    for table in public.tables:
        here = {cell[0]: count for cell, count in cells(table).items() if cell[1] == "*"}
        both = [(here[quarter], there[quarter]) for quarter in here.keys() & there.keys()]
        found += sum(one is not None and other is not None and 0 < abs(one - other) < MINIMUM for one, other in both)
        if table is public.tables[-1]:
            found += sum((one is None) != (other is None) for one, other in both)
    return found


def copied_rows(public: Public, _town: Town) -> int:
    """A copy of rows that are no longer shown: their groups are cells that a table hides for the sake of others."""
    if public.late is None:
        return 0
    table = cells(public.late)
    known = {((q,), (a,)): mix.total() for (q, a), mix in groups(public.releases[0]).items() if None not in (q, a)}
    return _pinned_down({cell: known.get(cell) if count is None else count for cell, count in table.items()})


def tied_rows(public: Public, _town: Town) -> int:
    """Rows of two offices that bear the same number: who lives where, how old, and came on that day of the week."""
    if public.days is None:
        return 0
    day = dict(zip(public.days["number"].to_pylist(), public.days["day"].to_pylist(), strict=True))
    people: dict[Group, set[int]] = defaultdict(set)
    for row in public.releases[-1].to_pylist():
        if row["number"] in day:
            people[row["quarter"], row["age"], day[row["number"]]].add(row["number"] // NUMBERS)
    return sum(len(each) < MINIMUM for each in people.values())


def dictionary(public: Public, _town: Town) -> int:
    """Every phone number there is, hashed: which pseudonym is whose?"""
    numbers = (f"06 39 98 {high:02d} {low:02d}" for high, low in product(range(10), range(100)))
    known = {sha256(number.encode()).hexdigest()[:32] for number in numbers}
    return sum(pseudonym in known for pseudonym in public.pseudonyms)


def free_text(public: Public, _town: Town) -> int:
    """A phone number in a column that was called public."""
    return sum(bool(re.search(r"0[67](?: \d\d){4}", text)) for text in public.texts)


@dataclass(frozen=True)
class Attack:
    """What it does, the gate without which it must succeed, and the part of the publication it reads."""

    run: Callable[[Public, Town], int]
    gate: str
    reads: tuple[str, ...] = ("releases",)


ATTACKS: Mapping[str, Attack] = {
    "uniqueness": Attack(uniqueness, "groups"),
    "prosecutor": Attack(prosecutor, "groups"),
    "contributors": Attack(contributors, "contributors"),
    "homogeneity": Attack(homogeneity, "mixing"),
    "similarity": Attack(similarity, "mixing"),
    "background knowledge": Attack(background, "mixing"),
    "minimality": Attack(minimality, "judging again"),
    "subtraction from margins": Attack(subtraction, "complementary", ("tables",)),
    "linear reconstruction": Attack(reconstruction, "complementary", ("tables",)),
    "difference of two versions": Attack(difference, "releases"),
    "intersection of two versions": Attack(intersection, "releases"),
    "tracking of numbered rows": Attack(tracking, "releases"),
    "hidden sums of all versions": Attack(hidden_sums, "releases", ("sums",)),
    "difference of two tables": Attack(table_difference, "releases", ("tables",)),
    "difference across an erasure": Attack(across_erasure, "erasure", ("releases", "reissue")),
    "linkage of two datasets": Attack(linkage, "linkage", ("releases", "votes")),
    "two tables of the same people": Attack(shared_margins, "linkage", ("tables", "themes")),
    "table beside a copy of rows": Attack(copied_rows, "linkage", ("releases", "late")),
    "rows tied by a number": Attack(tied_rows, "linkage", ("releases", "days")),
    "pseudonym dictionary": Attack(dictionary, "keyed pseudonyms", ("pseudonyms",)),
    "free-text leak": Attack(free_text, "scan", ("texts",)),
}
