import json
import os
import random
import subprocess
import sys
from collections import defaultdict

import pyarrow as pa
import pytest

from pipelines.anonymise.groups import GroupFigures, GroupRule, codes, group_rule, measure, measure_batches
from pipelines.vocabularies import PRESETS
from tests.anonymise.policies import BUDGET_LAW, privacy, strings

RULE = GroupRule(("quartier", "age"), ("avis",), minimum=3, distinct=2, max_share=0.8)


def people(*rows: str) -> pa.Table:
    """ "Nord 30 oui", with - for a missing cell."""
    cells = [[None if cell == "-" else cell for cell in row.split()] for row in rows]
    return strings(**{name: [row[i] for row in cells] for i, name in enumerate(("quartier", "age", "avis"))})


def reference(table: pa.Table, rule: GroupRule, units: list[int | None] | None) -> GroupFigures:
    """The definitions, word for word, row by row."""
    rows = table.to_pylist()
    whose = units if units is not None else list(range(len(rows)))
    groups: dict[tuple, list[tuple[dict, int | None]]] = defaultdict(list)
    for row, unit in zip(rows, whose, strict=True):
        groups[tuple(row[name] for name in rule.quasi_identifiers)].append((row, unit))
    k, least, most, refused = [], [], [], 0
    for members in groups.values():
        crowd = {unit for _row, unit in members}
        seen = {s: {row[s] for row, _unit in members} for s in rule.sensitive}
        values = [{v: {u for r, u in members if r[s] == v} for v in seen[s]} for s in rule.sensitive]
        k.append(len(crowd))
        least.append(min((len(v) for v in values), default=0))
        most.append(max((max(len(c) for c in v.values()) / len(crowd) for v in values), default=0.0))
        mixed = not rule.sensitive or (least[-1] >= rule.distinct and most[-1] <= rule.max_share)
        refused += not (len(crowd) >= rule.minimum and mixed)
    if not groups:
        return GroupFigures(0, 0, 0, 0.0, 0, 0)
    return GroupFigures(len(groups), min(k), min(least), max(most), k.count(1), refused)


def test_a_mixed_group_of_three_passes_and_a_uniform_one_does_not() -> None:
    mixed = people("Nord 30 oui", "Nord 30 non", "Nord 30 oui")
    assert measure(mixed, RULE) == GroupFigures(1, 3, 2, 2 / 3, 0, 0)
    uniform = people("Nord 30 oui", "Nord 30 oui", "Nord 30 oui")
    assert measure(uniform, RULE) == GroupFigures(1, 3, 1, 1.0, 0, 1)


def test_of_two_sensitive_columns_the_more_uniform_one_counts() -> None:
    mixed = people("Nord 30 oui", "Nord 30 non", "Nord 30 oui").append_column("aide", pa.array(["a", "a", "a"]))
    both = GroupRule(("quartier", "age"), ("avis", "aide"), minimum=3, distinct=2, max_share=1.0)
    assert measure(mixed, both) == GroupFigures(1, 3, 1, 1.0, 0, 1)


def test_a_missing_cell_is_a_group_of_its_own() -> None:
    table = people("- 30 oui", "- 30 non", "Nord 30 oui", "Nord 30 non", "Nord 30 -")
    assert measure(table, RULE).smallest == 2
    assert measure(table, RULE).group_count == 2


def test_one_resident_with_fifteen_complaints_is_one() -> None:
    table = people(*["Nord 30 oui", "Nord 30 non"] * 7, "Nord 30 oui")
    assert measure(table, RULE).smallest == 15
    assert measure(table, RULE, pa.array([7] * 15)).smallest == 1
    assert measure(table, RULE, pa.array([None] * 15, pa.int64())).smallest == 1


def test_rows_without_a_contributor_are_one_more_person() -> None:
    rule = GroupRule(("quartier", "age"), (), minimum=3, distinct=1, max_share=1.0)
    table = people("Nord 30 oui", "Nord 30 non", "Nord 30 oui", "Nord 30 oui")
    assert measure(table, rule, pa.array([1, 2, None, None])).smallest == 3


@pytest.mark.parametrize("sensitive", [(), ("avis",), ("avis", "age")])
@pytest.mark.parametrize("units", [None, [1, 2, 3]])
def test_one_fewer_than_the_minimum_is_refused_however_it_is_counted(sensitive: tuple, units: list | None) -> None:
    rule = GroupRule(("quartier",), sensitive, minimum=3, distinct=1, max_share=1.0)
    enough = people("Nord 30 oui", "Nord 30 non", "Nord 40 oui")
    for size, refused in ((3, 0), (2, 1)):
        people_of = None if units is None else pa.array(units[:size])
        assert measure(enough.slice(0, size), rule, people_of).groups_refused == refused


def test_an_empty_table_has_no_group() -> None:
    assert measure(people(), RULE) == GroupFigures(0, 0, 0, 0.0, 0, 0)


