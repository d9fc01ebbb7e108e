"""A reader's connection: a request arrives whole and in time, an answer is taken, and nobody holds all connections."""

import asyncio
from collections import Counter
from typing import Any

from starlette.responses import Response
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from .limits import Limits
from .rate import LOOPBACK

_REFUSAL = Response(status_code=431, headers={"connection": "close"})
_TOO_LARGE = b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"


class Connection(HttpToolsProtocol):
    """What is too slow, too large or too many is closed: whoever means well can ask again.

    uvicorn itself waits for ever for a request to be complete, and for a reader to take an answer.
    """

    limits: Limits
    of_reader: Counter[str]

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._deadline: asyncio.TimerHandle | None = None
        self._stall: asyncio.TimerHandle | None = None
        self._head_bytes: int | None = 0  # None: the head is there

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._start()
        self.of_reader[self._reader] += 1
        if self.of_reader[self._reader] > self.limits.connections_per_reader and self._reader not in LOOPBACK:
            transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self.of_reader[self._reader] -= 1
        if not self.of_reader[self._reader]:
            del self.of_reader[self._reader]
        self._end()
        self.resume_writing()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._deadline is None and self._head_bytes is not None:
            self._start()
        if self._head_bytes is not None:
            self._head_bytes += len(data)
        super().data_received(data)
        if self._head_bytes is not None and self._head_bytes > self.limits.request_head_bytes:
            self.transport.write(_TOO_LARGE)
            self.transport.close()

    def on_headers_complete(self) -> None:
        self._head_bytes = None
        # A head that came in one piece was never seen growing.
        head_bytes = len(self.url) + sum(len(name) + len(value) + len(": \r\n") for name, value in self.headers)
        self.app = self.config.loaded_app if head_bytes <= self.limits.request_head_bytes else _REFUSAL
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        self._head_bytes = 0
        self._end()
        super().on_message_complete()

    def pause_writing(self) -> None:
        self._stall = self.loop.call_later(self.limits.stalled_seconds, self.transport.abort)
        super().pause_writing()

    def resume_writing(self) -> None:
        if self._stall is not None:
            self._stall.cancel()
        super().resume_writing()

    @property
    def _reader(self) -> str:
        return self.client[0] if self.client else ""

    def _start(self) -> None:
        self._deadline = self.loop.call_later(self.limits.request_seconds, self.transport.close)

    def _end(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


def limited_connections(limits: Limits) -> type[HttpToolsProtocol]:
    """The protocol that uvicorn speaks with readers; those of one server are counted together."""
    return type("LimitedConnection", (Connection,), {"limits": limits, "of_reader": Counter()})
