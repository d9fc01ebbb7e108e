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
from pipelines.publish.publication import Publication


@dataclass(frozen=True)
class CkanSite:
    """A real CKAN with two towns on it, seen as its sysadmin and as an editor of both."""

    url: str
    sysadmin: RemoteCKAN
    editor_token: str = field(repr=False)
    towns: tuple[str, str]

    @property
    def portal(self) -> Ckan:
        return self.portal_at(self.url)

    def portal_at(self, url: str, timeout_seconds: float = 20.0) -> Ckan:
        return Ckan("ckan", url, SecretStr(self.editor_token), timeout_seconds)

    def call(self, action: str, **data: Any) -> Any:
        return self.sysadmin.call_action(action, data, requests_kwargs={"timeout": 30})

    def package(self, publication: Publication) -> dict[str, Any]:
        return dict(self.call("package_show", id=publication.name))

    def activities(self, publication: Publication) -> int:
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
    yield CkanSite(url, sysadmin, editor, towns)
    for town in towns:
        _purge(sysadmin, town)
    sysadmin.call_action("user_delete", {"id": user["name"]})


def _purge(sysadmin: RemoteCKAN, town: str) -> None:
    search = {"q": f"organization:{town}", "include_private": True, "include_drafts": True, "rows": 1000}
    for package in sysadmin.call_action("package_search", search)["results"]:
        sysadmin.call_action("dataset_purge", {"id": package["id"]})
    sysadmin.call_action("organization_purge", {"id": town})
