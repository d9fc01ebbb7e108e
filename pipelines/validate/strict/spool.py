"""Suspect rows and faults, kept on disk beyond a bound."""

import marshal
import tempfile
from collections.abc import Iterator
from typing import Any

from ..faults import Fault

_VALUES_IN_MEMORY = 4_096


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
        self._spool.append(tuple(fault))

    def __len__(self) -> int:
        return self._spool.count

    def __iter__(self) -> Iterator[Fault]:
        return (Fault(*values) for values in self._spool)
