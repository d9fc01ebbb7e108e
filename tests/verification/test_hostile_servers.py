"""Servers that never end, are slow, lead elsewhere or send bombs: each is told as a claim that does not hold."""

import gzip
import time
from collections.abc import Callable
from datetime import date
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from pipelines.verification.claims import Verification
from pipelines.verification.reading import Bounds
from pipelines.verification.verify import Asker, verify

BOUNDS = Bounds(
    small_bytes=200_000,
    file_bytes=400_000,
    idle_seconds=1.0,
    slow_after_seconds=0.5,
    total_seconds=20,
)
Answer = Callable[[BaseHTTPRequestHandler], None]


def handler(answer: Answer) -> type[BaseHTTPRequestHandler]:
    class Hostile(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            try:
                answer(self)
            except OSError:
                """The reader hung up."""

        def log_message(self, format: str, *args: object) -> None:
            """Nothing."""

    return Hostile


def endless(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.end_headers()
    while True:
        request.wfile.write(b"x" * 65536)


def drip(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.end_headers()
    while True:
        request.wfile.write(b"x")
        request.wfile.flush()
        time.sleep(0.1)


def drip_of_headers(request: BaseHTTPRequestHandler) -> None:
    request.wfile.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        request.wfile.write(b"X")
        request.wfile.flush()
        time.sleep(0.1)


def silence(_request: BaseHTTPRequestHandler) -> None:
    time.sleep(3)


def elsewhere(request: BaseHTTPRequestHandler) -> None:
    request.send_response(302)
    request.send_header("Location", "http://localhost:9/secret")
    request.end_headers()


def round_and_round(request: BaseHTTPRequestHandler) -> None:
    request.send_response(302)
    request.send_header("Location", request.path + "x")
    request.end_headers()


def to_a_file(request: BaseHTTPRequestHandler) -> None:
    request.send_response(302)
    request.send_header("Location", "file:///etc/passwd")
    request.end_headers()


def bomb(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.send_header("Content-Encoding", "gzip")
    request.end_headers()
    request.wfile.write(gzip.compress(bytes(50_000_000)))


def cut(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.send_header("Content-Length", "1000")
    request.end_headers()
    request.wfile.write(b"short")


def garbage(request: BaseHTTPRequestHandler) -> None:
    request.wfile.write(b"\x00\xff not http\r\n\r\n")


def broken(request: BaseHTTPRequestHandler) -> None:
    request.send_response(500)
    request.end_headers()


def traversal(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.end_headers()
    here = "http://x"
    for place in ("/", "/../../etc/", "/a/b/../", "/%2e%2e/etc/", "/ville/..%2f..%2fetc/"):
        request.wfile.write(f"<loc>{here}{place}</loc>".encode())


def deep(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.end_headers()
    request.wfile.write(b"[" * 100_000)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (endless, "larger than"),
        (drip, "too slow"),
        (drip_of_headers, "too slow"),
        (silence, ""),
        (elsewhere, "another host"),
        (round_and_round, "too many redirects"),
        (to_a_file, "another host"),
        (bomb, "packed"),
        (cut, ""),
        (garbage, ""),
        (broken, "500"),
        (traversal, ""),
        (deep, ""),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_a_hostile_server_is_given_up_and_told(host: Callable[..., str], answer: Answer, words: str):
    found: Verification = verify(host(handler(answer)) + "/", Asker(date.today()), BOUNDS)
    assert not found.holds
    assert words in found.recomputed[0].detail


def test_a_server_that_turns_hostile_in_the_midst_of_a_version_is_told(host: Callable[..., str], exported: Path):
    def mixed(request: BaseHTTPRequestHandler) -> None:
        path = exported / request.path.strip("/")
        if request.path.endswith("demandes.json"):
            endless(request)
        request.send_response(200 if path.is_file() else 404)
        request.end_headers()
        request.wfile.write(path.read_bytes() if path.is_file() else b"")

    place = "saint-parvis-sur-loire/demandes/1.0.0"
    found = verify(f"{host(handler(mixed))}/{place}", Asker(date.today()), BOUNDS)
    failed = [(claim.place, claim.what) for claim in found.recomputed if not claim.holds]
    assert failed == [(f"{place}/demandes.json", "digest")]


def test_no_bound_is_so_tight_that_a_sound_place_fails(host: Callable[..., str], exported: Path):
    assert verify(host(exported) + "/", Asker(date.today()), BOUNDS).holds


def test_nobody_there_is_a_claim_that_does_not_hold(free_port: int):
    assert not verify(f"http://127.0.0.1:{free_port}/", Asker(date.today()), BOUNDS).holds
