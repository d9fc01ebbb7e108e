"""How much one reader, and all readers together, may ask of the server: `limits:` in parvis.yaml."""

import os

from pydantic import Field
from starlette.types import ASGIApp, Receive, Scope, Send

from ..closed import Closed
from ..messages import _
from .problems import Problem


class Limits(Closed):
    """The units stand in the names. What is beyond a limit is refused in words, with what to do instead."""

    query_workers: int = Field(
        default_factory=lambda: max(1, os.cpu_count() or 1), ge=1, le=256, description="Questions answered at once."
    )
    waiting_queries: int = Field(default=32, ge=0, le=10_000, description="Questions that wait; beyond them 503.")
    query_seconds: float = Field(default=30.0, gt=0, le=3600, description="For one question; beyond it 503.")
    query_memory_mb: int = Field(default=256, ge=1, le=1_000_000, description="For one question; beyond it 503.")
    answer_rows: int = Field(default=10_000_000, ge=1, description="Rows of one filtered answer; beyond them 400.")
    open_versions: int = Field(default=32, ge=1, le=100_000, description="Versions kept ready for questions.")
    cached_answers_mb: int = Field(default=32, ge=0, le=1_000_000, description="Answers remembered in memory.")
    spooled_answers_mb: int = Field(
        default=4096, ge=1, le=100_000_000, description="Large answers on disk, on their way out; beyond them 503."
    )
    query_string_bytes: int = Field(default=4096, ge=64, le=60_000, description="Of one address; beyond it 414.")
    request_head_bytes: int = Field(default=16_384, ge=1024, le=1_000_000, description="Of one request; beyond it 431.")
    request_body_bytes: int = Field(default=65_536, ge=1024, le=10_000_000, description="Of one POST; beyond it 409.")
    request_seconds: float = Field(default=10.0, gt=0, le=600, description="For a request to arrive whole.")
    idle_seconds: int = Field(default=5, ge=1, le=600, description="A connection waits for the next request.")
    stalled_seconds: float = Field(default=60.0, gt=0, le=3600, description="A reader takes none of an answer.")
    connections: int = Field(default=512, ge=1, le=100_000, description="Of all readers; beyond them 503.")
    connections_per_reader: int = Field(default=64, ge=1, le=100_000, description="Of one address; beyond them closed.")
    requests_per_minute: int = Field(default=1200, ge=0, description="Of one address; beyond them 429. 0: no limit.")


class ShortQueries:
    """No address has a longer query than the limit says."""

    def __init__(self, app: ASGIApp, most_bytes: int) -> None:
        self.app = app
        self._most_bytes = most_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if len(scope["query_string"]) > self._most_bytes:
            raise Problem(414, _("The query is longer than {most} bytes.").format(most=self._most_bytes))
        await self.app(scope, receive, send)
