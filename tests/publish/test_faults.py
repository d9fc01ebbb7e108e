"""One fault between Parvis and a real portal: one dataset, the right files, and nothing left to plan.

The long form tries every kind of fault at every request of a first publication, of a
second version, and of one that the portal holds already; a seeded tenth runs always.
"""

import multiprocessing
import random
import time
from dataclasses import dataclass

import pytest

from pipelines.errors import PortalRefused
from pipelines.publish.plan import Portal
from pipelines.publish.publication import Publication
from pipelines.publish.publishing import Patience, publish
from tests.publish.example import Shelf
from tests.publish.fault_proxy import KINDS, FaultProxy, Kind
from tests.publish.site import Site

pytestmark = pytest.mark.portal
fork = multiprocessing.get_context("fork")  # the portal and its open connection need no pickling
BRISK = Patience(attempts=4, first_wait_seconds=0.4, longest_wait_seconds=1.5)
TIMEOUT_SECONDS = 4.0  # shorter than a late answer of the proxy
REQUESTS = {
    ("ckan", "first"): 5,
    ("ckan", "second"): 4,
    ("ckan", "unchanged"): 3,
    ("udata", "first"): 23,
    ("udata", "second"): 23,
    ("udata", "unchanged"): 8,
}


@dataclass(frozen=True)
class Fault:
    """One thing that goes wrong, at one request of one kind of publication."""

    site: str
    phase: str  # "first" | "second" | "unchanged"
    at: int
    kind: Kind

    def __str__(self) -> str:
        return f"{self.phase}-{self.at}-{self.kind}"


# A udata takes many more requests than a CKAN: there each request meets three kinds, drawn by the seed.
KINDS_PER_REQUEST = {"ckan": len(KINDS), "udata": 3}


def campaign(site: str) -> list[Fault]:
    """Every request of every kind of publication on this portal, with the kinds of fault that it meets."""
    drawn = random.Random(20260301)
    points = [(phase, at) for (name, phase), count in REQUESTS.items() if name == site for at in range(count)]
    return [
        Fault(site, phase, at, kind) for phase, at in points for kind in drawn.sample(KINDS, KINDS_PER_REQUEST[site])
    ]


