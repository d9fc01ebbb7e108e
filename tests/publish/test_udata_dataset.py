"""udata's words for a publication, without a udata."""

from dataclasses import replace
from typing import Any

import pytest

from pipelines.publish import udata_dataset, udata_resources
from pipelines.publish.plan import Change
from pipelines.publish.publication import Publication
from pipelines.publish.udata_connection import sentences
from pipelines.publish.udata_dataset import Found
from pipelines.publish.udata_resources import FILE, SHA1, SHA256, Terms
from tests.publish.example import Shelf

PUBLICATION = Publication(Shelf().version("nord", "bp_projets"), "nord", "https://donnees.example.org", "en", "35238")
TERMS = Terms(frozenset({"csv", "json"}), frozenset({"lov2"}), zone="fr:commune:35238")
IRVE = {
    "name": "etalab/schema-irve-statique",
    "homepage": "https://github.com/etalab/schema-irve.git",
    "versions": [{"version_name": "2.2.0"}, {"version_name": "2.2.1"}],
}


def dataset(identifier: str, at: str = "2026-03-01", **more: Any) -> dict[str, Any]:
    extras = {"parvis:identifier": PUBLICATION.identifier}
    return {"id": identifier, "title": identifier, "created_at": at, "deleted": None, "extras": extras, **more}


def resource(identifier: str, at: str = "2026-03-01", kind: str = "file", **extras: Any) -> dict[str, Any]:
    title = extras.pop("title", identifier)
    return {"id": identifier, "title": title, "created_at": at, "filetype": kind, "extras": extras}


def test_our_dataset_is_the_oldest_of_its_identifier_that_is_not_deleted():
    deleted = dataset("a", "2026-01-01", deleted="2026-02-01")
    foreign = dataset("b", "2026-01-02", extras={})
    older, newer = dataset("c", "2026-03-01"), dataset("d", "2026-03-02")
    assert udata_dataset.choose([newer, foreign, deleted, older], PUBLICATION) == Found(older, (newer,))
    assert udata_dataset.choose([foreign, deleted], PUBLICATION) == Found(deleted)
    assert udata_dataset.choose([foreign], PUBLICATION) is None


def test_a_harvested_dataset_is_known_by_the_identifier_that_the_harvester_keeps():
    """The records are as udata 17.18's DCAT harvester leaves them, of our own catalogue."""
    moment = "2026-11-26T12:21:09+00:00"
    harvest = {"backend": "DCAT", "dct_identifier": PUBLICATION.identifier, "modified_at": moment}
    other = dataset("o", harvest={**harvest, "dct_identifier": "325e1c96-e559-520b-91b0-fd276df746c9"})
    taken, pushed = dataset("t", harvest=harvest), dataset("p", harvest=None)
    assert udata_dataset.harvested([pushed, other, taken], PUBLICATION.vacancy) == taken
    assert udata_dataset.harvested([pushed, other, {**taken, "deleted": moment}], PUBLICATION.vacancy) is None


@pytest.mark.parametrize(
    ("keywords", "tags"),
    [
        (["l'eau", "l’eau"], ["l-eau"]),
        (["Budget participatif", "Île-de-France"], ["budget-participatif", "ile-de-france"]),
        (["eau, gaz, électricité"], ["eau", "electricite", "gaz"]),
        (["Cœur de ville"], ["coeur-de-ville"]),
        (["bp", "!"], []),
        (["é" * 200], ["e" * 96]),
    ],
)
def test_keywords_become_tags_that_udata_keeps_as_they_are(keywords: list[str], tags: list[str]):
    assert udata_dataset.tags(keywords) == tags


def test_a_town_that_the_portal_does_not_know_keeps_its_kind():
    unknown = replace(TERMS, zone=None)
    assert udata_dataset.fields(PUBLICATION, unknown)["spatial"] == {"zones": None, "granularity": "fr:commune"}
    assert "spatial" not in udata_dataset.fields(replace(PUBLICATION, code_insee=""), unknown)


def test_a_period_that_nobody_knows_is_left_as_the_officer_set_it():
    held = {"tags": [], "temporal_coverage": {"start": "2020-01-01", "end": None}, "private": False, "extras": {}}
    assert udata_dataset.update(PUBLICATION, held, TERMS)["temporal_coverage"] == held["temporal_coverage"]


@pytest.mark.parametrize(("sequence", "private"), [(None, False), (3, True)], ids=["never complete", "hidden later"])
def test_a_dataset_leaves_hiding_once_and_stays_where_an_officer_hid_it(sequence: int | None, private: bool):
    held = {"private": True, "extras": {"parvis:sequence": sequence}}
    assert udata_dataset.update(PUBLICATION, held, TERMS)["private"] is private


