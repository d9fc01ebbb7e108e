"""A version's columns: what was written is read, and a page of them has the bytes of the whole file."""

import datetime as dt
import io
from decimal import Decimal
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.access.query.columns import FEW_WORDS, Columns, Picked
from pipelines.access.query.formats import writer
from pipelines.access.query.small_json import small_json
from pipelines.versions.columns import write_columns

MONEY = [Decimal("0.00"), Decimal("-0.10"), Decimal("9999999999999999.99"), Decimal("1.50"), None]
SMALL = [Decimal("0.0000000"), Decimal("0.0000001"), Decimal("1"), Decimal("-1"), None]
DAYS = [dt.date(1, 1, 1), dt.date(9999, 12, 31), dt.date(2024, 2, 29), dt.date(2026, 3, 2), None]
COLUMNS: dict[str, pa.Array] = {
    "text": pa.array(["", "é\u2028", 'a"b\\c', "\x00\x1f\n\t\x7f", None], pa.string()),
    "whole": pa.array([0, -(2**63), 2**63 - 1, 7, None], pa.int64()),
    "year": pa.array([1990, 2026, 0, -1, None], pa.int32()),
    "money": pa.array(MONEY, pa.decimal128(18, 2)),
    "small": pa.array(SMALL, pa.decimal128(18, 7)),
    "large": pa.array([Decimal(10**37), Decimal(0), Decimal(-1), Decimal(1), None], pa.decimal128(38, 0)),
    "truth": pa.array([True, False, True, False, None], pa.bool_()),
    "day": pa.array(DAYS, pa.date32()),
}


MOMENTS = [
    dt.datetime(1970, 1, 1),
    dt.datetime(2026, 3, 29, 1, 30),
    dt.datetime(1, 1, 1),
    dt.datetime(9999, 12, 31),
    None,
]
COLUMNS |= {
    "float": pa.array([0.1, -1e-7, 1e22, 3.0, None], pa.float64()),
    "moment": pa.array(MOMENTS, pa.timestamp("s", "UTC")),
    "none": pa.array([None] * 5, pa.string()),
    'a"é%s': COLUMNS["text"],
}


def columns_of(table: pa.Table, folder: Path, filter_by: tuple[str, ...] = ()) -> Columns:
    pq.write_table(table, folder / "rows.parquet")
    write_columns(folder / "rows.parquet", filter_by, folder / "columns.arrow")
    return Columns(folder / "columns.arrow")


def picked(columns: Columns) -> Picked:
    return Picked([(name, columns[name]) for name in columns.names], np.arange(columns.row_count))


@pytest.mark.parametrize("row_count", [0, 1, 5])
def test_a_page_and_the_whole_file_have_the_same_bytes(tmp_path: Path, row_count: int) -> None:
    given = pa.table(COLUMNS).slice(0, row_count)
    stream = io.BytesIO()
    writer(".json", None)(given.to_reader(), stream)
    assert small_json(picked(columns_of(given, tmp_path))) == stream.getvalue()


def test_a_column_with_more_words_than_are_kept_has_the_same_bytes(tmp_path: Path) -> None:
    given = pa.table({"text": [f"« {number} »" for number in range(FEW_WORDS + 1)]})
    stream = io.BytesIO()
    writer(".json", None)(given.to_reader(), stream)
    assert small_json(picked(columns_of(given, tmp_path))) == stream.getvalue()


def test_every_type_comes_back_as_it_was(tmp_path: Path) -> None:
    given = pa.table(COLUMNS)
    found = pa.Table.from_batches(picked(columns_of(given, tmp_path)).to_batches(2))
    moments = given.column_names.index("moment")
    assert found == given.set_column(moments, "moment", given["moment"].cast(pa.timestamp("s")))


def test_rows_of_several_row_groups_are_one_column(tmp_path: Path) -> None:
    words = ["b", "a", None, "b", "c", "a"]
    pq.write_table(pa.table({"word": words}), tmp_path / "rows.parquet", row_group_size=2)
    write_columns(tmp_path / "rows.parquet", ["word"], tmp_path / "columns.arrow")
    columns = Columns(tmp_path / "columns.arrow")
    assert columns["word"].words.to_pylist() == ["a", "b", "c"]
    assert columns["word"].codes.tolist() == [1, 0, 3, 1, 2, 0]
    assert columns.order.tolist() == [1, 5, 0, 3, 4, 2]


def test_a_removed_file_is_still_read_by_who_holds_it(tmp_path: Path) -> None:
    columns = columns_of(pa.table({"word": ["a", "b"]}), tmp_path)
    (tmp_path / "columns.arrow").unlink()
    assert columns["word"].cells(columns["word"].codes).to_pylist() == ["a", "b"]
