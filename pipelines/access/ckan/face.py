"""CKAN's Action API, read only, as CKAN's own clients and harvesters ask it: GET, POST with JSON, POST with a query."""

import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from ...messages import _
from ...versions.manifest import Manifest
from ..addresses import Addresses
from ..filtered import pieces
from ..headers import FILE_POLICY
from ..languages import spoken
from ..limits import Limits
from ..media_types import media_type
from ..problems import Problem
from ..query.answers import Answers, answer_key
from ..query.pool import Pool
from ..query.query import Query
from ..query.spools import Spool
from .actions import ACTIONS, Actions, NotFound, required
from .datastore import Invalid, described_fields, read_json, search_query

RECORDS_FORMATS = ("objects", "lists", "csv", "tsv")
DUMP_FORMATS = ("csv", "tsv", "json")


@dataclass(frozen=True)
class Ckan:
    """Answers `/api/action/*`, `/api/3/action/*` and `/datastore/dump/*`."""

    actions: Actions
    addresses: Addresses
    answers: Answers
    pool: Pool
    limits: Limits

    async def action(self, request: Request) -> Response:
        """One action, in CKAN's envelope; errors in CKAN's shape, too."""
        name = request.path_params["action"]
        if name not in ACTIONS and name not in ("datastore_search", "datastore_info"):
            return JSONResponse(f"Bad request - Action name not known: {name[:60]}", 400)
        try:
            return await self._answer(name, await _parameters(request, self.limits.request_body_bytes))
        except NotFound:
            return self._error(name, 404, {"__type": "Not Found Error", "message": _("Not found")})
        except Invalid as error:
            return self._error(name, 409, {"__type": "Validation Error", error.parameter: [error.message]})
        except Problem as error:
            return self._error(name, error.status, {"__type": "Search Error", "message": error.detail}, error.headers)

    async def dump(self, request: Request) -> Response:
        """All rows of a resource, filtered or not: `/datastore/dump/{id}?format=csv`."""
        given = dict(request.query_params)
        kind = given.get("format", "csv")
        if kind not in DUMP_FORMATS:
            raise Problem(400, _("There is no such format."), None, parameter="format", allowed=list(DUMP_FORMATS))
        try:
            _publisher, manifest, _file = await run_in_threadpool(
                self.actions.find_resource, request.path_params["resource"]
            )
            query = search_query(given, manifest, most=None)
        except NotFound:
            raise Problem(404, _("There is no such resource.")) from None
        except Invalid as error:
            raise Problem(400, error.message, None, parameter=error.parameter) from None
        return await self._dumped(manifest, query, kind, with_mark=given.get("bom", "").lower() in ("true", "1"))

    async def _answer(self, name: str, given: Mapping[str, Any]) -> Response:
        if name == "datastore_search":
            return await self._search(given)
        if name == "datastore_info":
            return self._result(name, await run_in_threadpool(self._info, given))
        return self._result(name, await run_in_threadpool(lambda: ACTIONS[name](self.actions, given)))

    def _info(self, given: Mapping[str, Any]) -> object:
        _publisher, manifest, _file = self.actions.find_resource(required(given, "id", "resource_id"))
        fields = described_fields(manifest, ["_id", *(field["name"] for field in manifest.table_schema["fields"])])
        meta = {"id": required(given, "id", "resource_id"), "count": manifest.row_count, "table_type": "BASE TABLE"}
        return {"meta": meta, "fields": fields}

    async def _search(self, given: Mapping[str, Any]) -> Response:
        wanted = required(given, "resource_id", "id")
        kind = str(given.get("records_format") or "objects")
        if kind not in RECORDS_FORMATS:
            raise Invalid("records_format", _("Expected one of {words}.").format(words=", ".join(RECORDS_FORMATS)))
        _publisher, manifest, _file = await run_in_threadpool(self.actions.find_resource, wanted)
        query = search_query(given, manifest)
        records, total = await self._records(manifest, query, kind)
        names = query.columns or [key.column for key in query.keys]
        result = {
            "resource_id": wanted,
            "fields": described_fields(manifest, names),
            "records_format": kind,
            "limit": query.limit,
            "offset": query.offset,
            "total": total,
            "total_was_estimated": False,
            "_links": _links(given, query),
        }
        return self._spliced("datastore_search", result, records)

    async def _records(self, manifest: Manifest, query: Query, kind: str) -> tuple[str, int]:
        """The rows as JSON text: their amounts never pass through floats."""
        suffix = {"objects": ".json", "lists": ".lists", "csv": ".csv", "tsv": ".tsv"}[kind]
        key = answer_key(manifest, query, suffix)
        answer = self.answers.known(key)
        if answer is None:
            answer = await self.pool.run(lambda: self.answers.make(manifest, query, suffix))
            self.answers.keep(key, answer)
        with answer.file or io.BytesIO(answer.body) as body:
            text = body.read().decode()
        if kind in ("csv", "tsv"):
            return json.dumps(text.partition("\n")[2]), answer.total
        return text, answer.total

    async def _dumped(self, manifest: Manifest, query: Query, kind: str, with_mark: bool) -> Response:
        suffix = {"csv": ".csv", "tsv": ".tsv", "json": ".lists"}[kind]
        answer = await self.pool.run(lambda: self.answers.make(manifest, query, suffix))
        names = list(query.columns)
        start, end = (b"\xef\xbb\xbf" if with_mark else b""), b""
        if kind == "json":
            fields = json.dumps(described_fields(manifest, names), ensure_ascii=False).encode()
            start, end = start + b'{"fields":' + fields + b',"records":', b"}\n"
        headers = {
            "content-disposition": f'attachment; filename="{manifest.dataset}.{kind}"',
            "content-security-policy": FILE_POLICY,
            "cache-control": "no-cache",
        }
        if answer.file is None:
            return Response(start + answer.body + end, headers=headers, media_type=media_type(f".{kind}"))
        headers["content-length"] = str(len(start) + answer.size_bytes + len(end))
        return StreamingResponse(_framed(start, answer.file, end), headers=headers, media_type=media_type(f".{kind}"))

    def _result(self, name: str, result: object) -> Response:
        answer = {"help": self._help(name), "success": True, "result": result}
        return JSONResponse(answer, headers=spoken())

    def _spliced(self, name: str, result: Mapping[str, Any], records: str) -> Response:
        envelope = json.dumps({"help": self._help(name), "success": True}, ensure_ascii=False)[:-1]
        inner = json.dumps(result, ensure_ascii=False)[:-1]
        text = f'{envelope}, "result": {inner}, "records": {records}}}}}'
        return Response(text, media_type="application/json", headers=spoken())

    def _error(
        self, name: str, status: int, error: Mapping[str, Any], headers: Mapping[str, str] | None = None
    ) -> Response:
        answer = {"help": self._help(name), "success": False, "error": error}
        return JSONResponse(answer, status, {**(headers or {}), **spoken()})

    def _help(self, name: str) -> str:
        return self.addresses.absolute(f"{self.addresses.prefix}/api/3/action/help_show?name={name}")


