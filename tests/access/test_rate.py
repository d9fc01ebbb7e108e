"""One reader who asks without end does not take the others' turn."""

from starlette.responses import PlainTextResponse
from starlette.testclient import TestClient
from starlette.types import ASGIApp

from pipelines.access.app import create_app
from pipelines.access.limits import Limits
from pipelines.access.rate import Rate
from pipelines.versions.store import Store
from tests.access.town import SITE, VALMONT


class Clock:
    """The one thing that these tests make up: time."""

    def __init__(self) -> None:
        self.now = 600.0

    def __call__(self) -> float:
        return self.now


async def hello(scope: object, receive: object, send: object) -> None:
    await PlainTextResponse("hello")(scope, receive, send)  # type: ignore[arg-type]


def client_of(app: ASGIApp, host: str) -> TestClient:
    return TestClient(app, client=(host, 1))


def test_the_third_request_of_two_waits_until_the_minute_is_over() -> None:
    clock = Clock()
    reader = client_of(Rate(hello, per_minute=2, monotonic=clock), "192.0.2.1")
    clock.now = 645.0
    assert [reader.get("/").status_code for _ in range(3)] == [200, 200, 429]
    refused = reader.get("/")
    assert refused.headers["retry-after"] == "16"
    assert refused.headers["content-type"] == "application/problem+json"
    clock.now = 660.0
    assert reader.get("/").status_code == 200


def test_each_reader_has_a_turn_of_their_own() -> None:
    app = Rate(hello, per_minute=1, monotonic=Clock())
    assert [client_of(app, host).get("/").status_code for host in ("192.0.2.1", "192.0.2.2")] == [200, 200]


def test_behind_a_proxy_on_this_machine_the_reader_is_the_last_name() -> None:
    app = Rate(hello, per_minute=1, monotonic=Clock())
    proxy = client_of(app, "127.0.0.1")
    first = {"x-forwarded-for": "203.0.113.9, 192.0.2.1"}
    assert [proxy.get("/", headers=first).status_code for _ in range(2)] == [200, 429]
    assert proxy.get("/", headers={"x-forwarded-for": "192.0.2.2"}).status_code == 200
    forged = client_of(app, "192.0.2.7")
    assert [forged.get("/", headers={"x-forwarded-for": str(each)}).status_code for each in range(2)] == [200, 429]


def test_this_machine_itself_is_not_counted_and_zero_is_no_limit() -> None:
    assert {client_of(Rate(hello, 1, Clock()), "127.0.0.1").get("/").status_code for _ in range(3)} == {200}
    assert {client_of(Rate(hello, 0, Clock()), "192.0.2.1").get("/").status_code for _ in range(3)} == {200}


def test_the_access_point_has_the_limit(store: Store) -> None:
    app = create_app(store, [VALMONT], SITE, Limits(requests_per_minute=3))
    reader = client_of(app, "192.0.2.1")
    statuses = [reader.get("/-/health").status_code for _ in range(8)]
    assert 429 in statuses
    assert reader.get("/-/health").headers["access-control-allow-origin"] == "*"
