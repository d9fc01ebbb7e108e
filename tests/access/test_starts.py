"""Where a search begins: an index and the order find the rows that looking at each would find."""

import gc
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from pipelines.access.query.filters import matching_rows
from pipelines.access.query.query import Condition, Group, Query
from pipelines.access.query.starts import Indexes, ordered_start, start
from tests.access.test_columns import columns_of

YEARS = [2024, 2023, None, 2024, 2025, 2023, 2024]
TOWNS = ["b", "a", "b", "a", "b", "b", "a"]
ZEROS = [0.0, -0.0, 1.0, None, 0.0, -0.0, 0.0]
ROWS = pa.table({"annee": pa.array(YEARS, pa.int64()), "ville": TOWNS, "zero": ZEROS})


def asks(*conditions: Condition) -> Query:
    return Query(where=Group("and", conditions))


@pytest.mark.parametrize("filter_by", [(), ("ville",), ("ville", "annee")])
@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ((Condition("annee", "exact", (2024,)),), [0, 3, 6]),
        ((Condition("annee", "exact", (1999,)),), []),
        ((Condition("zero", "exact", (0,)),), [0, 1, 4, 5, 6]),
        ((Condition("ville", "exact", ("b",)), Condition("annee", "exact", (2024,))), [0]),
        ((Condition("annee", "greater", (2024,)), Condition("ville", "exact", ("b",))), [0, 4]),
        ((Condition("annee", "exact", (2024,)), Condition("annee", "exact", (2023,))), []),
        ((Condition("annee", "isnull"),), [2]),
    ],
)
def test_every_start_leads_to_the_same_rows(
    tmp_path: Path, filter_by: tuple[str, ...], conditions: tuple[Condition, ...], expected: list[int]
) -> None:
    columns = columns_of(ROWS, tmp_path, filter_by)
    begin = start(columns, asks(*conditions), Indexes())
    rows = matching_rows(columns, begin.members, (), begin.rows, lambda: None)
    assert rows.tolist() == expected
    assert rows.dtype == np.int64


def test_the_order_of_the_version_is_used_before_any_index(tmp_path: Path) -> None:
    columns = columns_of(ROWS, tmp_path, ("ville",))
    both = asks(Condition("annee", "exact", (2024,)), Condition("ville", "exact", ("a",)))
    begin = ordered_start(columns, both)
    assert begin is not None and begin.rows is not None
    assert (begin.rows.tolist(), [each.column for each in begin.members]) == ([1, 3, 6], ["annee"])
    assert ordered_start(columns, asks(Condition("annee", "exact", (2024,)))) is None
    either = Query(where=Group("or", (Condition("ville", "exact", ("a",)), Condition("annee", "isnull"))))
    assert start(columns, either, Indexes()).rows is None


def test_indexes_are_forgotten_where_there_is_no_room_and_with_their_version(tmp_path: Path) -> None:
    columns = columns_of(ROWS, tmp_path)
    indexes = Indexes(most_bytes=2 * 4 * len(ROWS))
    first = indexes.of(columns["annee"])
    assert indexes.of(columns["annee"]) is first
    indexes.of(columns["ville"])
    indexes.of(columns["zero"])
    assert len(indexes) == 2
    assert indexes.of(columns["annee"]) is not first
    del columns
    gc.collect()
    assert len(indexes) == 0
