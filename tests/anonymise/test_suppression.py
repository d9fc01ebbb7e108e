import random
import re

import pyarrow as pa
import pytest

from pipelines.anonymise.groups import GroupRule, measure
from pipelines.anonymise.suppression import blanking_steps, over_budget, suppress
from tests.anonymise.policies import gridded, privacy, strings

RULE = GroupRule(("quartier", "age"), (), minimum=3, distinct=1, max_share=1.0)


def test_only_the_small_groups_lose_the_first_cell_of_the_priority() -> None:
    table = strings(quartier=["N"] * 3 + ["S"] * 3 + ["E"] * 2 + ["O"], age=["3"] * 9, avis=["x"] * 9)
    done = suppress(table, None, RULE, [("quartier",)])
    assert done.table["quartier"].to_pylist() == ["N"] * 3 + ["S"] * 3 + [None] * 3
    assert done.table["age"].to_pylist() == ["3"] * 9
    assert (done.cells_blanked, done.rows_withdrawn) == (3, 0)


def test_what_blanking_cannot_mend_is_withdrawn() -> None:
    table = strings(quartier=["N"] * 3 + ["S"] * 2, age=["3"] * 3 + ["9"] * 2)
    done = suppress(table, None, RULE, [("quartier",)])
    assert done.table.to_pydict() == {"quartier": ["N"] * 3, "age": ["3"] * 3}
    assert done.kept.to_pylist() == [True] * 3 + [False] * 2
    assert done.rows_withdrawn == 2


def test_rows_that_lost_every_cell_of_the_priority_are_joined_by_the_smallest_group_of_all() -> None:
    table = strings(quartier=["N"] * 4 + ["S"] * 3 + ["E"] * 2, age=["3"] * 7 + ["9"] * 2)
    done = suppress(table, None, RULE, [("quartier",), ("age",)])
    assert done.table["quartier"].to_pylist() == ["N"] * 4 + [None] * 5
    assert done.rows_withdrawn == 0


@pytest.mark.parametrize("seed", range(12))
def test_whatever_comes_in_every_group_that_leaves_passes_the_rule(seed: int) -> None:
    chance = random.Random(seed)
    count = chance.randint(0, 80)
    table = strings(
        **{
            name: [chance.choice([*values, None]) for _row in range(count)]
            for name, values in {"quartier": "NSEO", "age": "123", "avis": "xyz"}.items()
        }
    )
    rule = GroupRule(
        ("quartier", "age"), ("avis",), chance.randint(1, 6), chance.randint(1, 3), chance.choice([0.6, 1.0])
    )
    units = None if seed % 2 else pa.array([chance.randint(1, 30) for _row in range(count)])
    done = suppress(table, units, rule, [("quartier",), ("age",)])
    assert measure(done.table, rule, done.units).groups_refused == 0
    assert done.table.num_rows + done.rows_withdrawn == count


def test_a_place_is_blanked_whole() -> None:
    policy = privacy(lat=gridded("latitude"), lon=gridded("longitude"), age="quasi_identifier keep")
    policy = policy.model_copy(
        update={"suppression": policy.suppression.model_copy(update={"priority": ("lon", "lat", "age")})}
    )
    rule = GroupRule(("lat", "lon", "age"), (), 3, 1, 1.0)
    assert blanking_steps(policy, rule) == (("lat", "lon"), ("age",))


def test_a_budget_that_is_exceeded_names_the_column_and_the_figure() -> None:
    table = strings(quartier=["N"] * 3 + ["S"] * 2 + ["E"], age=["3"] * 6)
    policy = privacy(quartier="quasi_identifier keep", age="quasi_identifier keep")
    done = suppress(table, None, RULE, [("quartier",)])
    assert re.match(
        r"50\.0% of the rows .*“quartier”.*max_blanked allows 5\.0%", over_budget(table, done, policy) or ""
    )
    generous = policy.suppression.model_copy(update={"max_blanked": 0.5})
    assert over_budget(table, done, policy.model_copy(update={"suppression": generous})) is None


@pytest.mark.parametrize("table", [strings(quartier=["N"], age=["3"]), strings(quartier=[None] * 2, age=[None] * 2)])
def test_one_row_or_nothing_but_missing_cells_leaves_nothing(table: pa.Table) -> None:
    done = suppress(table, None, RULE, [("quartier",), ("age",)])
    assert done.table.num_rows == 0
    said = over_budget(table, done, privacy(quartier="quasi_identifier keep"))
    assert said is not None
    assert said.startswith("100.0% of the rows would be left out, and suppression.max_rows allows 5.0%")
