"""The pictures that the types of a dataset suggest: its rows over time, and by what they are about."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ...table_schema import primary_key
from ...versions.manifest import Manifest
from ..query.columns import POSITION
from ..query.engine import Engine
from ..query.query import Aggregate, Key, Order, Query

Field = Mapping[str, Any]
FEWEST_GROUPS, MOST_GROUPS = 2, 15  # fewer say nothing, more are a table
MOST_MONTHS, MOST_YEARS = 36, 60
CATEGORIES_SHOWN = 2
CATEGORIES_TRIED = 8
_PERIOD = re.compile(r"\d{4}(-|$)", re.ASCII)  # years, quarters, months: told in their order


@dataclass(frozen=True)
class Bar:
    """One value of a column with the rows that have it; `share` of the longest bar, from 0 to 1."""

    value: object  # None: the rows where the cell is empty
    count: int
    share: float


@dataclass(frozen=True)
class Chart:
    """Rows counted by a column. `step` is "month" or "year" over time, and "" by category."""

    field: Field
    step: str
    bars: tuple[Bar, ...]

    @property
    def most(self) -> int:
        return max(bar.count for bar in self.bars)


def charts(engine: Engine, manifest: Manifest) -> tuple[Chart, ...]:
    """What can be drawn of a version: at most one chart over time and two by category. Blocks."""
    fields = manifest.table_schema["fields"]
    if manifest.row_count < FEWEST_GROUPS:
        return ()
    over_time = [_over_time(engine, manifest, field) for field in fields if _is_time(field)][:1]
    tried = [field for field in fields if _may_be_category(field, manifest)][:CATEGORIES_TRIED]
    categories = _without_codes(chart for field in tried if (chart := _by_category(engine, manifest, field)))
    # A dozen groups tell more than two: the columns that split the rows most come first.
    categories.sort(key=lambda chart: -len(chart.bars))
    return tuple(chart for chart in [*over_time, *categories[:CATEGORIES_SHOWN]] if chart)


def _without_codes(found: Iterable[Chart]) -> list[Chart]:
    """Of a code and its label, which split the rows alike, the one that says more."""
    by_counts: dict[tuple[int, ...], Chart] = {}
    for chart in found:
        counts = tuple(bar.count for bar in chart.bars)
        if counts not in by_counts or _length(chart) > _length(by_counts[counts]):
            by_counts[counts] = chart
    return list(by_counts.values())


def _length(chart: Chart) -> int:
    return sum(len(str(bar.value)) for bar in chart.bars)


def _is_time(field: Field) -> bool:
    return field.get("type") in ("date", "datetime")


def _may_be_category(field: Field, manifest: Manifest) -> bool:
    is_key = primary_key(manifest.table_schema) == (field["name"],)
    return field.get("type", "string") in ("string", "boolean", "year") and not is_key and not field.get("format")


def _counted(engine: Engine, manifest: Manifest, key: Key, limit: int) -> tuple[list[Bar], int]:
    """The groups of a column, the largest first, and how many there are in all."""
    count = Aggregate(POSITION, "count")  # which no row is without
    query = Query(keys=(key,), aggregates=(count,), orders=(Order(count.name, is_descending=True),), limit=limit)
    table, total = engine.table(manifest, query)
    values, counts = (column.to_pylist() for column in table.columns)
    most = max(counts, default=1)
    return [Bar(value, found, found / most) for value, found in zip(values, counts, strict=True)], total


def _by_category(engine: Engine, manifest: Manifest, field: Field) -> Chart | None:
    bars, total = _counted(engine, manifest, Key(field["name"]), MOST_GROUPS + 1)
    if not FEWEST_GROUPS <= total <= MOST_GROUPS or bars[0].count == 1:
        return None
    if all(_PERIOD.match(str(bar.value)) for bar in bars if bar.value is not None):
        bars.sort(key=lambda bar: (bar.value is None, str(bar.value)))
    return Chart(field, "", tuple(bars))


def _over_time(engine: Engine, manifest: Manifest, field: Field) -> Chart | None:
    """By month where that is a year or three, else by year; months without a row are there, too."""
    for step, most in (("month", MOST_MONTHS), ("year", MOST_YEARS)):
        bars, total = _counted(engine, manifest, Key(field["name"], step), most + 1)
        known = {bar.value: bar for bar in bars if isinstance(bar.value, dt.date)}
        if total <= most and len(known) >= FEWEST_GROUPS:
            moments = _between(min(known), max(known), step)
            if len(moments) <= most:
                return Chart(field, step, tuple(known.get(each, Bar(each, 0, 0.0)) for each in moments))
    return None


def _between(first: dt.date, last: dt.date, step: str) -> Sequence[dt.date]:
    """The first day of every month or year from `first` to `last`."""
    moments, day = [], first
    while day <= last:
        moments.append(day)
        month = day.month % 12 + 1 if step == "month" else 1
        day = day.replace(year=day.year + (month == 1), month=month)
    return moments
