"""What a test needs of a portal, whichever it is: its towns, what it holds, and a hand that changes it from outside."""

import uuid
from dataclasses import dataclass
from typing import Protocol

from pipelines.publish.plan import Portal, Receipt
from pipelines.publish.publication import Publication
from tests.publish.ckan_site import CkanSite
from tests.publish.example import PUBLIC_URL, Shelf


@dataclass(frozen=True)
class Held:
    """A version that the portal holds, for tests that change nothing there."""

    publication: Publication
    shelf: Shelf
    receipt: Receipt


class Site(Protocol):
    """A real portal with two organisations and an ordinary editor of both."""

    url: str
    towns: tuple[str, str]  # as the portal names them
    editor_token: str

    def portal_at(self, url: str, timeout_seconds: float = 20.0, token: str | None = None) -> Portal:
        """The portal as Parvis meets it; the editor's token unless another is given."""

    def count(self, publication: Publication) -> int:
        """How many datasets stand for the publication, drafts and private ones too."""

    def files(self, publication: Publication) -> list[tuple[str, bytes | str]]:
        """The resources in order: name and downloaded bytes of a copy, name and address of a link."""

    def addresses(self, publication: Publication) -> list[str]:
        """Where each resource stays for good, in order."""

    def downloads(self, publication: Publication) -> list[str]:
        """Every address where anybody may get a copy, permalinks too."""

    def schemas(self, publication: Publication) -> list[object]:
        """What each resource says of its schema, in order."""

    def title(self, publication: Publication) -> str: ...

    def version(self, publication: Publication) -> str: ...

    def shown(self, publication: Publication) -> object:
        """What people read of the dataset and of each resource, in order; no id, digest or moment of the portal's."""

    def stamp(self, publication: Publication) -> object:
        """Moves with every change that anybody makes."""

    def retitle(self, publication: Publication, title: str) -> None: ...

    def add_link(self, publication: Publication, title: str, url: str) -> None: ...

    def delete(self, publication: Publication) -> None: ...

    def town_without_rights(self) -> str:
        """An organisation that is not the editor's."""


def first_version(site: Site, shelf: Shelf) -> Publication:
    """A version of a new dataset, for the site's first town; by its own slug on a CKAN, by its id on a udata."""
    slug = site.towns[0] if isinstance(site, CkanSite) else "nord"
    manifest = shelf.version(slug, f"budget_{uuid.uuid4().hex[:8]}")
    return Publication(
        manifest,
        site.towns[0],
        PUBLIC_URL,
        "en",
        code_insee="35238",
        read_period=lambda: ("2024-01-01", "2024-12-31"),
    )
