"""The whole interface in OpenAPI 3.1, from the same tables that the code answers with."""

from typing import Any

from ...messages import _
from ...versions.identifiers import flat_name, resource_id
from ..addresses import KEYS, Addresses
from ..media_types import MEDIA_TYPES
from ..pages.about import PAGES
from ..pages.wording import words
from ..query.formats import FILTERED
from ..query.grammar import BUCKETS, FILTERS, FUNCTIONS, PAGE_SIZE, PAGE_SIZE_MOST
from ..search import Entry
from ..site import Site
from . import dcat, openapi_ckan
from .changes import FORMATS as CHANGES_FORMATS

Json = dict[str, Any]
PROBLEM = {"$ref": "#/components/responses/Problem"}


def openapi(site: Site, addresses: Addresses, version: str, entry: Entry | None) -> Json:
    """The description of this server; `entry` serves as the example."""
    names = _examples(entry)
    return {
        "openapi": "3.1.0",
        "info": {"title": words(site.title), "version": version, "description": _grammar_words()},
        "servers": [{"url": addresses.absolute(addresses.prefix).rstrip("/") or "/"}],
        "paths": _files(names) | _pages(names) | _news(names) | openapi_ckan.actions(names, PROBLEM) | _catalogues(),
        "components": {"responses": {"Problem": _problem()}},
    }


def _files(names: dict[str, str]) -> Json:
    return {
        "/{organisation}/{dataset}/{version}/{file}": {"parameters": _place(names, 4), "get": _file()},
        "/{organisation}/kit.zip": {"parameters": _place(names, 1), "get": _kit()},
        "/datastore/dump/{resource}": {
            "parameters": [_part("resource", names.get("resource"))],
            "get": openapi_ckan.dump(PROBLEM),
        },
    }


def _pages(names: dict[str, str]) -> Json:
    about = {"name": "page", "in": "path", "required": True, "schema": {"type": "string", "enum": list(PAGES)}}
    return {
        "/": {"get": _page("The catalogue.")},
        "/{organisation}/": {"parameters": _place(names, 1), "get": _page("An organisation.")},
        "/{organisation}/{dataset}/": {"parameters": _place(names, 2), "get": _page("A dataset.")},
        "/{organisation}/{dataset}/summary/": {
            "parameters": _place(names, 2),
            "get": _page("A budget in words."),
        },
        "/{organisation}/{dataset}/summary/{document}/": {
            "parameters": [*_place(names, 2), _part("document", None)],
            "get": _page("One year of it, voted or spent."),
        },
        "/{organisation}/{dataset}/{version}/": {"parameters": _place(names, 3), "get": _page("A version.")},
        "/-/{page}/": {"parameters": [about], "get": _page("What the site says of itself.")},
    }


def _news(names: dict[str, str]) -> Json:
    """What is new, what changed and what was withdrawn."""
    feed = _plain("What was published, announced or withdrawn lately.", "application/atom+xml")
    of_one = {"responses": feed["responses"] | {"404": PROBLEM}, "summary": feed["summary"]}
    changes = _plain("Every cause of every version.", "application/json", "text/csv")
    changes["responses"] |= dict.fromkeys(("400", "404", "410"), PROBLEM)
    kinds = {"since": {"type": "string"}, "format": {"type": "string", "enum": list(CHANGES_FORMATS)}}
    changes["parameters"] = openapi_ckan.query_parameters(kinds)
    withdrawn = _known("The versions that were withdrawn, each with its reason.")
    return {
        "/atom.xml": {"get": feed},
        "/{organisation}/atom.xml": {"parameters": _place(names, 1), "get": of_one},
        "/{organisation}/{dataset}/atom.xml": {"parameters": _place(names, 2), "get": of_one},
        "/{organisation}/{dataset}/changes": {"parameters": _place(names, 2), "get": changes},
        "/{organisation}/{dataset}/versions.json": {
            "parameters": _place(names, 2),
            "get": _known("Every version with its digests, signed."),
        },
        "/{organisation}/{dataset}/withdrawn.json": {"parameters": _place(names, 2), "get": withdrawn},
        "/sitemap.xml": {"get": _plain("Every page.", "application/xml")},
        "/openapi.json": {"get": _plain("This description.", "application/json")},
        KEYS: {"get": _known("The public keys that certificates are signed with.")},
        "/-/health": {"get": _plain("Whether the server lives.", "application/json")},
    }


def _known(summary: str) -> Json:
    """JSON, where there is any."""
    described = _plain(summary, "application/json")
    described["responses"] |= {"404": PROBLEM}
    return described


_PLACES = {
    "organisation": "^[a-z0-9-]{2,60}$",
    "dataset": "^[a-z][a-z0-9]*(_[a-z0-9]+)*$",
    "version": r"^(latest|\d+|\d+\.\d+\.\d+)$",
    "file": r"^[A-Za-z0-9_.]+$",
}
_OTHERS = {
    "document": r"^\d{4}-(accounts|voted)-\d{14}$",
    "resource": "^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$",
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
    files["package"] = flat_name(publisher.slug, manifest.dataset)
    files["resource"] = str(resource_id(publisher.slug, manifest.dataset, f"{manifest.dataset}.csv"))
    return {"organisation": publisher.slug, "dataset": manifest.dataset, **files}


def _place(names: dict[str, str], length: int) -> list[Json]:
    return [_part(name, names.get(name)) for name in list(_PLACES)[:length]]


def _part(name: str, example: str | None) -> Json:
    part = {"name": name, "in": "path", "required": True, "schema": _pattern(name)}
    return part | ({"examples": {"published": {"value": example}}} if example else {})


def _pattern(name: str) -> Json:
    return {"type": "string", "pattern": (_PLACES | _OTHERS)[name]}


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
            "304": {"description": "The reader has these bytes (If-None-Match, If-Modified-Since)."},
            **dict.fromkeys(("400", "404", "410", "414", "416", "429", "503"), PROBLEM),
        },
    }


def _query(name: str, schema: Json) -> Json:
    return {"name": name, "in": "query", "required": False, "schema": schema}


def _page(summary: str) -> Json:
    content = {"text/html": {"schema": {"type": "string"}}}
    responses = {"200": {"description": summary, "content": content}} | dict.fromkeys(("404", "410"), PROBLEM)
    return {"summary": summary, "responses": responses}


def _kit() -> Json:
    described = _plain("All that an organisation has published, to work without a network.", "application/zip")
    described["responses"] |= {
        "304": {"description": "If-None-Match named this state."},
        "404": PROBLEM,
        "503": PROBLEM,
    }
    return described


def _plain(summary: str, *kinds: str) -> Json:
    content: Json = {kind: {} for kind in kinds}
    return {"summary": summary, "responses": {"200": {"description": summary, "content": content}}}


def _catalogues() -> Json:
    return {f"/catalog{ending}": {"get": _catalogue(kind)} for ending, (_name, kind) in dcat.FORMATS.items()}


def _catalogue(kind: str) -> Json:
    described = _plain("The catalogue in DCAT-AP 3.", kind)
    described["responses"] |= {"304": {"description": "If-None-Match named these bytes."}}
    return described


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
