"""What people read: the catalogue, an organisation, a dataset, a version, an error."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from weakref import WeakKeyDictionary

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ...populations import inhabitants
from ...table_schema import counted_by
from ...versions.manifest import Manifest
from .. import protection
from ..addresses import Addresses
from ..catalogue import Catalogue, Publisher, Snapshot
from ..filtered import read_parameters
from ..problems import Problem
from ..query.engine import Engine
from ..query.grammar import PARAMETERS, parse
from ..query.places import place_columns
from ..query.pool import Pool
from ..search import Entry, Facets, Search, counts, facets_on
from ..site import Site
from . import summary, table_view
from .budget import is_budget
from .filter_form import address_of_new_filter
from .freshness import freshness
from .pictures import Pictures
from .questions import questions
from .snippets import snippets
from .structured_data import dataset_json_ld
from .templates import Templates

PAGE_ENTRIES = 50


@dataclass(frozen=True)
class Glance:
    """What the home page says of everything on a day: the values of each facet with their counts, and a budget."""

    day: date
    facets: Mapping[str, list[tuple[str, int]]]
    budget: Entry | None


@dataclass(frozen=True)
class Pages:
    """Answers in HTML."""

    catalogue: Catalogue
    addresses: Addresses
    templates: Templates
    engine: Engine
    pool: Pool
    pictures: Pictures
    site: Site
    today: Callable[[], date]
    _counted: WeakKeyDictionary[Snapshot, Glance] = field(default_factory=WeakKeyDictionary)

    def home(self, request: Request) -> Response:
        """Everything that is published, or what is looked for."""
        snapshot = self.catalogue.now()
        everything = snapshot.entries
        asked, today = request.query_params, self.today()
        facets = facets_on(today)
        chosen = tuple((facet, asked[facet]) for facet in facets if asked.get(facet))
        found = Search(tuple(asked.get("q", "").split()[:10]), chosen, facets).found_in(snapshot)
        page, page_count = _page(asked.get("page", ""), len(found))
        glance = self._glance(snapshot, facets, today)
        context = {
            "entries": found[(page - 1) * PAGE_ENTRIES : page * PAGE_ENTRIES],
            "found": len(found),
            "everything": everything,
            "publishers": snapshot.publishers,
            "facets": glance.facets,
            "late": dict(glance.facets["freshness"]).get("late", 0),
            "budget": glance.budget,
            "is_first_visit": not asked.get("q") and not chosen and page == 1,
            "names": {publisher.slug: publisher.name for publisher in snapshot.publishers},
            "asked": asked,
            "page": page,
            "page_count": page_count,
        }
        return self.templates.page(request, "home.html", context)

    def _glance(self, snapshot: Snapshot, facets: Facets, today: date) -> Glance:
        """Taken once for each snapshot and day."""
        known = self._counted.get(snapshot)
        if known is None or known.day != today:
            self._counted.clear()
            budget = next((entry for entry in snapshot.entries if is_budget(entry[1])), None)
            counted = {facet: counts(snapshot.entries, facet, facets) for facet in facets}
            known = self._counted[snapshot] = Glance(today, counted, budget)
        return known

    def organisation(self, request: Request) -> Response:
        """What one organisation has published."""
        publisher = self.catalogue.publisher(request.path_params["organisation"])
        manifests = self.catalogue.now().of(publisher)
        context = {
            "publisher": publisher,
            "entries": [(publisher, manifest) for manifest in manifests],
            "inhabitants": inhabitants(self.site.populations, publisher.siren, self.today().year),
        }
        return self.templates.page(request, "organisation.html", context)

    async def dataset(self, request: Request) -> Response:
        """One dataset, as its latest version stands."""
        publisher, manifest = await run_in_threadpool(self._version, request, "latest")
        if address := address_of_new_filter(request, manifest.table_schema["fields"]):
            return RedirectResponse(address, 303)
        table = await self._table(request, manifest)
        drawn = await self.pool.run(lambda: self._drawn(manifest))
        return await run_in_threadpool(self._dataset_page, request, publisher, manifest, {"table": table} | drawn)

    async def version(self, request: Request) -> Response:
        """One version and its files."""
        asked = request.path_params["version"]
        publisher, manifest = await run_in_threadpool(self._version, request, asked)
        about = await run_in_threadpool(self._about, publisher, manifest)
        changes = await self.pool.run(lambda: self.pictures.changes(self.catalogue.store, manifest, about["versions"]))
        page = self.templates.page(request, "version.html", about | {"changes": changes})
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
        known = self._known_dataset(request) if problem.status in (400, 404, 410) else None
        is_question = problem.status == 400
        context = {
            "problem": problem,
            "back": request.url.path if is_question else "",  # the same page, without the question
            "dataset": self.addresses.dataset(known[0].slug, known[1].dataset) if known and not is_question else "",
            "columns": {field["name"] for field in known[1].table_schema["fields"]} if known else set(),
        }
        page = self.templates.page(request, "problem.html", context, problem.status)
        page.headers.update(problem.headers)
        return page

    def _known_dataset(self, request: Request) -> Entry | None:
        """The dataset that an address means, where there is one."""
        slug, dataset = (request.path_params.get(name, "") for name in ("organisation", "dataset"))
        entries = self.catalogue.now().entries
        return next((entry for entry in entries if (entry[0].slug, entry[1].dataset) == (slug, dataset)), None)

    async def _table(self, request: Request, manifest: Manifest) -> table_view.TableView:
        """The rows that the page's own query asks for, in the grammar of the files."""
        parameters = [pair for pair in read_parameters(request) if _is_ours(pair[0]) and pair != ("q", "")]
        fields = manifest.table_schema["fields"]
        has_size = any(name == "page_size" for name, _value in parameters)
        size = [] if has_size else [("page_size", str(table_view.ROWS))]
        query = parse([*parameters, *size], fields, place_columns(manifest))
        found, total = await self.pool.run(lambda: self.engine.table(manifest, query))
        kept = [pair for pair in parameters if pair[0] != "page"]
        return table_view.view(request.url.path, kept, query, fields, found.to_pylist(), total)

    def _dataset_page(
        self, request: Request, publisher: Publisher, manifest: Manifest, shown: Mapping[str, Any]
    ) -> Response:
        base = self.addresses.absolute(self.addresses.version(publisher.slug, manifest.dataset, "latest"))
        context = self._about(publisher, manifest) | {
            **shown,
            "freshness": freshness(manifest, self.today()),
            "counted_by": counted_by(manifest.table_schema),
            "left_out": protection.left_out(manifest.privacy),
            "treated": protection.treated(manifest.privacy),
            "bases": protection.bases(manifest.privacy),
            "snippets": snippets(manifest, base),
            "questions": questions(manifest),
            "json_ld": dataset_json_ld(self.addresses, publisher, manifest),
        }
        return self.templates.page(request, "dataset.html", context)

    def _drawn(self, manifest: Manifest) -> dict[str, Any]:
        """What the types suggest, for the templates."""
        return {
            "charts": self.pictures.charts(manifest),
            "map": self.pictures.map(manifest),
            "budget": self.pictures.budget(manifest),
            "budget_name": summary.name,
            "quality": self.pictures.quality(self.catalogue.store, manifest),
            "certificate": self.pictures.certificate(self.catalogue.store, manifest),
        }

    def _version(self, request: Request, asked: str) -> tuple[Publisher, Manifest]:
        path = request.path_params
        return self.catalogue.version(path["organisation"], path["dataset"], asked)

    def _about(self, publisher: Publisher, manifest: Manifest) -> dict[str, Any]:
        return {"publisher": publisher, "manifest": manifest, "versions": self.catalogue.versions(manifest)}


def _is_ours(name: str) -> bool:
    """What others hang on a link that they pass on, utm_source or fbclid, asks nothing of us."""
    return "__" in name or name in PARAMETERS or name.startswith("filter_")


def _page(text: str, found: int) -> tuple[int, int]:
    """The page that is asked for, kept inside those that there are."""
    page_count = max(1, -(-found // PAGE_ENTRIES))
    wanted = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 1
    return min(max(wanted, 1), page_count), page_count
