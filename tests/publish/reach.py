"""Every byte of a dataset that a portal gives to anybody, and every file of its own folders, searched for a value."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import requests

from pipelines.publish.publication import Vacancy
from tests.publish.ckan_site import CkanSite
from tests.publish.udata_site import UdataSite


def on_disk(value: bytes) -> list[str]:
    """The files of the portals' folders (PARVIS_TEST_PORTAL_FILES, with colons) that hold the value."""
    folders = os.environ.get("PARVIS_TEST_PORTAL_FILES", "").split(":")
    paths = (path for folder in filter(None, folders) for path in Path(folder).rglob("*") if path.is_file())
    return [path.name for path in paths if value in path.read_bytes()]


def downloads(addresses: list[str]) -> Iterator[bytes]:
    """What anybody gets there; nothing where it is gone."""
    for address in addresses:
        answer = requests.get(address, timeout=30)
        if answer.ok:
            yield answer.content


def told(site: CkanSite | UdataSite, place: Vacancy) -> Iterator[bytes]:
    """What the portal says of the dataset: its record, its history, its tables, its files."""
    yield from _told_by_ckan(site, place) if isinstance(site, CkanSite) else _told_by_udata(site, place)
    yield from downloads(site.downloads(place))


def _told_by_ckan(site: CkanSite, place: Vacancy) -> Iterator[bytes]:
    package = site.package(place)
    yield json.dumps(package).encode()
    for activity in site.call("package_activity_list", id=package["id"], limit=100):
        old = site.call("activity_data_show", id=activity["id"], object_type="package")
        yield json.dumps(old).encode()
        tables = [f"{site.url}/datastore/dump/{resource['id']}" for resource in old["resources"]]
        copies = [resource["url"] for resource in old["resources"] if resource["url_type"] == "upload"]
        yield from downloads([*tables, *copies])
    yield from downloads([f"{site.url}/dataset/{package['name']}", f"{site.url}/dataset/activity/{package['name']}"])


def _told_by_udata(site: UdataSite, place: Vacancy) -> Iterator[bytes]:
    dataset = site.dataset(place)
    yield json.dumps(dataset).encode()
    api = f"{site.url}/api/1"
    yield from downloads(
        [f"{api}/datasets/{dataset['id']}/rdf.ttl", f"{api}/activity/?related_to={dataset['id']}&page_size=100"]
    )
