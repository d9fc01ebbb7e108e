"""Millions of repairs, findings or errors in a few bytes: what they share is kept once, and their rows as runs."""

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import Any, TypeVar, overload

NO_ROW = -1
T = TypeVar("T")


class Listing(Sequence[T]):
    """Frozen dataclasses in the order in which they were added; the attribute `row_name` of each holds its row."""

    def __init__(self, row_name: str = "row", items: Iterable[T] = ()) -> None:
        self._row_name = row_name
        self._shared: dict[T, int] = {}
        self._which = array("i")  # per run of neighbouring rows: what its items share,
        self._first = array("q")  # its first row,
        self._ends = array("q")  # and how many items there are up to its end
        for item in items:
            self.append(item)

    def append(self, item: T) -> None:
        """One more item, with its own row."""
        row = getattr(item, self._row_name)
        self.extend(item if row is None else self._at(item, NO_ROW), [row])

    def extend(self, shared: T, rows: Iterable[int | None]) -> None:
        """One item per row; `shared` is what they have in common, and has no row itself."""
        which = None
        for row in rows:
            if which is None:
                which = self._shared.setdefault(shared, len(self._shared))
            self._add(which, NO_ROW if row is None else row)

    def _add(self, which: int, row: int) -> None:
        count = len(self)
        if count and self._which[-1] == which and row != NO_ROW and row == self._first[-1] + self._length(-1):
            self._ends[-1] += 1
        else:
            self._which.append(which)
            self._first.append(row)
            self._ends.append(count + 1)

    def together(self) -> Iterator[tuple[T, Iterator[int]]]:
        """What items share, in the order of their first ones, each with the rows of all of them; NO_ROW is none."""
        runs: list[array[int]] = [array("q") for _shared in self._shared]
        for run, which in enumerate(self._which):
            runs[which].append(run)
        for shared, own in zip(self._shared, runs, strict=True):
            yield shared, chain.from_iterable(map(self._rows, own))

    def _rows(self, run: int) -> range:
        return range(self._first[run], self._first[run] + self._length(run))

    def _length(self, run: int) -> int:
        run %= len(self._ends)
        return self._ends[run] - (self._ends[run - 1] if run else 0)

    def __len__(self) -> int:
        return self._ends[-1] if self._ends else 0

    def __iter__(self) -> Iterator[T]:
        shared = list(self._shared)
        for run, which in enumerate(self._which):
            for row in self._rows(run):
                yield self._at(shared[which], row)

    @overload
    def __getitem__(self, place: int) -> T: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[T]: ...
    def __getitem__(self, place: int | slice) -> T | Sequence[T]:
        if isinstance(place, slice):
            return tuple(self[one] for one in range(*place.indices(len(self))))
        place = range(len(self))[place]
        run = bisect_right(self._ends, place)
        row = self._first[run] + place - (self._ends[run] - self._length(run))
        return self._at(list(self._shared)[self._which[run]], row)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and len(self) == len(other) and all(map(_is_equal, self, other))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return repr(tuple(self))

    def _at(self, item: T, row: int) -> T:
        return replace(item, **{self._row_name: None if row == NO_ROW else row})  # type: ignore[type-var]


def _is_equal(one: Any, other: Any) -> bool:
    return bool(one == other)


def listed(items: Iterable[T], row_name: str = "row") -> Listing[T]:
    """The items as a listing, which they may be already."""
    return items if isinstance(items, Listing) else Listing(row_name, items)
