"""What people with bad intentions send to a server: each is refused in our own words, and the next reader is served."""

import gzip
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import httpx
import pytest

from tests.access.running import running

FILE = "/valmont/bp_projets/latest/bp_projets"
ERRORS = range(400, 500)


@pytest.fixture(scope="module")
def server(published: Path) -> Iterator[str]:
    with running(published, request_seconds=1, stalled_seconds=1, query_seconds=5) as address:
        yield address


@pytest.fixture(autouse=True)
def still_served(server: str) -> Iterator[None]:
    """After every attack an honest question is answered."""
    yield
    assert httpx.get(f"{server}{FILE}.json?id__exact=001").json()[0]["id"] == "001"


def raw(server: str, request: bytes, wait_seconds: float = 10) -> bytes:
    """What the server says to these bytes."""
    where = urlsplit(server)
    with socket.create_connection((where.hostname, where.port), wait_seconds) as line:
        line.sendall(request)
        said = b""
        while piece := line.recv(65_536):
            said += piece
        return said


def asked(server: str, target: str, method: str = "GET", headers: str = "") -> bytes:
    """The answer to a request whose target is sent exactly as it stands."""
    return raw(server, f"{method} {target} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{headers}\r\n".encode())


def status(answer: bytes) -> int:
    return int(answer.split(b" ", 2)[1])


TRAVERSALS = [
    "/../../../../etc/passwd",
    "/..%2f..%2f..%2fetc%2fpasswd",
    "/%2e%2e/%2e%2e/etc/passwd",
    "/-/static/..%2f..%2fpages.py",
    "/-/static/%2e%2e%5cpages.py",
    "/valmont/bp_projets/latest/..%2f..%2f..%2fformat.json",
    "/valmont/bp_projets/latest/bp_projets.csv%00.json",
    "/valmont/..%2f..%2fwork/latest/held.csv",
    "/valmont/bp_projets/..%2f..%2fwithdrawn/bp_projets.csv",
    "/219300480/bp_projets/latest/bp_projets.csv",
    "//etc/passwd",
    "/valmont/bp_projets/latest/%252e%252e%252fformat.json",
    "/datastore/dump/..%2f..%2fetc%2fpasswd",
]


@pytest.mark.parametrize("target", TRAVERSALS)
def test_no_path_leaves_what_is_published(server: str, target: str) -> None:
    answer = asked(server, target)
    assert status(answer) in ERRORS
    assert b"root:" not in answer and b'"format": 1' not in answer


SQL = [
    "'; DROP TABLE rows; --",
    "' OR '1'='1",
    '" OR 1=1 --',
    "1); COPY rows TO '/tmp/x'; --",
    "x' UNION SELECT * FROM read_csv('/etc/passwd') --",
    "$$",
    "?",
    "%",
    "_",
    "\\",
    "{}",
    "[1]",
    "null",
    "::int",
    "repeat('x',2000000000)",
]


@pytest.mark.parametrize("text", SQL)
def test_text_that_looks_like_sql_is_text(server: str, text: str) -> None:
    for operator in ("exact", "in", "less"):
        rows = httpx.get(
            f"{server}{FILE}.json", params={f"titre__{operator}": f'"{text}"' if operator == "in" else text}
        )
        assert rows.status_code in (200, 400)
        assert operator == "less" or rows.json() == [] or rows.status_code == 400
    for parameter in (f"{text}__exact", f"{text}__sort", f"{text}__groupby", f"titre__{text}", text):
        assert httpx.get(f"{server}{FILE}.json", params={parameter: "asc"}).status_code == 400
    dumped = httpx.get(f"{server}/api/3/action/datastore_search", params={"resource_id": text, "sort": text})
    assert dumped.status_code in (404, 409)


def test_headers_of_an_answer_are_never_written_by_a_reader(server: str) -> None:
    for target in (
        f"{FILE}.json?page_size=1&id__differs=%0d%0aset-cookie:a=b",
        "/valmont%0d%0aset-cookie:%20a=b",
        "/valmont/x%0aset-cookie:a",
    ):
        assert b"\nset-cookie" not in asked(server, target).lower().partition(b"\r\n\r\n")[0]


