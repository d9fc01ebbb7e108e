"""The proposed policy beside every other one that could be declared, each passed through the gate itself."""

import random
from itertools import product
from typing import Any

import pyarrow as pa
import pytest

from pipelines.anonymise import Beside, anonymise, gate
from pipelines.anonymise.propose.proposal import Proposed, propose_policies
from pipelines.errors import InvalidData, UnsafeData
from pipelines.ladders import Tables
from pipelines.privacy_policy import Privacy
from tests.anonymise.policies import KEY, schema
from tests.anonymise.test_lattice import AGES, QUARTERS

TABLES = Tables(ladders={"age": AGES, "quartier": QUARTERS})
MODELS: dict[str, dict[str, Any]] = {
    "k alone": {},
    "distinct values": {"distinct": 3},
    "largest share": {"max_share": 0.6},
    "blanks": {"suppression": {"max_rows": 0.05, "max_blanked": 0.4, "priority": ["quartier"]}},
    "blanks in order": {"suppression": {"max_rows": 0.0, "max_blanked": 0.5, "priority": ["age", "quartier"]}},
    "all at once": {
        "distinct": 2,
        "max_share": 0.8,
        "suppression": {"max_rows": 0.1, "max_blanked": 0.3, "priority": ["quartier", "age"]},
    },
}


def policy(steps: dict[str, int], **model: Any) -> Privacy:
    """k = 3; step 0 is the value itself, the last one leaves the column out."""

    def said(column: str, step: int) -> dict[str, Any]:
        if step == 0:
            return {"role": "quasi_identifier", "action": "keep"}
        if step == TABLES.ladders[column].height:
            return {"role": "quasi_identifier", "action": "drop"}
        return {"role": "quasi_identifier", "action": "generalise", "ladder": f"{column}.csv", "level": step}

    columns = {column: said(column, step) for column, step in steps.items()}
    columns |= {"theme": {"role": "sensitive", "action": "keep"}, "qui": {"role": "identifier", "action": "drop"}}
    whole = {"preset": "insee_enterprises_3_85", "suppression": {"max_rows": 0.1}, **model}
    priority = [one for one in whole["suppression"].get("priority", []) if columns[one]["action"] != "drop"]
    whole["suppression"] = {**whole["suppression"], "priority": priority}
    return Privacy.model_validate({"unit": "none", "columns": columns, **whole})


def residents(seed: int, count: int) -> pa.Table:
    chance = random.Random(seed)
    return pa.table(
        {
            "age": [str(chance.randint(20, 59)) for _one in range(count)],
            "quartier": [chance.choice("NNNSSEO") for _one in range(count)],
            "theme": [chance.choice("aaabbc") for _one in range(count)],
            "qui": [str(chance.randint(0, count // 2)) for _one in range(count)],
        }
    )


FIELDS = schema(age="string", quartier="string", theme="string", qui="string")


def lost(published: pa.Table, rows: int, steps: dict[str, int]) -> float:
    """From what leaves alone: of each cell how much of its ladder its label stands for, of a blank or no row all."""
    whole = 0.0
    for column, ladder in TABLES.ladders.items():
        if column not in published.column_names:
            whole += published.num_rows
            continue
        labels = [names[steps[column]] for names in ladder.labels.values()]
        for label in published[column].to_pylist():
            whole += 1.0 if label is None else (labels.count(label) - 1) / (len(labels) - 1) if steps[column] else 0.0
    return (whole / len(TABLES.ladders) + rows - published.num_rows) / rows


def exhaustive(table: pa.Table, unit: str, model: dict[str, Any]) -> float | None:
    """The least loss of all that the gate lets pass."""
    found = []
    for ages, quarters in product(range(4), range(4)):
        steps = {"age": ages, "quartier": quarters}
        declared = policy(steps, **model).model_copy(update={"unit": unit})
        try:
            treated = anonymise(table, FIELDS, declared, KEY, "s", Beside(TABLES))
            found.append(lost(gate(treated, declared, "s").table, table.num_rows, steps))
        except UnsafeData:
            continue
    return min(found, default=None)


def proposed(table: pa.Table, unit: str, model: dict[str, Any]) -> tuple[Proposed, ...]:
    declared = policy({"age": 1, "quartier": 1}, **model).model_copy(update={"unit": unit})
    units = None if unit == "none" else table[unit].combine_chunks().dictionary_encode().indices.cast(pa.int64())
    return propose_policies(table, declared, TABLES, units)


@pytest.mark.parametrize("unit", ["none", "qui"])
@pytest.mark.parametrize("model", MODELS)
def test_the_proposed_policy_is_the_best_of_all_that_pass_the_gate(model: str, unit: str) -> None:
    assert_is_best(residents(7, 90), unit, MODELS[model])


@pytest.mark.campaign
@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("model", MODELS)
def test_the_proposed_policy_is_the_best_for_any_residents(model: str, seed: int) -> None:
    for unit, count in product(["none", "qui"], [20, 60, 200]):
        assert_is_best(residents(seed, count), unit, MODELS[model])


def assert_is_best(table: pa.Table, unit: str, model: dict[str, Any]) -> None:
    best = exhaustive(table, unit, model)
    if best is None:
        with pytest.raises(InvalidData, match="no step of"):
            proposed(table, unit, model)
    else:
        assert proposed(table, unit, model)[0].loss == pytest.approx(best)


def test_groups_that_are_large_and_of_one_mind_need_a_coarser_step() -> None:
    """Everybody of a quarter asks for the same: k is met at the value itself, and one theme is all of the group."""
    table = pa.table({"age": ["20"] * 8, "quartier": ["N"] * 4 + ["S"] * 4, "theme": ["a"] * 4 + ["b"] * 4})
    table = table.append_column("qui", pa.array([str(place) for place in range(8)]))
    alone, mixed = (proposed(table, "none", model)[0] for model in ({}, {"distinct": 2}))
    assert alone.columns["quartier"]["action"] == "keep"
    assert mixed.columns["quartier"] == {
        "role": "quasi_identifier",
        "action": "generalise",
        "ladder": "quartier.csv",
        "level": 1,
    }


def test_blanks_cost_less_than_a_coarser_step_for_everybody() -> None:
    """One resident of a small quarter: without blanks all quarters are told less well."""
    table = pa.table({"age": ["20"] * 12, "quartier": ["N"] * 9 + ["S", "E", "O"], "theme": ["a"] * 12})
    table = table.append_column("qui", pa.array([str(place) for place in range(12)]))
    strict = {"suppression": {"max_rows": 0.0}}
    blanks = {"suppression": {"max_rows": 0.0, "max_blanked": 0.5, "priority": ["quartier"]}}
    without, with_blanks = (proposed(table, "none", model)[0] for model in (strict, blanks))
    assert without.columns["quartier"]["action"] != "keep"
    assert (with_blanks.columns["quartier"]["action"], with_blanks.blanked) == ("keep", 0.25)


def test_runners_up_are_other_policies_and_cost_no_less() -> None:
    found = proposed(residents(7, 90), "none", MODELS["all at once"])
    assert [one.loss for one in found] == sorted(one.loss for one in found)
    assert len({str(one.columns) for one in found}) == len(found) > 1