def tenth(site: str) -> list[Fault]:
    """The same tenth of a campaign each time."""
    whole = campaign(site)
    return random.Random(20260301).sample(whole, len(whole) // 10)


@pytest.mark.parametrize("site", ["ckan"], indirect=True)
@pytest.mark.parametrize("fault", tenth("ckan"), ids=str)
def test_after_one_fault_a_ckan_holds_the_version_once(site, proxy, publication, next_publication, shelf, fault):
    survive(fault, site, proxy, publication, next_publication, shelf)


@pytest.mark.parametrize("site", ["udata"], indirect=True)
@pytest.mark.parametrize("fault", tenth("udata"), ids=str)
def test_after_one_fault_a_udata_holds_the_version_once(site, proxy, publication, next_publication, shelf, fault):
    survive(fault, site, proxy, publication, next_publication, shelf)


@pytest.mark.campaign
@pytest.mark.parametrize("site", ["ckan"], indirect=True)
@pytest.mark.parametrize("fault", campaign("ckan"), ids=str)
def test_after_any_fault_a_ckan_holds_the_version_once(site, proxy, publication, next_publication, shelf, fault):
    survive(fault, site, proxy, publication, next_publication, shelf)


@pytest.mark.campaign
@pytest.mark.parametrize("site", ["udata"], indirect=True)
@pytest.mark.parametrize("fault", campaign("udata"), ids=str)
def test_after_any_fault_a_udata_holds_the_version_once(site, proxy, publication, next_publication, shelf, fault):
    survive(fault, site, proxy, publication, next_publication, shelf)


@pytest.mark.parametrize("part", [0.3, 0.7])
def test_after_a_kill_in_the_middle_of_a_publication_the_next_run_completes_it(
    site: Site, proxy: FaultProxy, publication: Publication, shelf: Shelf, part: float
):
    kill_at(int(part * REQUESTS[name_of(site), "first"]), site, proxy, publication, shelf)


@pytest.mark.campaign
@pytest.mark.parametrize("at", range(max(REQUESTS.values())))
def test_after_a_kill_at_any_request_the_next_run_completes_it(
    site: Site, proxy: FaultProxy, publication: Publication, shelf: Shelf, at: int
):
    kill_at(min(at, REQUESTS[name_of(site), "first"] - 1), site, proxy, publication, shelf)


def kill_at(at: int, site: Site, proxy: FaultProxy, publication: Publication, shelf: Shelf) -> None:
    """A publisher in a process of its own dies (kill -9) while its request number `at` is on its way."""
    proxy.misbehave("late-answer", at=at)
    publisher = fork.Process(target=publish, args=(publication, site.portal_at(proxy.url), shelf))
    publisher.start()
    while not fired(proxy):
        time.sleep(0.01)
    publisher.kill()
    publisher.join()
    proxy.wait_until_quiet()
    publish(publication, site.portal_at(site.url), shelf, BRISK)
    holds(site, publication, shelf)


def name_of(site: Site) -> str:
    """“ckan” or “udata”."""
    return type(site).__name__.removesuffix("Site").lower()


def test_the_faults_reach_every_request_of_a_publication(
    site: Site, proxy: FaultProxy, publication: Publication, next_publication: Publication, shelf: Shelf
):
    name = name_of(site)
    for phase, version in (("first", publication), ("second", next_publication), ("unchanged", next_publication)):
        proxy.seen.clear()
        publish(version, site.portal_at(proxy.url), shelf)
        assert (phase, len(proxy.seen)) == (phase, REQUESTS[name, phase])


@pytest.mark.parametrize("kind", ["500-after", "cut-answer", "late-answer"])
def test_work_that_was_done_without_an_answer_is_found_and_not_repeated(
    site: Site, proxy: FaultProxy, publication: Publication, shelf: Shelf, kind: Kind
):
    create = {"CkanSite": "package_create", "UdataSite": "/datasets/"}[type(site).__name__]
    proxy.misbehave(kind, path=create, method="POST")
    publish(publication, site.portal_at(proxy.url, TIMEOUT_SECONDS), shelf, BRISK)
    assert fired(proxy)
    assert sum(request.startswith("POST") and request.endswith(create) for request in proxy.seen) == 1
    holds(site, publication, shelf)


def test_a_portal_that_answers_nothing_but_errors_is_given_up_within_patience(
    site: Site, publication: Publication, proxy: FaultProxy, shelf: Shelf
):
    proxy.misbehave("500-before", always=True)
    with pytest.raises(PortalRefused, match="error 500"):
        publish(publication, site.portal_at(proxy.url), shelf, BRISK)
    assert len(proxy.seen) == BRISK.attempts


def test_the_token_is_in_no_message_whatever_the_portal_says(
    site: Site, proxy: FaultProxy, publication: Publication, shelf: Shelf
):
    for kind in KINDS:
        if kind in ("duplicate", "late-request", "late-answer"):
            continue
        proxy.misbehave(kind, at=0)
        with pytest.raises(PortalRefused) as refused:
            publish(publication, site.portal_at(proxy.url), shelf, Patience(attempts=1))
        assert site.editor_token not in f"{refused.value!r} {refused.value.__context__!r}"


def survive(
    fault: Fault, site: Site, proxy: FaultProxy, publication: Publication, following: Publication, shelf: Shelf
) -> None:
    """The fault happens; whatever was told, the next run finds or brings the version, once."""
    version = publication if fault.phase == "first" else following
    if fault.phase != "first":
        publish(publication, site.portal_at(site.url), shelf)
    if fault.phase == "unchanged":
        publish(following, site.portal_at(site.url), shelf)
    proxy.misbehave(fault.kind, at=fault.at)
    try_to_publish(version, site.portal_at(proxy.url, TIMEOUT_SECONDS), shelf)
    assert fired(proxy)
    proxy.wait_until_quiet()
    publish(version, site.portal_at(site.url), shelf, BRISK)
    holds(site, version, shelf)


def try_to_publish(version: Publication, portal: Portal, shelf: Shelf) -> None:
    """A fault may end in success or in a clear refusal, and in nothing else."""
    try:
        publish(version, portal, shelf, BRISK)
    except PortalRefused as refused:
        assert "run again" in str(refused) or "running again is safe" in str(refused)


def holds(site: Site, publication: Publication, shelf: Shelf) -> None:
    """Exactly one dataset, six resources in order, the version's bytes, nothing left to plan."""
    assert site.count(publication) == 1
    files = site.files(publication)
    wanted = [file.name for file in publication.files]
    assert [name for name, _content in files] == [*wanted, "All versions and changes"]
    for name, content in files:
        if isinstance(content, bytes):
            stored = publication.manifest.file(name)
            assert stored is not None
            assert content == shelf[stored.sha256]
    assert site.portal_at(site.url).plan(publication).changes == ()


def fired(proxy: FaultProxy) -> bool:
    return proxy.fault is not None and proxy.fault.fired
