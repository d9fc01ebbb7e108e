"""How often one reader may ask: a count per minute and address, and a clear answer beyond."""

from collections.abc import Callable

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from ..messages import _
from .problems import Problem

MINUTE_SECONDS = 60
LOOPBACK = ("127.0.0.1", "::1")


class Rate:
    """429 for whoever asks more than `per_minute` times a minute; 0 is no limit.

    Addresses are kept for a minute, in memory alone. A reverse proxy on this
    machine names the reader in X-Forwarded-For; whoever asks from this machine
    itself is not counted.
    """

    def __init__(self, app: ASGIApp, per_minute: int, monotonic: Callable[[], float]) -> None:
        self.app = app
        self._per_minute = per_minute
        self._monotonic = monotonic
        self._minute = 0
        self._counts: dict[str, int] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not self._per_minute:
            await self.app(scope, receive, send)
        elif wait_seconds := self._count(_reader(scope)):
            detail = _("More than {most} requests in a minute; wait a little.").format(most=self._per_minute)
            await Problem(429, detail, {"retry-after": str(wait_seconds)}).response()(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    def _count(self, reader: str) -> int:
        """How long this reader has to wait, in seconds; 0: not at all."""
        now = self._monotonic()
        if int(now // MINUTE_SECONDS) != self._minute:
            self._minute = int(now // MINUTE_SECONDS)
            self._counts.clear()
        if not reader:
            return 0
        self._counts[reader] = self._counts.get(reader, 0) + 1
        is_over = self._counts[reader] > self._per_minute
        return int(MINUTE_SECONDS - now % MINUTE_SECONDS) + 1 if is_over else 0


def _reader(scope: Scope) -> str:
    """The address to count by; "" for this machine itself."""
    client = scope.get("client")
    host = str(client[0]) if client else ""
    if host not in LOOPBACK:
        return host
    forwarded = Headers(scope=scope).get("x-forwarded-for", "")
    return forwarded.rpartition(",")[2].strip()[:64]