def test_the_host_header_changes_nothing(server: str) -> None:
    plain, evil = (httpx.get(f"{server}/catalog.ttl", headers={"host": host}) for host in ("x", "evil.example"))
    assert plain.content == evil.content
    moved = httpx.get(f"{server}/valmont", headers={"host": "evil.example", "x-forwarded-host": "evil.example"})
    assert moved.headers["location"] == "/valmont/"
    for path in (f"{FILE}.csv/?a=1", "/api/3/action/status_show/", "/valmont/bp_projets//"):
        refused = httpx.get(server + path, headers={"host": "evil.example"})
        assert (refused.status_code, "location" in refused.headers) == (404, False)
    page = httpx.get(
        f"{server}{FILE}.json?page_size=1", headers={"host": "evil.example", "x-forwarded-proto": "gopher"}
    )
    assert "evil" not in str(page.headers)


def test_a_cache_between_cannot_be_made_to_keep_a_wrong_answer(server: str) -> None:
    for header in (
        "x-forwarded-host: evil",
        "x-original-url: /",
        "x-http-method-override: DELETE",
        "x-forwarded-prefix: /evil",
    ):
        assert asked(server, f"{FILE}.csv", headers=f"{header}\r\n").partition(b"\r\n\r\n")[2].startswith(b"id,edition")
    refused = httpx.get(f"{server}{FILE}.json?nosuch=1")
    assert refused.headers.get("cache-control", "no-store") == "no-store"
    assert "Accept" in refused.headers["vary"]


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND"])
def test_nothing_can_be_written(server: str, method: str) -> None:
    assert status(asked(server, f"{FILE}.csv", method)) in ERRORS
    assert status(asked(server, "/api/3/action/package_list", method)) in ERRORS


@pytest.mark.parametrize(
    "action", ["package_create", "datastore_upsert", "datastore_search_sql", "user_list", "__class__"]
)
def test_ckan_actions_that_write_or_run_sql_do_not_exist(server: str, action: str) -> None:
    assert httpx.post(f"{server}/api/3/action/{action}", json={"sql": "SELECT 1"}).status_code == 400


def test_a_range_costs_no_more_than_the_file(server: str) -> None:
    many = "bytes=" + ",".join(f"{place}-{place + 9}" for place in range(0, 3000, 2))
    for wanted in (many, "bytes=0-,0-,0-,0-,0-", "bytes=5-2", "bytes=abc", "bytes=-0", "bytes=99999999999999999999-"):
        answer = httpx.get(f"{server}{FILE}.csv", headers={"range": wanted})
        assert answer.status_code in (200, 206, 400, 416)
        assert len(answer.content) < 10_000


@pytest.mark.parametrize(
    "text",
    [
        "a" * 5000,
        "&".join(f"id__exact={number}" for number in range(300)),
        "or=" + "(or" * 400 + "(id__isnull" + ")" * 401,
        "or=(" + ",".join(["id__isnull"] * 200) + ")",
        "id__in=" + ",".join(["1"] * 1500),
        "q=" + "+".join(["a"] * 50),
        "or=" + quote('("' * 500),
        "page=99999999999999999999",
    ],
    ids=lambda text: text[:20],
)
def test_a_question_too_large_is_refused_at_once(server: str, text: str) -> None:
    assert httpx.get(f"{server}{FILE}.json?{text}").status_code in (400, 414)


def test_no_text_of_a_reader_is_a_pattern_that_could_run_away(server: str) -> None:
    for text in ("(a+)+$", "a" * 3000 + "!", "((((((((((x", ".*.*.*.*.*=", "\\" * 1000):
        answer = httpx.get(f"{server}{FILE}.json", params={"titre__contains": text, "q": text[:50]}, timeout=5)
        assert (answer.status_code, answer.json()) == (200, [])
        found = httpx.post(f"{server}/api/3/action/package_search", json={"q": text, "fq": f"tags:{text}"}, timeout=5)
        assert found.status_code in (200, 409)


