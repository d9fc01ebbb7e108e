"""Older versions on a portal, and versions that were taken back: no byte of them stays, on each real portal."""

import json
import os
from dataclasses import replace

import pytest
import requests

from pipelines.errors import PortalRefused
from pipelines.publish.plan import Change
from pipelines.publish.publication import Publication
from pipelines.publish.publishing import publish, take_back
from tests.publish.ckan_site import CkanSite
from tests.publish.example import FIRST, Shelf
from tests.publish.reach import downloads, on_disk
from tests.publish.site import Site, first_version

pytestmark = pytest.mark.portal
LAST = "All versions and changes"


def marked(publication: Publication, shelf: Shelf, sequence: int) -> Publication:
    """A version with a row that is in no other test's."""
    mark = publication.dataset.replace("budget_", f"rue-{sequence}-")
    rows = (*FIRST, (mark, sequence))
    return replace(publication, manifest=shelf.version(publication.slug, publication.dataset, rows, sequence))


def test_as_many_older_versions_stay_as_are_asked_for_with_their_bytes_and_without_a_schema(
    site: Site, publication: Publication, shelf: Shelf
):
    first, second, third = (marked(publication, shelf, sequence) for sequence in (1, 2, 3))
    publish(first, site.portal_at(site.url), shelf)
    publish(replace(second, older=(first.manifest,)), site.portal_at(site.url), shelf)
    name = f"{publication.dataset}-1.0.0.csv"
    files = site.files(second)
    assert [name for name, _content in files][-2:] == [name, LAST]
    assert dict(files)[name] == shelf[first.manifest.file(f"{publication.dataset}.csv").sha256]
    assert sum(bool(schema) for schema in site.schemas(second)) <= 1
    assert not site.schemas(second)[-2]
    newest = replace(third, older=(second.manifest,))
    assert Change("resource-removed", name) in site.portal_at(site.url).plan(newest).changes
    publish(newest, site.portal_at(site.url), shelf)
    assert [name for name, _content in site.files(third)][-2:] == [f"{publication.dataset}-1.1.0.csv", LAST]
    assert site.portal_at(site.url).plan(newest).changes == ()
    assert not on_disk(f"{publication.dataset.replace('budget_', 'rue-1-')},1".encode())


@pytest.mark.parametrize("kept", [0, 2])
def test_a_portal_that_was_down_shows_what_bringing_each_version_in_order_would_have_left(
    site: Site, shelf: Shelf, kept: int
):
    shown = []
    for brought in ([1, 2, 3, 4], [1, 4]):
        publication = first_version(site, shelf)
        manifests = [marked(publication, shelf, sequence).manifest for sequence in range(1, 5)]
        for place in brought:
            older = tuple(reversed(manifests[: place - 1]))[:kept]
            newest = replace(publication, manifest=manifests[place - 1], older=older)
            publish(newest, site.portal_at(site.url), shelf)
        assert site.portal_at(site.url).plan(newest).changes == ()  # every copy's bytes are that version's
        told = json.dumps(site.shown(newest), sort_keys=True, ensure_ascii=False)
        shown.append(told.replace(publication.dataset, "budget").replace(newest.identifier, "uuid"))
    assert shown[0] == shown[1]
    names = [name for name, _content in site.files(newest)]
    assert [name for name in names if "-1." in name] == [f"{newest.dataset}-1.{place}.0.csv" for place in (2, 1)[:kept]]


def test_a_version_that_was_taken_back_gives_way_to_an_older_one(site: Site, publication: Publication, shelf: Shelf):
    first, second = marked(publication, shelf, 1), marked(publication, shelf, 2)
    publish(replace(second, older=(first.manifest,)), site.portal_at(site.url), shelf)
    before = site.downloads(publication)
    with pytest.raises(PortalRefused, match="holds a newer version"):
        publish(first, site.portal_at(site.url), shelf)
    publish(replace(first, withdrawn=frozenset({2})), site.portal_at(site.url), shelf)
    assert site.version(publication) == "1.0.0"
    gone = publication.dataset.replace("budget_", "rue-2-").encode()
    assert not any(gone in content for content in downloads([*before, *site.downloads(publication)]))
    assert not on_disk(gone)


