"""What every answer carries: who may read it (everybody), and what a browser may do with it (nothing)."""

import logging
from collections.abc import Callable
from http import HTTPStatus

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from .problems import failed

PAGE_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# A file is data: opened in a tab it may not run, load or submit anything.
FILE_POLICY = "default-src 'none'; sandbox"
EXPOSED = (
    "Accept-Ranges, Content-Disposition, Content-Length, Content-Location, Content-Range, ETag, Link, "
    "Retry-After, X-Total-Count"
)
DEFAULTS = {
    "access-control-allow-origin": "*",
    "access-control-expose-headers": EXPOSED,
    "content-security-policy": PAGE_POLICY,
    "cross-origin-resource-policy": "cross-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
}
PREFLIGHT = {
    "access-control-allow-methods": "GET, HEAD, POST, OPTIONS",
    "access-control-allow-headers": "Content-Type, If-None-Match, Range",
    "access-control-max-age": "86400",
}
_RAW_DEFAULTS = [(name.encode(), value.encode()) for name, value in DEFAULTS.items()]
log = logging.getLogger("parvis.access")


class CommonHeaders:
    """Adds DEFAULTS where an answer does not say otherwise; answers every CORS preflight."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                said = {name for name, _value in message["headers"]}
                message["headers"] = [*message["headers"], *(each for each in _RAW_DEFAULTS if each[0] not in said)]
            await send(message)

        if scope["method"] == "OPTIONS":
            await _send_preflight(send_with_headers)
        else:
            await self.app(scope, receive, send_with_headers)


async def _send_preflight(send: Send) -> None:
    headers = MutableHeaders(PREFLIGHT | {"content-length": "0"})
    await send({"type": "http.response.start", "status": 204, "headers": headers.raw})
    await send({"type": "http.response.body", "body": b""})


class AccessLog:
    """A line for each request: what was read, never by whom or what was looked for. Only what was found is named."""

    def __init__(self, app: ASGIApp, monotonic: Callable[[], float]) -> None:
        self.app = app
        self._monotonic = monotonic

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        start, status, size_bytes = self._monotonic(), 0, 0

        async def send_and_count(message: Message) -> None:
            nonlocal status, size_bytes
            status = message.get("status", status)
            size_bytes += len(message.get("body", b""))
            await send(message)

        await self.app(scope, receive, send_and_count)
        path = scope["path"] if status < HTTPStatus.BAD_REQUEST else "-"
        mark = "?" if scope["query_string"] else ""
        milliseconds = round(1000 * (self._monotonic() - start))
        log.info("%s %s%s %s %s bytes %s ms", scope["method"], path, mark, status, size_bytes, milliseconds)


class Barrier:
    """A bug answers 500 in our shape; the log says type and place, never a value or a parameter."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def send_and_note(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self.app(scope, receive, send_and_note)
        except Exception as error:  # noqa: BLE001 - the last stop before the server
            # Not log.exception: a traceback may quote a parameter or a cell.
            log.error("%s at %s", type(error).__name__, _place(error))  # noqa: TRY400
            if started:
                raise ConnectionAbortedError from None  # a cut answer must look cut, never whole
            await failed().response()(scope, receive, send)


def _place(error: BaseException) -> str:
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}" if trace else "?"
