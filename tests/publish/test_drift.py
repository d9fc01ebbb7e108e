"""What somebody changed on a portal is found, shown, and touched by nobody."""

import pytest

from pipelines.publish.drift import Standing, standing
from pipelines.publish.plan import Change
from pipelines.publish.publication import Publication
from pipelines.publish.publishing import publish
from tests.publish.ckan_site import CkanSite
from tests.publish.example import Shelf
from tests.publish.site import Site
from tests.publish.udata_site import UdataSite

pytestmark = pytest.mark.portal


def test_a_version_as_it_was_published_is_held(site: Site, publication: Publication, shelf: Shelf):
    publish(publication, site.portal_at(site.url), shelf)
    assert standing(publication, site.portal_at(site.url)) == Standing("held")


def test_a_version_that_never_came_is_absent_and_one_on_its_way_is_behind(
    site: Site, publication: Publication, next_publication: Publication, shelf: Shelf
):
    assert standing(publication, site.portal_at(site.url)).state == "absent"
    publish(publication, site.portal_at(site.url), shelf)
    assert standing(next_publication, site.portal_at(site.url)).state == "behind"


def test_an_edited_title_is_shown_with_both_texts_and_left_as_it_is(site: Site, publication: Publication, shelf: Shelf):
    publish(publication, site.portal_at(site.url), shelf)
    site.retitle(publication, "Eau")
    before = site.stamp(publication)
    found = standing(publication, site.portal_at(site.url))
    assert found == Standing("edited", (Change("field-changed", "title", "Eau", publication.title),))
    assert site.stamp(publication) == before


@pytest.mark.parametrize("content", [b"quartier,euros\r\nNord,1200\r\nEte,500\r\n", b"x"], ids=["same size", "other"])
def test_a_copy_that_was_replaced_on_the_portal_is_found_even_at_its_old_size(
    site: Site, publication: Publication, shelf: Shelf, content: bytes
):
    publish(publication, site.portal_at(site.url), shelf)
    replace_first_file(site, publication, content)
    found = standing(publication, site.portal_at(site.url))
    assert found.state == "edited"
    assert f"{publication.manifest.dataset}.csv" in {change.name for change in found.changes}


def test_drift_is_mended_by_publishing_again(site: Site, publication: Publication, shelf: Shelf):
    publish(publication, site.portal_at(site.url), shelf)
    site.retitle(publication, "Eau")
    publish(publication, site.portal_at(site.url), shelf)
    assert standing(publication, site.portal_at(site.url)) == Standing("held")


def replace_first_file(site: Site, publication: Publication, content: bytes) -> None:
    """As an officer does on the resource's page: the texts stay, the file is another."""
    if isinstance(site, CkanSite):
        resource = site.package(publication)["resources"][0]
        site.sysadmin.call_action("resource_patch", {"id": resource["id"]}, files={"upload": ("a.csv", content)})
    elif isinstance(site, UdataSite):
        dataset = site.dataset(publication)
        resource = dataset["resources"][0]
        path = f"datasets/{dataset['id']}/resources/{resource['id']}/"
        site.call("POST", f"{path}upload/", files={"file": ("a.csv", content, "text/csv")})
        texts = {"title": resource["title"], "description": resource["description"], "type": "main"}
        site.call("PUT", path, json={**texts, "extras": resource["extras"]})
