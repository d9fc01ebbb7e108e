"""The process that listens, asked over a real socket."""

import asyncio
import http.client
import logging
import re
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import uvicorn
from starlette.testclient import TestClient
from uvicorn.server import ServerState

from pipelines.access.app import create_app, health
from pipelines.access.connections import limited_connections
from pipelines.access.limits import Limits
from pipelines.access.server import listen
from pipelines.errors import PortUnavailable
from pipelines.versions.store import Store
from tests.access.running import running
from tests.access.town import SITE, VALMONT


@pytest.fixture(scope="module")
def port(published: Path) -> Iterator[int]:
    """The port of a server of its own process."""
    with running(published) as address:
        yield urlsplit(address).port or 0


def test_a_real_server_answers_and_names_no_software(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/-/health")
    answer = connection.getresponse()
    assert (answer.status, answer.read()) == (200, b'{"status":"ok"}')
    assert answer.headers["server"] is None


def test_curl_resumes_a_download_and_asks_again_for_nothing(port: int) -> None:
    address = f"http://127.0.0.1:{port}/valmont/bp_projets/latest/bp_projets.csv"

    def curl(*options: str) -> bytes:
        return subprocess.run(["curl", "-sS", *options, address], check=True, capture_output=True).stdout

    whole = curl()
    assert curl("-r", "0-99") + curl("-r", "100-") == whole
    headers = curl("-I").decode()
    etag = next(line.partition(": ")[2] for line in headers.splitlines() if line.startswith("etag"))
    assert b"304" in curl("-i", "-H", f"If-None-Match: {etag}").split(b"\r\n")[0]


def test_bytes_that_are_no_request_do_not_stop_the_server(port: int) -> None:
    for junk in (b"\x00\xff\r\n\r\n", b"GET /" + b"a" * 100_000, b"GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n"):
        with socket.create_connection(("127.0.0.1", port), 5) as line:
            line.sendall(junk)
            line.shutdown(socket.SHUT_WR)
            line.recv(1000)
    test_a_real_server_answers_and_names_no_software(port)


def test_a_port_that_is_taken_is_said_in_words_before_anything_is_served(port: int) -> None:
    with pytest.raises(PortUnavailable, match=f"{port}.*--port"):
        listen("127.0.0.1", port)


def test_one_address_cannot_hold_all_connections() -> None:
    protocol = limited_connections(Limits(connections_per_reader=2))
    given = {"config": uvicorn.Config(health), "server_state": ServerState(), "app_state": {}}
    closed = []
    for _each in range(3):
        connection = protocol(**given, _loop=asyncio.new_event_loop())
        line = Line(("203.0.113.9", 4000))
        connection.connection_made(line)
        closed.append(line.is_aborted)
    assert closed == [False, False, True]


class Line(asyncio.Transport):
    """A connection from elsewhere: the tests' own machine is never refused."""

    def __init__(self, peer: tuple[str, int]) -> None:
        super().__init__({"peername": peer, "sockname": ("192.0.2.1", 80)})
        self.is_aborted = False

    def abort(self) -> None:
        self.is_aborted = True


def test_the_access_log_says_what_was_read_and_not_by_whom_or_what_for(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "parvis.access")
    client = TestClient(create_app(store, [VALMONT], replace(SITE, logs_access=True)))
    client.get("/valmont/bp_projets/latest/bp_projets.csv?titre__contains=jardin")
    client.get("/camille.durand")
    first, second = caplog.messages
    assert re.fullmatch(r"GET /valmont/bp_projets/latest/bp_projets\.csv\? 200 \d+ bytes \d+ ms", first)
    assert re.fullmatch(r"GET - 404 \d+ bytes \d+ ms", second)
