"""The whole interface in OpenAPI 3.1, from the same tables that the code answers with."""

from typing import Any

from ...messages import _
from ..addresses import Addresses
from ..ckan.actions import ACTIONS
from ..media_types import MEDIA_TYPES
from ..pages.wording import words
from ..query.formats import FILTERED
from ..query.grammar import BUCKETS, FILTERS, FUNCTIONS, PAGE_SIZE, PAGE_SIZE_MOST
from ..search import Entry
from ..site import Site
from . import dcat

Json = dict[str, Any]
PROBLEM = {"$ref": "#/components/responses/Problem"}


def openapi(site: Site, addresses: Addresses, version: str, entry: Entry | None) -> Json:
    """The description of this server; `entry` serves as the example."""
    names = _examples(entry)
    return {
        "openapi": "3.1.0",
        "info": {"title": words(site.title), "version": version, "description": _grammar_words()},
        "servers": [{"url": addresses.absolute(addresses.prefix).rstrip("/") or "/"}],
        "paths": {
            "/{organisation}/{dataset}/{version}/{file}": {"parameters": _place(names, 4), "get": _file()},
            "/{organisation}/{dataset}/{version}/": {
                "parameters": _place(names, 3),
                "get": _page("A version."),
            },
            "/{organisation}/{dataset}/": {"parameters": _place(names, 2), "get": _page("A dataset.")},
            "/{organisation}/": {"parameters": _place(names, 1), "get": _page("An organisation.")},
            "/{organisation}/kit.zip": {"parameters": _place(names, 1), "get": _kit()},
            "/": {"get": _page("The catalogue.")},
            **_actions(),
            **_catalogues(),
            "/atom.xml": {"get": _plain("What was published lately.", "application/atom+xml")},
            "/sitemap.xml": {"get": _plain("Every page.", "application/xml")},
            "/-/health": {"get": _plain("Whether the server lives.", "application/json")},
        },
        "components": {"responses": {"Problem": _problem()}},
    }


_PLACES = {
    "organisation": "^[a-z0-9-]{2,60}$",
    "dataset": "^[a-z][a-z0-9]*(_[a-z0-9]+)*$",
    "version": r"^(latest|\d+|\d+\.\d+\.\d+)$",
    "file": r"^[A-Za-z0-9_.]+$",
}


def _grammar_words() -> str:
    return _(
        "Filters are written column__operator=value; operators: {filters}. Sort: column__sort=asc|desc. "
        "Groups: column__groupby, with {buckets} for dates; figures: {functions}. Filtered formats: {formats}."
    ).format(
        filters=", ".join(FILTERS),
        buckets=", ".join(BUCKETS),
        functions=", ".join(FUNCTIONS),
        formats=", ".join(FILTERED),
    )


def _examples(entry: Entry | None) -> dict[str, str]:
    """Names that lead somewhere."""
    if entry is None:
        return {}
    publisher, manifest = entry
    files = {"version": manifest.number, "file": f"{manifest.dataset}.json"}
    return {"organisation": publisher.slug, "dataset": manifest.dataset, **files}


def _place(names: dict[str, str], length: int) -> list[Json]:
    return [_part(name, names.get(name)) for name in list(_PLACES)[:length]]


def _part(name: str, example: str | None) -> Json:
    part = {"name": name, "in": "path", "required": True, "schema": {"type": "string", "pattern": _PLACES[name]}}
    return part | ({"examples": {"published": {"value": example}}} if example else {})


def _file() -> Json:
    whole = {"type": "integer", "minimum": 1}
    filters = {"type": "object", "additionalProperties": {"type": "string"}}
    return {
        "operationId": "file",
        "summary": "A file of a version, whole or filtered.",
        "parameters": [
            _query("page", whole),
            _query("page_size", whole | {"maximum": PAGE_SIZE_MOST, "default": PAGE_SIZE}),
            _query("columns", {"type": "string"}),
            _query("q", {"type": "string"}),
            _query("or", {"type": "string"}),
            _query("bbox", {"type": "string"}),
            _query("filters", filters) | {"style": "form", "explode": True},
        ],
        "responses": {
            "200": {
                "description": "The rows.",
                "headers": {"X-Total-Count": {"schema": {"type": "integer"}}, "ETag": {"schema": {"type": "string"}}},
                "content": {kind: {} for kind in sorted({kind.partition(";")[0] for kind in MEDIA_TYPES.values()})},
            },
            "206": {"description": "The part that Range asked for."},
            "304": {"description": "If-None-Match named these bytes."},
            **dict.fromkeys(("400", "404", "410", "414", "429", "503"), PROBLEM),
        },
    }


def _query(name: str, schema: Json) -> Json:
    return {"name": name, "in": "query", "required": False, "schema": schema}


def _page(summary: str) -> Json:
    content = {"text/html": {"schema": {"type": "string"}}}
    return {"summary": summary, "responses": {"200": {"description": summary, "content": content}, "404": PROBLEM}}


def _kit() -> Json:
    described = _plain("All that an organisation has published, to work without a network.", "application/zip")
    described["responses"] |= {
        "304": {"description": "If-None-Match named this state."},
        "404": PROBLEM,
        "503": PROBLEM,
    }
    return described


def _plain(summary: str, kind: str) -> Json:
    return {"summary": summary, "responses": {"200": {"description": summary, "content": {kind: {}}}}}


def _catalogues() -> Json:
    return {
        f"/catalog{ending}": {"get": _plain("The catalogue in DCAT-AP 3.", kind)}
        for ending, (_name, kind) in dcat.FORMATS.items()
    }


def _actions() -> Json:
    return {f"/api/3/action/{name}": _action(name) for name in (*ACTIONS, "datastore_search", "datastore_info")}


def _action(name: str) -> Json:
    properties = {"success": {"type": "boolean"}, "help": {"type": "string"}}
    envelope = {"type": "object", "required": ["help", "success"], "properties": properties}
    answer = {"description": "CKAN's envelope.", "content": {"application/json": {"schema": envelope}}}
    responses = dict.fromkeys(("200", "404", "409", "503"), answer)
    body = {"content": {"application/json": {"schema": {"type": "object"}}}}
    asked = {"summary": f"CKAN's {name}.", "responses": responses}
    return {"get": asked | {"operationId": name}, "post": asked | {"operationId": f"{name}_post", "requestBody": body}}


def _problem() -> Json:
    properties = {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "parameter": {"type": "string"},
        "allowed": {"type": "array", "items": {"type": "string"}},
    }
    schema = {"type": "object", "required": ["type", "title", "status", "detail"], "properties": properties}
    return {
        "description": "What was wrong, and what is allowed.",
        "content": {"application/problem+json": {"schema": schema}},
    }
