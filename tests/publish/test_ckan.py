"""What is CKAN's own: its fields, its one revision per version, and its traps, each on a real CKAN."""

import json
from dataclasses import replace

import pytest
from ckanapi.errors import CKANAPIError

from pipelines.errors import PortalRefused
from pipelines.publish.answers import Overtaken
from pipelines.publish.publication import Publication
from pipelines.publish.publishing import publish
from pipelines.versions.identifiers import dataset_id
from tests.publish.ckan_site import CkanSite
from tests.publish.example import Shelf
from tests.publish.site import Held

pytestmark = pytest.mark.portal


@pytest.fixture(scope="module")
def site(ckan_site: CkanSite) -> CkanSite:
    return ckan_site


def test_each_resource_says_its_format_type_size_and_sha256(ckan_site: CkanSite, held: Held):
    parquet = ckan_site.package(held.publication)["resources"][2]
    stored = held.publication.manifest.file(parquet["name"])
    assert stored is not None
    assert (parquet["format"], parquet["mimetype"]) == ("Parquet", "application/vnd.apache.parquet")
    assert (parquet["size"], parquet["sha256"], parquet["hash"]) == (stored.size_bytes, stored.sha256, stored.sha256)


def test_the_main_table_alone_carries_the_schema(ckan_site: CkanSite, held: Held):
    first, *others = ckan_site.schemas(held.publication)
    assert json.loads(str(first)) == held.publication.manifest.table_schema
    assert not any(others)


def test_the_package_says_what_dcat_needs(ckan_site: CkanSite, held: Held):
    package = ckan_site.package(held.publication)
    extras = {extra["key"]: extra["value"] for extra in package["extras"]}
    assert package["license_id"] == "etalab-2.0"
    assert package["version"] == "1.0.0"
    assert package["private"] is False
    assert [tag["name"] for tag in package["tags"]] == ["budget", "l-eau", "voirie-réseaux"]
    assert extras["identifier"] == str(dataset_id(held.publication.slug, held.publication.dataset))
    assert extras["frequency"] == "http://publications.europa.eu/resource/authority/frequency/ANNUAL"
    assert extras["theme"] == (
        '["http://publications.europa.eu/resource/authority/data-theme/GOVE", '
        '"http://publications.europa.eu/resource/authority/data-theme/ECON"]'
    )
    assert extras["spatial_uri"] == "http://id.insee.fr/geo/commune/35238"


def test_the_documentation_points_at_versions_changes_and_feed(ckan_site: CkanSite, held: Held):
    page = held.publication.page
    documentation = ckan_site.package(held.publication)["resources"][-1]
    assert documentation["url"] == page
    assert all(address in documentation["description"] for address in (page, f"{page}changes", f"{page}atom.xml"))


def test_a_site_that_speaks_french_is_understood(ckan_site: CkanSite, held: Held):
    french = ckan_site.portal_at(f"{ckan_site.url}/fr")
    assert french.plan(held.publication).changes == ()
    for organisation, told in (("ville-inconnue", "no organisation"), (ckan_site.stranger, "may not publish")):
        with pytest.raises(PortalRefused, match=told):
            french.plan(replace(held.publication, manifest=held.shelf.version(organisation), organisation=organisation))


def test_an_xloader_s_hash_is_no_change_and_the_next_version_brings_its_own(
    ckan_site: CkanSite, publication: Publication, next_publication: Publication, shelf: Shelf
):
    publish(publication, ckan_site.portal, shelf)
    resource = ckan_site.package(publication)["resources"][0]
    plan = ckan_site.portal.plan(next_publication)
    ckan_site.call("resource_patch", id=resource["id"], hash="8e00b3")  # some seconds after the upload
    assert ckan_site.portal.plan(publication).changes == ()
    with pytest.raises(Overtaken):
        ckan_site.portal.apply(plan, shelf)
    publish(next_publication, ckan_site.portal, shelf)
    after = ckan_site.package(publication)["resources"][0]
    assert after["hash"] == after["sha256"] != resource["sha256"]


def test_a_wide_table_s_schema_is_larger_than_a_search_index_takes_and_is_kept(
    ckan_site: CkanSite, publication: Publication, shelf: Shelf
):
    columns = [{"name": f"colonne_{place}", "type": "string", "description": "é" * 200} for place in range(300)]
    wide = replace(publication, manifest=replace(publication.manifest, table_schema={"fields": columns}))
    publish(wide, ckan_site.portal, shelf)
    assert len(str(ckan_site.schemas(wide)[0]).encode()) > 32_766
    assert ckan_site.portal.plan(wide).changes == ()


