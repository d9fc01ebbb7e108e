"""The engine: a file as it is, with the report that frictionless would give, at the speed of vectors.

Blocks are screened, and the places of suspect rows kept with the hashes of all
keys. When the last block is read, the suspect rows and those that share a key
are fetched, and judged in the order of the file by frictionless' own readers.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..cells import remembering
from ..rows import Keys, RowJudge, key_names
from .blocks import Text, blocks
from .plan import Outcome, Plan
from .records import Part, part_of, read_records, rows_at
from .screening import BlockScreen, Screening
from .spill import HashLog
from .spool import FaultLog, Spool

BLOCK_BYTES = 3 << 20  # larger blocks leave the processor's caches, smaller ones pay for their number


@dataclass
class _Pass:
    """What the first pass keeps of the whole file."""

    parts: list[Part] = field(default_factory=list)
    suspects: Spool = field(default_factory=lambda: Spool(in_memory=8))  # per block, as bytes of 64-bit numbers
    hashes: dict[tuple[str, ...], HashLog] = field(default_factory=dict)


def run(plan: Plan, header_error_count: int, limit_errors: int, block_bytes: int = BLOCK_BYTES) -> Outcome:
    """Judge every row, or as many as it takes to reach the limit (0: none). Raises Unreadable."""
    first = _screen_all(plan, header_error_count, limit_errors, block_bytes)
    judge, faults = RowJudge(remembering(plan.columns), plan.keys), FaultLog()
    start = plan.dialect.first_row
    row_count = sum(part.record_count for part in first.parts)
    if row_count and limit_errors and header_error_count >= limit_errors:
        return Outcome(faults, row_count, True)
    for part, rows in zip(first.parts, _rows_to_judge(plan, first, block_bytes), strict=True):
        for place, cells, doubtful in rows:
            for fault in judge.judge(start + place, cells, doubtful).faults:
                faults.append(fault)
                if limit_errors and header_error_count + len(faults) >= limit_errors:
                    return Outcome(faults, row_count, True)
        start += part.record_count
    return Outcome(faults, row_count, False)


def _screen_all(plan: Plan, header_error_count: int, limit_errors: int, block_bytes: int) -> _Pass:
    first = _Pass(hashes={names: HashLog() for names in key_names(plan.keys)})
    screen = BlockScreen(plan.columns, plan.keys)
    limit = _Limit(plan, limit_errors - header_error_count) if limit_errors else None
    with open(plan.path, "rb") as stream:
        for block in blocks(stream, plan.dialect, block_bytes):
            records = read_records(block, plan.dialect, len(plan.columns))
            screening = screen.screen(records)
            for names, log in first.hashes.items():
                log.append(screen.key_hashes(records, names, screening.certain))
            first.parts.append(part_of(block, records))
            first.suspects.append([one.tobytes() for one in (screening.suspect, *screening.doubtful)])
            if limit and limit.is_reached_by(first.parts[-1], block.content, screening):
                break
    return first


_Row = tuple[int, list[str], tuple[int, ...]]  # place in the block, cells, places of those in doubt


class _Limit:
    """Whether the suspect rows alone, without their keys, hold as many faults as are wanted."""

    def __init__(self, plan: Plan, wanted: int) -> None:
        self._plan = plan
        self._judge = RowJudge(plan.columns, Keys())
        self._wanted = wanted
        self._found = 0

    def is_reached_by(self, part: Part, content: bytes, screening: Screening) -> bool:
        """Counts the faults of one more block."""
        places = screening.suspect.tolist()
        for row in _rows(places, rows_at(part, content, places, self._plan.dialect), *screening.doubtful):
            self._found += len(self._judge.judge(*row).faults)
            if self._found >= self._wanted:
                break
        return self._found >= self._wanted


def _rows_to_judge(plan: Plan, first: _Pass, block_bytes: int) -> Iterator[Iterator[_Row]]:
    """Per block, the suspect rows and those that share a key with another row."""
    counts = [part.record_count for part in first.parts]
    shared = _places_per_block([log.repeated() for log in first.hashes.values()], counts)
    with open(plan.path, "rb") as stream:
        text = Text(stream, plan.dialect, block_bytes)
        for part, also, written in zip(first.parts, shared, first.suspects, strict=True):
            suspect, *doubtful = (np.frombuffer(one, np.int64) for one in written)
            places = np.union1d(suspect, also).tolist()
            content = text.part(part.start, part.length) if places else b""
            yield _rows(places, rows_at(part, content, places, plan.dialect), *doubtful)


def _rows(places: list[int], cells: Mapping[int, list[str]], rows: Any, columns: Any) -> Iterator[_Row]:
    """The rows with their doubtful cells, which are given by the places of their rows and of their columns."""
    doubtful: dict[int, tuple[int, ...]] = {}
    for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
        doubtful[row] = (*doubtful.get(row, ()), column)
    return ((place, cells[place], doubtful.get(place, ())) for place in places)


def _places_per_block(repeated: Sequence[Any], counts: Sequence[int]) -> Iterator[Any]:
    rows = np.unique(np.concatenate([*repeated, np.array([], np.int64)]))
    start = 0
    for count in counts:
        first, last = np.searchsorted(rows, (start, start + count))
        yield rows[first:last] - start
        start += count
