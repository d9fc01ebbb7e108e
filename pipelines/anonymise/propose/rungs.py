"""One ladder of a policy, as it is searched: what each step makes of every value, and what the declaration says of it.

The last step of each is to leave the column out.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ...ladders import Ladder

ALL = "*"
DROP: Mapping[str, Any] = {"action": "drop"}
Step = Mapping[str, Any]  # what the declaration says of the column


@dataclass(frozen=True)
class Rungs:
    """One ladder over the values of one column, or of the two of a place, with the declaration of each step."""

    columns: tuple[str, ...]
    values: pa.ChunkedArray  # of each row, as text
    ladder: Ladder
    steps: tuple[Step | None, ...]  # None: one that a run would refuse, or that the policy does not ask for
    refused: tuple[str, ...] = ()  # why a run would refuse them


def built(
    columns: tuple[str, ...], levels: Sequence[tuple[pa.ChunkedArray, Step | None]], refused: Sequence[str] = ()
) -> Rungs:
    """From what each step makes of the rows. A finer cell may stand in two coarser ones: its first counts for both."""
    texts = [pc.fill_null(one.cast(pa.string()), "").combine_chunks().to_pylist() for one, _step in levels]
    labels: dict[str, tuple[str, ...]] = {}
    for row in zip(*texts, strict=True):
        labels.setdefault(row[0], (*row, ALL))
    steps = (*(step for _values, step in levels), DROP)
    values = pa.chunked_array([pa.array(texts[0], pa.string())])
    return Rungs(columns, values, Ladder(" + ".join(columns), labels), steps, tuple(refused))


def pairs(north: pa.ChunkedArray | pa.Array, east: pa.ChunkedArray | pa.Array) -> pa.ChunkedArray:
    """Two coordinates as one text."""
    texts = [pa.chunked_array([one]) if isinstance(one, pa.Array) else one for one in (north, east)]
    plain = [pc.fill_null(one.cast(pa.string()), "").combine_chunks() for one in texts]
    return pa.chunked_array([pc.binary_join_element_wise(*plain, " ")])
