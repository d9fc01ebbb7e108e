"""What is CKAN's own: its fields, its one revision per version, and its traps, each on a real CKAN."""

from dataclasses import replace

import pytest
from ckanapi.errors import CKANAPIError

from pipelines.errors import PortalRefused
from pipelines.publish.publication import Publication
from pipelines.publish.publishing import publish
from pipelines.versions.identifiers import dataset_id
from tests.publish.ckan_site import CkanSite
from tests.publish.example import Shelf

pytestmark = pytest.mark.portal


@pytest.fixture
def site(ckan_site: CkanSite) -> CkanSite:
    return ckan_site


def test_each_resource_says_its_format_type_size_and_sha256(
    ckan_site: CkanSite, publication: Publication, shelf: Shelf
):
    publish(publication, ckan_site.portal, shelf)
    parquet = ckan_site.package(publication)["resources"][2]
    stored = publication.manifest.file(parquet["name"])
    assert stored is not None
    assert (parquet["format"], parquet["mimetype"]) == ("Parquet", "application/vnd.apache.parquet")
    assert (parquet["size"], parquet["sha256"], parquet["hash"]) == (stored.size_bytes, stored.sha256, stored.sha256)


def test_the_package_says_what_dcat_needs(ckan_site: CkanSite, publication: Publication, shelf: Shelf):
    publish(publication, ckan_site.portal, shelf)
    package = ckan_site.package(publication)
    extras = {extra["key"]: extra["value"] for extra in package["extras"]}
    assert package["license_id"] == "etalab-2.0"
    assert package["version"] == "1.0.0"
    assert package["private"] is False
    assert [tag["name"] for tag in package["tags"]] == ["budget", "l-eau", "voirie-réseaux"]
    assert extras["identifier"] == str(dataset_id(publication.slug, publication.dataset))
    assert extras["frequency"] == "http://publications.europa.eu/resource/authority/frequency/ANNUAL"
    assert extras["theme"] == (
        '["http://publications.europa.eu/resource/authority/data-theme/GOVE", '
        '"http://publications.europa.eu/resource/authority/data-theme/ECON"]'
    )
    assert extras["spatial_uri"] == "http://id.insee.fr/geo/commune/35238"


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
