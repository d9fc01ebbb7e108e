import random
import time
from dataclasses import replace
from itertools import combinations, product
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from pipelines.anonymise.propose.lattice import proposals, propose
from pipelines.errors import InvalidData, InvalidDeclaration
from pipelines.ladders import Ladder, read_ladder
from tests.anonymise.policies import strings

AGES = Ladder("age", {str(age): (str(age), f"{age // 10 * 10}+", "*") for age in range(20, 60)})
QUARTERS = Ladder("quartier", {name: (name, "centre" if name in "NS" else "autour", "*") for name in "NSEO"})


def exhaustive(table: pd.DataFrame, ladders: list[Ladder], minimum: int, allowed: float) -> float | None:
    """The least loss of all nodes, each judged by pandas as the definition says."""
    names = [ladder.column for ladder in ladders]
    rows = table.groupby(names, dropna=False).size().rename("rows").reset_index()  # rows that are alike fare alike
    best = None
    for node in product(*(range(ladder.height) for ladder in ladders)):
        labels, lost = {}, 0.0
        for ladder, step in zip(ladders, node, strict=True):
            column = rows[ladder.column].map({value: names[step] for value, names in ladder.labels.items()})
            share = pd.Series([names[step] for names in ladder.labels.values()]).value_counts()
            spread = (share - 1) / max(1, len(ladder.labels) - 1) if step else share * 0.0
            labels[ladder.column], lost = column, lost + column.map(spread)
        grouped = pd.DataFrame(labels).assign(rows=rows["rows"]).groupby(list(labels))["rows"]
        shown = grouped.transform("sum") >= minimum
        suppressed = rows["rows"][~shown].sum()
        if suppressed <= allowed * len(table):
            loss = ((lost / len(ladders) * rows["rows"])[shown].sum() + suppressed) / len(table)
            best = loss if best is None else min(best, loss)
    return best


def residents(seed: int, count: int) -> pa.Table:
    chance = random.Random(seed)
    return strings(
        age=[str(chance.randint(20, 59)) for _row in range(count)],
        quartier=[chance.choice("NNNSSEO") for _row in range(count)],
    )


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("allowed", [0.0, 0.1, 1.0])
def test_the_proposed_step_is_the_best_of_all(seed: int, allowed: float) -> None:
    table = residents(seed, 40 + 60 * seed)
    found = propose(table, [AGES, QUARTERS], 5, allowed)
    assert found.loss == pytest.approx(exhaustive(table.to_pandas(), [AGES, QUARTERS], 5, allowed), abs=1e-12)


def test_the_top_is_proposed_where_nothing_finer_will_do() -> None:
    few = strings(age=["20", "31", "42", "53", "24"], quartier=list("NSEON"))
    assert propose(few, [AGES, QUARTERS], 5, 0.0).steps == {"age": 2, "quartier": 2}


