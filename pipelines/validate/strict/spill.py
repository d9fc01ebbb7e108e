"""The hashes of all keys, kept on disk beyond a bound."""

import tempfile
from typing import Any

import numpy as np

from ..keys import NO_KEY, repeated

_HASHES_IN_MEMORY = 1 << 20


class HashLog:
    """One hash per row, in the order of the rows."""

    def __init__(self, in_memory: int = _HASHES_IN_MEMORY) -> None:
        self._in_memory = in_memory
        self._held: list[Any] = []
        self._held_count = 0
        self._file: Any = None
        self.count = 0

    def append(self, row_hashes: Any) -> None:
        """The next rows' hashes."""
        self._held.append(row_hashes)
        self._held_count += len(row_hashes)
        self.count += len(row_hashes)
        if self._held_count > self._in_memory:
            self._spill()

    def repeated(self) -> Any:
        """Places, in order, of the rows whose hash occurs more than once."""
        if self._file is None:
            return repeated(np.concatenate(self._held)) if self._held else np.array([], np.int64)
        self._spill()
        parts = -(-self.count // self._in_memory)
        found = [self._repeated_of_part(part, parts) for part in range(parts)]
        return np.sort(np.concatenate(found))

    def _spill(self) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile(prefix="parvis-keys-")  # noqa: SIM115 - lives as long as the log
        for row_hashes in self._held:
            self._file.write(row_hashes.tobytes())
        self._held, self._held_count = [], 0

    def _repeated_of_part(self, part: int, parts: int) -> Any:
        """Rows are parted by their hash's high bits, so that equal hashes fall into one part."""
        self._file.seek(0)
        hashes_of_part, places, start = [], [], 0
        while content := self._file.read(self._in_memory * 8):
            row_hashes = np.frombuffer(content, np.uint64)
            mine = np.flatnonzero((row_hashes >> np.uint64(32)) % np.uint64(parts) == part)
            mine = mine[row_hashes[mine] != NO_KEY]
            hashes_of_part.append(row_hashes[mine])
            places.append(mine + start)
            start += len(row_hashes)
        return np.concatenate(places)[repeated(np.concatenate(hashes_of_part))]