def test_where_no_version_is_left_no_byte_is(site: Site, publication: Publication, shelf: Shelf):
    only = marked(publication, shelf, 1)
    gone = publication.dataset.replace("budget_", "rue-1-").encode()
    publish(only, site.portal_at(site.url), shelf)
    site.add_link(publication, "Plan du réseau", "https://donnees.example.org/p.pdf")
    before = site.downloads(publication)
    assert any(gone in content for content in downloads(before))
    assert bool(on_disk(gone)) == bool(os.environ.get("PARVIS_TEST_PORTAL_FILES"))
    receipt = take_back(only.vacancy, site.portal_at(site.url), shelf)
    assert {change.what for change in receipt.changes} >= {"resource-removed"}
    assert not any(gone in content for content in downloads([*before, *site.downloads(publication)]))
    assert not on_disk(gone)
    assert {name for name, _content in site.files(publication)} == {LAST, "Plan du réseau"}
    assert site.portal_at(site.url).plan(only.vacancy).changes == ()
    publish(marked(publication, shelf, 2), site.portal_at(site.url), shelf)
    assert len(site.files(publication)) == 7


def test_files_of_a_dataset_that_an_officer_deleted_there_go_too_and_it_stays_deleted(
    site: Site, publication: Publication, shelf: Shelf
):
    first, second = marked(publication, shelf, 1), marked(publication, shelf, 2)
    gone = publication.dataset.replace("budget_", "rue-1-").encode()
    publish(first, site.portal_at(site.url), shelf)
    before = site.downloads(publication)
    site.delete(publication)
    after = replace(second, withdrawn=frozenset({1}))
    assert not site.portal_at(site.url).bring_back(after)  # its files are still there: nobody is shown them again
    with pytest.raises(PortalRefused, match="was deleted there"):
        publish(after, site.portal_at(site.url), shelf)
    assert not any(gone in content for content in downloads(before))
    assert not on_disk(gone)
    with pytest.raises(PortalRefused, match="was deleted there"):
        publish(second, site.portal_at(site.url), shelf)


def test_nothing_is_made_where_a_portal_holds_nothing(site: Site, publication: Publication, shelf: Shelf):
    for subject in (publication, publication.vacancy):
        assert take_back(subject, site.portal_at(site.url), shelf).dataset_id == ""
    assert site.count(publication) == 0


@pytest.mark.parametrize("left", ["new version", "no version"])
def test_rows_that_a_datastore_holds_are_dropped_before_their_file_changes_or_goes(
    ckan_site: CkanSite, shelf: Shelf, left: str, publication_on_ckan: Publication
):
    first = marked(publication_on_ckan, shelf, 1)
    mark = first.dataset.replace("budget_", "rue-1-")
    publish(first, ckan_site.portal, shelf)
    table = ckan_site.package(first)["resources"][0]["id"]
    rows = {"resource_id": table, "force": True, "fields": [{"id": "quartier"}], "records": [{"quartier": mark}]}
    ckan_site.call("datastore_create", **rows)  # as an xloader, or an officer, makes one
    dump = f"{ckan_site.url}/datastore/dump/{table}"
    assert mark.encode() in requests.get(dump, timeout=30).content
    publish(marked(first, shelf, 2) if left == "new version" else first.vacancy, ckan_site.portal, shelf)
    assert not requests.get(dump, timeout=30).ok


def test_a_package_that_ckan_can_no_longer_change_keeps_no_row_of_a_file_that_goes(
    ckan_site: CkanSite, shelf: Shelf, publication_on_ckan: Publication
):
    first, second = marked(publication_on_ckan, shelf, 1), marked(publication_on_ckan, shelf, 2)
    gone = first.dataset.replace("budget_", "rue-1-")
    publish(replace(second, older=(first.manifest,)), ckan_site.portal, shelf)
    table = ckan_site.package(first)["resources"][-2]["id"]
    rows = {"resource_id": table, "force": True, "fields": [{"id": "quartier"}], "records": [{"quartier": gone}]}
    ckan_site.call("datastore_create", **rows)
    ckan_site.call("resource_create", **ckan_site.package(first)["resources"][0])  # answers 200, and poisons it
    publish(replace(second, withdrawn=frozenset({1})), ckan_site.portal, shelf)
    assert len(ckan_site.files(first)) == 6
    assert not requests.get(f"{ckan_site.url}/datastore/dump/{table}", timeout=30).ok
    assert not on_disk(gone.encode())
    assert ckan_site.portal.plan(second).changes == ()
