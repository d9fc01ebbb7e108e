"""Bugs planted one by one in the gates: the tests beside this file must see each of them."""

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from types import FunctionType, ModuleType

import pytest

from tests.anonymise import (
    test_gate,
    test_groups,
    test_linkage,
    test_releases,
    test_scan,
    test_suppression,
    test_table_releases,
    test_tables,
    test_treatments,
)

PLANTED = [
    ("groups", 'null_encoding="encode"', 'null_encoding="mask"'),
    ("groups", "count(*) < $minimum OR $distinct < 0", "count(*) < $minimum - 1 OR $distinct < 0"),
    ("groups", "people < $minimum OR $distinct < 0", "people < $minimum - 1 OR $distinct < 0"),
    ("groups", "sum(people) < $minimum OR", "sum(people) < $minimum - 1 OR"),
    ("groups", "totals.people < $minimum OR", "totals.people < $minimum - 1 OR"),
    ("groups", "OR count(*) < $distinct", "OR count(*) < $distinct - 1"),
    ("groups", "max(people) / sum(people) > $share AS", "max(people) / sum(people) > 1 AS"),
    ("groups", "count(DISTINCT coalesce(unit, -1))", "count(*)"),
    ("groups", "count(DISTINCT coalesce(unit, -1))", "count(DISTINCT unit)"),
    (
        "groups",
        "SELECT DISTINCT code, value, coalesce(unit, -1) AS unit FROM rows",
        "SELECT code, value, unit FROM rows",
    ),
    ("groups", "bool_or(is_refused)", "bool_and(is_refused)"),
    ("groups", 'published, "sensitive", "opinion")', 'published, "opinion")'),
    ("groups", "max(preset.distinct, privacy.distinct or 1)", "preset.distinct"),
    ("groups", "min(preset.max_share, privacy.max_share or 1.0)", "1.0"),
    ("groups", "running *= width", "running *= 1"),
    ("suppression", "before.filter(kept), after.filter(kept)", "before.filter(kept), after"),
    ("suppression", "if share > allowed:", "if False:"),
    ("suppression", "pair if name in pair else (name,)", "(name,)"),
    ("releases", "for earlier in previous if", "for earlier in previous[-1:] if"),
    ("releases", '_refused_changes(both, added["place"], added["unit"], rule),', ""),
    ("releases", 'removed["unit"] if units is None else _one_person(removed)', 'removed["unit"]'),
    ("releases", "refused.append(staying.filter(_in_groups(staying, moved)))", "pass"),
    ("releases", "*rule.sensitive, *key]", "*key]"),
    ("releases", "*rule.sensitive, *key]", "*rule.sensitive]"),
    ("releases", "rank <= wanted", "rank < wanted"),
    ("releases", "pa.concat_tables([staying, earlier])", "candidate"),
    ("releases", "if groups.num_rows else table", "if not groups.num_rows else table"),
    ("tables", "table.people < rule.minimum", "table.people < rule.minimum - 1"),
    ("tables", "table.largest > rule.dominance * np.abs(table.figures)", "table.largest > 2 * np.abs(table.figures)"),
    ("tables", "for axis, size in enumerate(shape):", "for axis, size in enumerate(shape[:1]):"),
    ("tables", "count(*) AS people", "sum(amount) AS people"),
    ("hiding", "for line in sums:", "for line in sums[:1]:"),
    ("hiding", "while exposed := exposed_cells(table, pattern, refused, rule):", "while exposed := []:"),
    ("hiding", "return float(rule.minimum)", "return 0.0"),
    ("hiding", "if refused[table.grand_total]:", "if False:"),
    ("audit", "signs = [-1.0 if cell == line[-1] else 1.0 for cell in hidden]", "signs = [1.0 for cell in hidden]"),
    ("table_releases", "(moved > 0) & (moved < minimum)", "(moved > 0) & (moved < minimum - 1)"),
    ("table_releases", "for earlier in releases[:-1]:", "for earlier in releases[-1:]:"),
    ("table_releases", "for release in releases:\n        placed", "for release in releases[-1:]:\n        placed"),
    ("linkage", "least(here, there)", "greatest(here, there)"),
    ("linkage", "any(_is_quasi_identifier(side.privacy, name) for side in (one, other))", "False"),
    ("linkage", 'found += [Link(name, (column,), "pseudonym", 1)', '[Link(name, (column,), "pseudonym", 1)'),
    ("gate", "refuse_leaks(scan_table(gated.table, privacy), source)", "pass"),
    ("gate", "if found := links(", "if found := not links("),
    ("gate", "if already.withheld is not None:", "if False:"),
    ("gate", 'if waiting.groups_waiting and privacy.releases == "refuse":', "if False:"),
    ("gate", "if found.moved_by_few or found.computable:", "if found.computable:"),
    ("gate", "if problem := over_budget(rows, done, privacy):", "if False:"),
    ("pseudonyms", "return hmac.digest(key, ", 'return hmac.digest(b"", '),
    ("pseudonyms", "{len(scope)}\\x1f", ""),
    ("grid", "np.floor(metres / cell_m) * cell_m", "metres"),
    ("scan", "kinds[kind] += count", "kinds[kind] += 1"),
]
QUICK = [test_groups, test_suppression, test_releases, test_tables, test_table_releases, test_linkage, test_gate]
BESIDE = [test_treatments, test_scan]


