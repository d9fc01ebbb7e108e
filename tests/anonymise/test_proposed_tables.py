"""The proposed table beside every other one that could be declared, each passed through the gate itself."""

import random
from itertools import product
from typing import Any

import pyarrow as pa
import pytest
import yaml

from pipelines.anonymise import Beside, anonymise, gate
from pipelines.anonymise.propose.proposal import Proposed, as_yaml, propose_policies
from pipelines.errors import InvalidData, UnsafeData
from pipelines.privacy_policy import Privacy
from tests.anonymise.policies import KEY, schema
from tests.anonymise.test_lattice import AGES, QUARTERS
from tests.anonymise.test_proposal import TABLES

HEIGHT = 3  # of both ladders: the value, a coarser label, everything; a step more leaves the column out
FIELDS = schema(age="string", quartier="string", avis="string", euros="integer", qui="string")


def block(age: int, quartier: int, **also: Any) -> dict[str, Any]:
    """A table by age, quarter and opinion; at step 0 a column is kept, at the last it is no column of the table."""

    def said(column: str, step: int) -> dict[str, Any]:
        if step in (0, HEIGHT):
            return {"role": "quasi_identifier", "action": "keep" if step == 0 else "drop"}
        return {"role": "quasi_identifier", "action": "generalise", "ladder": f"{column}.csv", "level": step}

    columns = {"age": said("age", age), "quartier": said("quartier", quartier)}
    columns |= {"avis": {"role": "opinion", "action": "keep"}, "qui": {"role": "identifier", "action": "drop"}}
    columns |= {"euros": {"role": "sensitive", "action": "keep" if also.get("value") else "drop"}}
    by = [name for name in ("age", "quartier", "avis") if columns[name]["action"] != "drop"]
    aggregate = {"by": by} | ({"value": also["value"]} if also.get("value") else {})
    unit = also.get("unit", "none")
    return {"unit": unit, "preset": "insee_enterprises_3_85", "aggregate": aggregate, "columns": columns}


