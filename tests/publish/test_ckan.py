"""A real CKAN, an ordinary editor's token: what it holds after a publication, and after two."""

import threading
from collections import Counter
from dataclasses import replace

import pytest
from ckanapi.errors import CKANAPIError
from pydantic import SecretStr

from pipelines.errors import PortalRefused
from pipelines.publish.answers import Overtaken
from pipelines.publish.ckan import Ckan
from pipelines.publish.publication import Publication
from pipelines.publish.publishing import publish
from tests.publish.ckan_site import CkanSite
from tests.publish.example import FIRST, PUBLIC_URL, SECOND, Shelf, contents

pytestmark = pytest.mark.portal


def test_the_package_holds_the_five_files_byte_for_byte_in_a_readers_order(
    ckan_site: CkanSite, publication: Publication, shelf: Shelf
):
    publish(publication, ckan_site.portal, shelf)
    dataset = publication.manifest.dataset
    resources = ckan_site.package(publication)["resources"]
    names = [resource["name"] for resource in resources]
    assert names == [
        f"{dataset}.csv",
        f"{dataset}.fr.csv",
        f"{dataset}.parquet",
        f"{dataset}.json",
        "datapackage.json",
        "All versions and changes",
    ]
    assert {resource["name"]: ckan_site.bytes_of(resource) for resource in resources[:5]} == contents(dataset, FIRST)


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
    assert extras["identifier"] == f"{PUBLIC_URL}/{publication.manifest.organisation}/{publication.manifest.dataset}/"
    assert extras["frequency"] == "http://publications.europa.eu/resource/authority/frequency/ANNUAL"
    assert extras["theme"] == (
        '["http://publications.europa.eu/resource/authority/data-theme/GOVE", '
        '"http://publications.europa.eu/resource/authority/data-theme/ECON"]'
    )
    assert extras["spatial_uri"] == "http://id.insee.fr/geo/commune/31555"


def test_one_resource_leads_to_all_versions(ckan_site: CkanSite, publication: Publication, shelf: Shelf):
    publish(publication, ckan_site.portal, shelf)
    documentation = ckan_site.package(publication)["resources"][-1]
    assert (documentation["url"], documentation["format"]) == (publication.page, "HTML")
    assert f"{publication.page}changes" in documentation["description"]


def test_the_same_version_again_makes_no_revision(ckan_site: CkanSite, publication: Publication, shelf: Shelf):
    publish(publication, ckan_site.portal, shelf)
    before = (ckan_site.activities(publication), ckan_site.package(publication))
    receipt = publish(publication, ckan_site.portal, shelf)
    assert receipt.changes == ()
    assert (ckan_site.activities(publication), ckan_site.package(publication)) == before


def test_a_new_version_is_one_revision_and_keeps_every_address(
    ckan_site: CkanSite, publication: Publication, next_publication: Publication, shelf: Shelf
):
    publish(publication, ckan_site.portal, shelf)
    before, revisions = ckan_site.package(publication), ckan_site.activities(publication)
    publish(next_publication, ckan_site.portal, shelf)
    after = ckan_site.package(publication)
    assert ckan_site.activities(publication) == revisions + 1
    assert after["version"] == "1.1.0"
    assert [resource["url"] for resource in after["resources"]] == [resource["url"] for resource in before["resources"]]
    assert (
        ckan_site.bytes_of(after["resources"][0])
        == contents(publication.manifest.dataset, SECOND)[f"{publication.manifest.dataset}.csv"]
    )


def test_a_plan_touches_nothing(ckan_site: CkanSite, publication: Publication):
    plan = ckan_site.portal.plan(publication)
    assert Counter(change.what for change in plan.changes) == {"dataset-created": 1, "file-added": 6}
    assert ckan_site.call("package_search", q=f"name:{publication.name}", include_private=True)["count"] == 0


def test_a_plan_for_the_next_version_names_what_will_change(
    ckan_site: CkanSite, publication: Publication, next_publication: Publication, shelf: Shelf
):
    publish(publication, ckan_site.portal, shelf)
    plan = ckan_site.portal.plan(next_publication)
    assert "version: “1.0.0” becomes “1.1.0”" in plan.words()
    assert [change.what for change in plan.changes].count("file-replaced") == 5


def test_two_towns_publish_three_datasets_twice_without_a_duplicate(ckan_site: CkanSite, shelf: Shelf):
    mine = [
        Publication(shelf.version(town, dataset), town, PUBLIC_URL)
        for town in ckan_site.towns
        for dataset in ("budget", "bp_projets", "grc_signalements")
    ]
    for publication in [*mine, *mine]:
        publish(publication, ckan_site.portal, shelf)
    for town in ckan_site.towns:
        found = ckan_site.call("package_search", q=f"organization:{town}", include_private=True, rows=100)["results"]
        held = [package for package in found if package["name"].endswith(("-budget", "_projets", "_signalements"))]
        assert sorted(package["name"] for package in held) == [
            f"{town}-{dataset}" for dataset in ("bp_projets", "budget", "grc_signalements")
        ]
        assert all(len(package["resources"]) == 6 for package in held)


