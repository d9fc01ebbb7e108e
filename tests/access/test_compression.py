"""Texts leave compressed: the same words in fewer bytes, with tags that caches can trust; parts are of plain bytes."""

import gzip
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pyarrow as pa
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from pipelines.access import compression
from pipelines.access.compression import Compressed
from tests.access.running import running

VERSION = "/valmont/budget/1.0.0/budget"
TEXTS = [
    "/",
    "/valmont/budget/",
    f"{VERSION}.csv?BGT_SECTION__exact=fonctionnement",
    f"{VERSION}.json?BGT_SECTION__exact=fonctionnement&page_size=50",
    "/api/3/action/package_search",
    "/catalog.ttl",
    "/catalog.jsonld",
    "/catalog.rdf",
    "/atom.xml",
    "/openapi.json",
    "/valmont/signalements/latest/signalements.geojson?q=voirie",
]
CODECS = {"br": "brotli", "zstd": "zstd", "gzip": "gzip"}


@pytest.fixture(scope="module")
def server(square: Path) -> Iterator[httpx.Client]:
    with running(square) as address, httpx.Client(base_url=address) as client:
        yield client


def travelled(server: httpx.Client, path: str, encodings: str, **headers: str) -> tuple[httpx.Response, bytes]:
    """An answer of a real server, and its bytes as they travelled."""
    asked = {"accept-encoding": encodings, **headers}
    with server.stream("GET", path, headers=asked) as answer:
        return answer, b"".join(answer.iter_raw())


@pytest.mark.parametrize("path", TEXTS)
def test_a_text_has_the_same_words_in_fewer_bytes(server: httpx.Client, path: str) -> None:
    plain, content = travelled(server, path, "identity")
    assert plain.status_code == 200
    for encoding, codec in CODECS.items():
        answer, body = travelled(server, path, encoding)
        assert answer.headers["content-encoding"] == encoding
        assert answer.headers["content-length"] == str(len(body))
        assert len(body) < len(content)
        assert pa.decompress(body, len(content), codec=codec, asbytes=True) == content
        assert "Accept-Encoding" in re.split(r",\s*", answer.headers["vary"])
    assert plain.headers["vary"] == answer.headers["vary"]


@pytest.mark.parametrize("path", [path for path in TEXTS if path.startswith((VERSION, "/catalog"))])
def test_what_a_cache_has_in_either_coding_is_not_sent_again(server: httpx.Client, path: str) -> None:
    plain, _content = travelled(server, path, "identity")
    packed, _content = travelled(server, path, "br, gzip")
    assert packed.headers["etag"] == f"W/{plain.headers['etag']}"
    for kept in (plain, packed):
        again, body = travelled(server, path, "br, gzip", **{"if-none-match": kept.headers["etag"]})
        assert (again.status_code, body) == (304, b"")
        assert again.headers["etag"] == kept.headers["etag"]
        assert again.headers["vary"] == kept.headers["vary"]


def test_a_file_of_a_version_travels_as_it_is_with_its_digest_for_a_tag(server: httpx.Client) -> None:
    whole, content = travelled(server, f"{VERSION}.csv", "gzip, br")
    assert whole.headers["etag"] == f'"{hashlib.sha256(content).hexdigest()}"'
    assert (whole.headers["accept-ranges"], whole.headers["content-length"]) == ("bytes", str(len(content)))
    part, piece = travelled(server, f"{VERSION}.csv", "gzip", range="bytes=5-9")
    assert (part.status_code, piece) == (206, content[5:10])


def test_what_is_tiny_or_packed_already_travels_as_it_is(server: httpx.Client) -> None:
    for path in ("/-/health", f"{VERSION}.parquet", f"{VERSION}.xlsx", "/valmont/kit.zip"):
        answer, _body = travelled(server, path, "br")
        assert "content-encoding" not in answer.headers, path


def test_the_style_sheet_is_a_text(server: httpx.Client) -> None:
    (address,) = re.findall(r'href="(/-/static/style.css[^"]*)"', server.get("/").text)
    assert travelled(server, address, "br")[0].headers["content-encoding"] == "br"


def test_what_has_a_strong_tag_is_compressed_once_and_forgotten_when_there_is_no_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    packed: list[bytes] = []

    def pack(body: bytes) -> bytes:
        packed.append(body)
        return gzip.compress(body)

    monkeypatch.setattr(compression, "CODECS", {"gzip": pack})
    monkeypatch.setattr(compression, "KEPT_BYTES", 60)
    reader = TestClient(_echo(), headers={"accept-encoding": "gzip"})
    for tag in ('"a"', '"a"', 'W/"w"', 'W/"w"', '"b"', '"a"'):
        assert reader.get("/", params={"tag": tag}).text == "x" * 2000
    assert len(packed) == 5


def test_what_is_streamed_is_not_held_back() -> None:
    answer = TestClient(_echo()).get("/streamed", headers={"accept-encoding": "gzip"})
    assert (answer.text, answer.headers["vary"]) == ("ab" * 5000, "Accept-Encoding")
    assert "content-encoding" not in answer.headers


def _echo() -> Starlette:
    def whole(request: Request) -> Response:
        return Response("x" * 2000, media_type="text/plain", headers={"etag": request.query_params["tag"]})

    def streamed(_request: Request) -> Response:
        return StreamingResponse(iter(["ab"] * 5000), media_type="text/csv")

    routes = [Route("/", whole), Route("/streamed", streamed)]
    return Starlette(routes=routes, middleware=[Middleware(Compressed)])
