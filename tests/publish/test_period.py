"""The time that rows speak of."""

import io
from dataclasses import replace
from datetime import date

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.publish.period import period_of
from pipelines.versions.manifest import Manifest
from tests.publish.example import Shelf


def version(shelf: Shelf, columns: dict[str, pa.Array], types: dict[str, str]) -> Manifest:
    content = io.BytesIO()
    pq.write_table(pa.table(columns), content)
    fields = [{"name": name, "type": kind} for name, kind in types.items()]
    stored = shelf.put("budget.parquet", content.getvalue())
    return replace(shelf.version("nord"), files=(stored,), table_schema={"fields": fields})


def test_years_are_whole_years(shelf: Shelf):
    years = {"annee": pa.array([2021, None, 2019], pa.int32()), "vote": pa.array([date(2018, 4, 1)] * 3)}
    assert period_of(version(shelf, years, {"annee": "year", "vote": "date"}), shelf) == ("2019-01-01", "2021-12-31")


def test_without_a_year_the_days_count_over_all_date_columns(shelf: Shelf):
    days = {"recu": pa.array([date(2024, 3, 9), date(2024, 1, 2)]), "clos": pa.array([date(2024, 5, 1), None])}
    assert period_of(version(shelf, days, {"recu": "date", "clos": "date"}), shelf) == ("2024-01-02", "2024-05-01")


@pytest.mark.parametrize("types", [{"nom": "string"}, {"nom": "date"}], ids=["no date", "no value"])
def test_rows_without_a_date_have_no_period(shelf: Shelf, types: dict[str, str]):
    assert period_of(version(shelf, {"nom": pa.array([None], pa.string())}, types), shelf) is None


def test_a_version_without_parquet_has_no_period(shelf: Shelf):
    assert period_of(replace(shelf.version("nord"), files=()), shelf) is None
