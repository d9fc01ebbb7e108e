"""What people read: the catalogue, an organisation, a dataset, a version, an error."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from weakref import WeakKeyDictionary

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ..versions.manifest import Manifest
from . import protection, table_view
from .addresses import Addresses
from .catalogue import Catalogue, Publisher, Snapshot
from .engine import Engine
from .filtered import read_parameters
from .freshness import freshness
from .grammar import FILTERS, parse
from .limits import Limits
from .places import place_columns
from .pool import Pool
from .problems import Problem
from .search import FACETS, Search, counts
from .snippets import snippets
from .structured_data import dataset_json_ld
from .templates import Templates

PAGE_ENTRIES = 50


@dataclass(frozen=True)
class Pages:
    """Answers in HTML."""

    catalogue: Catalogue
    addresses: Addresses
    templates: Templates
    engine: Engine
    pool: Pool
    limits: Limits
    today: Callable[[], date]
    _counted: WeakKeyDictionary[Snapshot, dict[str, list[tuple[str, int]]]] = field(default_factory=WeakKeyDictionary)

    def home(self, request: Request) -> Response:
        """Everything that is published, or what is looked for."""
        snapshot = self.catalogue.now()
        everything = snapshot.entries
        asked = request.query_params
        chosen = tuple((facet, asked[facet]) for facet in FACETS if asked.get(facet))
        found = Search(tuple(asked.get("q", "").split()[:10]), chosen).found_in(snapshot)
        page, page_count = _page(asked.get("page", ""), len(found))
        context = {
            "entries": found[(page - 1) * PAGE_ENTRIES : page * PAGE_ENTRIES],
            "found": len(found),
            "everything": everything,
            "publishers": snapshot.publishers,
            "facets": self._facets(snapshot),
            "names": {publisher.slug: publisher.name for publisher in snapshot.publishers},
            "asked": asked,
            "page": page,
            "page_count": page_count,
        }
        return self.templates.page(request, "home.html", context)

    def _facets(self, snapshot: Snapshot) -> dict[str, list[tuple[str, int]]]:
        """Counted once for each snapshot."""
        if snapshot not in self._counted:
            self._counted.clear()
            self._counted[snapshot] = {facet: counts(snapshot.entries, facet) for facet in FACETS}
        return self._counted[snapshot]

    def organisation(self, request: Request) -> Response:
        """What one organisation has published."""
        publisher = self.catalogue.publisher(request.path_params["organisation"])
        manifests = self.catalogue.now().of(publisher)
        context = {"publisher": publisher, "entries": [(publisher, manifest) for manifest in manifests]}
        return self.templates.page(request, "organisation.html", context)

    async def dataset(self, request: Request) -> Response:
        """One dataset, as its latest version stands."""
        publisher, manifest = await run_in_threadpool(self._version, request, "latest")
        if address := _address_of_new_filter(request):
            return RedirectResponse(address, 303)
        table = await self._table(request, manifest)
        return await run_in_threadpool(self._dataset_page, request, publisher, manifest, table)

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
        """The same address with the slash that was forgotten, where there is such a page."""
        path = request.path_params
        if "dataset" in path:
            self._version(request, path.get("version", "latest"))
        else:
            self.catalogue.publisher(path["organisation"])
        query = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"{request.url.path}/{query}", 308)

    def problem(self, request: Request, problem: Problem) -> Response:
        """An error as a page, for people."""
        page = self.templates.page(request, "problem.html", {"problem": problem}, problem.status)
        page.headers.update(problem.headers)
        return page

    async def _table(self, request: Request, manifest: Manifest) -> table_view.TableView:
        """The rows that the page's own query asks for, in the grammar of the files."""
        parameters = [pair for pair in read_parameters(request, self.limits) if pair != ("q", "")]
        fields = manifest.table_schema["fields"]
        has_size = any(name == "page_size" for name, _value in parameters)
        size = [] if has_size else [("page_size", str(table_view.ROWS))]
        query = parse([*parameters, *size], fields, place_columns(manifest))
        found, total = await self.pool.run(lambda: self.engine.table(manifest, query))
        kept = [pair for pair in parameters if pair[0] != "page"]
        return table_view.view(request.url.path, kept, query, fields, found.to_pylist(), total)

    def _dataset_page(
        self, request: Request, publisher: Publisher, manifest: Manifest, table: table_view.TableView
    ) -> Response:
        base = self.addresses.absolute(self.addresses.version(publisher.slug, manifest.dataset, "latest"))
        context = self._about(publisher, manifest) | {
            "table": table,
            "freshness": freshness(manifest, self.today()),
            "left_out": protection.left_out(manifest.privacy),
            "treated": protection.treated(manifest.privacy),
            "bases": protection.bases(manifest.privacy),
            "snippets": snippets(manifest, base),
            "json_ld": dataset_json_ld(self.addresses, publisher, manifest),
        }
        return self.templates.page(request, "dataset.html", context)

    def _version(self, request: Request, asked: str) -> tuple[Publisher, Manifest]:
        path = request.path_params
        return self.catalogue.version(path["organisation"], path["dataset"], asked)

    def _about(self, publisher: Publisher, manifest: Manifest) -> dict[str, Any]:
        return {"publisher": publisher, "manifest": manifest, "versions": self.catalogue.versions(manifest)}


def _page(text: str, found: int) -> tuple[int, int]:
    """The page that is asked for, kept inside those that there are."""
    page_count = max(1, -(-found // PAGE_ENTRIES))
    wanted = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 1
    return min(max(wanted, 1), page_count), page_count


def _address_of_new_filter(request: Request) -> str:
    """The form sends a filter in three fields; its address has it in one parameter. "" where none was sent."""
    asked: Mapping[str, str] = request.query_params
    column, operator = asked.get("filter_column", ""), asked.get("filter_operator", "")
    if not column or operator not in FILTERS:
        return ""
    value = "" if operator in ("isnull", "isnotnull") else asked.get("filter_value", "")
    kept = [
        pair for pair in request.query_params.multi_items() if not pair[0].startswith("filter_") and pair[0] != "page"
    ]
    return table_view.address(request.url.path, [*kept, (f"{column}__{operator}", value)])
