import random
from collections import Counter

import pyarrow as pa
import pytest

from pipelines.anonymise.groups import GroupRule, measure
from pipelines.anonymise.releases import erase, exposed_groups, hold_back, withhold
from tests.anonymise.policies import strings

RULE = GroupRule(("quartier",), (), minimum=3, distinct=1, max_share=1.0)
MIXED = GroupRule(("quartier",), ("avis",), minimum=3, distinct=2, max_share=0.8)


def release(**quarters: str) -> pa.Table:
    """`release(N="oon")`: three rows in N, whose opinions are o, o and n."""
    return strings(
        quartier=[quarter for quarter, opinions in quarters.items() for _row in opinions],
        avis=[opinion for opinions in quarters.values() for opinion in opinions],
    )


def exposed(candidate: pa.Table, *previous: pa.Table, rule: GroupRule = RULE, units: list | None = None) -> list:
    groups = exposed_groups(candidate, None if units is None else pa.array(units), previous, rule)
    return groups["quartier"].to_pylist()


def test_nothing_new_and_enough_new_people_expose_nobody() -> None:
    v1 = release(N="ooo", S="ooo")
    assert exposed(v1, v1) == []
    assert exposed(release(N="oooooo", S="ooo"), v1) == []


def test_one_newcomer_is_the_difference_of_two_safe_releases() -> None:
    assert exposed(release(N="oooo", S="ooo"), release(N="ooo", S="ooo")) == ["N"]


def test_one_who_leaves_is_too() -> None:
    assert exposed(release(N="ooo", S="ooo"), release(N="oooo", S="ooo")) == ["N"]


def test_three_newcomers_of_one_opinion_tell_theirs() -> None:
    v1 = release(N="oon")
    assert exposed(release(N="oonooo"), v1, rule=MIXED) == ["N"]
    assert exposed(release(N="oonoon"), v1, rule=MIXED) == []


def test_every_earlier_release_counts_not_only_the_last() -> None:
    """Three went since v2, which is enough; but beside v1 one person came."""
    v1, v2, candidate = release(N="ooo"), release(N="ooooooo"), release(N="oooo")
    assert exposed(v2, v1) == []
    assert exposed(candidate, v2) == []
    assert exposed(candidate, v1, v2) == ["N"]


def test_rows_that_went_may_all_be_one_persons_where_people_are_counted() -> None:
    assert exposed(release(N="ooo"), release(N="oooooo")) == []
    assert exposed(release(N="ooo"), release(N="oooooo"), units=[1, 2, 3]) == ["N"]


def test_three_rows_of_one_newcomer_are_one_person() -> None:
    v1 = release(N="ooo")
    assert exposed(release(N="oooooo"), v1, units=[1, 2, 3, 4, 5, 6]) == []
    assert exposed(release(N="oooooo"), v1, units=[1, 2, 3, 9, 9, 9]) == ["N"]


def test_a_group_that_is_new_needs_enough_people_too() -> None:
    assert exposed(release(N="ooo", S="oo"), release(N="ooo")) == ["S"]


def test_a_published_key_shows_who_came_and_who_left_though_the_numbers_are_the_same() -> None:
    v1 = strings(quartier=["N"] * 3, avis=["o"] * 3, id=["1", "2", "3"])
    v2 = strings(quartier=["N"] * 3, avis=["o"] * 3, id=["1", "2", "4"])
    assert exposed_groups(v2, None, [v1], RULE).num_rows == 0
    assert exposed_groups(v2, None, [v1], RULE, key=["id"]).to_pylist() == [{"quartier": "N"}]


def test_what_is_exposed_waits_as_it_was_and_the_rest_goes_on() -> None:
    v1 = release(N="ooo", S="ooo")
    waiting = hold_back(release(N="oooo", S="oooooo"), None, [v1], RULE)
    assert Counter(waiting.table["quartier"].to_pylist()) == {"N": 3, "S": 6}
    assert (waiting.groups_waiting, waiting.rows_waiting) == (1, 1)
    enough = hold_back(release(N="oooooo", S="oooooo"), None, [v1, waiting.table], RULE)
    assert enough.groups_waiting == 0
    assert Counter(enough.table["quartier"].to_pylist()) == {"N": 6, "S": 6}


def test_rows_that_wait_stand_where_the_candidate_has_them() -> None:
    def read(table: pa.Table) -> str:
        return " ".join(f"{row['quartier']}{row['avis']}" for row in table.to_pylist())

    v1 = strings(quartier=list("NSNSNS"), avis=list("abcdef"))
    arrived = strings(quartier=list("NSNSNSSNSS"), avis=list("abcdefghij"))
    assert read(hold_back(arrived, None, [v1], RULE).table) == "Na Sb Nc Sd Ne Sf Sg Si Sj"  # Nh waits
    first = strings(quartier=list("NSSSNSNSNS"), avis=list("hgijabcdef"))
    assert read(hold_back(first, None, [v1], RULE).table) == "Sg Si Sj Na Sb Nc Sd Ne Sf"
    sorted_by = [("quartier", "ascending"), ("avis", "ascending")]
    waiting = hold_back(arrived.sort_by(sorted_by), None, [v1.sort_by(sorted_by)], RULE)
    assert read(waiting.table) == "Na Nc Ne Sb Sd Sf Sg Si Sj"


