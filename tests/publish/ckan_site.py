"""A real CKAN as a test meets it: two towns, their editor, and the sysadmin who looks behind."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import requests
from ckanapi import RemoteCKAN
from pydantic import SecretStr

from pipelines.publish.ckan import Ckan
from pipelines.publish.publication import Publication, Vacancy


@dataclass(frozen=True)
class CkanSite:
    """A real CKAN with two towns on it, seen as its sysadmin and as an editor of both."""

    url: str
    sysadmin: RemoteCKAN
    editor_token: str = field(repr=False)
    towns: tuple[str, str]
    stranger: str  # a third organisation, where the editor is nobody

    @property
    def portal(self) -> Ckan:
        """The portal without anything in between."""
        return self.portal_at(self.url)

    def portal_at(self, url: str, timeout_seconds: float = 20.0, token: str | None = None) -> Ckan:
        return Ckan("ckan", url, SecretStr(token or self.editor_token), timeout_seconds)

    def count(self, publication: Publication | Vacancy) -> int:
        town, dataset = publication.organisation, publication.dataset
        found = self.call("package_search", q=f"organization:{town}", include_private=True, rows=1000)["results"]
        return sum(dataset in package["name"] for package in found)

    def files(self, publication: Publication | Vacancy) -> list[tuple[str, bytes | str]]:
        return [
            (resource["name"], self.bytes_of(resource) if resource["url_type"] == "upload" else resource["url"])
            for resource in self.package(publication)["resources"]
        ]

    def addresses(self, publication: Publication | Vacancy) -> list[str]:
        return [resource["url"] for resource in self.package(publication)["resources"]]

    def downloads(self, publication: Publication | Vacancy) -> list[str]:
        resources = self.package(publication)["resources"]
        return [each["url"] for each in resources if each["url_type"] == "upload"]

    def schemas(self, publication: Publication | Vacancy) -> list[object]:
        return [each.get("schema") for each in self.package(publication)["resources"]]

    def title(self, publication: Publication | Vacancy) -> str:
        return str(self.package(publication)["title"])

    def version(self, publication: Publication | Vacancy) -> str:
        return str(self.package(publication)["version"])

    def shown(self, publication: Publication | Vacancy) -> Any:
        """What people read of the dataset and of each resource, in order; no id, digest or moment of the portal's."""
        package = self.package(publication)
        of_dataset = {
            key: package[key] for key in ("title", "notes", "version", "url", "license_id", "private", "state")
        }
        extras = {each["key"]: each["value"] for each in package["extras"]}
        texts = ("name", "description", "format", "mimetype", "schema", "conforms_to", "license", "state", "position")
        resources = [{key: each.get(key) for key in texts} for each in package["resources"]]
        return [of_dataset, extras, sorted(each["name"] for each in package["tags"]), resources]

    def stamp(self, publication: Publication | Vacancy) -> object:
        return (self.activities(publication), self.package(publication)["metadata_modified"])

    def retitle(self, publication: Publication | Vacancy, title: str) -> None:
        self.call("package_patch", id=publication.name, title=title)

    def add_link(self, publication: Publication | Vacancy, title: str, url: str) -> None:
        self.call("resource_create", package_id=publication.name, name=title, url=url)

    def delete(self, publication: Publication | Vacancy) -> None:
        self.call("package_delete", id=publication.name)

    def town_without_rights(self) -> str:
        return self.stranger

    def call(self, action: str, **data: Any) -> Any:
        return self.sysadmin.call_action(action, data, requests_kwargs={"timeout": 30})

    def package(self, publication: Publication | Vacancy) -> dict[str, Any]:
        return dict(self.call("package_show", id=publication.name))

    def activities(self, publication: Publication | Vacancy) -> int:
        return len(self.call("package_activity_list", id=publication.name, limit=100))

    def bytes_of(self, resource: dict[str, Any]) -> bytes:
        """What anybody downloads."""
        answer = requests.get(resource["url"], timeout=30)
        answer.raise_for_status()
        return bytes(answer.content)


@contextmanager
def two_towns(url: str, token: str) -> Iterator[CkanSite]:
    """The site with two new organisations and one editor of both; all of it is purged afterwards."""
    mark = uuid.uuid4().hex[:8]
    towns = (f"nord-{mark}", f"sud-{mark}")
    sysadmin = RemoteCKAN(url, apikey=token)
    user = {"name": f"editor-{mark}", "email": f"{mark}@example.org", "password": uuid.uuid4().hex}
    sysadmin.call_action("user_create", user)
    for town in towns:
        sysadmin.call_action("organization_create", {"name": town, "title": town})
        member = {"id": town, "username": user["name"], "role": "editor"}
        sysadmin.call_action("organization_member_create", member)
    editor = sysadmin.call_action("api_token_create", {"user": user["name"], "name": "tests"})["token"]
    stranger = f"autre-{mark}"
    sysadmin.call_action("organization_create", {"name": stranger})
    try:
        yield CkanSite(url, sysadmin, editor, towns, stranger)
    finally:
        for town in (*towns, stranger):
            _purge(sysadmin, town)
        sysadmin.call_action("user_delete", {"id": user["name"]})


def _purge(sysadmin: RemoteCKAN, town: str) -> None:
    search = {"q": f"organization:{town}", "include_private": True, "include_drafts": True, "rows": 1000}
    for package in sysadmin.call_action("package_search", search)["results"]:
        sysadmin.call_action("dataset_purge", {"id": package["id"]})
    sysadmin.call_action("organization_purge", {"id": town})