def test_what_others_added_on_the_portal_stays(
    ckan_site: CkanSite, publication: Publication, next_publication: Publication, shelf: Shelf
):
    publish(publication, ckan_site.portal, shelf)
    ckan_site.call("resource_create", package_id=publication.name, name="Plan du réseau", url="https://x.example/p.pdf")
    extras = [*ckan_site.package(publication)["extras"], {"key": "note", "value": "kept"}]
    ckan_site.call("package_patch", id=publication.name, extras=extras)
    publish(next_publication, ckan_site.portal, shelf)
    package = ckan_site.package(publication)
    assert package["resources"][-1]["name"] == "Plan du réseau"
    assert {"key": "note", "value": "kept"} in package["extras"]


def test_an_edit_between_plan_and_apply_is_not_overwritten(
    ckan_site: CkanSite, publication: Publication, next_publication: Publication, shelf: Shelf
):
    publish(publication, ckan_site.portal, shelf)
    plan = ckan_site.portal.plan(next_publication)
    ckan_site.call("package_patch", id=publication.name, author="somebody")
    with pytest.raises(Overtaken, match="changed there in the meantime; run again"):
        ckan_site.portal.apply(plan, shelf)
    assert ckan_site.package(publication)["version"] == "1.0.0"


def test_an_older_version_does_not_go_over_a_newer_one(
    ckan_site: CkanSite, publication: Publication, next_publication: Publication, shelf: Shelf
):
    publish(next_publication, ckan_site.portal, shelf)
    with pytest.raises(PortalRefused, match=r"holds a newer version than 1\.0\.0"):
        publish(publication, ckan_site.portal, shelf)


def test_a_strangers_package_of_the_same_name_is_refused(ckan_site: CkanSite, publication: Publication, shelf: Shelf):
    ckan_site.call("package_create", name=publication.name, owner_org=publication.organisation, title="Autre")
    with pytest.raises(PortalRefused, match="exists and is not ours"):
        publish(publication, ckan_site.portal, shelf)
    assert ckan_site.package(publication)["title"] == "Autre"


def test_a_package_that_was_deleted_on_the_portal_is_not_brought_back_unasked(
    ckan_site: CkanSite, publication: Publication, shelf: Shelf
):
    publish(publication, ckan_site.portal, shelf)
    ckan_site.call("package_delete", id=publication.name)
    with pytest.raises(PortalRefused, match="was deleted there; restore it, or have it purged"):
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
    for version in (next_publication, replace(next_publication, code_insee="31556")):
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


def test_four_publishers_at_once_make_one_package(ckan_site: CkanSite, publication: Publication, shelf: Shelf):
    refused: list[Exception] = []

    def run() -> None:
        try:
            publish(publication, ckan_site.portal, shelf)
        except PortalRefused as error:
            refused.append(error)

    publishers = [threading.Thread(target=run) for _ in range(4)]
    for publisher in publishers:
        publisher.start()
    for publisher in publishers:
        publisher.join()
    assert len(refused) < 4
    assert ckan_site.portal.plan(publication).changes == ()
    assert len(ckan_site.package(publication)["resources"]) == 6


@pytest.mark.parametrize("token", ["wrong", "eyJhbGciOiJIUzI1NiJ9.eyJqdGkiOiJ4In0.c2VjcmV0"])
def test_a_bad_token_is_told_and_not_quoted(ckan_site: CkanSite, publication: Publication, token: str):
    portal = Ckan("ville", ckan_site.url, SecretStr(token))
    with pytest.raises(PortalRefused, match="portal ville: the token is not known there, or has expired") as refused:
        portal.plan(publication)
    assert token not in str(refused.value)
    assert token not in repr(portal)


def test_a_token_with_a_letter_of_another_alphabet_is_told_before_any_call(ckan_site: CkanSite):
    with pytest.raises(PortalRefused, match="characters that no token has"):
        Ckan("ville", ckan_site.url, SecretStr("jeton-é"))


def test_an_unreachable_portal_is_told_with_its_address(publication: Publication):
    portal = Ckan("ville", "http://127.0.0.1:9", SecretStr("x"))
    with pytest.raises(PortalRefused, match=r"http://127.0.0.1:9 gave no answer"):
        portal.plan(publication)


def test_an_unknown_organisation_is_told_with_what_to_do(ckan_site: CkanSite, publication: Publication):
    with pytest.raises(PortalRefused, match=r"no organisation ville-inconnue there; .* organisations in parvis.yaml"):
        ckan_site.portal.plan(replace(publication, organisation="ville-inconnue"))


def test_an_organisation_without_the_right_to_publish_is_told(ckan_site: CkanSite, publication: Publication):
    other = f"{publication.organisation}-autre"
    ckan_site.call("organization_create", name=other)
    try:
        with pytest.raises(PortalRefused, match=r"may not publish for .*; ask for the role of editor"):
            ckan_site.portal.plan(replace(publication, organisation=other))
    finally:
        ckan_site.call("organization_purge", id=other)


def test_a_refused_field_is_named_in_the_portals_words(ckan_site: CkanSite, publication: Publication, shelf: Shelf):
    metadata = {**publication.manifest.metadata, "contact": "nobody@nowhere@twice"}
    wrong = replace(publication, manifest=replace(publication.manifest, metadata=metadata))
    with pytest.raises(PortalRefused, match=r"it refuses what was sent .*maintainer_email"):
        publish(wrong, ckan_site.portal, shelf)
