"""The acceptance test of the engine: its report is frictionless' report, whole descriptors compared."""

import os
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from pipelines.validate.strict import Source, validate_strictly
from pipelines.validate.strict.source import resource_of, trusted
from tests.validate.random_files import Case, cases, plain_cases

BATCH = 9
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


def for_random(strategy: st.SearchStrategy[Any], count: int, first_seed: int, check: Callable[[Any], None]) -> None:
    """Check at least `count` random values; a failure is shown by its smallest one.

    After ten values hypothesis begins to vary those it has drawn: five of six are then nearly the one before.
    A file costs too much for that, so they are drawn in batches, each with a seed of its own.
    """
    for batch in range(first_seed, first_seed - (-count // BATCH)):
        seed(batch)(settings(SETTINGS, max_examples=BATCH)(given(strategy)(check)))()


def test_a_seeded_sample_of_random_files_has_the_report_of_frictionless():
    for_random(cases() | plain_cases(), 90, 20261122, compare)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("table.json", '[{"n": 1, "nom": "a"}, {"n": "x"}]'),
        ("table.json", '[["n", "nom"], [1, "a"], ["x", 2, 3]]'),
        ("table.ndjson", '{"n": 1, "nom": "a"}\n{"n": "x", "nom": 2}\n'),
    ],
)
def test_json_has_the_report_of_frictionless(tmp_path: Path, name: str, content: str):
    (tmp_path / name).write_text(content, "utf-8")
    source = Source(tmp_path / name, {"fields": [{"name": "n", "type": "integer"}, {"name": "nom", "type": "string"}]})
    found = list(validate_strictly(source, 0).descriptors())
    assert found == frictionless_report(source, 0)
    assert (found[0]["type"], found[0]["rowNumber"], found[0]["fieldName"]) == ("type-error", 3, "n")


@pytest.mark.campaign
@pytest.mark.timeout(14_400)
def test_thousands_of_random_files_have_the_report_of_frictionless():
    first_seed = int(os.environ.get("PARVIS_TEST_SEED", time.time()))
    print(f"first seed {first_seed}")
    for_random(cases() | plain_cases(), 20_000, first_seed, compare)