def residents(seed: int, count: int) -> pa.Table:
    chance = random.Random(seed)
    return pa.table(
        {
            "age": [str(chance.choice((22, 25, 31, 47))) for _one in range(count)],
            "quartier": [chance.choice("NNNNSSEEO") for _one in range(count)],
            "avis": [chance.choice(("oui", "oui", "non", "non", None)) for _one in range(count)],
            "euros": pa.array([chance.choice((0, 10, 40, 900)) for _one in range(count)], pa.int64()),
            "qui": [str(chance.randint(0, count // 5)) for _one in range(count)],
        }
    )


def lost(published: pa.Table, rows: int, steps: dict[str, int]) -> float:
    """From what leaves alone: of a shown cell's people how much their labels stand for, of all others all."""
    whole, shown = 0.0, 0
    for row in published.to_pylist():
        if row["totals"] == "" and row["row_count"] is not None:
            shown += row["row_count"]
            for ladder in (AGES, QUARTERS):
                step = steps[ladder.column]
                labels = [names[step] if step < HEIGHT else "all" for names in ladder.labels.values()]
                label = row[ladder.column] if step < HEIGHT else "all"
                whole += row["row_count"] * ((labels.count(label) - 1) / (len(labels) - 1) if step else 0.0)
    return (whole / 3 + rows - shown) / rows


def exhaustive(table: pa.Table, **also: Any) -> float | None:
    """The least loss of all tables that the gate lets pass, those without an opinion too."""
    found = []
    for age, quartier, opinion in product(range(HEIGHT + 1), range(HEIGHT + 1), (True, False)):
        said, steps = block(age, quartier, **also), {"age": age, "quartier": quartier}
        if not opinion:
            said["columns"]["avis"]["action"] = "drop"
            said["aggregate"]["by"] = [name for name in said["aggregate"]["by"] if name != "avis"]
        if not said["aggregate"]["by"]:
            continue
        declared = Privacy.model_validate(said)
        try:
            treated = anonymise(table, FIELDS, declared, KEY, "s", Beside(TABLES))
            passed = gate(treated, declared, "s").table
        except UnsafeData:
            continue
        shown = sum(row["row_count"] or 0 for row in passed.to_pylist() if row["totals"] == "")
        found.append(lost(passed, table.num_rows, steps) + (0 if opinion else shown / 3 / table.num_rows))
    return min(found, default=None)


def proposed(table: pa.Table, **also: Any) -> tuple[Proposed, ...]:
    unit = also.get("unit")
    units = None if unit is None else table[unit].combine_chunks().dictionary_encode().indices.cast(pa.int64())
    return propose_policies(table, Privacy.model_validate(block(1, 1, **also)), TABLES, units)


@pytest.mark.parametrize(
    ("seed", "count", "also"), [(1, 40, {}), (2, 150, {"value": "euros"}), (3, 40, {"unit": "qui"})]
)
def test_the_proposed_table_is_the_best_of_all_that_pass_the_gate(seed: int, count: int, also: dict[str, str]) -> None:
    table = residents(seed, count)
    best = exhaustive(table, **also)
    assert best is not None
    assert proposed(table, **also)[0].loss == pytest.approx(best)


@pytest.mark.campaign
@pytest.mark.parametrize("also", [{}, {"value": "euros"}, {"unit": "qui"}], ids=["counts", "sums", "people"])
@pytest.mark.parametrize(("seed", "count"), list(product(range(10, 18), (8, 60, 400))))
def test_the_proposed_table_is_the_best_for_any_residents(seed: int, count: int, also: dict[str, str]) -> None:
    table = residents(seed, count)
    if (best := exhaustive(table, **also)) is None:
        with pytest.raises(InvalidData, match="gives a table that may be shown"):
            proposed(table, **also)
    else:
        assert proposed(table, **also)[0].loss == pytest.approx(best)


def test_a_table_that_nothing_can_hide_has_no_step_and_the_reasons_are_told() -> None:
    with pytest.raises(InvalidData, match="no step of age, quartier, avis gives a table.*3 contributors in all"):
        proposed(residents(1, 2))


def test_people_are_counted_and_not_their_rows() -> None:
    rows = residents(1, 40)
    alone = rows.set_column(rows.column_names.index("qui"), "qui", pa.array(["zoe"] * 40))
    assert proposed(alone)
    with pytest.raises(InvalidData, match="gives a table that may be shown"):
        proposed(alone, unit="qui")


def test_a_hidden_cell_of_missing_values_is_not_shown_by_its_total() -> None:
    opinions = ["oui"] * 30 + ["non"] * 30 + [None] * 2
    said = {"age": ["22"] * 62, "quartier": ["N"] * 62, "avis": opinions, "euros": [1] * 62, "qui": ["zoe"] * 62}
    found = proposed(table := pa.table(said))
    assert found[0].loss == pytest.approx(exhaustive(table))


def test_what_is_printed_can_be_adopted_and_counts_by_the_columns_that_are_left() -> None:
    """Every resident has an age of their own, and no ladder makes it coarser; what blanks it leaves with it."""
    table, said = residents(3, 9), block(0, 1)
    table = table.set_column(0, "age", pa.array([str(20 + place) for place in range(9)]))
    said["suppression"] = {"priority": ["age"]}
    found = propose_policies(table, Privacy.model_validate(said), TABLES)
    printed = as_yaml(found, said)
    adopted = Privacy.model_validate(yaml.safe_load(printed)["privacy"])
    assert adopted.aggregate is not None
    assert adopted.aggregate.by == found[0].by
    assert found[0].columns["age"]["action"] == "drop" and "age" not in adopted.aggregate.by
    assert adopted.suppression.priority == ()
    assert "of the rows counted in hidden cells" in printed
    gate(anonymise(table, FIELDS, adopted, KEY, "s", Beside(TABLES)), adopted, "s")