def test_uploads_bear_the_version_and_the_dashes_that_udata_makes():
    assert [udata_resources.upload_name(PUBLICATION, file) for file in PUBLICATION.files] == [
        "nord-bp-projets-1.0.0.csv",
        "nord-bp-projets-1.0.0.fr.csv",
        "nord-bp-projets-1.0.0.parquet",
        "nord-bp-projets-1.0.0.json",
        "nord-bp-projets-1.0.0-datapackage.json",
    ]


def test_what_an_interrupted_run_left_is_known_and_what_is_an_officers_is_not():
    unfinished = resource("u", title="nord-bp-projets-0.9.0.fr.csv")
    twice = resource("t", "2026-03-02", **{FILE: "bp_projets.csv"})
    gone = resource("g", **{FILE: "bp_projets.xml"})
    of_another_kind = resource("k", kind="remote", **{FILE: "bp_projets.json"})
    kept = resource("a", **{FILE: "bp_projets.csv"})
    officers = [resource("o", title="nord-bp-projets.pdf"), resource("p", kind="remote", title=unfinished["title"])]
    held = [unfinished, twice, gone, of_another_kind, kept, *officers]
    assert udata_resources.leftovers(held, PUBLICATION, TERMS) == [unfinished, twice, gone, of_another_kind]


@pytest.mark.parametrize(
    ("sha256", "counted", "needed"),
    [("ours", "abc", False), ("older", "abc", True), ("ours", "other", True), (None, "abc", True)],
    ids=["as it was sent", "older version", "replaced there", "never finished"],
)
def test_a_copy_is_sent_again_unless_both_digests_say_that_it_is_ours(sha256: str | None, counted: str, needed: bool):
    file = PUBLICATION.files[0]
    extras = {SHA256: file.stored.sha256 if sha256 == "ours" else sha256, SHA1: "abc"}
    assert udata_resources.needs_upload(file, {"extras": extras, "checksum": {"value": counted}}) is needed


@pytest.mark.parametrize(
    ("schema", "named"),
    [
        (
            {"homepage": "https://github.com/etalab/schema-irve", "version": "2.2.1"},
            {"name": IRVE["name"], "version": "2.2.1"},
        ),
        ({"homepage": "https://github.com/etalab/schema-irve/", "version": "2.3.0"}, None),
        ({"homepage": "https://github.com/etalab/autre", "version": "2.2.1"}, None),
        ({"version": "2.2.1"}, None),
        ({}, None),
    ],
    ids=["known", "version unknown to the portal", "other schema", "of our own", "nothing said"],
)
def test_a_schema_is_named_only_where_the_portal_has_that_very_version(schema: dict[str, str], named: object):
    nameless = {"name": "x", "homepage": None, "versions": [{"version_name": "2.2.1"}]}
    assert udata_resources.schema_of(schema, [nameless, IRVE]) == named


def test_order_is_asked_for_only_where_it_is_another():
    csv, parquet = (
        resource("c", **{FILE: "bp_projets.csv"}),
        resource("p", kind="remote", **{FILE: "bp_projets.parquet"}),
    )
    officers = resource("o")
    assert udata_resources.wanted_order(PUBLICATION, [csv, parquet, officers], TERMS) is None
    assert udata_resources.wanted_order(PUBLICATION, [officers, parquet, csv], TERMS) == ["c", "p", "o"]


def test_a_dataset_that_the_portal_does_not_hold_is_made_with_all_its_files():
    changes = udata_dataset.differences(PUBLICATION, None, TERMS)
    assert changes[0] == Change("dataset-created", "nord-bp_projets")
    assert [change.what for change in changes[1:]] == ["file-added"] * 6


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"errors": {"title": ["Trop long."]}}, ["title: Trop long."]),
        ({"errors": {"schema": {"name": ["Inconnu"]}}}, ["schema.name: Inconnu"]),
        ({"errors": {"tags": "Trop court"}, "message": "Non"}, ["tags: Trop court"]),
        ({"message": "'yearly' is not a valid UpdateFrequency"}, ["'yearly' is not a valid UpdateFrequency"]),
        (
            {"success": False, "error": "This file type is not allowed", "message": ""},
            ["This file type is not allowed"],
        ),
        ({}, []),
    ],
)
def test_every_form_of_udatas_errors_becomes_words(body: dict[str, Any], told: list[str]):
    assert list(sentences(body)) == told


def test_files_beyond_what_the_portal_s_crawler_reads_are_told_of():
    sizes = {"bp_projets.csv": 100_000_001, "bp_projets.json": 900_000_000, "bp_projets.parquet": 50_000_000}
    files = tuple(
        replace(file, size_bytes=sizes.get(file.name, file.size_bytes)) for file in PUBLICATION.manifest.files
    )
    large = replace(PUBLICATION, manifest=replace(PUBLICATION.manifest, files=files))
    assert udata_resources.too_large(large) == (
        "bp_projets.csv is larger than 100 MB: the portal makes no preview and no API of it",
    )
