"""The finest frequency at which enough people are new each time."""

from datetime import date, timedelta

import pyarrow as pa
import pytest

from pipelines.anonymise.cadence import finest_cadence, is_finer
from tests.anonymise.policies import generalised, privacy

POLICY = privacy(jour=generalised("month")).model_copy(update={"preset": "insee_households_11"})


@pytest.mark.parametrize(
    ("a_day", "expected"), [(11, "daily"), (2, "weekly"), (0.5, "monthly"), (0.15, "quarterly"), (0.03, None)]
)
def test_it_is_found_from_the_dates_of_the_rows(a_day: float, expected: str | None) -> None:
    days = [date(2024, 1, 1) + timedelta(days=int(number / a_day)) for number in range(int(365 * a_day))]
    valid = pa.table({"jour": pa.array(days, pa.date32())})
    treated = pa.table({"jour": [f"{day:%Y-%m}" for day in days]})
    assert finest_cadence(valid, treated, None, POLICY) == expected


def test_one_resident_every_day_is_nobody_new() -> None:
    days = [date(2024, 1, 1) + timedelta(days=number // 20) for number in range(7300)]
    valid = pa.table({"jour": pa.array(days, pa.date32())})
    assert finest_cadence(valid, valid, pa.array([7] * 7300), POLICY) is None


def test_a_declared_frequency_is_finer_or_not() -> None:
    assert is_finer("daily", "monthly")
    assert not is_finer("quarterly", "monthly")
    assert not is_finer("irregular", "monthly")
