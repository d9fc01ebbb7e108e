"""A real udata as a test meets it: two organisations of one ordinary editor, and what anybody downloads."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from pydantic import SecretStr

from pipelines.publish.publication import Publication, Vacancy
from pipelines.publish.udata import Udata
from pipelines.publish.udata_dataset import IDENTIFIER, VERSION


@dataclass(frozen=True)
class UdataSite:
    """The portal seen by an editor: a sysadmin's key would pass over rights and reserved extras."""

    url: str
    editor_token: str = field(repr=False)
    towns: tuple[str, str]
    stranger: str

    @property
    def portal(self) -> Udata:
        """The portal without anything in between."""
        return self.portal_at(self.url)

    def portal_at(
        self,
        url: str,
        timeout_seconds: float = 20.0,
        token: str | None = None,
        chunk_bytes: int = 1024 * 1024,
    ) -> Udata:
        return Udata("udata", url, SecretStr(token or self.editor_token), timeout_seconds, chunk_bytes)

    def count(self, publication: Publication | Vacancy) -> int:
        return len(self.datasets(publication))

    def files(self, publication: Publication | Vacancy) -> list[tuple[str, bytes | str]]:
        return [
            (
                resource["title"],
                httpx.get(resource["url"], timeout=30).content if resource["filetype"] == "file" else resource["url"],
            )
            for resource in self.dataset(publication)["resources"]
        ]

    def addresses(self, publication: Publication | Vacancy) -> list[str]:
        return [resource["latest"] for resource in self.dataset(publication)["resources"]]

    def downloads(self, publication: Publication | Vacancy) -> list[str]:
        hosted = [each for each in self.dataset(publication)["resources"] if each["filetype"] == "file"]
        return [address for each in hosted for address in (each["url"], each["latest"])]

    def schemas(self, publication: Publication | Vacancy) -> list[object]:
        return [each["schema"] for each in self.dataset(publication)["resources"]]

    def title(self, publication: Publication | Vacancy) -> str:
        return str(self.dataset(publication)["title"])

    def version(self, publication: Publication | Vacancy) -> str:
        return str(self.dataset(publication)["extras"].get(VERSION))

    def shown(self, publication: Publication | Vacancy) -> Any:
        """What people read of the dataset and of each resource, in order; no id, digest or moment of the portal's."""
        dataset = self.dataset(publication)
        texts = (
            "title",
            "description",
            "license",
            "frequency",
            "tags",
            "spatial",
            "temporal_coverage",
            "private",
            "archived",
        )
        of_each = ("title", "description", "type", "filetype", "format", "mime", "schema")
        resources = [{key: each[key] for key in of_each} for each in dataset["resources"]]
        return [{key: dataset[key] for key in texts}, dataset["extras"], dataset["quality"]["score"], resources]

    def stamp(self, publication: Publication | Vacancy) -> object:
        dataset = self.dataset(publication)
        return (dataset["last_modified"], dataset["internal"], [each["internal"] for each in dataset["resources"]])

    def retitle(self, publication: Publication | Vacancy, title: str) -> None:
        dataset = self.dataset(publication)
        kept = {key: dataset[key] for key in ("tags", "temporal_coverage")}
        self.call("PUT", f"datasets/{dataset['id']}/", json={**kept, "title": title})

    def add_link(self, publication: Publication | Vacancy, title: str, url: str) -> None:
        link = {"title": title, "type": "other", "filetype": "remote", "url": url, "format": "pdf"}
        self.call("POST", f"datasets/{self.dataset(publication)['id']}/resources/", json=link)

    def delete(self, publication: Publication | Vacancy) -> None:
        self.call("DELETE", f"datasets/{self.dataset(publication)['id']}/")

    def town_without_rights(self) -> str:
        return self.stranger

    def call(self, method: str, path: str, **content: Any) -> Any:
        """The API as the editor's browser would call it."""
        answer = httpx.request(
            method, f"{self.url}/api/1/{path}", headers={"X-API-KEY": self.editor_token}, timeout=30, **content
        )
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def datasets(self, publication: Publication | Vacancy) -> list[dict[str, Any]]:
        """All that stand for the publication and are not deleted."""
        found = self.call("GET", f"organizations/{publication.organisation}/datasets/", params={"page_size": 1000})
        return [
            dataset
            for dataset in found["data"]
            if dataset["extras"].get(IDENTIFIER) == publication.identifier and not dataset["deleted"]
        ]

    def dataset(self, publication: Publication | Vacancy) -> dict[str, Any]:
        """The only one."""
        (found,) = self.datasets(publication)
        return found


@contextmanager
def two_towns(url: str, editor_token: str) -> Iterator[UdataSite]:
    """The site with two new organisations of the editor's, and one that the editor has left.

    New, because a udata lists an organisation's deleted datasets for ever, and an old one slowly. Nothing is
    deleted afterwards: it would stay in its database all the same, and take longer than the tests.
    """
    site = UdataSite(url, editor_token, ("", ""), "")
    first, second, stranger = (_organisation(site) for _count in range(3))
    me = site.call("GET", "me/")["id"]
    site.call("DELETE", f"organizations/{stranger}/member/{me}/")
    yield UdataSite(url, editor_token, (first, second), stranger)


def _organisation(site: UdataSite) -> str:
    new = {"name": f"Commune {uuid.uuid4().hex[:8]}", "description": "Commune de test"}
    return str(site.call("POST", "organizations/", json=new)["id"])
