"""CKAN's words for a publication, without a CKAN."""

import json
from typing import Any

import pytest

from pipelines.publish import ckan_package
from pipelines.publish.plan import Change
from pipelines.publish.publication import Publication
from tests.publish.example import SECOND, Shelf

PUBLICATION = Publication(Shelf().version("nord", "budget"), "nord", "https://donnees.example.org", "en")
DATASET_ID = "6d9d3e32-bd51-4c34-a8a5-7a3ac5ea29d1"


@pytest.mark.parametrize(
    ("keyword", "tag"),
    [
        ("l'eau", "l-eau"),
        ("l’eau", "l-eau"),
        ("voirie / réseaux", "voirie-réseaux"),
        ("budget participatif", "budget participatif"),
        ("Île-de-France", "Île-de-France"),
        ("« transition »", "transition"),
        ("M57 (2024)", "M57-2024"),
        ("a\n  b", "a b"),
        ("é" * 200, "é" * 100),
    ],
)
def test_a_keyword_becomes_a_tag_that_ckan_takes(keyword: str, tag: str):
    assert ckan_package.tags([keyword]) == [tag]


def test_keywords_that_become_the_same_tag_or_none_leave_one_or_none():
    assert ckan_package.tags(["l'eau", "l’eau", "!", "x"]) == ["l-eau"]


def test_a_package_as_the_revision_makes_it_leaves_nothing_to_change():
    assert ckan_package.differences(PUBLICATION, held()) == ()


def test_the_hash_that_xloader_writes_is_no_change():
    package = held()
    package["resources"][0]["hash"] = "8e00b3"
    assert ckan_package.differences(PUBLICATION, package) == ()


@pytest.mark.parametrize(
    ("key", "value"), [("sha256", "0" * 64), ("size", 1), ("url_type", None)], ids=["digest", "size", "link"]
)
def test_a_copy_that_is_not_ours_is_replaced(key: str, value: object):
    package = held()
    package["resources"][1][key] = value
    assert [(change.what, change.name) for change in ckan_package.differences(PUBLICATION, package)] == [
        ("file-replaced", "budget.fr.csv")
    ]


def test_a_text_that_somebody_edited_is_a_change_with_both_values():
    package = held() | {"title": "Eau"}
    package["resources"][-1]["url"] = "https://elsewhere.example/"
    assert ckan_package.differences(PUBLICATION, package) == (
        Change("field-changed", "title", "Eau", "Water budget – Commune de Nord"),
        Change("resource-changed", "documentation: url", "https://elsewhere.example/", PUBLICATION.page),
    )


def test_a_file_that_the_version_no_longer_has_is_removed_and_nobody_elses():
    package = held()
    old = {"id": ckan_package.resource_id(DATASET_ID, "budget.xml"), "parvis_file": "budget.xml", "name": "budget.xml"}
    others = [{"id": "x", "name": "Plan du réseau"}, {"id": "y", "parvis_file": "budget.csv"}]
    package["resources"] += [{**given, "position": place} for place, given in enumerate([old, *others], start=6)]
    assert ckan_package.differences(PUBLICATION, package) == (Change("resource-removed", "budget.xml"),)
    call, _uploads = ckan_package.revision(PUBLICATION, package)
    assert [resource["id"] for resource in json.loads(call["update"])["resources"]][6:] == ["x", "y"]


def test_a_revision_is_locked_on_the_package_as_it_was_read():
    call, _uploads = ckan_package.revision(PUBLICATION, held())
    assert (call["match__id"], call["match__metadata_modified"]) == (DATASET_ID, "2026-03-01T06:00:00.000001")


def test_only_files_that_differ_are_sent():
    manifest = Shelf().version("nord", "budget", SECOND, sequence=2)
    package = held()
    same = manifest.file("budget.csv")
    assert same is not None
    package["resources"][0] |= {"sha256": same.sha256, "size": same.size_bytes}
    _call, uploads = ckan_package.revision(Publication(manifest, "nord", "https://donnees.example.org", "en"), package)
    assert [(place, file.name) for place, file in uploads] == [
        ("update__resources__1__upload", "budget.fr.csv"),
        ("update__resources__2__upload", "budget.parquet"),
        ("update__resources__3__upload", "budget.json"),
        ("update__resources__4__upload", "datapackage.json"),
    ]


def test_a_package_that_somebody_made_private_stays_private():
    call, _uploads = ckan_package.revision(PUBLICATION, held() | {"private": True})
    assert json.loads(call["update"])["private"] is True


def test_a_new_package_becomes_public_with_its_files():
    call, uploads = ckan_package.revision(PUBLICATION, held() | {"private": True, "resources": []})
    assert json.loads(call["update"])["private"] is False
    assert len(uploads) == 5


def test_a_gap_in_the_positions_sends_every_file_again():
    package = held()
    package["resources"][-1]["position"] = 9
    assert [change.what for change in ckan_package.differences(PUBLICATION, package)] == ["file-added"] * 6


def held() -> dict[str, Any]:
    """The package as a CKAN holds it once the publication is there."""
    empty = {"id": DATASET_ID, "metadata_modified": "2026-03-01T06:00:00.000001", "private": True, "resources": []}
    call, uploads = ckan_package.revision(PUBLICATION, empty)
    package = {**empty, **json.loads(call["update"])}
    for position, resource in enumerate(package["resources"]):
        resource["position"] = position
    for _place, file in uploads:
        resource = next(resource for resource in package["resources"] if resource["name"] == file.name)
        resource |= {"url_type": "upload", "size": file.stored.size_bytes, "url": f"https://x.example/{file.name}"}
    return package
