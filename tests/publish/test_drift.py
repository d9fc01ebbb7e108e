"""What somebody changed on a portal is found, shown, and touched by nobody."""

from dataclasses import replace

import pytest
from pydantic import SecretStr

from pipelines.publish.answers import Edited
from pipelines.publish.ckan import Ckan
from pipelines.publish.drift import Standing, harvest_standing, standing
from pipelines.publish.plan import Change
from pipelines.publish.publication import Publication
from pipelines.publish.publishing import catch_up, publish
from tests.publish.ckan_site import CkanSite
from tests.publish.example import SECOND, Shelf
from tests.publish.site import Held, Site, first_version
from tests.publish.udata_site import UdataSite

pytestmark = pytest.mark.portal


def test_a_version_as_it_was_published_is_held_and_a_later_one_behind(site: Site, held: Held):
    assert standing(held.publication, site.portal_at(site.url)) == Standing("held")
    later = held.shelf.version(held.publication.slug, held.publication.dataset, SECOND, sequence=2)
    assert standing(replace(held.publication, manifest=later), site.portal_at(site.url)).state == "behind"


def test_a_version_that_never_came_is_absent(site: Site, publication: Publication):
    assert standing(publication, site.portal_at(site.url)).state == "absent"


def test_an_edited_title_is_shown_with_both_texts_and_left_until_somebody_asks(
    site: Site, publication: Publication, shelf: Shelf
):
    publish(publication, site.portal_at(site.url), shelf)
    site.retitle(publication, "Eau")
    before = site.stamp(publication)
    found = standing(publication, site.portal_at(site.url))
    assert found == Standing("edited", (Change("field-changed", "title", "Eau", publication.title),))
    assert site.stamp(publication) == before
    with pytest.raises(Edited, match="title: “Eau” becomes"):
        catch_up(publication, site.portal_at(site.url), shelf)
    assert site.stamp(publication) == before
    publish(publication, site.portal_at(site.url), shelf)
    assert site.title(publication) == publication.title


def test_what_no_harvester_brought_is_absent(site: Site, publication: Publication):
    assert harvest_standing(publication, site.portal_at(site.url)) == Standing("absent")


@pytest.mark.parametrize("harvester", ["CKAN", "DCAT"])
def test_a_ckan_that_harvests_is_asked_which_version_it_took(ckan_site: CkanSite, shelf: Shelf, harvester: str):
    taken = first_version(ckan_site, shelf)
    following = replace(taken, manifest=shelf.version(taken.slug, taken.dataset, SECOND, sequence=2))
    mine = {"name": f"moissonne-{taken.dataset}", "owner_org": taken.organisation}
    extras = {"identifier": taken.identifier, "modified": taken.manifest.committed_at}
    as_made = {  # the one keeps our id, the other writes our identifier down
        "CKAN": {"id": taken.identifier, "version": "1.0.0"},
        "DCAT": {"extras": [{"key": key, "value": value} for key, value in extras.items()]},
    }
    ckan_site.call("package_create", **mine, **as_made[harvester])
    nobody = Ckan("ckan", ckan_site.url, SecretStr(""))
    assert harvest_standing(taken, nobody) == Standing("held")
    assert harvest_standing(following, nobody) == Standing("behind")
    assert harvest_standing(taken.vacancy, nobody) == Standing("behind")


@pytest.mark.parametrize("content", [b"quartier,euros\r\nNord,1200\r\nEte,500\r\n", b"x"], ids=["same size", "other"])
def test_a_copy_that_was_replaced_on_the_portal_is_found_even_at_its_old_size(
    site: Site, publication: Publication, shelf: Shelf, content: bytes
):
    publish(publication, site.portal_at(site.url), shelf)
    replace_first_file(site, publication, content)
    found = standing(publication, site.portal_at(site.url))
    assert found.state == "edited"
    assert f"{publication.manifest.dataset}.csv" in {change.name for change in found.changes}


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
