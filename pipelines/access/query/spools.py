"""Large answers on their way out: files without a name that vanish once read, within a limit for all together."""

import tempfile
import threading
import weakref

from ...messages import _
from ..problems import Problem

IN_MEMORY_BYTES = 2 * 1024 * 1024


class Spools:
    """The room that all large answers share."""

    def __init__(self, most_bytes: int) -> None:
        self._most_bytes = most_bytes
        self._held_bytes = 0
        self._lock = threading.Lock()

    def new(self) -> "Spool":
        """An empty one."""
        return Spool(self)

    def take(self, byte_count: int) -> None:
        """Raises Problem 503 where there is no room."""
        with self._lock:
            if self._held_bytes + byte_count > self._most_bytes:
                detail = _("Many large answers are on their way; ask again later, filter more, or take the whole file.")
                raise Problem(503, detail, {"retry-after": "30"})
            self._held_bytes += byte_count

    def give_back(self, sizes: list[int]) -> None:
        with self._lock:
            self._held_bytes -= sum(sizes)


class Spool:
    """One answer: written once, read once. Its room is free again when it is closed or nobody holds it."""

    def __init__(self, spools: Spools) -> None:
        self._spools = spools
        self._sizes: list[int] = []
        self._file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES)  # noqa: SIM115 - outlives us
        self._end = weakref.finalize(self, _end, spools, self._sizes, self._file)

    @property
    def size_bytes(self) -> int:
        return sum(self._sizes)

    def write(self, content: bytes, /) -> None:
        """Raises Problem 503 where there is no room."""
        size_bytes = len(memoryview(content))
        self._spools.take(size_bytes)
        self._sizes.append(size_bytes)
        self._file.write(content)

    def rewind(self) -> None:
        self._file.seek(0)

    def read(self, most_bytes: int = -1) -> bytes:
        return self._file.read(most_bytes)

    def __enter__(self) -> "Spool":
        return self

    def __exit__(self, *_error: object) -> None:
        self._end()


def _end(spools: Spools, sizes: list[int], file: "tempfile.SpooledTemporaryFile[bytes]") -> None:
    file.close()
    spools.give_back(sizes)
    sizes.clear()
