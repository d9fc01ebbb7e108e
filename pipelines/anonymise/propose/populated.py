"""Ladders whose places need enough households: each step as a run would take it, or the reason why it would refuse it.

The value itself is no step of such a ladder: how many live there, the table of households does not say.
"""

from collections.abc import Sequence

import pyarrow as pa

from ...column_policies import ColumnPolicy, Generalise, Grid
from ...errors import InvalidDeclaration, UnsafeData
from ...ladders import Ladder, Tables
from ...messages import _
from ...privacy_policy import Privacy
from ...vocabularies import PRESETS
from ..actions.grid import snap
from ..actions.labels import key_of, shown_labels
from ..treatments import gridded_columns, treat
from .rungs import ALL, DROP, Rungs, Step, built, pairs


def populated_labels(name: str, values: pa.ChunkedArray, policy: Generalise, privacy: Privacy, tables: Tables) -> Rungs:
    """Every level of the ladder from the first on, each with the coarser labels of small places."""
    ladder, key = tables.ladders[name], key_of(policy)
    assert privacy.preset is not None  # whoever proposes has asked for one
    minimum = PRESETS[privacy.preset].minimum
    shown = [{key(value): value for value in ladder.labels}]
    steps: list[Step | None] = [None]
    refused = []
    if policy.match == "value":  # an address is never published itself
        refused.append(_("“{column}” as it is: how many households live there is not known.").format(column=name))
    for level in range(1, ladder.height):
        tried = policy.model_copy(update={"level": level})
        shown.append(shown_labels(tried, ladder, tables.households[name], minimum)[0])
        try:
            treat(values, name, _with(privacy, {name: tried}), tables)
        except UnsafeData as refusal:
            steps.append(None)
            refused.append(_("level {level}: {reason}").format(level=level, reason=refusal))
        else:
            steps.append(_said(tried))
    keys = [key(value) for value in ladder.labels]
    labels = {one: (*(label.get(one, ALL) for label in shown), ALL) for one in keys}
    texts = pa.array([key(text or "") for text in values.cast(pa.string()).to_pylist()], pa.string())
    return Rungs((name,), pa.chunked_array([texts]), Ladder(name, labels), (*steps, DROP), tuple(refused))


def populated_place(
    table: pa.Table, pair: tuple[str, str], policy: Grid, sizes: Sequence[int], privacy: Privacy, tables: Tables
) -> Rungs:
    """Squares of every size; where the policy names coarser ones, all that are."""
    finest = pairs(*snap(table[pair[0]], table[pair[1]], sizes[0]))
    levels: list[tuple[pa.ChunkedArray, Step | None]] = [(finest, None)]  # what the steps are measured by
    refused = []
    for metres in sizes:
        coarser = tuple(one for one in sizes if one > metres) if policy.coarser else ()
        step = {"cell_m": metres, "coarser": coarser}
        tried = _with(privacy, {name: privacy.columns[name].model_copy(update=step) for name in pair})
        try:
            found = gridded_columns(table, tried, tables)
        except (UnsafeData, InvalidDeclaration) as refusal:
            levels.append((finest, None))
            refused.append(_("squares of {metres} m: {reason}").format(metres=metres, reason=refusal))
        else:
            said = {"action": "grid", "cell_m": metres, "households": policy.households}
            levels.append(
                (pairs(found[pair[0]], found[pair[1]]), said | ({"coarser": list(coarser)} if coarser else {}))
            )
    return built(pair, levels, refused)


def _with(privacy: Privacy, columns: dict[str, ColumnPolicy]) -> Privacy:
    return privacy.model_copy(update={"columns": {**privacy.columns, **columns}})


def _said(policy: Generalise) -> Step:
    said = {"action": "generalise", "ladder": policy.ladder, "level": policy.level, "households": policy.households}
    return said if policy.match == "value" else {**said, "match": policy.match}
