"""A policy for a person to adopt: the best step of every declared ladder, beside the next best."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import yaml

from ...errors import InvalidDeclaration
from ...ladders import Tables
from ...messages import _, percent
from ...privacy_policy import Privacy
from ...vocabularies import PRESETS
from ..groups import group_rule
from .judging import Gate, columns_at
from .lattice import Judge, proposals
from .rungs import Rungs, rungs_of

RUNNERS_UP = 3


@dataclass(frozen=True)
class Proposed:
    """What to declare of each trait, and what it costs."""

    columns: Mapping[str, Mapping[str, Any]]
    loss: float  # 0: every detail is kept; 1: none
    suppressed: float  # share of the rows whose groups stay too small
    blanked: float  # share of the rows that leave without one of their cells


def propose_policies(
    table: pa.Table, privacy: Privacy, tables: Tables, units: pa.Array | None = None
) -> tuple[Proposed, ...]:
    """The best policy first, then its runners-up. Raises InvalidDeclaration where nothing is to be judged."""
    rungs = rungs_of(table, privacy, tables)
    if privacy.preset is None or not rungs:
        raise InvalidDeclaration(
            _("privacy: nothing to propose: declare a preset, and which published columns are quasi-identifiers.")
        )
    rows = pa.table({one.ladder.column: one.values for one in rungs})
    found = proposals(
        rows,
        [one.ladder for one in rungs],
        PRESETS[privacy.preset].minimum,
        privacy.suppression.max_rows,
        1 + RUNNERS_UP,
        units,
        _judge(table, units, privacy, tables, rungs),
    )
    return tuple(
        Proposed(
            columns_at(rungs, tuple(one.steps.values()), privacy),
            one.loss,
            one.rows_suppressed / table.num_rows,
            one.rows_blanked / table.num_rows,
        )
        for one in found
    )


def _judge(
    table: pa.Table, units: pa.Array | None, privacy: Privacy, tables: Tables, rungs: Sequence[Rungs]
) -> Judge | None:
    """None where only the number of people in a group counts, and rows are left out whole: that is searched faster."""
    rule = group_rule(privacy, table.column_names)
    is_mixed = rule is not None and bool(rule.sensitive) and (rule.distinct > 1 or rule.max_share < 1)
    if not is_mixed and not privacy.suppression.priority:
        return None
    return Gate(table, units, privacy, tables, rungs)


def as_yaml(found: Sequence[Proposed], declared: Mapping[str, Any]) -> str:
    """The whole `privacy:` block with the best steps, to be pasted; the costs stand before it as comments.

    `declared` is the block as it is written now.
    """
    best = found[0]
    lines = [f"# {_cost(best)}"]
    for other in found[1:]:
        different = {name: step for name, step in other.columns.items() if step != best.columns[name]}
        lines.append("# " + _("instead: {cost}: {columns}").format(cost=_cost(other), columns=_flow(different)))
    columns = dict(declared["columns"]) | {name: dict(step) for name, step in best.columns.items()}
    others = {key: value for key, value in declared.items() if key != "columns"}
    block = yaml.safe_dump({"privacy": {**others, "columns": None}}, sort_keys=False, allow_unicode=True, width=110)
    lines.append(block.replace("columns: null", "columns:").rstrip())
    return "\n".join([*lines, *(f"    {_flow({name: column})[1:-1]}" for name, column in columns.items())]) + "\n"


def _flow(value: Mapping[str, Any]) -> str:
    """On one line, with no anchors."""
    said = yaml.dump(
        value, Dumper=_NoAliases, default_flow_style=True, width=10_000, sort_keys=False, allow_unicode=True
    )
    return said.strip()


class _NoAliases(yaml.SafeDumper):
    def ignore_aliases(self, _data: Any) -> bool:
        return True


def _cost(one: Proposed) -> str:
    return _(
        "loss of detail {loss}, {suppressed} of the rows left out, {blanked} published without one of their cells"
    ).format(loss=percent(one.loss, 1), suppressed=percent(one.suppressed, 1), blanked=percent(one.blanked, 1))
