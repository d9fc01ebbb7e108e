"""One step of every ladder, judged as the gate judges a first release: k, distinct l, alpha, blanks, rows withdrawn."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pydantic import TypeAdapter

from ...column_policies import ColumnPolicy, Grid
from ...ladders import Tables
from ...privacy_policy import Privacy
from ..groups import group_rule
from ..suppression import blanking_steps, over_budget, suppress
from ..treatments import gridded_columns, treat
from .lattice import Judged, Node, losses_of
from .rungs import Rungs

_POLICY: TypeAdapter[ColumnPolicy] = TypeAdapter(ColumnPolicy)


def columns_at(rungs: Sequence[Rungs], node: Node, privacy: Privacy) -> dict[str, dict[str, Any]]:
    """What the declaration says of every trait at this node."""
    found = {}
    for one, place in zip(rungs, node, strict=True):
        step = one.steps[place]
        for name in one.columns:
            axis = getattr(privacy.columns[name], "axis", None)
            own = {"axis": axis} if step["action"] == "grid" else {}
            found[name] = {"role": privacy.columns[name].role, **step, **own}
    return found


class Gate:
    """Judges nodes over the valid rows; each column is treated once at each step."""

    def __init__(
        self, table: pa.Table, units: pa.Array | None, privacy: Privacy, tables: Tables, rungs: Sequence[Rungs]
    ) -> None:
        self._table, self._units, self._privacy, self._tables, self._rungs = table, units, privacy, tables, rungs
        self._losses = [losses_of(one.values, one.ladder) for one in rungs]
        traits = {name for one in rungs for name in one.columns}
        self._others = {
            name: treat(table[name], name, privacy, tables)
            for name, one in privacy.columns.items()
            if one.role in ("sensitive", "opinion") and one.action != "drop" and name not in traits
        }
        self._treated = cache(self._treat)

    def __call__(self, node: Node) -> Judged | None:
        """None where the suppression budget does not allow it."""
        privacy = self._declared(node)
        rows = self._rows(node)
        rule = group_rule(privacy, rows.column_names)
        if rule is None:
            return Judged(0, 0, self._loss(node, np.ones(self._table.num_rows, dtype=bool), {}))
        done = suppress(rows, self._units, rule, blanking_steps(privacy, rule))
        if over_budget(rows, done, privacy):
            return None
        kept = np.asarray(done.kept)
        before = rows.filter(done.kept)
        blanked = {
            name: np.asarray(pc.and_(pc.is_valid(before[name]), pc.is_null(done.table[name])))
            for name in rows.column_names
        }
        return Judged(done.rows_withdrawn, done.rows_blanked, self._loss(node, kept, blanked))

    def _declared(self, node: Node) -> Privacy:
        said = {
            name: _POLICY.validate_python(one) for name, one in columns_at(self._rungs, node, self._privacy).items()
        }
        return self._privacy.model_copy(update={"columns": {**self._privacy.columns, **said}})

    def _rows(self, node: Node) -> pa.Table:
        """What of the rows the gate would look at, in the order of the source's fields."""
        columns = dict(self._others)
        for place, step in enumerate(node):
            columns |= self._treated(place, step)
        return pa.table({name: columns[name] for name in self._table.column_names if name in columns})

    def _treat(self, place: int, step: int) -> Mapping[str, pa.ChunkedArray]:
        one = self._rungs[place]
        node = tuple(step if other == place else 0 for other in range(len(self._rungs)))
        privacy = self._declared(node)
        if one.steps[step]["action"] == "drop":
            return {}
        if any(isinstance(privacy.columns[name], Grid) for name in one.columns):
            return gridded_columns(self._table, privacy, self._tables)
        return {name: treat(self._table[name], name, privacy, self._tables) for name in one.columns}

    def _loss(self, node: Node, kept: np.ndarray, blanked: Mapping[str, np.ndarray]) -> float:
        """Of each row that leaves, the mean of its cells', a blank being all; of each other row all."""
        lost = np.zeros(int(kept.sum()))
        for one, losses, step in zip(self._rungs, self._losses, node, strict=True):
            masks = [blanked[name] for name in one.columns if name in blanked]
            lost += np.where(np.logical_or.reduce(masks), 1.0, losses[step][kept]) if masks else losses[step][kept]
        return float((lost.sum() / len(node) + (~kept).sum()) / len(kept))