def test_pruning_judges_few_of_the_nodes_and_finds_the_same() -> None:
    towns = Ladder("ville", {str(i): (str(i), str(i // 2), str(i // 4), str(i // 8), "*") for i in range(32)})
    chance = random.Random(3)
    table = residents(1, 300).append_column("ville", pa.array([str(chance.randint(0, 31)) for _row in range(300)]))
    found = propose(table, [AGES, QUARTERS, towns], 11, 0.0)
    assert found.nodes_judged < 45
    assert found.loss == pytest.approx(exhaustive(table.to_pandas(), [AGES, QUARTERS, towns], 11, 0.0))


def test_a_value_that_the_ladder_misses_is_counted_by_column_not_quoted() -> None:
    table = strings(age=["20", "199"], quartier=["N", "N"])
    with pytest.raises(InvalidData, match="column “age”: its ladder misses 1 of the values") as refused:
        propose(table, [AGES, QUARTERS], 1, 0.0)
    assert "199" not in str(refused.value)


@pytest.mark.parametrize(
    ("table", "message"), [(residents(1, 0), "table is empty"), (residents(1, 1), "no step of age")]
)
def test_an_empty_table_and_a_single_row_have_no_step(table: pa.Table, message: str) -> None:
    with pytest.raises(InvalidData, match=message):
        propose(table, [AGES, QUARTERS], 5, 0.0)


def test_a_missing_cell_needs_a_line_of_its_own() -> None:
    table = strings(age=["20", None], quartier=["N", "N"])
    with pytest.raises(InvalidData, match="misses 1"):
        propose(table, [AGES, QUARTERS], 1, 0.0)


def test_a_ladder_with_uneven_lines_is_refused_by_its_file(tmp_path: Path) -> None:
    path = tmp_path / "age.csv"
    path.write_text("20;20+;*\n30;*\n")
    with pytest.raises(InvalidDeclaration, match="same number of labels"):
        read_ladder(path, "age")


ADULT = ("sex", "age", "race", "marital-status", "education", "native-country", "workclass", "occupation")


@pytest.mark.parametrize(("minimum", "allowed"), [(5, 0.0), (11, 0.02), (50, 1.0)])
def test_adult_has_the_exhaustive_optimum(real_data: Path, minimum: int, allowed: float) -> None:
    folder = real_data / "adult"
    names = ["sex", "race", "salary-class"]
    ladders = [read_ladder(folder / f"adult_hierarchy_{name}.csv", name) for name in names]
    table = pd.read_csv(folder / "adult.csv", sep=";", dtype=str)[names]
    found = propose(pa.Table.from_pandas(table, preserve_index=False), ladders, minimum, allowed)
    assert found.loss == pytest.approx(exhaustive(table, ladders, minimum, allowed), abs=1e-12)


def test_runners_up_are_the_next_best_of_all_and_people_are_counted() -> None:
    table = residents(2, 200)
    best = proposals(table, [AGES, QUARTERS], 5, 0.1, 4)
    assert [one.loss for one in best] == sorted(one.loss for one in best)
    assert len({tuple(one.steps.items()) for one in best}) == 4
    assert best[0] == replace(propose(table, [AGES, QUARTERS], 5, 0.1), nodes_judged=best[0].nodes_judged)
    one_person = proposals(table, [AGES, QUARTERS], 5, 1.0, 1, pa.array([7] * 200))
    assert one_person[0].rows_suppressed == 200


@pytest.mark.campaign
@pytest.mark.timeout(1800)
def test_adult_has_the_exhaustive_optimum_in_fifty_configurations(real_data: Path) -> None:
    folder = real_data / "adult"
    whole = pd.read_csv(folder / "adult.csv", sep=";", dtype=str)
    ladders = {name: read_ladder(folder / f"adult_hierarchy_{name}.csv", name) for name in ADULT}
    settings = list(product(combinations(ADULT, 3), (5, 11, 50), (0.0, 0.02, 1.0)))
    for names, minimum, allowed in random.Random(5).sample(settings, 54):
        chosen = [ladders[name] for name in names]
        table = whole[list(names)]
        found = propose(pa.Table.from_pandas(table, preserve_index=False), chosen, minimum, allowed)
        assert found.loss == pytest.approx(exhaustive(table, chosen, minimum, allowed), abs=1e-12)


@pytest.mark.campaign
@pytest.mark.parametrize(("minimum", "allowed"), product((5, 11), (0.0, 0.02, 1.0)))
def test_the_whole_lattice_of_adult(real_data: Path, minimum: int, allowed: float) -> None:
    folder = real_data / "adult"
    table = pa.Table.from_pandas(pd.read_csv(folder / "adult.csv", sep=";", dtype=str))
    started = time.process_time()
    found = propose(
        table, [read_ladder(folder / f"adult_hierarchy_{name}.csv", name) for name in ADULT], minimum, allowed
    )
    print(
        minimum,
        allowed,
        dict(found.steps),
        round(found.loss, 4),
        found.rows_suppressed,
        found.nodes_judged,
        f"{time.process_time() - started:.2f} s CPU",
    )
