"""One watchman for all queries: a thread for each would cost more than most of them."""

import heapq
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count


class Deadlines:
    """Calls what ends a piece of work, where it has not ended by itself in time."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._waiting: list[tuple[float, int]] = []
        self._ends: dict[int, Callable[[], None]] = {}
        self._numbers = count()
        self._changed = threading.Condition()
        threading.Thread(target=self._watch, name="deadlines", daemon=True).start()

    @contextmanager
    def within(self, end: Callable[[], None]) -> Iterator[None]:
        """Work that `end` ends when its time is over. `end` is never called after the block."""
        with self._changed:
            number = next(self._numbers)
            self._ends[number] = end
            heapq.heappush(self._waiting, (time.monotonic() + self._seconds, number))
            if self._waiting[0][1] == number:
                self._changed.notify()
        try:
            yield
        finally:
            with self._changed:
                self._ends.pop(number, None)

    def _watch(self) -> None:
        with self._changed:
            while True:
                self._drop_done()
                wait_seconds = self._waiting[0][0] - time.monotonic() if self._waiting else None
                if wait_seconds is None or wait_seconds > 0:
                    self._changed.wait(wait_seconds)
                else:
                    self._ends.pop(heapq.heappop(self._waiting)[1])()

    def _drop_done(self) -> None:
        while self._waiting and self._waiting[0][1] not in self._ends:
            heapq.heappop(self._waiting)