def test_a_body_is_read_as_it_is_and_no_further_than_its_limit(server: str) -> None:
    bomb = gzip.compress(b'{"id": "' + b"a" * 50_000_000 + b'"}')
    address = f"{server}/api/3/action/package_show"
    assert httpx.post(address, content=bomb, headers={"content-encoding": "gzip"}).status_code == 409
    assert httpx.post(address, content=b"[" * 60_000, headers={"content-type": "application/json"}).status_code == 409
    assert httpx.post(address, content=b'"' + b"a" * 200_000 + b'"').status_code == 409
    assert httpx.post(address, content=json.dumps({"id": ["a"] * 9000})).status_code in (404, 409)


def test_a_head_without_end_is_cut(server: str) -> None:
    assert status(raw(server, b"GET / HTTP/1.1\r\nhost: x\r\nx: " + b"a" * 40_000)) == 431
    many = b"".join(b"x-%d: a\r\n" % number for number in range(5000))
    assert status(raw(server, b"GET / HTTP/1.1\r\nhost: x\r\n" + many + b"y")) == 431


@pytest.mark.parametrize("place", [b"GET /?%s HTTP/1.1\r\nhost: x\r\n\r\n", b"GET / HTTP/1.1\r\nx: %s\r\n\r\n"])
def test_a_head_that_comes_at_once_is_measured_as_well(server: str, place: bytes) -> None:
    assert status(raw(server, place % (b"a" * 60_000))) == 431
    pieces = b"POST /-/health HTTP/1.1\r\nhost: x\r\ncontent-length: 20000\r\n\r\n" + b"a" * 20_000
    assert status(raw(server, pieces + place % b"a")) == 405


@pytest.mark.parametrize("path", ["/", f"{FILE}.csv", "/valmont/bp_projets/", "/datastore/dump/x", "/sitemap.xml"])
def test_no_address_has_a_query_without_end(server: str, path: str) -> None:
    assert httpx.get(f"{server}{path}?{'a' * 5000}").status_code == 414
    assert httpx.get(f"{server}/api/3/action/package_list?{'a' * 5000}").status_code == 414


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GET / HTTP/1.1\r\ntransfer-encoding: chunked\r\ncontent-length: 5\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
        b"GET / HTTP/9.9\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
)
def test_two_lengths_or_no_request_are_no_request(server: str, request_bytes: bytes) -> None:
    assert status(raw(server, request_bytes)) == 400


def test_a_hundred_lines_that_never_finish_a_request_are_closed(server: str) -> None:
    where = urlsplit(server)
    heads = [
        b"",
        b"GET / HTTP/1.1\r\nhost: x\r\n",
        b"POST /api/3/action/site_read HTTP/1.1\r\ncontent-length: 9\r\n\r\n{",
    ]
    lines = [socket.create_connection((where.hostname, where.port), 10) for _each in range(100)]
    for place, line in enumerate(lines):
        line.sendall(heads[place % 3])
    assert httpx.get(f"{server}/-/health").status_code == 200
    for line in lines:
        assert b"200" not in line.recv(1000)
        line.close()


def test_a_reader_who_takes_nothing_is_left(server: str) -> None:
    where = urlsplit(server)
    line = socket.socket()
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.connect((where.hostname, where.port))
    line.sendall(f"GET {FILE}.json HTTP/1.1\r\nhost: x\r\n\r\n".encode() * 2000)
    time.sleep(2.5)
    line.settimeout(10)
    with pytest.raises((ConnectionResetError, EOFError, BrokenPipeError)):
        for _attempt in range(10_000):
            if not line.recv(65_536):
                raise EOFError
    line.close()


def test_an_error_tells_nothing_of_the_machine(server: str) -> None:
    targets = ["/nosuch", f"{FILE}.json?x", "/api/3/action/package_show?id=%00", f"{FILE}.geojson?q=%ff", "/%ff"]
    for target in targets:
        said = asked(server, target).lower()
        assert status(said) in ERRORS
        for word in (b"traceback", b"python", b"uvicorn", b"starlette", b"/home", b"/tmp", b".py", b"arrow", b"numpy"):
            assert word not in said
