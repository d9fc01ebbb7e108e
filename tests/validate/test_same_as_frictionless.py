"""The acceptance test of the engine: its report is frictionless' report, whole descriptors compared."""

import tempfile
import warnings
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, seed, settings

from pipelines.validate.strict import Source, validate_strictly
from pipelines.validate.strict.source import resource_of, trusted
from tests.validate.random_files import Case, cases

SETTINGS = settings(
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)


def frictionless_report(source: Source, limit_errors: int) -> list[dict[str, Any]] | None:
    """What frictionless reports; None where it ends in an error of its own."""
    with trusted(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            report = resource_of(source).validate(limit_errors=limit_errors)
        except Exception:  # noqa: BLE001 - whatever it is, there is no report to compare with
            return None
    return [error.to_descriptor() for error in report.tasks[0].errors]


def compare(case: Case) -> None:
    with tempfile.TemporaryDirectory() as folder:
        source = case.write(Path(folder))
        expected = frictionless_report(source, case.limit_errors)
        if expected is None:
            return
        found = list(validate_strictly(source, case.limit_errors, case.block_bytes).descriptors())
        record_by_record = list(validate_strictly(source, case.limit_errors).descriptors())
    assert found == expected
    assert record_by_record == expected


@seed(20261122)
@settings(SETTINGS, max_examples=130)
@given(cases())
def test_a_seeded_sample_of_random_files_has_the_report_of_frictionless(case: Case):
    compare(case)


@pytest.mark.campaign
@pytest.mark.timeout(7200)
@settings(SETTINGS, max_examples=20_000)
@given(cases())
def test_thousands_of_random_files_have_the_report_of_frictionless(case: Case):
    compare(case)
