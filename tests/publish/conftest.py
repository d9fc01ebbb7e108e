"""Versions with real bytes, and the real portals with an ordinary editor's key for two towns."""

import os
import uuid
from collections.abc import Iterator
from dataclasses import replace

import pytest

from pipelines.publish.publication import Publication
from tests.publish.ckan_site import CkanSite, two_towns
from tests.publish.example import PUBLIC_URL, SECOND, Shelf
from tests.publish.fault_proxy import FaultProxy, fault_proxy


@pytest.fixture
def shelf() -> Shelf:
    """What the store is to this room: digests and bytes."""
    return Shelf()


@pytest.fixture(scope="session")
def ckan_site() -> Iterator[CkanSite]:
    """The CKAN that PARVIS_TEST_CKAN_URL names."""
    url, token = os.environ.get("PARVIS_TEST_CKAN_URL"), os.environ.get("PARVIS_TEST_CKAN_TOKEN")
    if not url or not token:
        pytest.skip("PARVIS_TEST_CKAN_URL and PARVIS_TEST_CKAN_TOKEN name no real CKAN")
    with two_towns(url, token) as site:
        yield site


@pytest.fixture
def ckan_proxy(ckan_site: CkanSite) -> Iterator[FaultProxy]:
    """A proxy in front of the real CKAN; it behaves until a test says otherwise."""
    with fault_proxy(ckan_site.url) as proxy:
        yield proxy


@pytest.fixture
def publication(ckan_site: CkanSite, shelf: Shelf) -> Publication:
    """The first version of a dataset that no other test uses."""
    town = ckan_site.towns[0]
    manifest = shelf.version(town, f"budget_{uuid.uuid4().hex[:8]}")
    return Publication(manifest, town, PUBLIC_URL, "en", code_insee="31555")


@pytest.fixture
def next_publication(publication: Publication, shelf: Shelf) -> Publication:
    """The second version of the same dataset: one row more."""
    first = publication.manifest
    return replace(publication, manifest=shelf.version(first.organisation, first.dataset, SECOND, sequence=2))
