"""Nobody stands out: cells are blanked in the declared order, then rows withdrawn, within a budget."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..errors import UnsafeData
from ..messages import _
from ..privacy_policy import Grid, Privacy
from .groups import GroupRule, rows_refused


@dataclass(frozen=True)
class Suppressed:
    """A table whose every group passes the rule."""

    table: pa.Table
    units: pa.Array | None
    kept: pa.Array  # for each row that came in, whether it leaves
    cells_blanked: int
    rows_withdrawn: int


def suppress(table: pa.Table, units: pa.Array | None, rule: GroupRule, steps: Sequence[tuple[str, ...]]) -> Suppressed:
    """Blank the first step's columns of every refused group, judge again, and so on; what still fails is withdrawn."""
    blanked = 0
    for columns in steps:
        refused = rows_refused(table, rule, units)
        if not pc.any(refused).as_py():
            break
        for column in columns:
            blanked += pc.sum(pc.and_(refused, pc.is_valid(table[column]))).as_py() or 0
            table = _blank(table, column, refused)
    # Groups are withdrawn whole: the others do not change.
    kept = pc.invert(rows_refused(table, rule, units))
    left = table.filter(kept)
    return Suppressed(
        left, None if units is None else units.filter(kept), kept, blanked, table.num_rows - left.num_rows
    )


def blanking_steps(privacy: Privacy, rule: GroupRule) -> tuple[tuple[str, ...], ...]:
    """The declared priority as steps; the two coordinates of a place are one step."""
    pair = tuple(name for name, column in privacy.columns.items() if isinstance(column, Grid))
    steps = [
        pair if name in pair else (name,) for name in privacy.suppression.priority if name in rule.quasi_identifiers
    ]
    return tuple(dict.fromkeys(steps))


def refuse_over_budget(before: pa.Table, result: Suppressed, privacy: Privacy, source: str) -> None:
    """Raise UnsafeData, naming the columns and the figures, where too many rows lost a cell or left."""
    touched, column = _rows_touched(before, result)
    share = touched / before.num_rows if before.num_rows else 0.0
    if share > privacy.suppression.max_rows:
        raise UnsafeData(
            _(
                "{source}: groups are too small: {share:.1%} of the rows would lose a cell or be withdrawn "
                "(most often “{column}”), and suppression.max_rows allows {allowed:.1%}. "
                "Choose coarser steps (`parvis privacy propose` finds them) or raise the budget."
            ).format(source=source, share=share, column=column, allowed=privacy.suppression.max_rows)
        )


def _rows_touched(before: pa.Table, result: Suppressed) -> tuple[int, str]:
    """How many rows lost a cell or left, and the column that lost most."""
    left = before.filter(result.kept)
    touched = np.zeros(left.num_rows, dtype=bool)
    losses = dict.fromkeys(before.column_names, 0)
    for name in before.column_names:
        lost = np.asarray(pc.and_(pc.is_valid(left[name]), pc.is_null(result.table[name])))
        losses[name] = int(lost.sum())
        touched |= lost
    worst = max(losses, key=lambda name: losses[name])
    return int(touched.sum()) + result.rows_withdrawn, worst if losses[worst] else "*"


def _blank(table: pa.Table, column: str, where: pa.Array) -> pa.Table:
    field = table.schema.field(column)
    values = pc.if_else(where, pa.scalar(None, field.type), table[column])
    return table.set_column(table.schema.get_field_index(column), field, values)
