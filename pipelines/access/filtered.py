"""A file's address with query parameters: the same rows, filtered, in the same format."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from ..messages import _
from ..versions.manifest import Manifest
from .addresses import Addresses
from .catalogue import Catalogue
from .files import Files, no_such_file, version_headers
from .known import is_known
from .media_types import media_type
from .problems import Problem
from .query.answers import Answers, answer_key
from .query.formats import FILTERED
from .query.grammar import parse
from .query.places import Box, place_columns
from .query.pool import Pool
from .query.query import Query
from .query.spools import Spool
from .sidecars import sidecar

CHUNK_BYTES = 256 * 1024
Parameters = list[tuple[str, str]]


@dataclass(frozen=True)
class FilteredFiles:
    """Answers `/{organisation}/{dataset}/{version}/{name}?...`; without parameters, the whole file."""

    catalogue: Catalogue
    addresses: Addresses
    files: Files
    answers: Answers
    pool: Pool

    async def file(self, request: Request) -> Response:
        """The file, or what the parameters leave of it."""
        path, parameters = request.path_params, read_parameters(request)
        wanted = (path["organisation"], path["dataset"], path["version"])
        found = self.catalogue.at_hand(*wanted)
        if found is None:
            found = await run_in_threadpool(self.catalogue.version, *wanted)
        publisher, manifest = found
        name = path["name"]
        if not parameters and manifest.file(name):
            return self.files.whole(request, publisher, manifest)
        if (text := sidecar(manifest, name)) and not parameters:
            headers = version_headers(self.addresses, publisher.slug, manifest, path["version"], name)
            return Response(text, headers=headers, media_type=media_type(name))
        suffix = _suffix(name, manifest, has_parameters=bool(parameters))
        query = _query(parameters, manifest, suffix)
        headers = version_headers(self.addresses, publisher.slug, manifest, path["version"], name)
        response = await self._respond(request, manifest, query, suffix, headers)
        if query.limit is not None and response.status_code == 200:
            address = self.addresses.file(publisher.slug, manifest.dataset, manifest.number, name)
            total = int(response.headers["x-total-count"])
            response.headers["link"] = links(self.addresses.absolute(address), parameters, query, total)
        return response

    async def _respond(
        self, request: Request, manifest: Manifest, query: Query, suffix: str, headers: dict[str, str]
    ) -> Response:
        key = answer_key(manifest, query, suffix)
        headers |= {"etag": f'"{key}"', "content-disposition": f'attachment; filename="{manifest.dataset}{suffix}"'}
        if is_known(request, headers):
            return Response(status_code=304, headers=headers)
        answer = self.answers.known(key) or self.answers.at_hand(manifest, query, suffix)
        if answer is None:
            answer = await self.pool.run(lambda: self.answers.make(manifest, query, suffix))
            self.answers.keep(key, answer)
        headers |= {"x-total-count": str(answer.total), "content-length": str(answer.size_bytes)}
        if answer.file is None:
            return Response(answer.body, headers=headers, media_type=media_type(suffix))
        return StreamingResponse(pieces(answer.file), headers=headers, media_type=media_type(suffix))


def links(address: str, parameters: Parameters, query: Query, total: int) -> str:
    """The pages around this one, of the same version: reading on never skips or repeats a row."""
    if query.limit is None:
        return ""
    page, last = query.offset // query.limit + 1, max(1, -(-total // query.limit))
    pages = {"first": 1, "prev": page - 1, "next": page + 1, "last": last}
    if page <= 1:
        del pages["prev"]
    if page >= last:
        del pages["next"]
    kept = "".join(f"{urlencode([pair])}&" for pair in parameters if pair[0] != "page")
    return ", ".join(f'<{address}?{kept}page={number}>; rel="{relation}"' for relation, number in pages.items())


def read_parameters(request: Request) -> Parameters:
    """Names and values of the query. `lang` chooses words, not rows."""
    text = request.scope["query_string"].decode("latin-1")
    try:
        found = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=200)
    except ValueError:
        raise Problem(400, _("The query is not UTF-8, or has too many parameters.")) from None
    return [(name, value) for name, value in found if name != "lang"]


def _suffix(name: str, manifest: Manifest, has_parameters: bool) -> str:
    suffix = name.removeprefix(manifest.dataset)
    if name.startswith(manifest.dataset) and suffix in FILTERED:
        return suffix
    if has_parameters and (manifest.file(name) or sidecar(manifest, name)):
        allowed = [manifest.dataset + each for each in FILTERED]
        raise Problem(400, _("This file is only whole; these can be filtered."), allowed=allowed)
    raise no_such_file(manifest)


def _query(parameters: Parameters, manifest: Manifest, suffix: str) -> Query:
    box = place_columns(manifest)
    query = parse(parameters, manifest.table_schema["fields"], box)
    if suffix == ".geojson":
        _check_places(query, box)
    return query


def _check_places(query: Query, box: Box | None) -> None:
    if box is None:
        raise Problem(400, _("This dataset has no places; ask for another format."), allowed=list(FILTERED[:-1]))
    if query.is_grouped or (query.columns and not {box.latitude, box.longitude} <= set(query.columns)):
        raise Problem(400, _("A map needs rows with both columns of place."), parameter="columns")


def pieces(file: Spool) -> Iterator[bytes]:
    """The bytes of an answer, which is gone afterwards."""
    with file:
        while piece := file.read(CHUNK_BYTES):
            yield piece
