"""What people read: the catalogue, an organisation, a dataset, a version, an error."""

from dataclasses import dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ..versions.manifest import Manifest
from .addresses import Addresses
from .catalogue import Catalogue, Publisher
from .first_rows import first_rows
from .problems import Problem, unknown_address
from .templates import Templates

FIRST_ROWS = 20


@dataclass(frozen=True)
class Pages:
    """Answers in HTML."""

    catalogue: Catalogue
    addresses: Addresses
    templates: Templates

    def home(self, request: Request) -> Response:
        """Everything that is published."""
        snapshot = self.catalogue.now()
        entries = [(snapshot.by_siren[manifest.siren], manifest) for manifest in snapshot.manifests]
        return self.templates.page(request, "home.html", {"entries": entries, "publishers": snapshot.publishers})

    def organisation(self, request: Request) -> Response:
        """What one organisation has published."""
        publisher = self.catalogue.publisher(request.path_params["organisation"])
        manifests = self.catalogue.now().of(publisher)
        context = {"publisher": publisher, "entries": [(publisher, manifest) for manifest in manifests]}
        return self.templates.page(request, "organisation.html", context)

    def dataset(self, request: Request) -> Response:
        """One dataset, as its latest version stands."""
        publisher, manifest = self._version(request, "latest")
        context = self._about(publisher, manifest) | {"rows": self._first_rows(manifest)}
        return self.templates.page(request, "dataset.html", context)

    def version(self, request: Request) -> Response:
        """One version and its files."""
        asked = request.path_params["version"]
        publisher, manifest = self._version(request, asked)
        page = self.templates.page(request, "version.html", self._about(publisher, manifest))
        if asked != manifest.number:
            numbered = self.addresses.version(publisher.slug, manifest.dataset, manifest.number)
            page.headers["content-location"] = self.addresses.absolute(numbered)
        return page

    def with_slash(self, request: Request) -> Response:
        """The same address with the slash that was forgotten, if there is such a page."""
        path = request.path_params
        self._version(request, path.get("version", "latest")) if "dataset" in path else self.catalogue.publisher(
            path["organisation"]
        )
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"{request.url.path}/{query}", 308)

    def problem(self, request: Request, problem: Problem) -> Response:
        """An error as a page, for people."""
        page = self.templates.page(request, "problem.html", {"problem": problem}, problem.status)
        page.headers.update(problem.headers)
        return page

    def _version(self, request: Request, asked: str) -> tuple[Publisher, Manifest]:
        path = request.path_params
        return self.catalogue.version(path["organisation"], path["dataset"], asked)

    def _about(self, publisher: Publisher, manifest: Manifest) -> dict[str, object]:
        return {"publisher": publisher, "manifest": manifest, "versions": self.catalogue.versions(manifest)}

    def _first_rows(self, manifest: Manifest) -> list[dict[str, Any]]:
        parquet = manifest.file(f"{manifest.dataset}.parquet")
        if parquet is None:
            raise unknown_address()
        return first_rows(self.catalogue.store.file_path(parquet), FIRST_ROWS)
