"""The time that a version's rows speak of."""

from dataclasses import replace

import pytest

from pipelines.versions import Store
from pipelines.versions.extremes import extremes, footer_of, period_of

from .conftest import publish


def schema(**types: str) -> dict:
    return {"fields": [{"name": name, "type": kind} for name, kind in types.items()]}


def period(store: Store, *lines: str, **types: str) -> tuple[str, str] | None:
    version = publish(store, *lines, schema=schema(**types))
    return period_of(version, footer_of(version, store.open))


def test_years_are_whole_years(store: Store):
    years = period(store, "2021 | 2018-04-01", " | ", "2019 | 2018-04-01", annee="year", vote="date")
    assert years == ("2019-01-01", "2021-12-31")


def test_without_a_year_the_days_count_over_all_date_columns(store: Store):
    days = period(store, "2024-03-09 | 2024-05-01", "2024-01-02 | ", recu="date", clos="date")
    assert days == ("2024-01-02", "2024-05-01")


def test_a_day_and_a_moment_have_one_period(store: Store):
    days = period(store, "2024-03-09 | 2024-05-01T23:30:00", "2024-01-02 | ", recu="date", clos="datetime")
    assert days == ("2024-01-02", "2024-05-01")


@pytest.mark.parametrize("types", [{"nom": "string", "rue": "string"}, {"nom": "date", "rue": "string"}])
def test_rows_without_a_date_have_no_period(store: Store, types: dict[str, str]):
    assert period(store, " | Haute", **types) is None


def test_a_version_without_parquet_has_no_period(store: Store):
    version = publish(store, "2021 | x", schema=schema(annee="year", nom="string"))
    assert footer_of(replace(version, files=()), store.open) is None
    assert period_of(version, None) is None


def test_amounts_have_extremes_to_the_cent(store: Store):
    version = publish(store, "001 | Nord | -1.10", "002 | Sud | 20.25")
    assert [f"{one}" for one in extremes(footer_of(version, store.open), ["montant"])] == ["-1.10", "20.25"]
