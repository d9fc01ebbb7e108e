"""A delivery replaces its own part and no other; what would vanish is refused until a person says so."""

import pyarrow as pa
import pytest

from pipelines.errors import InvalidData
from pipelines.extract import Extract
from pipelines.orchestration.parts import deliveries, merge_parts, name_of
from pipelines.versions.manifest import Part


def source(*rows: str, name: str = "projets.csv") -> Extract:
    """Rows "edition id", numbered from line 2 on."""
    editions, ids = zip(*(row.split() for row in rows), strict=True)
    return Extract(pa.table({"edition": editions, "id": ids}), tuple(range(2, 2 + len(rows))), name)


def split(*sources: Extract, left: list[int] | None = None, has_primary_key: bool = True, published=()):
    """The parts of the sources' rows; `left` are the row numbers that validation let through."""
    kept = [(one, [n for n in one.rows if left is None or n in left]) for one in sources]
    rows = pa.concat_tables([one.table.filter([n in numbers for n in one.rows]) for one, numbers in kept])
    return deliveries(["edition"], kept, rows, has_primary_key, published={(edition,) for edition in published})


def merged(fresh, old=(), removed=()):
    """(key, ids) of every part of the next version."""
    old_rows = pa.concat_tables([one.table for one in old]) if old else None
    parts = merge_parts(fresh, [one.part for one in old], old_rows, removed)
    return [(name_of(part.key), part.table["id"].to_pylist()) for part in parts]


def test_a_file_of_two_editions_is_two_parts():
    assert merged(split(source("2024 a", "2023 b", "2024 c"))) == [("2023", ["b"]), ("2024", ["a", "c"])]


def test_a_new_file_replaces_its_own_edition_and_no_other():
    old = split(source("2022 a", "2023 b"))
    assert merged(split(source("2023 c", "2023 d")), old) == [("2022", ["a"]), ("2023", ["c", "d"])]


def test_a_part_that_lost_all_its_rows_is_refused():
    fresh = split(source("2023 a", "2024 b"), left=[2], published=["2024"])
    with pytest.raises(InvalidData, match="Part 2024 would become empty.*--remove-part 2024"):
        merged(fresh)


def test_a_refused_row_that_does_not_say_its_part_empties_none():
    rows = pa.table({"edition": ["2023", "", "2024"], "id": ["a", "b", "c"]})
    fresh = split(Extract(rows, (2, 3, 4), "projets.csv"), left=[2, 4])
    assert merged(fresh) == [("2023", ["a"]), ("2024", ["c"])]


def test_a_part_may_end_when_a_person_names_it():
    assert merged(split(source("2023 a", "2024 b"), left=[2], published=["2024"]), removed=["2024"]) == [
        ("2023", ["a"])
    ]
    assert merged(split(source("2024 c")), split(source("2023 a")), removed=["2023"]) == [("2024", ["c"])]


def test_a_name_that_is_no_part_is_told_with_those_that_are():
    with pytest.raises(InvalidData, match="“2032” is no part of this dataset \\(there are: 2023, 2024\\)"):
        merged(split(source("2023 a", "2024 b")), removed=["2032"])


def test_the_last_part_does_not_end():
    with pytest.raises(InvalidData, match="No row would be left"):
        merged(split(source("2023 a"), left=[], published=["2023"]), removed=["2023"])


def test_a_corrected_file_beside_the_one_it_corrects_is_refused_where_no_key_tells():
    with pytest.raises(InvalidData, match="b.csv: part 2024 is delivered by another file"):
        split(source("2024 a", name="a.csv"), source("2024 b", name="b.csv"), has_primary_key=False)


def test_parts_published_under_another_schema_are_not_mixed_with_new_ones():
    fresh = split(source("2024 a"))
    old_rows = pa.table({"edition": ["2023"], "other": ["b"]})
    with pytest.raises(InvalidData, match="The schema has changed.*Deliver every part again"):
        merge_parts(fresh, [Part(("2023",), 1)], old_rows, ())


def test_a_dataset_that_is_replaced_is_one_part():
    whole = deliveries([], [(source("2023 a", "2024 b"), [2, 3])], pa.table({"id": ["a", "b"]}), True)
    assert [part.key for part in whole] == [()]


def test_a_part_that_was_never_published_is_not_named_after_a_refused_cell():
    fresh = split(source("2023 a", "Odette b"), left=[2])
    assert merged(fresh) == [("2023", ["a"])]


def test_a_part_that_this_run_delivers_does_not_end():
    with pytest.raises(InvalidData, match="--remove-part 2024: this run delivers that part"):
        merged(split(source("2023 a", "2024 b")), removed=["2024"])
