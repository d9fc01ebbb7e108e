"""What is udata's own: its vocabularies, its many calls, and its traps, each on a real udata with an editor's key."""

from dataclasses import replace

import httpx
import pytest

from pipelines.errors import PortalRefused
from pipelines.publish import udata, udata_dataset
from pipelines.publish.plan import Change
from pipelines.publish.publication import Publication
from pipelines.publish.publishing import Patience, publish
from pipelines.versions.identifiers import dataset_id
from pipelines.vocabularies import FREQUENCIES, LICENCES
from tests.publish.example import FIRST, PUBLIC_URL, SECOND, Shelf, contents
from tests.publish.fault_proxy import fault_proxy
from tests.publish.site import Held
from tests.publish.udata_site import UdataSite

pytestmark = pytest.mark.portal


@pytest.fixture(scope="module")
def site(udata_site: UdataSite) -> UdataSite:
    return udata_site


def test_the_quality_score_is_full(site: UdataSite, held: Held):
    quality = site.dataset(held.publication)["quality"]
    assert quality.pop("score") == 1.0
    assert [name for name, reached in quality.items() if not reached] == []
    assert len(quality) - ("has_resources" in quality) == 9


def test_the_dataset_says_what_the_portal_has_words_for(site: UdataSite, held: Held):
    dataset = site.dataset(held.publication)
    assert (dataset["license"], dataset["frequency"], dataset["private"]) == ("lov2", "annual", False)
    assert dataset["tags"] == ["budget", "l-eau", "voirie-reseaux"]
    assert dataset["spatial"] == {"geom": None, "zones": ["fr:commune:35238"], "granularity": "fr:commune"}
    assert dataset["temporal_coverage"] == {"start": "2024-01-01", "end": "2024-12-31"}
    assert dataset["organization"]["id"] == site.towns[0]
    assert all(f"{held.publication.page}{end}" in dataset["description"] for end in ("changes", "atom.xml"))


def test_every_frequency_and_licence_of_ours_is_in_the_portal_s_vocabulary(site: UdataSite):
    frequencies = {known["id"] for known in site.call("GET", "datasets/frequencies/")}
    licences = {known["id"] for known in site.call("GET", "datasets/licenses/")}
    assert {each.udata for each in FREQUENCIES.values()} <= frequencies
    assert {each.udata_id for each in LICENCES.values()} <= licences


@pytest.mark.parametrize("code_insee", ["2A004", "99999"], ids=["Corsica", "unknown"])
def test_a_town_without_a_zone_on_the_portal_and_a_keyword_with_commas_leave_nothing_to_plan(
    site: UdataSite, publication: Publication, shelf: Shelf, code_insee: str
):
    metadata = {**publication.manifest.metadata, "keywords": ["eau, gaz, électricité"]}
    manifest = replace(publication.manifest, metadata=metadata)
    town = replace(publication, code_insee=code_insee, manifest=manifest)
    publish(town, site.portal, shelf)
    assert not site.dataset(town)["spatial"]["zones"]
    assert site.dataset(town)["tags"] == ["eau", "electricite", "gaz"]
    assert site.portal.plan(town).changes == ()


def test_parquet_which_udata_refuses_is_a_link_with_its_sha256(site: UdataSite, held: Held):
    parquet = site.dataset(held.publication)["resources"][2]
    stored = held.publication.manifest.file(parquet["title"])
    assert stored is not None
    assert parquet["url"] == f"{held.publication.page}latest/{stored.name}"
    assert parquet["checksum"] == {"type": "sha256", "value": stored.sha256}
    assert (parquet["filetype"], parquet["filesize"], parquet["format"]) == ("remote", stored.size_bytes, "parquet")


def test_a_licence_that_the_portal_dropped_unsaid_is_seen(site: UdataSite, publication: Publication, shelf: Shelf):
    publish(publication, site.portal, shelf)
    dataset = site.dataset(publication)
    kept = {key: dataset[key] for key in ("tags", "temporal_coverage")}
    answer = site.call("PUT", f"datasets/{dataset['id']}/", json={**kept, "license": "no-such-licence"})
    assert answer["license"] == "notspecified"
    assert site.portal.plan(publication).changes == (Change("field-changed", "license", "notspecified", "lov2"),)


