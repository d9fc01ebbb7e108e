"""Nobody stands out: cells are blanked in the declared order, then rows withdrawn, within a budget."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..column_policies import Grid
from ..messages import _, percent
from ..privacy_policy import Privacy
from .engine import query
from .groups import GroupRule, codes, measure, rows_refused


@dataclass(frozen=True)
class Suppressed:
    """A table whose every group passes the rule."""

    table: pa.Table
    units: pa.Array | None
    kept: pa.Array  # for each row that came in, whether it leaves
    cells_blanked: int
    rows_blanked: int  # rows that leave, and lost a cell
    rows_withdrawn: int


def suppress(table: pa.Table, units: pa.Array | None, rule: GroupRule, steps: Sequence[tuple[str, ...]]) -> Suppressed:
    """Blank the first step's columns of every refused group, judge again, and so on; what still fails is withdrawn.

    Blanked rows that are too few among themselves are joined by the smallest group beside them, so that a handful
    of rows costs a few cells more and no row.
    """
    before, blanked = table, list[str]()
    for columns in steps:
        refused = rows_refused(table, rule, units)
        if not pc.any(refused).as_py():
            break
        blanked += columns
        table = blank(table, columns, refused)
        table = _joined(table, units, rule, blanked)
    # Groups are withdrawn whole: the others do not change.
    return compared(before, table, units, pc.invert(rows_refused(table, rule, units)))


def compared(before: pa.Table, after: pa.Table, units: pa.Array | None, kept: pa.Array) -> Suppressed:
    """What became of `before`: `after` has the same rows, of which those `kept` leave."""
    old, left = before.filter(kept), after.filter(kept)
    lost = [np.asarray(pc.and_(pc.is_valid(old[name]), pc.is_null(left[name]))) for name in before.column_names]
    return Suppressed(
        left,
        None if units is None else units.filter(kept),
        kept,
        int(sum(int(one.sum()) for one in lost)),
        int(np.logical_or.reduce(lost).sum()) if lost else 0,
        before.num_rows - left.num_rows,
    )


def blanking_steps(privacy: Privacy, rule: GroupRule) -> tuple[tuple[str, ...], ...]:
    """The declared priority as steps; the two coordinates of a place are one step."""
    pair = tuple(name for name, column in privacy.columns.items() if isinstance(column, Grid))
    steps = [
        pair if name in pair else (name,) for name in privacy.suppression.priority if name in rule.quasi_identifiers
    ]
    return tuple(dict.fromkeys(steps))


def over_budget(before: pa.Table, result: Suppressed, privacy: Privacy) -> str | None:
    """What of the suppression budget is exceeded, naming column and figures; None where nothing is."""
    if not before.num_rows:
        return None
    shares = {"max_rows": result.rows_withdrawn / before.num_rows, "max_blanked": result.rows_blanked / before.num_rows}
    for key, share in shares.items():
        allowed = getattr(privacy.suppression, key)
        if share > allowed:
            return _SAID[key]().format(
                share=percent(share, 1), column=_most_blanked(before, result), allowed=percent(allowed, 1)
            )
    return None


_SAID: Mapping[str, Callable[[], str]] = {
    "max_rows": lambda: _(
        "{share} of the rows would be left out, and suppression.max_rows allows {allowed}. "
        "Choose coarser steps (`parvis privacy propose` finds them), name columns to blank in suppression.priority, "
        "or raise the budget."
    ),
    "max_blanked": lambda: _(
        "{share} of the rows would lose a cell (most often “{column}”), and suppression.max_blanked allows "
        "{allowed}. Choose coarser steps (`parvis privacy propose` finds them) or raise the budget."
    ),
}


def shortfall(table: pa.Table, units: pa.Array | None, rule: GroupRule) -> str:
    """Of the groups as they came, the worst figure of each kind that the rule does not allow, by column."""
    columns = ", ".join(rule.quasi_identifiers) or _("the whole table")
    found = measure(table, replace(rule, sensitive=()), units)
    said = []
    if found.smallest < rule.minimum:
        said.append(
            _("groups by {columns}: the smallest is of {smallest}, and {minimum} people are asked for").format(
                columns=columns, smallest=found.smallest, minimum=rule.minimum
            )
        )
    for name in rule.sensitive:
        found = measure(table, replace(rule, sensitive=(name,)), units)
        if found.fewest_distinct < rule.distinct:
            said.append(
                _("groups by {columns}: one has {found} values of “{name}”, and {distinct} are asked for").format(
                    columns=columns, found=found.fewest_distinct, name=name, distinct=rule.distinct
                )
            )
        if found.largest_share > rule.max_share:
            said.append(
                _("groups by {columns}: {share} of one have the same “{name}”, and at most {allowed} may").format(
                    columns=columns,
                    share=percent(found.largest_share, 1),
                    name=name,
                    allowed=percent(rule.max_share, 1),
                )
            )
    return "; ".join(said) or _("cells that the last version left blank stay blank")


def all_null(table: pa.Table, names: Sequence[str]) -> pa.Array:
    """For each row, whether all these columns are blank."""
    found = pa.array(np.ones(table.num_rows, dtype=bool))
    for name in names:
        found = pc.and_(found, pc.is_null(table[name]).combine_chunks())
    return found


def blank(table: pa.Table, columns: Sequence[str], where: pa.Array) -> pa.Table:
    """`table` without the cells of these columns in the rows of the mask."""
    for column in columns:
        field = table.schema.field(column)
        values = pc.if_else(where, pa.scalar(None, field.type), table[column])
        table = table.set_column(table.schema.get_field_index(column), field, values)
    return table


def _joined(table: pa.Table, units: pa.Array | None, rule: GroupRule, blanked: Sequence[str]) -> pa.Table:
    """Each group of blanked rows that is refused gets the smallest other group that is alike but for `blanked`."""
    shared = [name for name in rule.quasi_identifiers if name not in blanked]
    for _round in range(table.num_rows):  # each round blanks a group, and ends where none is left
        is_blank, around = all_null(table, blanked), codes(table, shared)
        refused = pc.and_(rows_refused(table, rule, units), is_blank)
        beside = pc.and_(pc.is_in(around, value_set=pc.unique(around.filter(refused))), pc.invert(is_blank))
        if not pc.any(beside).as_py():
            break
        group = codes(table, rule.quasi_identifiers)
        smallest = query(_SMALLEST, rows=pa.table({"around": around, "code": group}).filter(beside))
        table = blank(table, blanked, pc.is_in(group, value_set=smallest["code"].combine_chunks()))
    return table


def _most_blanked(before: pa.Table, result: Suppressed) -> str:
    left = before.filter(result.kept)
    lost: dict[str, int] = {name: result.table[name].null_count - left[name].null_count for name in before.column_names}
    return max(lost, key=lambda name: lost[name])


_SMALLEST = """
SELECT arg_min(code, (crowd, code)) AS code
FROM (SELECT around, code, count(*) AS crowd FROM rows GROUP BY around, code) GROUP BY around
"""
