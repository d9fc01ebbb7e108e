"""The access point as an ASGI app: its routes, and what wraps them."""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route, Router
from starlette.types import ExceptionHandler

from ..errors import StoreUnavailable
from ..messages import _
from ..versions.store import Store
from .addresses import KEYS, Addresses
from .catalogue import Catalogue
from .ckan.actions import Actions
from .ckan.face import Ckan
from .compression import Compressed
from .discovery import dcat
from .discovery.changes import Changes
from .discovery.discovery import Discovery
from .files import Files
from .filtered import FilteredFiles
from .headers import AccessLog, Barrier, CommonHeaders
from .kits.kits import Kits
from .languages import Languages
from .limits import Limits, ShortQueries
from .pages.about import AboutPages
from .pages.pages import Pages
from .pages.pictures import Pictures
from .pages.static_files import static_file
from .pages.summary import SummaryPage
from .pages.templates import Templates
from .problems import Moved, Problem, from_router, prefers_page
from .query.answers import Answers
from .query.engine import Engine
from .query.pool import Pool
from .rate import Rate
from .site import Organisation, Site


def create_app(
    store: Store,
    organisations: Sequence[Organisation],
    site: Site,
    limits: Limits | None = None,
    today: Callable[[], date] = lambda: datetime.now(UTC).date(),
) -> Starlette:
    """Serves what `store` holds, and notices new versions by itself. `today` is the day that ages count from."""
    limits = limits or Limits()
    addresses = Addresses(site.public_url)
    catalogue = Catalogue(store, organisations, time.monotonic)
    engine, pool = Engine(store, limits), Pool(limits)
    answers = Answers(engine, limits)
    templates = Templates(site, addresses)
    discovery = Discovery(catalogue, addresses, site, templates)
    pictures = Pictures(engine)
    pages = Pages(catalogue, addresses, templates, engine, pool, pictures, site, today)
    summary = SummaryPage(catalogue, templates, pictures, pool, site.populations)
    files = FilteredFiles(catalogue, addresses, Files(catalogue, addresses), answers, pool)
    ckan = Ckan(Actions(catalogue, addresses, site), addresses, answers, pool, limits)
    routes = _routes(
        pages,
        summary,
        AboutPages(site, templates),
        Kits(catalogue, addresses, site.locale, Pool(limits.model_copy(update={"query_workers": 1}))),
        files,
        ckan,
        discovery,
        Changes(catalogue, addresses),
    )
    short_queries = Middleware(ShortQueries, most_bytes=limits.query_string_bytes)
    app = Starlette(
        routes=[Mount(addresses.prefix, app=Router(routes, redirect_slashes=False), middleware=[short_queries])],
        middleware=[
            *([Middleware(AccessLog, monotonic=time.monotonic)] if site.logs_access else []),
            Middleware(CommonHeaders),
            Middleware(Compressed),
            Middleware(Languages, default=site.locale),
            Middleware(Rate, per_minute=limits.requests_per_minute, monotonic=time.monotonic),
            Middleware(Barrier),
        ],
        exception_handlers=_error_answers(pages),
    )
    app.router.redirect_slashes = False  # here and below: its redirect would trust the Host header
    return app


def _routes(
    pages: Pages,
    summary: SummaryPage,
    about: AboutPages,
    kits: Kits,
    files: FilteredFiles,
    ckan: Ckan,
    discovery: Discovery,
    changes: Changes,
) -> list[BaseRoute]:
    return [
        Route("/api/3/action/{action}", ckan.action, methods=["GET", "POST"]),
        Route("/{organisation}/{dataset}/{version}/{name}", files.file),  # asked most, so looked at early
        Route("/", pages.home),
        Route("/-/health", health),
        Route(KEYS, discovery.keys),
        Route("/-/static/{name}", static_file),
        Route("/-/{page}", about.with_slash),
        Route("/-/{page}/", about.about),
        Route("/api/action/{action}", ckan.action, methods=["GET", "POST"]),
        Route("/datastore/dump/{resource}", ckan.dump),
        *(Route(f"/catalog{ending}", discovery.dcat) for ending in dcat.FORMATS),
        Route("/atom.xml", discovery.feed),
        Route("/{organisation}/atom.xml", discovery.feed),
        Route("/{organisation}/{dataset}/atom.xml", discovery.feed),
        Route("/{organisation}/kit.zip", kits.kit),
        Route("/sitemap.xml", discovery.sitemap),
        Route("/openapi.json", discovery.openapi),
        Route("/{organisation}", pages.with_slash),
        Route("/{organisation}/", pages.organisation),
        Route("/{organisation}/{dataset}", pages.with_slash),
        Route("/{organisation}/{dataset}/", pages.dataset),
        Route("/{organisation}/{dataset}/changes", changes.changes),
        Route("/{organisation}/{dataset}/withdrawn.json", changes.withdrawn),
        Route("/{organisation}/{dataset}/versions.json", changes.register),
        Route("/{organisation}/{dataset}/summary/", summary.summary),
        Route("/{organisation}/{dataset}/summary/{document}/", summary.summary),
        Route("/{organisation}/{dataset}/{version}", pages.with_slash),
        Route("/{organisation}/{dataset}/{version}/", pages.version),
    ]


def health(_request: Request) -> Response:
    """For whoever watches the server: it answers, so it lives."""
    return JSONResponse({"status": "ok"}, headers={"cache-control": "no-store"})


def _error_answers(pages: Pages) -> dict[type[Exception], ExceptionHandler]:
    def answer(request: Request, problem: Problem) -> Response:
        response = pages.problem(request, problem) if prefers_page(request) else problem.response()
        response.headers.add_vary_header("Accept")
        return response

    def moved(request: Request, error: Exception) -> Response:
        assert isinstance(error, Moved)
        path = pages.addresses.renamed(request.url.path, error.old, error.new)
        return RedirectResponse(f"{path}?{request.url.query}".rstrip("?"), 301)

    def refused(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return answer(request, from_router(error))

    def problem(request: Request, error: Exception) -> Response:
        assert isinstance(error, Problem)
        return answer(request, error)

    def unavailable(request: Request, _error: Exception) -> Response:
        detail = _("The published files cannot be read at the moment; try again in a minute.")
        return answer(request, Problem(503, detail, {"retry-after": "60"}))

    return {Moved: moved, HTTPException: refused, Problem: problem, StoreUnavailable: unavailable}