def test_an_archived_dataset_is_ours_still_and_stays_archived(
    site: UdataSite, publication: Publication, next_publication: Publication, shelf: Shelf
):
    publish(publication, site.portal, shelf)
    dataset = site.dataset(publication)
    kept = {key: dataset[key] for key in ("tags", "temporal_coverage")}
    site.call("PUT", f"datasets/{dataset['id']}/", json={**kept, "archived": "2026-03-01T00:00:00"})
    publish(next_publication, site.portal, shelf)
    assert site.count(publication) == 1
    assert site.dataset(publication)["archived"]


def test_a_dataset_is_found_on_whichever_page_of_the_organisation_it_stands(site: UdataSite, shelf: Shelf, monkeypatch):
    monkeypatch.setattr(udata, "_PAGE_SIZE", 1)
    mine = [Publication(shelf.version("sud", f"budget_{place}"), site.towns[1], PUBLIC_URL) for place in range(3)]
    for each in mine:
        creation = udata_dataset.creation(each, site.towns[1])
        site.call("POST", "datasets/", json=creation)
    assert [site.portal.plan(each).found.found is not None for each in mine] == [True] * 3


def test_a_large_file_goes_in_parts_and_arrives_whole(site: UdataSite, publication: Publication, shelf: Shelf):
    with fault_proxy(site.url) as proxy:
        publish(publication, site.portal_at(proxy.url, chunk_bytes=16), shelf)
    name = f"{publication.manifest.dataset}.csv"
    assert dict(site.files(publication))[name] == contents(publication.manifest.dataset, FIRST)[name]
    uploads = [request for request in proxy.seen if request.endswith("/upload/")]
    sizes = [
        file.stored.size_bytes for file in publication.files if file.name != f"{publication.manifest.dataset}.parquet"
    ]
    assert len(uploads) == sum(-(-size // 16) + 1 for size in sizes)


def test_the_schema_is_named_with_its_version_on_the_csv_alone(site: UdataSite, publication: Publication, shelf: Shelf):
    schema = {"homepage": "https://github.com/etalab/schema-irve", "name": "irve", "version": "2.2.1"}
    irve = replace(publication, manifest=replace(publication.manifest, table_schema={**schema, "fields": []}))
    publish(irve, site.portal, shelf)
    schemas = [resource["schema"] for resource in site.dataset(irve)["resources"]]
    assert schemas == [{"name": "etalab/schema-irve-statique", "url": None, "version": "2.2.1"}, *[None] * 5]
    assert site.portal.plan(irve).changes == ()
    publish(publication, site.portal, shelf)
    assert not any(site.schemas(publication))


def test_what_an_officer_filled_in_stays_through_the_next_version(
    site: UdataSite, publication: Publication, next_publication: Publication, shelf: Shelf
):
    publish(publication, site.portal, shelf)
    dataset = site.dataset(publication)
    contact = {"name": "Service des eaux", "email": "eaux@example.org", "role": "contact"}
    contact_id = site.call("POST", "contacts/", json={**contact, "organization": site.towns[0]})["id"]
    kept = {key: dataset[key] for key in ("title", "description", "tags", "temporal_coverage")}
    own = {"description_short": "L'eau en chiffres", "acronym": "EAU", "contact_points": [contact_id]}
    extras = {**dataset["extras"], "note": "kept"}
    site.call("PUT", f"datasets/{dataset['id']}/", json={**kept, **own, "extras": extras})
    publish(next_publication, site.portal, shelf)
    after = site.dataset(publication)
    assert (after["description_short"], after["acronym"]) == ("L'eau en chiffres", "EAU")
    assert [contact["id"] for contact in after["contact_points"]] == [contact_id]
    assert after["extras"]["note"] == "kept"


def test_a_file_that_was_replaced_on_the_portal_is_seen_and_put_right(
    site: UdataSite, publication: Publication, shelf: Shelf
):
    publish(publication, site.portal, shelf)
    dataset = site.dataset(publication)
    resource = dataset["resources"][0]
    other = {"file": ("autre.csv", b"quartier,euros\nNord,1\n", "text/csv")}
    site.call("POST", f"datasets/{dataset['id']}/resources/{resource['id']}/upload/", files=other)
    assert Change("file-replaced", f"{publication.manifest.dataset}.csv", "22 B", "37 B") in (
        site.portal.plan(publication).changes
    )
    publish(publication, site.portal, shelf)
    name = f"{publication.manifest.dataset}.csv"
    assert dict(site.files(publication))[name] == contents(publication.manifest.dataset, FIRST)[name]


def test_a_dataset_that_was_renamed_on_the_portal_is_found_all_the_same(
    site: UdataSite, publication: Publication, next_publication: Publication, shelf: Shelf
):
    first = publish(publication, site.portal, shelf)
    site.retitle(publication, "Un tout autre titre")
    assert publish(next_publication, site.portal, shelf).dataset_id == first.dataset_id
    assert site.title(publication) == publication.title


def test_a_dataset_that_was_made_twice_keeps_the_older(site: UdataSite, publication: Publication, shelf: Shelf):
    first = publish(publication, site.portal, shelf)
    extras = {"parvis:identifier": publication.identifier}
    twin = {"title": "Twin", "description": "d", "organization": site.towns[0], "extras": extras}
    site.call("POST", "datasets/", json=twin)
    assert site.portal.plan(publication).changes == (Change("duplicate-removed", "Twin"),)
    publish(publication, site.portal, shelf)
    assert site.dataset(publication)["id"] == first.dataset_id


def test_a_dataset_is_hidden_until_all_its_files_are_there(site: UdataSite, publication: Publication, shelf: Shelf):
    with fault_proxy(site.url) as proxy:
        proxy.misbehave("500-before", path="/upload/", method="POST")
        with pytest.raises(PortalRefused):
            publish(publication, site.portal_at(proxy.url), shelf, Patience(attempts=1))
    address = f"{site.url}/api/1/datasets/{site.dataset(publication)['id']}/"
    assert httpx.get(address).status_code == 404
    publish(publication, site.portal, shelf)
    assert httpx.get(address).status_code == 200


def test_a_dataset_that_an_officer_hid_stays_hidden(
    site: UdataSite, publication: Publication, next_publication: Publication, shelf: Shelf
):
    publish(publication, site.portal, shelf)
    dataset = site.dataset(publication)
    site.call("PUT", f"datasets/{dataset['id']}/", json={"tags": dataset["tags"], "private": True})
    publish(next_publication, site.portal, shelf)
    assert site.dataset(publication)["private"] is True


def test_a_new_version_leaves_no_copy_of_the_old_one(
    site: UdataSite, publication: Publication, next_publication: Publication, shelf: Shelf
):
    publish(publication, site.portal, shelf)
    before = site.dataset(publication)["resources"][0]
    publish(next_publication, site.portal, shelf)
    after = site.dataset(publication)["resources"][0]
    assert (after["id"], after["latest"]) == (before["id"], before["latest"])
    assert httpx.get(before["url"]).status_code == 404
    assert (
        httpx.get(before["latest"], follow_redirects=True).content
        == (contents(publication.manifest.dataset, SECOND)[f"{publication.manifest.dataset}.csv"])
    )


def test_a_text_that_udata_refuses_is_told_with_its_field(site: UdataSite, publication: Publication, shelf: Shelf):
    long = {"fr": "é" * 400, "en": "x" * 400}
    metadata = {**publication.manifest.metadata, "title": long}
    wrong = replace(publication, manifest=replace(publication.manifest, metadata=metadata))
    with pytest.raises(PortalRefused, match="it refuses what was sent .*: title"):
        publish(wrong, site.portal, shelf)


def test_the_identifier_is_that_of_our_catalogue(site: UdataSite, held: Held):
    assert site.dataset(held.publication)["extras"] == {
        "parvis:identifier": str(dataset_id(held.publication.slug, held.publication.dataset)),
        "parvis:sequence": 1,
        "parvis:version": "1.0.0",
    }