def checks() -> Iterator[Callable[[], None]]:
    """The tests beside this file that need nothing given, and some of those that do."""
    for module in QUICK + BESIDE:
        for name, function in vars(module).items():
            if (
                name.startswith("test_")
                and isinstance(function, FunctionType)
                and not inspect.signature(function).parameters
            ):
                yield function
    for units in (None, [1, 2, 3]):
        yield lambda units=units: test_groups.test_one_fewer_than_the_minimum_is_refused_however_it_is_counted(
            ("avis",), units
        )
    for seed in range(6):
        yield lambda seed=seed: test_tables.test_a_stranger_with_another_solver_finds_no_refused_cell(seed, None)
        yield lambda seed=seed: test_groups.test_figures_equal_the_definitions_counted_row_by_row(seed)
        yield lambda seed=seed: test_suppression.test_whatever_comes_in_every_group_that_leaves_passes_the_rule(seed)


@contextmanager
def planted(module: ModuleType, old: str, new: str) -> Iterator[None]:
    """The module with its source changed, wherever its functions were imported to already."""
    source = inspect.getsource(module)
    assert source.count(old) >= 1, f"{old!r} is no longer in {module.__name__}"
    changed = dict(vars(module))
    exec(compile(source.replace(old, new), str(module.__file__), "exec"), changed)
    saved = {}
    for name, value in vars(module).items():
        if (
            isinstance(value, FunctionType)
            and value.__module__ == module.__name__
            and not hasattr(value, "cache_clear")
        ):
            saved[name] = value.__code__
            value.__code__ = changed[name].__code__
        elif isinstance(value, str) and not name.startswith("__"):
            saved[name] = value
    for name, value in saved.items():
        if isinstance(value, str):
            setattr(module, name, changed[name])
    methods = [
        (method, vars(changed[name])[key].__code__, method.__code__)
        for name, value in vars(module).items()
        if isinstance(value, type) and value.__module__ == module.__name__
        for key, method in vars(value).items()
        if isinstance(method, FunctionType) and method.__code__.co_filename == module.__file__
    ]
    for method, new_code, _old_code in methods:
        method.__code__ = new_code
    try:
        yield
    finally:
        for method, _new_code, old_code in methods:
            method.__code__ = old_code
        for name, value in saved.items():
            if isinstance(value, str):
                setattr(module, name, value)
            else:
                getattr(module, name).__code__ = value


def is_caught() -> bool:
    for check in checks():
        try:
            check()
        except (Exception, pytest.fail.Exception):  # noqa: BLE001  whatever a planted bug makes them raise
            return True
    return False


def plant(one: tuple[str, str, str]) -> bool:
    name, old, new = one
    with planted(import_module(f"pipelines.anonymise.{name}"), old, new):
        return is_caught()


@pytest.mark.parametrize("one", PLANTED[::17], ids=lambda one: f"{one[0]}: {one[2][:40]}")
def test_a_planted_bug_is_caught(one: tuple[str, str, str]) -> None:
    assert plant(one)


@pytest.mark.campaign
@pytest.mark.timeout(3600)
def test_at_least_99_of_100_planted_bugs_are_caught() -> None:
    missed = [one for one in PLANTED if not plant(one)]
    print(f"{len(PLANTED) - len(missed)} of {len(PLANTED)} planted bugs caught; missed: {missed}")
    assert len(missed) <= len(PLANTED) // 100
