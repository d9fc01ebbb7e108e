"""Versions with real bytes, and the real portals with an ordinary editor's key for two towns."""

import os
from collections.abc import Iterator
from dataclasses import replace

import pytest

from pipelines.publish.publication import Publication
from pipelines.publish.publishing import publish
from tests.publish import ckan_site as ckan
from tests.publish import udata_site as udata
from tests.publish.ckan_site import CkanSite
from tests.publish.example import SECOND, Shelf
from tests.publish.fault_proxy import FaultProxy, fault_proxy
from tests.publish.site import Held, Site, first_version
from tests.publish.udata_site import UdataSite


@pytest.fixture
def shelf() -> Shelf:
    """What the store is to this room: digests and bytes."""
    return Shelf()


@pytest.fixture(scope="session")
def ckan_site() -> Iterator[CkanSite]:
    """The CKAN that PARVIS_TEST_CKAN_URL names."""
    url, token = _environment("PARVIS_TEST_CKAN_URL", "PARVIS_TEST_CKAN_TOKEN")
    with ckan.two_towns(url, token) as site:
        yield site


@pytest.fixture(scope="session")
def udata_site() -> Iterator[UdataSite]:
    """The udata that PARVIS_TEST_UDATA_URL names."""
    url, key = _environment("PARVIS_TEST_UDATA_URL", "PARVIS_TEST_UDATA_API_KEY")
    with udata.two_towns(url, key) as site:
        yield site


@pytest.fixture(scope="session", params=["ckan", "udata"])
def site(request: pytest.FixtureRequest) -> Site:
    """Each portal in turn: what is promised of one is promised of all."""
    chosen: Site = request.getfixturevalue(f"{request.param}_site")
    return chosen


@pytest.fixture
def proxy(site: Site) -> Iterator[FaultProxy]:
    """A proxy in front of the portal; it behaves until a test says otherwise."""
    with fault_proxy(site.url) as between:
        yield between


@pytest.fixture(scope="module")
def held(site: Site) -> Held:
    """Published once for a whole module."""
    shelf = Shelf()
    publication = first_version(site, shelf)
    return Held(publication, shelf, publish(publication, site.portal_at(site.url), shelf))


@pytest.fixture
def publication(site: Site, shelf: Shelf) -> Publication:
    """The first version of a dataset that no other test uses."""
    return first_version(site, shelf)


@pytest.fixture
def publication_on_ckan(ckan_site: CkanSite, shelf: Shelf) -> Publication:
    """The same, where only a CKAN will do."""
    return first_version(ckan_site, shelf)


@pytest.fixture
def next_publication(publication: Publication, shelf: Shelf) -> Publication:
    """The second version of the same dataset: one row more."""
    first = publication.manifest
    return replace(publication, manifest=shelf.version(first.organisation, first.dataset, SECOND, sequence=2))


def _environment(*names: str) -> list[str]:
    missing = [name for name in names if not os.environ.get(name)]
    if missing:
        pytest.skip(f"{', '.join(missing)}: no real portal named")
    return [os.environ[name] for name in names]
