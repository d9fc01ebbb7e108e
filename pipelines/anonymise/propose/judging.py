"""One step of every ladder, judged as the gate judges a first release.

Rows by k, distinct l, alpha, blanks, rows withdrawn; a table by its threshold, dominance, and what the audit hides.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pydantic import TypeAdapter

from ...column_policies import ColumnPolicy, Grid
from ...errors import UnsafeData
from ...ladders import Tables
from ...privacy_policy import Aggregate, Privacy
from ...table_schema import TOTALS
from ...vocabularies import PRESETS
from ..aggregate import tabulate
from ..groups import codes, group_rule
from ..suppression import blanking_steps, over_budget, suppress
from ..table_releases import ROWS
from ..tables import CellRule
from ..treatments import gridded_columns, treat
from .lattice import Judged, Node, losses_of
from .rungs import DROP, Rungs

_POLICY: TypeAdapter[ColumnPolicy] = TypeAdapter(ColumnPolicy)


def columns_at(rungs: Sequence[Rungs], node: Node, privacy: Privacy) -> dict[str, dict[str, Any]]:
    """What the declaration says of every trait at this node; of a step that a run would refuse, to leave it out."""
    found = {}
    for one, place in zip(rungs, node, strict=True):
        step = one.steps[place] or DROP
        for name in one.columns:
            axis = getattr(privacy.columns[name], "axis", None)
            own = {"axis": axis} if step["action"] == "grid" else {}
            found[name] = {"role": privacy.columns[name].role, **step, **own}
    return found


class Trial:
    """The rows at any node: each column is treated once at each step. `beside` are columns without steps."""

    def __init__(
        self,
        table: pa.Table,
        units: pa.Array | None,
        privacy: Privacy,
        tables: Tables,
        rungs: Sequence[Rungs],
        beside: Sequence[str],
    ) -> None:
        self.units, self._table, self._privacy, self._tables, self._rungs = units, table, privacy, tables, rungs
        self.row_count = table.num_rows
        self._losses = [losses_of(one.values, one.ladder) for one in rungs]
        self._others = {name: treat(table[name], name, privacy, tables) for name in beside}
        self._treated = cache(self._treat)

    def is_refused(self, node: Node) -> bool:
        """Whether a run would refuse one of the steps by itself."""
        return any(one.steps[step] is None for one, step in zip(self._rungs, node, strict=True))

    def declared(self, node: Node) -> Privacy:
        said = {
            name: _POLICY.validate_python(one) for name, one in columns_at(self._rungs, node, self._privacy).items()
        }
        return self._privacy.model_copy(update={"columns": {**self._privacy.columns, **said}})

    def rows(self, node: Node) -> pa.Table:
        """What of the rows the gate would look at, in the order of the source's fields."""
        columns = dict(self._others)
        for place, step in enumerate(node):
            columns |= self._treated(place, step)
        return pa.table({name: columns[name] for name in self._table.column_names if name in columns})

    def loss(self, node: Node, kept: NDArray[np.bool_], blanked: Mapping[str, NDArray[np.bool_]]) -> float:
        """Of each row that leaves, the mean of its cells', a blank being all; of each other row all."""
        lost = np.zeros(int(kept.sum()))
        for one, losses, step in zip(self._rungs, self._losses, node, strict=True):
            masks = [blanked[name] for name in one.columns if name in blanked]
            lost += np.where(np.logical_or.reduce(masks), 1.0, losses[step][kept]) if masks else losses[step][kept]
        return float((lost.sum() / len(node) + (~kept).sum()) / len(kept))

    def _treat(self, place: int, step: int) -> Mapping[str, pa.ChunkedArray]:
        one = self._rungs[place]
        node = tuple(step if other == place else -1 for other in range(len(self._rungs)))
        privacy = self.declared(node)
        if one.steps[step] == DROP:
            return {}
        if any(isinstance(privacy.columns[name], Grid) for name in one.columns):
            return gridded_columns(self._table, privacy, self._tables)
        return {name: treat(self._table[name], name, privacy, self._tables) for name in one.columns}


class Gate:
    """Judges nodes over the valid rows."""

    def __init__(
        self, table: pa.Table, units: pa.Array | None, privacy: Privacy, tables: Tables, rungs: Sequence[Rungs]
    ) -> None:
        traits = {name for one in rungs for name in one.columns}
        mixed = [
            name
            for name, one in privacy.columns.items()
            if one.role in ("sensitive", "opinion") and one.action != "drop" and name not in traits
        ]
        self._trial = Trial(table, units, privacy, tables, rungs, mixed)

    def __call__(self, node: Node) -> Judged | None:
        """None where the suppression budget does not allow it, or a place has too few households."""
        trial = self._trial
        if trial.is_refused(node):
            return None
        privacy, rows = trial.declared(node), trial.rows(node)
        rule = group_rule(privacy, rows.column_names)
        if rule is None:
            return Judged(0, 0, trial.loss(node, np.ones(trial.row_count, dtype=bool), {}))
        done = suppress(rows, trial.units, rule, blanking_steps(privacy, rule))
        if over_budget(rows, done, privacy):
            return None
        before = rows.filter(done.kept)
        blanked = {
            name: np.asarray(pc.and_(pc.is_valid(before[name]), pc.is_null(done.table[name])))
            for name in rows.column_names
        }
        return Judged(done.rows_withdrawn, done.rows_blanked, trial.loss(node, np.asarray(done.kept), blanked))


class TableGate:
    """Judges nodes of a dataset that leaves as a table: a person in a hidden cell is a row that is left out."""

    def __init__(
        self, table: pa.Table, units: pa.Array | None, privacy: Privacy, tables: Tables, rungs: Sequence[Rungs]
    ) -> None:
        assert privacy.aggregate is not None and privacy.preset is not None
        preset = PRESETS[privacy.preset]
        self._wanted, self._rule = privacy.aggregate, CellRule(preset.minimum, preset.dominance)
        summed = [] if self._wanted.value is None else [self._wanted.value]
        self._trial = Trial(table, units, privacy, tables, rungs, summed)

    def __call__(self, node: Node) -> Judged | None:
        """None where no pattern of hidden cells withstands the audit, or a place has too few households."""
        trial = self._trial
        by = counted_by(self._wanted, trial.declared(node))
        if not by or trial.is_refused(node):
            return None
        rows = trial.rows(node)
        try:
            done = tabulate(rows, trial.units, self._wanted.model_copy(update={"by": by}), self._rule)
        except UnsafeData:
            return None
        cells = done.table.filter(pc.equal(done.table[TOTALS], ""))
        shown = cells.filter(pc.is_valid(cells[ROWS])).select(by).cast(rows.select(by).schema)
        both = codes(pa.concat_tables([rows.select(by), shown]), by)
        is_shown = pc.is_in(both.slice(0, rows.num_rows), value_set=both.slice(rows.num_rows))
        return Judged(rows.num_rows - pc.sum(is_shown).as_py(), 0, trial.loss(node, np.asarray(is_shown), {}))


def counted_by(wanted: Aggregate, privacy: Privacy) -> tuple[str, ...]:
    """What of the declared columns the table can still count by."""
    return tuple(name for name in wanted.by if privacy.columns[name].action != "drop")