def test_a_name_longer_than_ckan_takes_is_told(ckan_site: CkanSite, publication: Publication, shelf: Shelf):
    long = replace(publication, manifest=shelf.version("s" * 60, "d" * 40))
    with pytest.raises(PortalRefused, match="it refuses what was sent .*name: "):
        publish(long, ckan_site.portal, shelf)


@pytest.mark.campaign
def test_a_file_larger_than_the_site_takes_is_told_and_leaves_nothing(
    ckan_site: CkanSite, publication: Publication, shelf: Shelf
):
    stored = shelf.put(f"{publication.dataset}.csv", b"quartier\n" * (102 * 1024 * 1024 // 9))
    large = replace(publication, manifest=replace(publication.manifest, files=(stored,)))
    with pytest.raises(PortalRefused, match="it refuses what was sent .*upload"):
        publish(large, ckan_site.portal_at(ckan_site.url, timeout_seconds=120), shelf)
    assert ckan_site.files(publication) == []


def test_a_new_version_is_one_revision_in_place(
    ckan_site: CkanSite, publication: Publication, next_publication: Publication, shelf: Shelf
):
    publish(publication, ckan_site.portal, shelf)
    before, revisions = ckan_site.package(publication), ckan_site.activities(publication)
    publish(next_publication, ckan_site.portal, shelf)
    after = ckan_site.package(publication)
    assert ckan_site.activities(publication) == revisions + 1
    assert after["version"] == "1.1.0"
    assert [resource["url"] for resource in after["resources"]] == [resource["url"] for resource in before["resources"]]


def test_a_strangers_package_of_the_same_name_is_refused(ckan_site: CkanSite, publication: Publication, shelf: Shelf):
    ckan_site.call("package_create", name=publication.name, owner_org=publication.organisation, title="Autre")
    with pytest.raises(PortalRefused, match="exists and is not ours"):
        publish(publication, ckan_site.portal, shelf)
    assert ckan_site.package(publication)["title"] == "Autre"


def test_a_name_that_another_organisation_hides_is_told(ckan_site: CkanSite, publication: Publication, shelf: Shelf):
    ckan_site.call("package_create", name=publication.name, owner_org=ckan_site.stranger, title="Autre", private=True)
    with pytest.raises(PortalRefused, match="exists there and this token may not read it"):
        publish(publication, ckan_site.portal, shelf)


def test_after_a_purge_it_is_made_anew(ckan_site: CkanSite, publication: Publication, shelf: Shelf):
    first = publish(publication, ckan_site.portal, shelf)
    ckan_site.call("dataset_purge", id=publication.name)
    again = publish(publication, ckan_site.portal, shelf)
    assert again.dataset_id != first.dataset_id
    assert len(ckan_site.package(publication)["resources"]) == 6


@pytest.mark.parametrize("repeated", [0, 3, 5])
def test_a_package_that_ckan_can_no_longer_change_is_emptied_and_filled(
    ckan_site: CkanSite, publication: Publication, next_publication: Publication, shelf: Shelf, repeated: int
):
    publish(publication, ckan_site.portal, shelf)
    poison(ckan_site, publication, repeated)
    for version in (next_publication, replace(next_publication, code_insee="35239")):
        publish(version, ckan_site.portal, shelf)
        assert ckan_site.portal.plan(version).changes == ()
        assert [resource["position"] for resource in ckan_site.package(publication)["resources"]] == list(range(6))


def test_a_package_that_ckan_can_no_longer_change_is_not_emptied_of_others_resources(
    ckan_site: CkanSite, publication: Publication, next_publication: Publication, shelf: Shelf
):
    publish(publication, ckan_site.portal, shelf)
    ckan_site.call("resource_create", package_id=publication.name, name="Plan du réseau", url="https://x.example/p.pdf")
    poison(ckan_site, publication, 2)
    with pytest.raises(PortalRefused, match="can no longer be changed there; keep a copy of Plan du réseau"):
        publish(next_publication, ckan_site.portal, shelf)


def poison(site: CkanSite, publication: Publication, position: int) -> None:
    """A resource_create repeated with an id that exists: CKAN says yes, and can change the package no more."""
    package = site.package(publication)
    resource = package["resources"][position]
    site.call("resource_create", **resource)
    with pytest.raises(CKANAPIError, match="Internal Server Error"):
        site.call("package_patch", id=package["id"], notes="no longer possible")


def test_a_refused_field_is_named_in_the_portals_words(ckan_site: CkanSite, publication: Publication, shelf: Shelf):
    metadata = {**publication.manifest.metadata, "contact": "nobody@nowhere@twice"}
    wrong = replace(publication, manifest=replace(publication.manifest, metadata=metadata))
    with pytest.raises(PortalRefused, match=r"it refuses what was sent .*maintainer_email"):
        publish(wrong, ckan_site.portal, shelf)
