"""Dates cut to a coarser step; the published field has the step's own type.

Datetimes are cut in UTC, as the Table Schema writes them: a naive local time,
read as UTC, keeps its day.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ...column_policies import DateStep


@dataclass(frozen=True)
class PublishedStep:
    """How a step is written."""

    arrow_type: pa.DataType
    field: Mapping[str, Any]


PUBLISHED_STEPS: Mapping[DateStep, PublishedStep] = {
    "day": PublishedStep(pa.date32(), {"type": "date"}),
    "month": PublishedStep(pa.string(), {"type": "yearmonth"}),
    "quarter": PublishedStep(pa.string(), {"type": "string", "constraints": {"pattern": "^[0-9]{4}-Q[1-4]$"}}),
    "year": PublishedStep(pa.int32(), {"type": "year"}),
}


def cut(dates: pa.ChunkedArray, step: DateStep) -> pa.ChunkedArray:
    """`dates` at `step`: 2026-03-09, 2026-03, 2026-Q1 or 2026; nulls stay null."""
    days = dates.cast(pa.date32(), safe=False)
    year = pc.year(days)
    match step:
        case "day":
            return days
        case "month":
            return pc.utf8_slice_codeunits(days.cast(pa.string()), 0, 7)
        case "quarter":
            return pc.binary_join_element_wise(year.cast(pa.string()), pc.quarter(days).cast(pa.string()), "-Q")
        case "year":
            return year.cast(pa.int32())
