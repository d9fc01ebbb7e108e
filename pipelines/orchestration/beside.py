"""What the gates need of the source beside the fields: who a row is about, and what kind of person was paid.

These columns are declared, and need be no field of the schema: they do not leave.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from ..errors import InvalidData
from ..extract import Extract
from ..messages import _
from ..privacy_policy import Privacy
from ..validate import Validated

# Insee's legal categories: 1 is a sole trader, 2 a group without legal personality, such as a joint owner.
_LEGAL_PERSON = re.compile(r"[3-9][0-9](?:[0-9]{2})?")
Judged = tuple[Extract, Validated]


@dataclass(frozen=True)
class ForReview:
    """Rows of one source that the law's exemption does not cover, by their number in it."""

    extract: Extract
    row_numbers: tuple[int, ...]

    @property
    def cells(self) -> pa.Table:
        """The rows, whole."""
        return self.extract.table.take(_places(self.extract, self.row_numbers))


def contributors(judged: Sequence[Judged], privacy: Privacy) -> pa.ChunkedArray | None:
    """For each good row, the text of the column that `unit` names; None where none is named."""
    if privacy.unit == "none":
        return None
    return pa.chunked_array(
        [_cells(extract, validated.row_numbers, privacy.unit) for extract, validated in judged], pa.string()
    )


def set_apart(judged: Sequence[Judged], privacy: Privacy) -> tuple[list[Judged], list[ForReview]]:
    """The rows about legal persons, and those about natural persons or nobody knows whom, which wait for review."""
    natures = {law.nature for law in (privacy, *privacy.columns.values()) if law.nature}
    if not natures:
        return list(judged), []
    kept, apart = [], []
    for extract, validated in judged:
        is_legal = np.ones(validated.table.num_rows, dtype=bool)
        for name in natures:
            cells = _cells(extract, validated.row_numbers, name).to_pylist()
            is_legal &= np.array([bool(_LEGAL_PERSON.fullmatch(cell.strip())) for cell in cells], dtype=bool)
        numbers = np.array(validated.row_numbers, dtype=np.int64)
        table = validated.table.filter(pa.array(is_legal))
        kept.append((extract, replace(validated, table=table, row_numbers=tuple(numbers[is_legal].tolist()))))
        apart.append(ForReview(extract, tuple(numbers[~is_legal].tolist())))
    return kept, [one for one in apart if one.row_numbers]


def _cells(extract: Extract, row_numbers: Sequence[int], name: str) -> pa.Array:
    if name not in extract.table.column_names:
        raise InvalidData(
            _("{source}: no column “{column}”, which the privacy block needs. Nothing was published.").format(
                source=extract.source, column=name
            )
        )
    return extract.table[name].combine_chunks().take(_places(extract, row_numbers))


def _places(extract: Extract, row_numbers: Sequence[int]) -> pa.Array:
    places = {number: place for place, number in enumerate(extract.rows)}
    return pa.array([places[one] for one in row_numbers], pa.int64())
