"""What grows with the file, kept on disk beyond a bound: key hashes, suspect rows, faults."""

import marshal
import tempfile
from collections.abc import Iterator
from typing import Any

import numpy as np

from ..faults import Fault
from ..keys import NO_KEY, repeated

_HASHES_IN_MEMORY = 1 << 20
_VALUES_IN_MEMORY = 4_096


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


class Spool:
    """Lists of plain values, first in first out, on disk beyond a bound."""

    def __init__(self, in_memory: int = _VALUES_IN_MEMORY) -> None:
        self._in_memory = in_memory
        self._held: list[Any] = []
        self._file: Any = None
        self.count = 0

    def append(self, value: Any) -> None:
        """A value of tuples, lists, dicts, texts and numbers."""
        self._held.append(value)
        self.count += 1
        if len(self._held) >= self._in_memory:
            self._spill()

    def __iter__(self) -> Iterator[Any]:
        if self._file is not None:
            self._file.flush()
            self._file.seek(0)
            while True:
                try:
                    batch = marshal.load(self._file)  # noqa: S302 - written by this very object
                except EOFError:
                    break
                yield from batch
            self._file.seek(0, 2)
        yield from self._held

    def _spill(self) -> None:
        if self._file is None:
            self._file = tempfile.TemporaryFile(prefix="parvis-rows-")  # noqa: SIM115 - lives as long as the spool
        marshal.dump(self._held, self._file)
        self._held = []


class FaultLog:
    """Faults in the order of the report."""

    def __init__(self) -> None:
        self._spool = Spool()

    def append(self, fault: Fault) -> None:
        """The next fault."""
        self._spool.append(fault.as_tuple())

    def __len__(self) -> int:
        return self._spool.count

    def __iter__(self) -> Iterator[Fault]:
        return (Fault(*values) for values in self._spool)
