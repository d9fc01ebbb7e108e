"""Promises of change, and when they are broken."""

import datetime as dt
from dataclasses import replace

import pytest

from pipelines.access.pages.freshness import Freshness, freshness
from pipelines.versions.manifest import Manifest
from pipelines.versions.store import Store
from tests.access.town import METADATA, VALMONT


@pytest.fixture
def manifest(store: Store) -> Manifest:
    """Committed on the twelfth of March 2026."""
    found = store.latest(VALMONT.siren, "bp_projets")
    assert found
    return found


@pytest.mark.parametrize(
    ("promise", "day", "expected"),
    [
        ("annual", dt.date(2026, 3, 12), Freshness(0, False)),
        ("annual", dt.date(2027, 3, 20), Freshness(373, False)),
        ("annual", dt.date(2027, 9, 1), Freshness(538, True)),
        ("daily", dt.date(2026, 3, 14), Freshness(2, False)),
        ("daily", dt.date(2026, 3, 15), Freshness(3, True)),
        ("irregular", dt.date(2030, 1, 1), Freshness(1391, None)),
        ("annual", dt.date(2026, 3, 1), Freshness(0, False)),
    ],
)
def test_a_promise_is_broken_when_a_fifth_more_time_has_passed(
    manifest: Manifest, promise: str, day: dt.date, expected: Freshness
) -> None:
    promised = replace(manifest, metadata=METADATA | {"update_frequency": promise})
    assert freshness(promised, day) == expected