@pytest.mark.parametrize("seed", range(24))
def test_figures_equal_the_definitions_counted_row_by_row(seed: int) -> None:
    chance = random.Random(seed)
    count = chance.randint(1, 60)
    table = strings(
        **{
            name: [chance.choice([*values, None]) for _row in range(count)]
            for name, values in {"quartier": "NSEO", "age": "123", "avis": "xyz", "theme": "ab", "plus": "1"}.items()
        }
    )
    sensitive = chance.choice([(), ("avis",), ("avis", "theme")])
    names = chance.choice([("quartier",), ("quartier", "age"), ("quartier", "age", "plus")])
    rule = GroupRule(names, sensitive, chance.randint(1, 5), chance.randint(1, 3), chance.choice([0.5, 0.8, 1.0]))
    units = None if seed % 2 else [chance.choice([None, 1, 2, 3, 4, 5]) for _row in range(count)]
    found = measure(table, rule, None if units is None else pa.array(units, pa.int64()))
    assert found == reference(table, rule, units)


def test_many_wide_columns_do_not_overflow_their_common_code() -> None:
    table = pa.table({f"c{i}": pa.array([str(row * (i + 1) % 997) for row in range(2_000)]) for i in range(12)})
    rows = {tuple(row.values()) for row in table.to_pylist()}
    assert len(set(codes(table, table.column_names).to_pylist())) == len(rows)


def test_a_policy_may_ask_for_more_than_its_preset_and_never_for_less() -> None:
    columns = privacy(quartier="quasi_identifier keep", avis="sensitive keep", nom="identifier drop")
    stricter = columns.model_copy(update={"preset": "small_town_20", "distinct": 3, "max_share": 0.9})
    rule = group_rule(stricter, ["quartier", "avis"])
    assert rule == GroupRule(("quartier",), ("avis",), 20, 3, PRESETS["small_town_20"].max_share)


def test_a_basis_of_law_exempts_its_column_and_only_that() -> None:
    policy = privacy(
        elu={"role": "quasi_identifier", "action": "keep", **BUDGET_LAW}, age="quasi_identifier keep"
    ).model_copy(update={"preset": "insee_households_11"})
    rule = group_rule(policy, ["elu", "age"])
    assert rule is not None
    assert rule.quasi_identifiers == ("age",)


def test_without_a_preset_or_with_a_basis_for_all_there_is_no_rule() -> None:
    policy = privacy(age="quasi_identifier keep")
    assert group_rule(policy, ["age"]) is None
    by_law = policy.model_copy(update={"preset": "insee_households_11", **BUDGET_LAW})
    assert group_rule(by_law, ["age"]) is None


@pytest.mark.campaign
@pytest.mark.parametrize("seed", range(10))
def test_pycanon_agrees_on_k_l_and_alpha(seed: int) -> None:
    """PARVIS_TEST_PYCANON_PYTHON: the interpreter of an environment with pycanon, which pins an old pandas."""
    chance = random.Random(seed)
    names = ("quartier", "age", "avis")
    table = strings(**{name: [chance.choice("abcde") for _row in range(300)] for name in names})
    program = (
        "import json, sys, pandas\nfrom pycanon import anonymity\n"
        "rows, qi, sa = pandas.DataFrame(json.load(sys.stdin)), ['quartier', 'age'], ['avis']\n"
        "alpha, k = anonymity.alpha_k_anonymity(rows, qi, sa)\n"
        "print(json.dumps([int(k), int(anonymity.l_diversity(rows, qi, sa)), float(alpha)]))"
    )
    python = os.environ.get("PARVIS_TEST_PYCANON_PYTHON", sys.executable)
    given = json.dumps(table.to_pydict())
    done = subprocess.run(
        [python, "-W", "ignore", "-c", program], input=given, capture_output=True, text=True, check=True
    )
    found = measure(table, GroupRule(("quartier", "age"), ("avis",), 1, 1, 1.0))
    assert [found.smallest, found.fewest_distinct, pytest.approx(found.largest_share)] == json.loads(done.stdout)


def test_rows_in_batches_whose_dictionaries_differ_are_one_table() -> None:
    twice_and_null = pa.DictionaryArray.from_arrays(
        pa.array([0, 1, 2, None, 3]), pa.array(["Nord", "Sud", None, "Nord"])
    )
    other_order = pa.DictionaryArray.from_arrays(pa.array([1, 0, 1, 0, 1]), pa.array(["Sud", "Nord"]))
    avis = pa.array(["oui", "non", "oui", None, "non"])
    batches = [pa.record_batch({"quartier": one, "avis": avis}) for one in (twice_and_null, other_order)]
    rule = GroupRule(("quartier",), ("avis",), 3, 2, 0.8)
    plain = pa.table(
        {"quartier": [*twice_and_null.to_pylist(), *other_order.to_pylist()], "avis": [*avis.to_pylist()] * 2}
    )
    for several in (batches, batches[::-1]):  # NULL comes first, or last
        assert measure_batches(several, rule) == measure(plain, rule) == reference(plain, rule, None)


def test_where_possible_groups_are_many_the_figures_are_the_same() -> None:
    chance = random.Random(5)
    values = [f"v{chance.randint(0, 1500)}" for _row in range(3000)]
    table = strings(quartier=values, age=values[1:] + values[:1], avis=[chance.choice(["oui", "non"]) for _ in values])
    assert measure_batches(table.to_batches(), RULE) is None
    assert measure(table, RULE) == reference(table, RULE, None)
