"""Bugs planted one by one in the gates: the tests beside this file must see each of them."""

import inspect
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib import import_module
from itertools import product
from pathlib import Path
from types import FunctionType, ModuleType

import pytest

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
    ("audit", "for place, goal, times in self.goals:", "for place, goal, times in self.goals[:1]:"),
    ("audit", "low + min(one, other), high + max(one, other)", "low + one, high + other"),
    ("audit", "if (goal, sense) in self._searched:", "if goal in {one for one, _sense in self._searched}:"),
    ("knowledge", "self.nothing.append(_sum(inner) - total)", "self.nothing.append(_sum(inner).plus(total))"),
    ("knowledge", "max(0.0, lowest - was.known)", "max(0.0, 0 * was.known)"),
    ("knowledge", "self.add_equal(was.plus(moves[cell]), Figure(float(figures[cell])))", "pass"),
    ("knowledge", "moves.get(cell) or later[cell] - earlier[cell]", "moves.get(cell) or later[cell]"),
    ("reduction", "if room <= TOLERANCE:", "if room <= 1:"),
    ("reduction", "max(self.floors[other], self.floors[one] - more)", "self.floors[other]"),
    ("reduction", "equation.known += factor * more", "pass"),
    ("reduction", "if value < self.floors[unknown] - TOLERANCE:", "if False:"),
    ("reduction", "if abs(known) > TOLERANCE:", "if False:"),
    ("table_releases", "(moved > 0) & (moved < minimum)", "(moved > 0) & (moved < minimum - 1)"),
    ("table_releases", "for earlier in releases[:-1]:", "for earlier in releases[-1:]:"),
    ("joint_audit", "if 0 < number < growing:", "if 0 < number < growing - 1:"),
    ("joint_audit", "Asked(knowledge, [*levels, ", "Asked(knowledge, ["),
    ("joint_audit", "*(move for move, _cell in moves)]", "]"),
    ("joint_audit", "width * (1 - TOLERANCE), TOLERANCE)", "width * (1 - TOLERANCE), 0)"),
    ("joint_audit", "[*levels, *moves]", "[*levels]"),
    ("joint_audit", "max(high, -low) >= minimum - TOLERANCE", "max(high, -low) >= minimum - 1 - TOLERANCE"),
    ("joint_audit", "width = 2 * (1 - dominance)", "width = 0 * (1 - dominance)"),
    ("joint_audit", "if same[cell]:", "if False:"),
    ("joint_audit", "& ~np.logical_and.reduce(steps[one:other])", "& False"),
    ("joint_audit", "& ~differs.any(axis, keepdims=True)", ""),
    ("joint_audit", "itertools.pairwise(range(count)), *(", "itertools.pairwise(range(0)), *("),
    ("joint_audit", "(one, count - 1) for one in range(count - 1)", "(one, count - 1) for one in range(0)"),
    ("joint_audit", "largest[self._moved[place]] <= dominance * least", "largest[self._moved[place]] <= least"),
    ("joint_audit", "lowest = 0.0 if all((release.figures >= 0).all() for release in sums)", "lowest = 0.0 if sums"),
    ("propose.judging", "if over_budget(rows, done, privacy):", "if False:"),
    ("propose.judging", "suppress(rows, trial.units,", "suppress(rows, None,"),
    ("propose.judging", "        if trial.is_refused(node):", "        if False:"),
    ("propose.judging", "cells.filter(pc.is_valid(cells[ROWS]))", "cells"),
    ("propose.judging", "tabulate(rows, trial.units,", "tabulate(rows, None,"),
    ("propose.populated", 'update={"level": level}', 'update={"level": 1}'),
    ("propose.populated", "(*(label.get(one, ALL) for label in shown), ALL)", "(*(ALL for label in shown), ALL)"),
    ("propose.populated", 'step = {"cell_m": metres,', 'step = {"cell_m": 10_000,'),
    ("propose.judging", "masks = [blanked[name] for", "masks = [] and [blanked[name] for"),
    ("propose.judging", "(~kept).sum()", "0"),
    ("propose.lattice", "lattice.detail_lost(node) >= best[-1][0]", "best"),
    ("propose.lattice", "is_shown = sizes >= minimum", "is_shown = sizes >= minimum - 1"),
    ("propose.proposal", "if not is_mixed and not is_refusing", "if not is_refusing"),
    ("gate", "is_new = not already.releases and not already.under_other_steps", "is_new = not already.releases"),
    ("suppression", "found.smallest < rule.minimum", "found.smallest < 0"),
    ("suppression", "replace(rule, sensitive=(name,)), units", "replace(rule, sensitive=()), units"),
    ("aggregate", "like=releases[-1])", "like=None)"),
    ("aggregate", "refused_cells(amounts, rule) | hidden_then", "refused_cells(amounts, rule)"),
    ("linkage", "least(here, there)", "greatest(here, there)"),
    ("linkage", "any(is_quasi_identifier(side.privacy, name) for side in (one, other))", "False"),
    ("linkage", "for version in other.versions:", "for version in [other]:"),
    ("linkage", "if is_newest and any(", "if any("),
    ("linkage", "yield from _joined_by_key(name, one, other, minimum)", "pass"),
    ("linkage", "rows.num_rows and smallest < minimum:", "rows.num_rows and smallest < minimum - 1:"),
    ("linkage", "known and any(_tells_apart", "known and not any(_tells_apart"),
    ("linkage", "if alike in (set(here), set(there)):", "if False:"),
    ("linkage", 'yield Link(name, shared, "difference", told.differing)', "pass"),
    ("linkage", 'yield Link(name, shared, "margins", told.computable)', "pass"),
    ("table_links", "sum(0 < one < minimum for", "sum(0 < one < minimum - 9 for"),
    ("table_links", "other.is_of_same_source or (", "("),
    ("table_links", "pair.alike >= _ENOUGH_ALIKE and", "False and"),
    ("table_links", "2 * self.alike > len(self.moved)", "self.moved"),
    ("table_links", "if not self.moved.get(label)]", "]"),
    ("table_links", "(by is not None or _is_whole(row, shared))", "True"),
    ("table_links", "if len(tables) == 2 else 0", "if tables else 0"),
    ("table_links", "if not tables:", "if len(tables) < 2:"),
    ("table_links", "return table.append_column(value, sums[value])", "return table"),
    ("table_links", "for label in same:", "for label in ():"),
    ("table_links", "low < below - TOLERANCE", "low < 0 * below"),
    ("linkage", 'found += [Link(name, (column,), "pseudonym", 1)', '[Link(name, (column,), "pseudonym", 1)'),
    ("gate", "refuse_leaks(scan_table(gated.table, privacy), source)", "pass"),
    ("gate", "if found := links(", "if found := not links("),
    ("gate", 'if waiting.groups_waiting and privacy.releases == "refuse":', "if False:"),
    ("gate", "    if found:\n", "    if found.computable:\n"),
    ("gate", "if problem := over_budget(rows, done, privacy):", "if False:"),
    ("actions.pseudonyms", "return hmac.digest(key, ", 'return hmac.digest(b"", '),
    ("actions.pseudonyms", "{len(scope)}\\x1f", ""),
    ("actions.grid", "np.floor(metres / cell_m) * cell_m", "metres"),
    ("scan", "kinds[kind] += count", "kinds[kind] += 1"),
    ("gate", "if already.withheld is None:", "if True:"),
    (
        "gate",
        "shown, whose = _without_withheld(done.table, done.units, already)",
        "shown, whose = done.table, done.units",
    ),
    (
        "gate",
        "rows, units = _without_withheld(treated.table, treated.units, already)",
        "rows, units = treated.table, treated.units",
    ),
    ("gate", "if problem := over_budget(rows, done, privacy):", "if problem := None:"),
    ("gate", "_refuse_changed_steps(done, already, rule, key, source)", "pass"),
    ("gate", "_refuse_links(Published(shown, privacy, whose), already, source)", "pass"),
    (
        "gate",
        "waiting = hold_back(shown, whose, already.releases, rule, key)",
        "waiting = hold_back(shown, whose, (), rule, key)",
    ),
    ("gate", "hold_back(shown, whose, already", "hold_back(shown, None, already"),
    ("gate", "return () if renewed & set(key) else key", "return ()"),
    ("gate", "return () if renewed & set(key) else key", "return key"),
    ("gate", "if already.under_other_steps or any(", "if any("),
    (
        "gate",
        "steady = steady_counts(rows, already.releases, key, privacy)",
        "steady = steady_counts(rows, (), key, privacy)",
    ),
    ("groups", "refused = people < rule.minimum\n", "refused = people < rule.minimum - 1\n"),
    ("groups", "(distinct < rule.distinct)", "(distinct < rule.distinct - 1)"),
    ("groups", "(share > rule.max_share)", "(share > 1)"),
    ("groups", "int((people == 1).sum())", "int((people <= 2).sum())"),
    (
        "groups",
        "for one in per_column] or [np.zeros_like(people)]).min(axis=0)",
        "for one in per_column] or [np.zeros_like(people)]).max(axis=0)",
    ),
    ("dense", "null if one is None else", "0 if one is None else"),
    ("dense", "running *= np.int32(max(1, len(numbers[name])))", "running *= np.int32(1)"),
    ("suppression", "if share > allowed:", "if share > 1:"),
    (
        "suppression",
        "return compared(before, table, units, pc.invert(rows_refused(table, rule, units)))",
        "return compared(before, table, units, pc.invert(rows_refused(table, rule, None)))",
    ),
    ("suppression", "table = _joined(table, units, rule, blanked)", "pass"),
    ("suppression", "blanked += columns", "blanked = list(columns)"),
    (
        "releases",
        "exposed_groups(rows, kept_units, previous, rule, key)]))\n        is_held",
        "exposed_groups(rows, None, previous, rule, key)]))\n        is_held",
    ),
    ("releases", "tracked = _tracked_groups(release,", "tracked = [] and _tracked_groups(release,"),
    ("releases", "_split_groups(release, units, earlier, rule, key), ", ""),
    ("releases", "rule, quasi_identifiers=(*names, _KNOWN)", "rule, quasi_identifiers=(*names,)"),
    (
        "releases",
        'in_two = whole.filter(pc.equal(whole[f"{_KNOWN}_count"], 2))',
        'in_two = whole.filter(pc.equal(whole[f"{_KNOWN}_count"], 3))',
    ),
    ("releases", "is_twice is not None and pc.any(is_twice).as_py()", "False"),
    (
        "releases",
        "count += exposed_groups(candidate, units, [earlier], shared,",
        "count += 0 * exposed_groups(candidate, units, [earlier], shared,",
    ),
    (
        "releases",
        "return Erased(withhold(published, groups), groups)",
        "return Erased(published.filter(pc.invert(erased)), groups)",
    ),
    ("linkage", "count(DISTINCT unit) FILTER (place < $boundary)", "count(*) FILTER (place < $boundary)"),
    (
        "linkage",
        "smallest < minimum:\n        yield Link(name, shared",
        "smallest < minimum - 1:\n        yield Link(name, shared",
    ),
    (
        "linkage",
        "return pc.fill_null(dataset.units.cast(pa.int64()), -1)",
        "return pa.array(range(dataset.table.num_rows), pa.int64())",
    ),
    ("linkage", "pc.fill_null(found[ROWS], 0), enough)", "pc.fill_null(found[ROWS], 0), 1)"),
    ("linkage", "return bool(found.as_py())", "return False"),
    ("siblings", "if name not in shared)", "if name in shared)"),
    ("row_order", "pc.fill_null_forward(same)", "same"),
    ("table_releases", "(people < minimum) | (largest > dominance * moved)", "people < minimum"),
    ("table_releases", "moved += _amounts_moved(", "_amounts_moved("),
    ("actions.thresholds", "pc.less(people, _minimum(privacy))", "pc.less(people, _minimum(privacy) - 1)"),
    (
        "actions.thresholds",
        "for name in (count, *figures):\n            table = _replaced(table, name, is_small",
        "for name in (count,):\n            table = _replaced(table, name, is_small",
    ),
    ("actions.thresholds", "pc.less(moved, _minimum(privacy))", "pc.less(moved, _minimum(privacy) - 1)"),
    ("actions.thresholds", "for release in reversed(earlier):", "for release in earlier[-1:]:"),
    ("actions.figures", "ROUND_HALF_UP", "ROUND_DOWN"),
    ("actions.figures", "(policy.bottom, pc.max_element_wise), ", ""),
    ("actions.figures", "(policy.top, pc.min_element_wise)", "(policy.top, pc.max_element_wise)"),
    ("actions.labels", 'side="right"', 'side="left"'),
    ("actions.labels", "labels[policy.level :]", "labels[policy.level - 1 :]"),
    ("actions.labels", 'return "2A" if code[2] in "01" else "2B"', 'return "2A"'),
    (
        "actions.labels",
        "unknown = [place for place, text in enumerate(texts) if text and labels[place] is None]",
        "unknown = []",
    ),
    ("actions.labels", "if low == bands.top:", "if False:"),
    ("actions.households", "if totals[level, path[level]] < minimum:", "if totals[level, path[level]] < minimum - 1:"),
    ("actions.households", "if 0 < totals[level, path[level]] < minimum", "if False"),
    ("actions.households", ">= minimum:\n            level -= 1", ">= 0:\n            level -= 1"),
    ("actions.dates", "0, 7)", "0, 10)"),
    ("actions.dates", "pc.quarter(days)", "pc.month(days)"),
    ("text.recognisers", "(?:33|262|508|590|594|596|687|689){_GAP}", "(?:33){_GAP}"),
    ("text.recognisers", "(?<!\\b[A-Za-z]{2})[1-9]", "[1-9]"),
    ("text.recognisers", 'return match.end("number") if is_sure or match["cue"] else None', "return None"),
    ("text.recognisers", "check_country=False", "check_country=True"),
    ("text.recognisers", "return bool(luhn.is_valid(number)) or", "return"),
    ("text.flattening", "if _NO_WIDTH.fullmatch(cluster):", "if False:"),
    ("text.flattening", "self.ends[span.end - 1]", "self.starts[span.end - 1]"),
    ("text.text_recognisers", "bis|ter|quater", "bis"),
    (
        "scan",
        "is_suspect = pc.fill_null(pc.match_substring_regex(distinct, _SUSPECT), False)",
        'is_suspect = pc.equal(distinct, "")',
    ),
]
OTHERS = {"test_planted_bugs", "test_held_out"}  # this file, and one that measures
FILES = [
    import_module(f"tests.anonymise.{path.stem}")
    for path in sorted(Path(__file__).parent.glob("test_*.py"))
    if path.stem not in OTHERS
]
BESIDE = {  # the file whose tests come first, where it does not bear the module's name
    "actions.figures": "treatments",
    "actions.households": "treatments",
    "actions.dates": "treatments",
    "actions.grid": "treatments",
    "actions.pseudonyms": "treatments",
    "text.recognisers": "variants",
    "text.flattening": "free_text",
    "text.text_recognisers": "variants",
    "hiding": "tables",
    "knowledge": "audit",
    "reduction": "audit",
    "aggregate": "joint_audit",
    "propose.judging": "proposal",
    "propose.populated": "proposed_places",
    "siblings": "linkage",
    "table_links": "linkage",
    "dense": "groups",
    "patterns": "gate",
    "row_order": "releases",
}


