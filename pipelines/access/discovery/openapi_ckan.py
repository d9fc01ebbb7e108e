"""CKAN's read actions in OpenAPI: what each is asked with, and its envelope."""

from collections.abc import Mapping
from typing import Any

from ..ckan.actions import ACTIONS
from ..ckan.datastore import LIMIT_MOST
from ..ckan.face import DUMP_FORMATS, RECORDS_FORMATS

Json = dict[str, Any]
TEXT: Json = {"type": "string"}
TRUTH: Json = {"type": "string", "description": "“true”; anything else is not."}  # as CKAN takes it
COUNT: Json = {"type": "integer", "minimum": 0}
_ROWS = {"filters": TEXT, "q": TEXT, "fields": TEXT, "sort": TEXT, "distinct": TRUTH, "offset": COUNT}
_SOUGHT = ("q", "fq", "fq_list", "sort", "facet.field")
PARAMETERS: dict[str, Json] = {
    "package_list": {"limit": COUNT, "offset": COUNT},
    "package_search": dict.fromkeys(_SOUGHT, TEXT) | {"rows": COUNT, "start": COUNT},
    "package_show": {"id": TEXT},
    "resource_show": {"id": TEXT},
    "resource_search": {"query": TEXT},
    "organization_list": {"all_fields": TRUTH},
    "organization_show": {"id": TEXT, "include_datasets": TRUTH},
    "group_list": {"all_fields": TRUTH},
    "tag_list": {"query": TEXT},
    "datastore_search": {
        "resource_id": TEXT,
        **_ROWS,
        "limit": COUNT | {"description": f"More than {LIMIT_MOST} are {LIMIT_MOST}."},
        "records_format": TEXT | {"enum": list(RECORDS_FORMATS)},
    },
    "datastore_info": {"id": TEXT},
}
# What an action cannot do without, and what stands for it in the examples.
NEEDED = {
    "package_show": ("id", "package"),
    "organization_show": ("id", "organisation"),
    "resource_show": ("id", "resource"),
    "datastore_search": ("resource_id", "resource"),
    "datastore_info": ("id", "resource"),
}
DUMP = {**_ROWS, "limit": COUNT, "format": TEXT | {"enum": list(DUMP_FORMATS)}, "bom": TRUTH}


def actions(names: Mapping[str, str], problem: Json) -> Json:
    """The path of every action; `names` has what serves as an example, `problem` is the answer where it is none."""
    known = (*ACTIONS, "datastore_search", "datastore_info")
    return {f"/api/3/action/{name}": _action(name, _example(name, names), problem) for name in known}


def _example(name: str, names: Mapping[str, str]) -> dict[str, str]:
    parameter, what = NEEDED.get(name, ("", ""))
    return {parameter: names[what]} if what in names else {}


def dump(problem: Json) -> Json:
    """`/datastore/dump/{resource}`; `problem` is the answer where it is none."""
    content: Json = {kind: {} for kind in ("text/csv", "text/tab-separated-values", "application/json")}
    responses = {"200": {"description": "The rows.", "content": content}}
    return {
        "operationId": "datastore_dump",
        "summary": "All rows of a resource, filtered or not.",
        "parameters": query_parameters(DUMP),
        "responses": responses | dict.fromkeys(("400", "404", "414", "429", "503"), problem),
    }


def query_parameters(schemas: Json, example: Mapping[str, str] | None = None) -> list[Json]:
    """None of them is required in a query: CKAN also takes them in a body."""
    shown = {name: {"examples": {"published": {"value": value}}} for name, value in (example or {}).items()}
    return [
        {"name": name, "in": "query", "required": False, "schema": schema} | shown.get(name, {})
        for name, schema in schemas.items()
    ]


def _action(name: str, example: dict[str, str], problem: Json) -> Json:
    properties = {"success": {"type": "boolean"}, "help": TEXT}
    envelope = {"type": "object", "required": ["help", "success"], "properties": properties}
    answer = {"description": "CKAN's envelope.", "content": {"application/json": {"schema": envelope}}}
    responses = dict.fromkeys(("200", "404", "409", "503"), answer) | dict.fromkeys(("414", "429"), problem)
    asked = {"summary": f"CKAN's {name}.", "responses": responses}
    schemas = PARAMETERS.get(name, {})
    # Lists, objects and texts alike are taken in a body, and what is not known is left aside, as CKAN does.
    content: Json = {"schema": {"type": "object", "properties": {key: {} for key in schemas}}}
    if example:
        content["examples"] = {"published": {"value": example}}
    return {
        "get": asked | {"operationId": name, "parameters": query_parameters(schemas, example)},
        "post": asked | {"operationId": f"{name}_post", "requestBody": {"content": {"application/json": content}}},
    }
