"""The process that listens, asked over a real socket."""

import http.client
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from pipelines.versions.store import Store

PROGRAM = """
import sys
from pathlib import Path
from pipelines.access.app import create_app
from pipelines.access.server import serve
from pipelines.versions.store import Store
from tests.access.town import LORIOL, SITE, VALMONT
serve(create_app(Store(Path(sys.argv[1])), [VALMONT, LORIOL], SITE), "127.0.0.1", int(sys.argv[2]))
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_open(port: int, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError


@pytest.fixture
def port(store: Store) -> Iterator[int]:
    """The port of a server of its own process."""
    port = free_port()
    process = subprocess.Popen([sys.executable, "-c", PROGRAM, str(store.root), str(port)])
    try:
        wait_until_open(port)
        yield port
    finally:
        process.terminate()
        process.wait(10)


def test_a_real_server_answers_and_names_no_software(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", "/-/health")
    answer = connection.getresponse()
    assert (answer.status, answer.read()) == (200, b'{"status":"ok"}')
    assert answer.headers["server"] is None


def test_curl_resumes_a_download_and_asks_again_for_nothing(port: int, tmp_path: object) -> None:
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
