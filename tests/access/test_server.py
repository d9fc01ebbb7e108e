"""The process that listens, asked over a real socket."""

import http.client
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.access.running import running


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
