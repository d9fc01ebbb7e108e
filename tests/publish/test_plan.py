"""A plan in words and as JSON."""

import pytest

from pipelines.publish.plan import Change, Plan
from pipelines.publish.publication import Publication
from tests.publish.example import Shelf

PUBLICATION = Publication(Shelf().version("nord", "budget"), "nord", "https://donnees.example.org", "en")


def test_a_plan_without_changes_says_that_the_version_is_there():
    assert plan().words() == "ckan: nord-budget holds version 1.0.0; nothing to change."


def test_a_plan_names_each_change_on_its_line():
    changes = (
        Change("field-changed", "title", "Budget", "Water budget"),
        Change("file-replaced", "budget.csv", "10 B", "12 B"),
        Change("file-added", "budget.json", after="20 B"),
        Change("resource-removed", "budget.xml"),
    )
    assert plan(*changes).words().splitlines() == [
        "ckan: nord-budget, version 1.0.0, 4 changes:",
        "  - title: “Budget” becomes “Water budget”",
        "  - replace the file budget.csv (10 bytes becomes 12 bytes)",
        "  - add the file budget.json (20 bytes)",
        "  - remove budget.xml",
    ]


def test_a_plan_for_a_new_dataset_says_so():
    created = plan(Change("dataset-created", "nord-budget"))
    assert created.words() == "ckan: nord-budget, version 1.0.0, 1 change:\n  - create the dataset nord-budget"


def test_long_texts_are_cut_in_words_and_whole_in_json():
    long = plan(Change("field-changed", "notes", "a" * 200, "b" * 200))
    assert max(len(line) for line in long.words().splitlines()) < 160
    assert long.to_dict()["changes"] == [
        {
            "what": "field-changed",
            "name": "notes",
            "before": "a" * 200,
            "after": "b" * 200,
            "words": f"description: “{'a' * 59}…” becomes “{'b' * 59}…”",
        }
    ]


def test_json_names_the_version_and_holds_no_record_of_the_portal():
    told = Plan("ckan", PUBLICATION, (), 1, {}, {"private": "notes of the portal"}).to_dict()
    assert told == {
        "portal": "ckan",
        "organisation": "nord",
        "dataset": "budget",
        "version": "1.0.0",
        "state": "held",
        "changes": [],
        "warnings": [],
    }


def plan(*changes: Change) -> Plan:
    return Plan("ckan", PUBLICATION, changes, 0, {}, None)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (Change("field-changed", "license_id", "", "etalab-2.0"), "licence: “etalab-2.0”, where nothing is"),
        (Change("resource-changed", "budget.csv: description", "Ours", ""), "budget.csv: description: “Ours” goes"),
        (Change("field-changed", "hydrology", "a", "b"), "hydrology: “a” becomes “b”"),
        (Change("resource-changed", "order"), "put the files in their order"),
    ],
)
def test_a_text_is_told_by_the_word_that_people_have_for_it(change: Change, told: str):
    assert change.words() == told
