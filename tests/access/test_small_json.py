"""A page is written by a loop and a whole table by kernels: nobody can tell which."""

import datetime as dt
import io
from decimal import Decimal

import duckdb
import pyarrow as pa
import pytest

from pipelines.access.engine import Few, Rows
from pipelines.access.formats import writer
from pipelines.access.small_json import small_json

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


@pytest.mark.parametrize("row_count", [0, 1, 5])
def test_the_bytes_are_the_same(row_count: int) -> None:
    given = pa.table({**COLUMNS, 'a"é': COLUMNS["text"]}).slice(0, row_count)
    found = duckdb.connect().execute("SELECT * FROM given")
    names, types = [each[0] for each in found.description], [str(each[1]) for each in found.description]
    stream = io.BytesIO()
    writer(".json", None)(Rows(given.to_reader()), stream)
    assert small_json(Few(names, types, found.fetchall(), row_count)) == stream.getvalue()


def test_floats_and_instants_are_left_to_the_kernels() -> None:
    assert small_json(Few(["x"], ["DOUBLE"], [(1.5,)], 1)) is None
    assert small_json(Few(["x"], ["TIMESTAMP"], [(dt.datetime(2026, 1, 1),)], 1)) is None