def checks(module: str) -> Iterator[Callable[[], None]]:
    """The tests beside this file that need no fixture, with each of their parameters; the module's own come first."""
    own = f"tests.anonymise.test_{BESIDE.get(module, module.rpartition('.')[2])}"
    for file in sorted(FILES, key=lambda one: one.__name__ != own):
        for name, function in vars(file).items():
            if name.startswith("test_") and isinstance(function, FunctionType):
                yield from _with_parameters(function)


def _with_parameters(function: FunctionType) -> Iterator[Callable[[], None]]:
    marks = getattr(function, "pytestmark", [])
    if any(mark.name == "campaign" for mark in marks):
        return
    given = [_values(mark) for mark in marks if mark.name == "parametrize"]
    for several in product(*given):
        named = {name: value for one in several for name, value in one.items()}
        if set(inspect.signature(function).parameters) == set(named):
            yield lambda named=named: function(**named)


def _values(mark: pytest.Mark) -> list[dict[str, object]]:
    """What a parametrize mark gives, without what only the campaign runs."""
    names, listed = mark.args[:2]
    names = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
    plain = [one for one in listed if not any(m.name == "campaign" for m in getattr(one, "marks", ()))]
    rows = [one.values if hasattr(one, "marks") else one for one in plain]
    return [
        dict(zip(names, row if len(names) > 1 or hasattr(one, "marks") else (row,), strict=True))
        for one, row in zip(plain, rows, strict=True)
    ]


