"""An earlier version made under other steps, brought to the present ones as a reader would bring it.

Whoever has both versions cuts the finer one to the steps of the coarser, and subtracts.
"""

from collections.abc import Callable, Mapping
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ..column_policies import ColumnPolicy, Generalise, Grid
from ..ladders import Tables
from ..privacy_policy import Privacy
from .actions.dates import cut
from .actions.grid import snap

Then = Mapping[str, Mapping[str, Any]]  # the version's own summary of what was done to each column
_SAID_ONLY = ("role", "basis", "article", "covers", "reason", "reviewed")  # without changing what left


def is_alike(then: Then, privacy: Privacy, tables: Tables) -> bool:
    """Whether every column was treated as it is now."""
    return all(name in then and _same(then[name], name, privacy, tables) for name in privacy.columns)


def brought_up(earlier: pa.Table, then: Then, candidate: pa.Schema, privacy: Privacy, tables: Tables) -> pa.Table:
    """The columns of `earlier` that can be compared with those of `candidate`, at its steps and in its types."""
    columns = {}
    for name in candidate.names:
        policy = privacy.columns.get(name)
        if name not in earlier.column_names or policy is None:
            continue
        values = _at_present_step(earlier, name, then.get(name, {}), policy, privacy, tables)
        if values is not None and values.type == candidate.field(name).type:
            columns[name] = values
    return pa.table(columns)


def _same(then: Mapping[str, Any], name: str, privacy: Privacy, tables: Tables) -> bool:
    """The same action, to the same step; of a ladder, with the same labels there."""
    policy = privacy.columns[name]
    now = policy.model_dump(mode="json", exclude_none=True)
    if isinstance(policy, Generalise) and name in tables.ladders:
        now["labels_sha256"] = tables.ladders[name].digest(policy.level)
    return {word: then.get(word) for word in {*then, *now} - {*_SAID_ONLY}} == {
        word: now.get(word) for word in {*then, *now} - {*_SAID_ONLY}
    }


def _at_present_step(
    earlier: pa.Table, name: str, then: Mapping[str, Any], policy: ColumnPolicy, privacy: Privacy, tables: Tables
) -> pa.ChunkedArray | None:
    """The column as it would have been published now; None where that cannot be said."""
    values = earlier[name]
    if _same(then, name, privacy, tables):
        return values
    match policy:
        case Generalise(to=("day" | "month" | "quarter" | "year") as step):
            days = _days(values)
            return None if days is None else cut(days, step)
        case Grid(axis=axis, cell_m=cell_m):
            return _snapped(earlier, axis, cell_m, then, privacy)
        case Generalise(ladder=file, level=level) if file is not None:
            climbing = {labels[then.get("level", 0)]: labels[level] for labels in tables.ladders[name].labels.values()}
            return _mapped(values, climbing.get) if then.get("level", 0) < level else None
    return None


def _days(values: pa.ChunkedArray) -> pa.ChunkedArray | None:
    """The first day of what a published date says; None where it says less than a month."""
    if pa.types.is_temporal(values.type):
        return values.cast(pa.date32(), safe=False)
    if not pa.types.is_string(values.type):
        return None
    is_month = pc.all(pc.match_substring_regex(values, "^[0-9]{4}-[0-9]{2}$")).as_py()
    return _mapped(values, lambda text: f"{text}-01").cast(pa.date32()) if is_month else None


def _snapped(
    earlier: pa.Table, axis: str, cell_m: int, then: Mapping[str, Any], privacy: Privacy
) -> pa.ChunkedArray | None:
    pair: dict[str, str] = {column.axis: name for name, column in privacy.columns.items() if isinstance(column, Grid)}
    finer = then.get("action") == "keep" or cell_m % then.get("cell_m", cell_m + 1) == 0
    if not finer or not set(pair.values()) <= set(earlier.column_names):
        return None
    north, east = snap(earlier[pair["latitude"]], earlier[pair["longitude"]], cell_m)
    centre = north if axis == "latitude" else east
    return pa.chunked_array([centre.cast(earlier[pair[axis]].type, safe=False)])


def _mapped(values: pa.ChunkedArray, label: Callable[[str], str | None]) -> pa.ChunkedArray:
    encoded = values.combine_chunks().dictionary_encode()
    labels = pa.array([label(text) for text in encoded.dictionary.to_pylist()], pa.string())
    return pa.chunked_array([labels.take(encoded.indices)])