async def _parameters(request: Request, most_bytes: int) -> dict[str, Any]:
    """Those of the query and those of the body, which wins."""
    given: dict[str, Any] = {
        name: values[0] if len(values) == 1 else values for name, values in _query(request).items()
    }
    if request.method != "POST":
        return given
    body = await _body(request, most_bytes)
    if "x-www-form-urlencoded" in request.headers.get("content-type", "") and not body.lstrip().startswith(b"{"):
        return given | {name: values[-1] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}
    found = read_json("body", body or b"{}")
    if not isinstance(found, dict):
        raise Invalid("body", _("Expected a JSON object."))
    return given | found


def _query(request: Request) -> dict[str, list[str]]:
    try:
        return parse_qs(request.url.query, keep_blank_values=True, max_num_fields=100)
    except ValueError:
        raise Invalid("query", _("Too many parameters.")) from None


async def _body(request: Request, most_bytes: int) -> bytes:
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > most_bytes:
            raise Invalid("body", _("The body is longer than {most} bytes.").format(most=most_bytes))
    return body


def _links(given: Mapping[str, Any], query: Query) -> dict[str, str]:
    kept = [(name, value if isinstance(value, str) else json.dumps(value)) for name, value in given.items()]
    kept = [pair for pair in kept if pair[0] not in ("offset", "limit")]
    limit = query.limit or 0

    def link(offset: int) -> str:
        return "/api/3/action/datastore_search?" + urlencode([*kept, ("limit", str(limit)), ("offset", str(offset))])

    return {"start": link(0), "next": link(query.offset + limit)}


def _framed(start: bytes, rows: Spool, end: bytes) -> Iterator[bytes]:
    yield start
    yield from pieces(rows)
    yield end
