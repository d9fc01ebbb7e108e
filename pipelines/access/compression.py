"""Texts leave compressed where the reader takes it: pages, answers of programs, catalogues, feeds.

What is offered in parts, the files of a version, is left to `files`: a part is one of the plain bytes, and a tag their
digest. Nothing here is secret and nobody has a session, so the length of an answer gives nothing away (BREACH needs a
secret beside what a reader chooses).
"""

import gzip
from collections import OrderedDict
from collections.abc import Callable, Mapping

import pyarrow as pa
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ..versions.derived import ENCODINGS
from .encodings import chosen_encoding

LEAST_BYTES = 1000  # less fits into one packet either way
AT_ONCE_BYTES = 128 * 1024  # more is compressed in a worker: others are answered meanwhile
KEPT_BYTES = 8 * 1024 * 1024
CODECS: Mapping[str, Callable[[bytes], bytes]] = {
    "br": lambda body: pa.Codec("brotli", 4).compress(body, asbytes=True),
    "zstd": lambda body: pa.Codec("zstd", 3).compress(body, asbytes=True),
    "gzip": lambda body: gzip.compress(body, 6, mtime=0),
}


class Compressed:
    """Compresses what is sent in one piece. What has a strong tag is compressed once, and kept while there is room."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._kept: OrderedDict[tuple[str, str], bytes] = OrderedDict()
        self._kept_bytes = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        asked = Headers(scope=scope)
        encoding = chosen_encoding(asked.get("accept-encoding", ""), ENCODINGS)
        waiting: Message | None = None

        async def send_compressed(message: Message) -> None:
            nonlocal waiting
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                if message["status"] == 304:
                    _repeat_tag(headers, asked)
                    _add_vary(headers)  # as with the text that it stands for (RFC 9110, 15.4.5)
                elif _is_plain_text(headers):
                    _add_vary(headers)
                    waiting = message if encoding else None
                if waiting is None:
                    await send(message)
                return
            if waiting is not None:
                start, waiting = waiting, None
                if encoding and not message.get("more_body") and len(message["body"]) >= LEAST_BYTES:
                    message = await self._compressed(MutableHeaders(scope=start), encoding, message)
                await send(start)
            await send(message)

        await self.app(scope, receive, send_compressed)

    async def _compressed(self, headers: MutableHeaders, encoding: str, message: Message) -> Message:
        """The body in another coding, told in `headers`."""
        tag, body = headers.get("etag", ""), message["body"]
        known = self._kept.get((tag, encoding))
        if known is None:
            codec = CODECS[encoding]
            known = codec(body) if len(body) <= AT_ONCE_BYTES else await run_in_threadpool(codec, body)
            if tag.startswith('"'):
                self._keep((tag, encoding), known)
        if tag:
            headers["etag"] = _weak(tag)  # the same answer, other bytes
        headers["content-encoding"] = encoding
        headers["content-length"] = str(len(known))
        return {**message, "body": known}

    def _keep(self, key: tuple[str, str], body: bytes) -> None:
        if key not in self._kept:
            self._kept[key] = body
            self._kept_bytes += len(body)
        while self._kept_bytes > KEPT_BYTES:
            self._kept_bytes -= len(self._kept.popitem(last=False)[1])


def _is_plain_text(headers: Headers) -> bool:
    kind = headers.get("content-type", "").partition(";")[0]
    is_text = kind.startswith("text/") or kind.endswith(("json", "xml"))
    return is_text and not {"content-encoding", "accept-ranges"} & set(headers)


def _repeat_tag(headers: MutableHeaders, asked: Headers) -> None:
    """304 names the very tag that the reader has, or his cache would throw its copy away (RFC 9111, 4.3.4)."""
    tag = headers.get("etag", "")
    if tag.startswith('"') and _weak(tag) in asked.get("if-none-match", ""):
        headers["etag"] = _weak(tag)


def _add_vary(headers: MutableHeaders) -> None:
    if "Accept-Encoding" not in headers.get("vary", ""):
        headers.add_vary_header("Accept-Encoding")


def _weak(tag: str) -> str:
    return tag if tag.startswith("W/") else f"W/{tag}"
