"""What stands before a portal speaks in its place: pages, moves, limits. Each answer is told in words."""

import pytest

from pipelines.errors import PortalRefused
from pipelines.publish.answers import Unanswered
from pipelines.publish.publication import Publication
from pipelines.publish.publishing import Patience, publish
from tests.publish.example import Shelf
from tests.publish.fault_proxy import FaultProxy, fault_proxy
from tests.publish.site import Site

pytestmark = pytest.mark.portal
ONCE = Patience(attempts=1)


def test_a_move_to_another_host_is_not_followed_and_the_token_stays_here(
    site: Site, proxy: FaultProxy, publication: Publication, shelf: Shelf
):
    with fault_proxy(site.url) as other:
        proxy.elsewhere = other.url
        proxy.misbehave("elsewhere", always=True)
        with pytest.raises(PortalRefused, match="leads elsewhere; write the address it leads to"):
            publish(publication, site.portal_at(proxy.url), shelf, ONCE)
        assert other.seen == []


def test_a_file_that_a_front_end_finds_too_large_is_told(
    site: Site, proxy: FaultProxy, publication: Publication, shelf: Shelf
):
    upload = {"CkanSite": "package_revise", "UdataSite": "/upload/"}[type(site).__name__]
    proxy.misbehave("too-large", path=upload, method="POST", always=False)
    with pytest.raises(PortalRefused, match="a file is larger than it accepts"):
        publish(publication, site.portal_at(proxy.url), shelf, ONCE)
    publish(publication, site.portal_at(site.url), shelf)
    assert site.portal_at(site.url).plan(publication).changes == ()


@pytest.mark.parametrize("kind", ["busy", "busy-until"])
def test_a_portal_that_is_busy_is_asked_again_when_it_says(
    site: Site, proxy: FaultProxy, publication: Publication, kind
):
    proxy.misbehave(kind, at=0)
    with pytest.raises(Unanswered, match="too many requests for now") as refused:
        site.portal_at(proxy.url).plan(publication)
    assert refused.value.retry_after_seconds in (1.0, 2.0)


def test_a_wait_longer_than_patience_ends_at_once(
    site: Site, proxy: FaultProxy, publication: Publication, shelf: Shelf
):
    proxy.misbehave("busy", always=True)
    with pytest.raises(Unanswered):
        publish(publication, site.portal_at(proxy.url), shelf, Patience(attempts=9, budget_seconds=0.5))
    assert len(proxy.seen) == 1


@pytest.mark.parametrize("kind", ["garbage", "other-api"])
def test_something_else_at_the_address_is_told(site: Site, proxy: FaultProxy, publication: Publication, kind):
    proxy.misbehave(kind, always=True)
    with pytest.raises(PortalRefused, match="does not answer like a|gave no answer"):
        site.portal_at(proxy.url).plan(publication)
