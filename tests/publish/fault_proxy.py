"""A small HTTP proxy on loopback that does one wrong thing to one request, then behaves.

It stands between Parvis and a real portal, so that what the portal has done can be
compared with what Parvis was told.
"""

import http.client
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal
from urllib.parse import urlsplit

Kind = Literal[
    "cut-before",  # the connection closes before the portal hears of the request
    "cut-request",  # the portal receives half of the request
    "cut-answer",  # the work is done, the connection closes without an answer
    "half-answer",  # the work is done, half of the answer arrives
    "500-before",  # an error page, nothing done
    "500-after",  # an error page, the work is done
    "duplicate",  # the portal receives the request twice, one after the other
    "late-request",  # the portal receives the request after the caller has given up
    "late-answer",  # the work is done, the answer comes after the caller has given up
    "garbage",  # the work is done, the answer is not what an API says
    "busy",  # nothing done: too many requests, come back in a second
]
KINDS: tuple[Kind, ...] = Kind.__args__  # type: ignore[attr-defined]
Front = Literal[  # what a front end says in the portal's place; nothing is done
    "too-large",  # 413, a page
    "elsewhere",  # moved to `elsewhere`
    "busy-until",  # too many requests until a moment, one second after now
    "other-api",  # JSON, of something else
]


@dataclass
class Fault:
    """What happens to the request number `at` (from 0), to the first whose path ends with `path`, or to all."""

    kind: Kind | Front
    at: int | None = None
    path: str = ""
    method: str = ""
    always: bool = False
    fired: bool = False

    def meets(self, number: int, method: str, path: str) -> bool:
        """True for the request that it waits for."""
        if self.always or self.fired:
            return self.always
        named = bool(self.path) and urlsplit(path).path.endswith(self.path) and self.method in ("", method)
        return self.at == number or named


@dataclass
class FaultProxy:
    """Where it listens, what it saw, and the fault that is still to come."""

    upstream: str
    url: str = ""
    elsewhere: str = ""
    fault: Fault | None = None
    delay_seconds: float = 5.0
    seen: list[str] = field(default_factory=list)
    under_way: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def fault_for(self, method: str, path: str) -> Kind | Front | None:
        """Counts the request, and says what goes wrong with it."""
        with self.lock:
            number = len(self.seen)
            self.seen.append(f"{method} {path}")
            if self.fault is None or not self.fault.meets(number, method, path):
                return None
            self.fault.fired = True
            return self.fault.kind

    def wait_until_quiet(self, at_most_seconds: float = 30.0) -> None:
        """Until every request that came has had its effect on the portal."""
        end = time.monotonic() + at_most_seconds
        while self.under_way and time.monotonic() < end:
            time.sleep(0.05)

    def count(self, step: int) -> None:
        """One request more or less under way."""
        with self.lock:
            self.under_way += step

    def misbehave(
        self, kind: Kind | Front, at: int | None = None, path: str = "", method: str = "", always: bool = False
    ) -> None:
        """From now on: count requests from 0, and let the fault happen."""
        with self.lock:
            self.seen.clear()
            self.fault = Fault(kind, at, path, method, always)


@contextmanager
def fault_proxy(upstream: str) -> Iterator[FaultProxy]:
    """A proxy in front of `upstream` (http://host:port) on a free port of loopback."""
    proxy = FaultProxy(upstream)

    class Handler(_Relay):
        relay = proxy

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    proxy.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Relay(BaseHTTPRequestHandler):
    relay: FaultProxy
    protocol_version = "HTTP/1.1"
    timeout = 60

    def do_GET(self) -> None:
        self.relay.count(1)
        try:
            self._handle()
        finally:
            self.relay.count(-1)

    do_POST = do_PUT = do_DELETE = do_PATCH = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Quiet: the test reads `seen`."""

    def _handle(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        kind = self.relay.fault_for(self.command, self.path)
        self.close_connection = True
        if kind == "cut-before":
            return
        if kind == "500-before":
            self._answer(500, {"Content-Type": "text/html"}, b"<h1>Internal Server Error</h1>")
            return
        if kind == "busy":
            self._answer(429, {"Content-Type": "application/json", "Retry-After": "1"}, b"{}")
            return
        if front := self._front(kind):
            self._answer(*front)
            return
        if kind == "cut-request":
            self._send_half(body)
            return
        if kind == "late-request":
            time.sleep(self.relay.delay_seconds)
        status, headers, content = self._forward(body)
        if kind == "late-answer":
            time.sleep(self.relay.delay_seconds)
        if kind == "duplicate":
            status, headers, content = self._forward(body)
        if kind == "cut-answer":
            return
        if kind == "500-after":
            status, headers, content = 500, {"Content-Type": "text/html"}, b"<h1>Internal Server Error</h1>"
        if kind == "garbage":
            status, headers, content = 200, {"Content-Type": "text/html"}, b"<html>Welcome to the proxy</html>"
        self._answer(status, headers, content, half=kind == "half-answer")

    def _front(self, kind: str | None) -> tuple[int, dict[str, str], bytes] | None:
        page = {"Content-Type": "text/html"}
        moment = formatdate(time.time() + 2, usegmt=True)
        return {
            "too-large": (413, page, b"<h1>Request Entity Too Large</h1>"),
            "elsewhere": (308, {"Location": f"{self.relay.elsewhere}{self.path}"}, b""),
            "busy-until": (429, {**page, "Retry-After": moment}, b"<h1>Too Many Requests</h1>"),
            "other-api": (200, {"Content-Type": "application/json"}, b'{"status": "ok"}'),
        }.get(kind or "")

    def _forward(self, body: bytes) -> tuple[int, dict[str, str], bytes]:
        parts = urlsplit(self.relay.upstream)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        try:
            headers = {name: value for name, value in self.headers.items() if name.lower() != "connection"}
            connection.request(self.command, self.path, body or None, headers)
            answer = connection.getresponse()
            kept = ("content-type", "location", "retry-after")
            return answer.status, {n: v for n, v in answer.getheaders() if n.lower() in kept}, answer.read()
        finally:
            connection.close()

    def _send_half(self, body: bytes) -> None:
        parts = urlsplit(self.relay.upstream)
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
        connection.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():
            connection.putheader(name, value)
        connection.endheaders()
        connection.send(body[: len(body) // 2])
        connection.close()

    def _answer(self, status: int, headers: dict[str, str], content: bytes, half: bool = False) -> None:
        try:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(content[: len(content) // 2] if half else content)
        except OSError:
            return  # the caller has given up, as the fault wants
