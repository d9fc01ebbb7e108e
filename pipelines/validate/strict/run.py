"""The engine: a file as it is, with the report that frictionless would give, at the speed of vectors.

Blocks are screened; suspect rows wait on disk with the hashes of all keys. When
the last block is read, the rows that share a key are fetched, and all of them
are judged in the order of the file by frictionless' own readers.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

import numpy as np

from ..rows import Keys, RowJudge, key_names
from .blocks import Block, blocks
from .plan import Plan
from .records import Records, lines_at, read_records, rows_at
from .screening import BlockScreen
from .spill import FaultLog, HashLog, Spool

BLOCK_BYTES = 3 << 20  # larger blocks leave the processor's caches, smaller ones pay for their number


@dataclass(frozen=True)
class Outcome:
    """The faults of the rows, in order, and how many rows were read."""

    faults: FaultLog
    row_count: int
    is_limited: bool  # the limit of errors was reached, and the rest left unread


# place in the block -> the row's cells, and the places of those in doubt (None: all)
_Rows = dict[int, tuple[list[str], tuple[int, ...] | None]]


@dataclass
class _Pass:
    """What the first pass keeps of the whole file."""

    block_counts: list[int] = field(default_factory=list)
    one_per_line: list[bool] = field(default_factory=list)
    suspects: Spool = field(default_factory=lambda: Spool(in_memory=8))  # one _Rows per block
    hashes: dict[tuple[str, ...], HashLog] = field(default_factory=dict)


def run(plan: Plan, header_error_count: int, limit_errors: int, block_bytes: int = BLOCK_BYTES) -> Outcome:
    """Judge every row, or as many as it takes to reach the limit (0: none). Raises Unreadable."""
    first = _screen_all(plan, header_error_count, limit_errors, block_bytes)
    judge, faults = RowJudge(plan.columns, plan.keys), FaultLog()
    start = plan.dialect.first_row
    row_count = sum(first.block_counts)
    if row_count and limit_errors and header_error_count >= limit_errors:
        return Outcome(faults, row_count, True)
    for count, rows in zip(first.block_counts, _rows_to_judge(plan, first, block_bytes), strict=True):
        for place in sorted(rows):
            for fault in judge.judge(start + place, *rows[place]).faults:
                faults.append(fault)
                if limit_errors and header_error_count + len(faults) >= limit_errors:
                    return Outcome(faults, row_count, True)
        start += count
    return Outcome(faults, row_count, False)


def _blocks(plan: Plan, block_bytes: int) -> Iterator[Block]:
    with open(plan.path, "rb") as stream:
        yield from blocks(stream, plan.dialect, block_bytes)


def _screen_all(plan: Plan, header_error_count: int, limit_errors: int, block_bytes: int) -> _Pass:
    first = _Pass(hashes={names: HashLog() for names in key_names(plan.keys)})
    screen, reader = BlockScreen(plan.columns, plan.keys), RowJudge(plan.columns, plan.keys)
    limit = _Limit(plan, limit_errors - header_error_count if limit_errors else None)
    for block in _blocks(plan, block_bytes):
        records = read_records(block, plan.dialect, len(plan.columns))
        screening = screen.screen(records)
        suspects = rows_at(block, records, screening.suspect.tolist(), plan.dialect)
        for names, log in first.hashes.items():
            log.append(screen.key_hashes(records, names, screening.is_certain, suspects, reader))
        first.block_counts.append(records.count)
        first.one_per_line.append(block.records is None and records.has_one_per_line)
        rows: _Rows = {place: (cells, screening.doubtful.get(place)) for place, cells in suspects.items()}
        first.suspects.append(rows)
        if limit.is_reached_by(rows):
            break
    return first


class _Limit:
    """Whether the suspect rows alone, without their keys, hold as many faults as are wanted."""

    def __init__(self, plan: Plan, wanted: int | None) -> None:
        self._judge = RowJudge(plan.columns, Keys())
        self._wanted = wanted
        self._found = 0

    def is_reached_by(self, rows: _Rows) -> bool:
        """Counts the faults of one more block."""
        if self._wanted is None:
            return False
        for place in sorted(rows):
            self._found += len(self._judge.judge(place, *rows[place]).faults)
            if self._found >= self._wanted:
                return True
        return False


def _rows_to_judge(plan: Plan, first: _Pass, block_bytes: int) -> Iterator[_Rows]:
    """Per block, the suspect rows and those that share a key with another row."""
    shared = _places_per_block([log.repeated() for log in first.hashes.values()], first.block_counts)
    if not any(shared):
        yield from first.suspects
        return
    for number, (block, suspects) in enumerate(zip(_blocks(plan, block_bytes), first.suspects, strict=False)):
        missing = [place for place in shared[number] if place not in suspects]
        fetched = _fetch(plan, block, missing, first.one_per_line[number])
        yield {**suspects, **{place: (cells, ()) for place, cells in fetched.items()}}


def _places_per_block(repeated: Sequence[Any], block_counts: Sequence[int]) -> list[list[int]]:
    ends = np.cumsum(block_counts)
    rows = np.unique(np.concatenate([*repeated, np.array([], np.int64)])).astype(np.int64)
    parts = np.split(rows, np.searchsorted(rows, ends[:-1])) if len(ends) else []
    starts = chain([0], ends[:-1].tolist()) if len(ends) else []
    return [(part - start).tolist() for part, start in zip(parts, starts, strict=True)]


def _fetch(plan: Plan, block: Block, places: list[int], one_per_line: bool) -> dict[int, list[str]]:
    if not places:
        return {}
    if one_per_line:
        return lines_at(block.content, places, plan.dialect)
    records: Records = read_records(block, plan.dialect, len(plan.columns))
    return rows_at(block, records, places, plan.dialect)
