"""One fault between Parvis and a real CKAN: one package, the right bytes, and the truth told."""

import pytest

from pipelines.errors import PortalRefused
from pipelines.publish.publication import Publication
from pipelines.publish.publishing import publish
from tests.publish.ckan_site import CkanSite
from tests.publish.example import Shelf
from tests.publish.fault_proxy import FaultProxy

pytestmark = pytest.mark.portal


def holds(site: CkanSite, publication: Publication, shelf: Shelf) -> None:
    """Exactly one package, six resources in order, the version's bytes, nothing left to plan."""
    town = publication.manifest.organisation
    found = site.call("package_search", q=f"organization:{town}", include_private=True, rows=1000)["results"]
    dataset = publication.manifest.dataset
    assert [package["name"] for package in found if dataset in package["name"]] == [publication.name]
    package = site.package(publication)
    assert [resource["position"] for resource in package["resources"]] == list(range(6))
    for resource in package["resources"][:5]:
        stored = publication.manifest.file(resource["name"])
        assert stored is not None
        assert site.bytes_of(resource) == shelf[stored.sha256]
    assert site.portal.plan(publication).changes == ()


@pytest.mark.parametrize("kind", ["500-after", "cut-answer", "half-answer", "garbage", "late-answer"])
@pytest.mark.parametrize("action", ["package_create", "package_revise"])
def test_work_that_was_done_without_an_answer_is_found_and_not_repeated(
    ckan_site: CkanSite, ckan_proxy: FaultProxy, publication: Publication, shelf: Shelf, kind: str, action: str
):
    ckan_proxy.misbehave(kind, path=action)
    publish(publication, ckan_site.portal_at(ckan_proxy.url, timeout_seconds=2.0), shelf)
    assert ckan_proxy.fault is not None
    assert ckan_proxy.fault.fired
    assert [seen.rsplit("/", 1)[1] for seen in ckan_proxy.seen].count(action) == 1
    holds(ckan_site, publication, shelf)


@pytest.mark.parametrize("kind", ["cut-before", "cut-request", "500-before"])
@pytest.mark.parametrize("action", ["package_create", "package_revise"])
def test_work_that_was_not_done_is_told_and_the_next_run_completes_it(
    ckan_site: CkanSite, ckan_proxy: FaultProxy, publication: Publication, shelf: Shelf, kind: str, action: str
):
    ckan_proxy.misbehave(kind, path=action)
    portal = ckan_site.portal_at(ckan_proxy.url, timeout_seconds=5.0)
    with pytest.raises(PortalRefused):
        publish(publication, portal, shelf)
    publish(publication, portal, shelf)
    holds(ckan_site, publication, shelf)


@pytest.mark.parametrize("action", ["package_create", "package_revise"])
def test_a_request_that_arrives_after_the_next_run_changes_nothing(
    ckan_site: CkanSite, ckan_proxy: FaultProxy, publication: Publication, shelf: Shelf, action: str
):
    ckan_proxy.misbehave("late-request", path=action)
    with pytest.raises(PortalRefused):
        publish(publication, ckan_site.portal_at(ckan_proxy.url, timeout_seconds=1.0), shelf)
    publish(publication, ckan_site.portal, shelf)
    ckan_proxy.wait_until_quiet()
    holds(ckan_site, publication, shelf)


@pytest.mark.parametrize("action", ["package_create", "package_revise"])
def test_a_request_that_arrives_twice_is_done_once(
    ckan_site: CkanSite, ckan_proxy: FaultProxy, publication: Publication, shelf: Shelf, action: str
):
    ckan_proxy.misbehave("duplicate", path=action)
    publish(publication, ckan_site.portal_at(ckan_proxy.url), shelf)
    holds(ckan_site, publication, shelf)
    assert ckan_site.activities(publication) == 2  # new package, one revision


def test_the_token_is_in_no_message_whatever_the_portal_says(
    ckan_site: CkanSite, ckan_proxy: FaultProxy, publication: Publication
):
    for kind in ("500-after", "garbage", "cut-answer", "half-answer"):
        ckan_proxy.misbehave(kind, at=0)
        with pytest.raises(PortalRefused) as refused:
            ckan_site.portal_at(ckan_proxy.url).plan(publication)
        assert ckan_site.editor_token not in f"{refused.value!r} {refused.value.__context__!r}"
