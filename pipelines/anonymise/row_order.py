"""Where rows of the latest release stand among the candidate's: a row that waits takes the place that it would have.

Held rows put at the end would tell which groups wait, and read as rows that moved.
"""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .groups import codes


def places(latest: pa.Table, candidate: pa.Table, key: Sequence[str]) -> pa.Array:
    """For each row of `latest`, the place in `candidate` of the same row, or of the nearest above it that is there.

    Rows are the same where their `key` is, or without one all they say; -1 stands before the first.
    """
    names = list(key) or candidate.column_names
    numbered = pa.concat_tables([_numbered(candidate, names), _numbered(latest.cast(candidate.schema), names)])
    both = codes(numbered, numbered.column_names)
    same = pc.index_in(both.slice(candidate.num_rows), value_set=both.slice(0, candidate.num_rows))
    return pc.fill_null(pc.fill_null_forward(same), -1)


def in_order(staying: pa.Array, held: pa.Array) -> pa.Array:
    """The order, by their places, of the rows that stay and then the held ones; of one place, the held come last."""
    return pc.sort_indices(
        pa.table({"place": pa.concat_arrays([staying, held]), "row": np.arange(len(staying) + len(held))}),
        sort_keys=[("place", "ascending"), ("row", "ascending")],
    )


def _numbered(table: pa.Table, names: Sequence[str]) -> pa.Table:
    """The columns of `names`, and of rows that are alike in them the first, the second ..."""
    alike = np.asarray(codes(table, names))
    order = np.argsort(alike, kind="stable")
    ordered = alike[order]
    number = np.empty(len(alike), dtype=np.int64)
    number[order] = np.arange(len(alike)) - np.searchsorted(ordered, ordered)
    return table.select(names).append_column("\x00number", pa.array(number))
