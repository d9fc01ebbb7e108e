"""Going back is going on: an old content under a new number."""

import json
from datetime import timedelta

import pytest

from pipelines.errors import StoreUnavailable
from pipelines.versions import Store
from pipelines.versions.rollback import roll_back

from .conftest import NOON, SIREN, publish

NORD, SUD = "001 | Nord | 1", "002 | Sud | 2"


def test_the_old_content_is_a_new_version_with_its_cause(store: Store):
    first = publish(store, NORD)
    publish(store, NORD, SUD)
    back = roll_back(store, SIREN, "subventions", "1.0.0", NOON + timedelta(days=1)).manifest
    assert (back.number, back.sequence, back.committed_at[:10]) == ("1.2.0", 3, "2026-03-02")
    assert [(cause.what, cause.detail) for cause in back.causes] == [("rows-withdrawn", "1"), ("rollback", "1.0.0")]
    assert store.read_table(back).equals(store.read_table(first))
    assert back.files[:5] == first.files[:5]
    assert back.content_digest == first.content_digest


def test_its_descriptor_says_the_new_number(store: Store):
    publish(store, NORD)
    publish(store, SUD)
    back = roll_back(store, SIREN, "subventions", "1", NOON)
    assert back.is_new is False
    with store.open(roll_back(store, SIREN, "subventions", "1.0.0", NOON).manifest.files[-1]) as stream:
        assert json.load(stream)["version"] == "1.2.0"


def test_back_to_what_is_there_already_changes_nothing(store: Store):
    publish(store, NORD)
    assert roll_back(store, SIREN, "subventions", "1.0.0", NOON).is_new is False


def test_a_version_that_does_not_exist_is_refused(store: Store):
    publish(store, NORD)
    with pytest.raises(StoreUnavailable, match=r"subventions 219300480: no version 3.0.0; `parvis versions` lists"):
        roll_back(store, SIREN, "subventions", "3.0.0", NOON)