@contextmanager
def planted(module: ModuleType, old: str, new: str) -> Iterator[None]:
    """The module with its source changed, wherever its functions were imported to already."""
    source = inspect.getsource(module)
    assert source.count(old) >= 1, f"{old!r} is no longer in {module.__name__}"
    changed = dict(vars(module))
    exec(compile(source.replace(old, new), str(module.__file__), "exec"), changed)
    saved = {
        name: value
        for name, value in vars(module).items()
        if isinstance(value, str | re.Pattern | tuple) and not name.startswith("__")
    }
    functions = {
        name: value.__code__
        for name, value in vars(module).items()
        if isinstance(value, FunctionType) and value.__module__ == module.__name__ and not hasattr(value, "cache_clear")
    }
    for name in functions:
        getattr(module, name).__code__ = changed[name].__code__
    for name in saved:
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
        for name, code in functions.items():
            getattr(module, name).__code__ = code
        for name, value in saved.items():
            setattr(module, name, value)


def is_caught(module: str) -> bool:
    for check in checks(module):
        try:
            check()
        except (Exception, pytest.fail.Exception):  # noqa: BLE001  whatever a planted bug makes them raise
            return True
    return False


def plant(one: tuple[str, str, str]) -> bool:
    name, old, new = one
    with planted(import_module(f"pipelines.anonymise.{name}"), old, new):
        return is_caught(name)


@pytest.mark.parametrize("one", PLANTED[::29], ids=lambda one: f"{one[0]}: {one[2][:40]}")
def test_a_planted_bug_is_caught(one: tuple[str, str, str]) -> None:
    assert plant(one)


def test_what_a_bug_replaces_still_stands_in_its_module() -> None:
    sources = {name: inspect.getsource(import_module(f"pipelines.anonymise.{name}")) for name, _old, _new in PLANTED}
    assert [(name, old) for name, old, _new in PLANTED if old not in sources[name]] == []


@pytest.mark.campaign
@pytest.mark.timeout(3600)
def test_at_least_99_of_100_planted_bugs_are_caught() -> None:
    assert not is_caught("gate"), "nothing is planted yet"
    missed = [one for one in PLANTED if not plant(one)]
    assert not is_caught("gate"), "nothing stays planted"
    print(f"{len(PLANTED) - len(missed)} of {len(PLANTED)} planted bugs caught; missed: {missed}")
    assert len(missed) <= len(PLANTED) // 100