def test_rows_that_wait_to_leave_stand_below_the_ones_that_they_were_below() -> None:
    v1 = strings(quartier=list("NSNSNS"), avis=list("abcdef"))
    left = strings(quartier=list("SSNSSSS"), avis=list("bdefghi"))
    found = hold_back(left, None, [v1], RULE).table
    assert found["avis"].to_pylist() == list("abcdefghi")


@pytest.mark.parametrize("seed", range(6))
def test_no_two_releases_of_any_history_differ_by_too_few(seed: int) -> None:
    chance = random.Random(seed)
    rule = GroupRule(("quartier",), ("avis",), minimum=3, distinct=1, max_share=1.0)
    rows: list[tuple[str, str]] = [(chance.choice("NSE"), chance.choice("ox")) for _row in range(40)]
    published: list[pa.Table] = []
    for _version in range(5):
        rows = [row for row in rows if chance.random() > 0.03]
        rows += [(chance.choice("NSE"), chance.choice("ox")) for _row in range(chance.choice([0, 1, 4, 20]))]
        candidate = strings(quartier=[q for q, _a in rows], avis=[a for _q, a in rows])
        published.append(hold_back(candidate, None, published, rule).table)
    for number, later in enumerate(published):
        for earlier in published[:number]:
            now, then = Counter(later["quartier"].to_pylist()), Counter(earlier["quartier"].to_pylist())
            for quarter in "NSE":
                assert abs(now[quarter] - then[quarter]) not in (1, 2)
                both = [Counter(r["avis"] for r in t.to_pylist() if r["quartier"] == quarter) for t in (later, earlier)]
                assert sum((both[0] - both[1]).values()) not in (1, 2)


def test_who_stays_while_enough_others_come_and_go_is_not_alone() -> None:
    """Three left and three came, each enough; whoever is known to be in both is the one that stayed."""
    v1, v2 = release(N="abcx"), release(N="defx")
    rule = GroupRule(("quartier",), ("avis",), minimum=3, distinct=1, max_share=1.0)
    assert exposed(v2, v1, rule=rule) == ["N"]
    assert exposed(release(N="defxyz"), release(N="abcxyz"), rule=rule) == []


def test_an_erasure_withdraws_the_whole_group_and_it_never_comes_back() -> None:
    published = release(N="oonx", S="ooo")
    done = erase(published, pa.array([False] * 3 + [True] + [False] * 3), RULE)
    assert done.table["quartier"].to_pylist() == ["S"] * 3
    assert exposed(done.table, published) == []
    later = release(N="oonoonnn", S="ooo")
    assert withhold(later, done.withheld)["quartier"].to_pylist() == ["S"] * 3


def test_a_group_of_missing_cells_is_a_group_here_too() -> None:
    v1 = strings(quartier=[None] * 3, avis=["o"] * 3)
    v2 = strings(quartier=[None] * 4, avis=["o"] * 4)
    assert exposed(v2, v1) == [None]
    assert measure(hold_back(v2, None, [v1], RULE).table, RULE).smallest == 3


def test_a_numbered_row_is_not_followed_from_a_blank_into_a_small_part_of_a_group() -> None:
    """Three blanked rows become three quarters' rows beside newcomers: their numbers tell who was there before."""
    rule = GroupRule(("quartier",), ("avis",), minimum=3, distinct=1, max_share=1.0)
    before = numbered([*range(6)], [None] * 6)
    newcomers = [quarter for quarter in "NSE" for _row in range(3)]
    candidate = numbered([*range(15)], ["N", "S", "E", None, None, None, *newcomers])
    waiting = hold_back(candidate, None, [before], rule, ("numero",))
    assert waiting.table["numero"].to_pylist() == [3, 4, 5]
    assert hold_back(candidate, None, [before], rule).groups_waiting == 0, "without numbers nobody is followed"


def test_a_row_that_left_a_waiting_group_is_not_shown_twice() -> None:
    rule = GroupRule(("quartier",), ("avis",), minimum=3, distinct=1, max_share=1.0)
    before = numbered([*range(8)], ["N"] * 4 + ["S"] * 4)
    candidate = numbered([*range(8), 8, 9], ["S", *["N"] * 3, *["S"] * 6])
    waiting = hold_back(candidate, None, [before], rule, ("numero",))
    assert sorted(waiting.table["numero"].to_pylist()) == [*range(8)]


def numbered(numbers: list[int], quarters: list[str | None]) -> pa.Table:
    return pa.table({"numero": numbers, "quartier": pa.array(quarters, pa.string()), "avis": ["oui"] * len(numbers)})
