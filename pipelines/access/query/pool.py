"""A few workers and a short queue: beyond them a reader is told to come back, and nobody waits in vain."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

from ...messages import _
from ..limits import Limits
from ..problems import Problem

T = TypeVar("T")


class Pool:
    """Runs queries, as many at once as there are cores."""

    def __init__(self, limits: Limits) -> None:
        self._workers = ThreadPoolExecutor(limits.query_workers, thread_name_prefix="query")
        self._most = limits.query_workers + limits.waiting_queries
        self._taken = 0

    async def run(self, work: Callable[[], T]) -> T:
        """The result of `work`. Raises Problem 503 where the queue is full."""
        if self._taken >= self._most:
            raise Problem(503, _("Many questions are being answered; ask again in a moment."), {"retry-after": "1"})
        self._taken += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._workers, copy_context().run, work)
        finally:
            self._taken -= 1
