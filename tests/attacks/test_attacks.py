"""Every attack fails against the gates, and succeeds without its own: an attack that cannot win proves nothing.

pytest tests/attacks                                a few invented towns
PARVIS_TEST_TOWNS=40 pytest tests/attacks           as continuous integration does
pytest tests/attacks -m campaign                    a thousand towns of five versions
"""

import os
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

from tests.attacks.attacks import ATTACKS
from tests.attacks.publication import publish
from tests.attacks.towns import growing_town, invented_town

TOWNS = int(os.environ.get("PARVIS_TEST_TOWNS", "2"))
GATES = sorted({attack.gate for attack in ATTACKS.values()})


def successes(towns: range) -> Counter[str]:
    won: Counter[str] = Counter()
    for seed in towns:
        town = (invented_town, growing_town)[seed % 2](seed)  # of the second kind most later versions are published
        public = publish(town)
        won.update({name: attack.run(public, town) for name, attack in ATTACKS.items()})
    return +won


def test_no_attack_succeeds_against_the_gates() -> None:
    assert successes(range(TOWNS)) == {}


@pytest.mark.campaign
@pytest.mark.timeout(4 * 3600)
def test_no_attack_succeeds_against_a_thousand_towns() -> None:
    count = int(os.environ.get("PARVIS_TEST_TOWNS", "1000"))
    slices = [range(start, min(start + 10, count)) for start in range(0, count, 10)]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        assert sum(pool.map(successes, slices), Counter()) == {}


@pytest.mark.parametrize("without", GATES)
def test_each_attack_succeeds_where_its_gate_is_left_out(without: str) -> None:
    waiting = {name: attack for name, attack in ATTACKS.items() if attack.gate == without}
    parts = {part for attack in waiting.values() for part in attack.reads}
    for seed in range(10):
        town = invented_town(seed)
        public = publish(town, without, parts)
        waiting = {name: attack for name, attack in waiting.items() if not attack.run(public, town)}
        if not waiting:
            return
    pytest.fail(f"never won: {', '.join(waiting)}")


def test_what_is_published_with_all_gates_is_worth_reading() -> None:
    town = invented_town(0)
    public = publish(town, parts={"releases", "tables"})
    assert public.releases[-1].num_rows > 0.9 * len(town.moments[0])
    assert len(public.tables) >= 1
