"""A policy for a person to adopt: the best step of every declared ladder, beside the next best."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import yaml

from ...errors import InvalidData, InvalidDeclaration
from ...ladders import Tables
from ...messages import _, percent
from ...privacy_policy import Privacy
from ...vocabularies import PRESETS
from ..groups import group_rule
from .judging import Gate, TableGate, columns_at
from .kinds import rungs_of
from .lattice import Judge, no_step, proposals
from .rungs import Rungs

RUNNERS_UP = 3


@dataclass(frozen=True)
class Proposed:
    """What to declare of each trait, and what it costs."""

    columns: Mapping[str, Mapping[str, Any]]
    loss: float  # 0: every detail is kept; 1: none
    suppressed: float  # share of the rows whose groups stay too small, or whose cells are hidden
    blanked: float  # share of the rows that leave without one of their cells
    by: tuple[str, ...] | None = None  # of a table with margins, the columns that it counts by
    refused: tuple[str, ...] = ()  # steps that were not tried, since a run would refuse them, and why


def propose_policies(
    table: pa.Table, privacy: Privacy, tables: Tables, units: pa.Array | None = None
) -> tuple[Proposed, ...]:
    """The best policy first, then its runners-up, as a first release beside no other dataset.

    Raises InvalidDeclaration where nothing is to be judged, InvalidData where no step will do.
    """
    if privacy.preset is None or not (rungs := rungs_of(table, privacy, tables)):
        raise InvalidDeclaration(
            _("privacy: nothing to propose: declare a preset, and which published columns are quasi-identifiers.")
        )
    minimum, refused = PRESETS[privacy.preset].minimum, tuple(reason for one in rungs for reason in one.refused)
    found = proposals(
        pa.table({one.ladder.column: one.values for one in rungs}),
        [one.ladder for one in rungs],
        minimum,
        privacy.suppression.max_rows,
        1 + RUNNERS_UP,
        units,
        _judge(table, units, privacy, tables, rungs),
    )
    if not found:
        raise InvalidData(" ".join([_nothing(privacy, rungs, minimum), *refused]))
    return tuple(
        Proposed(
            steps := columns_at(rungs, tuple(one.steps.values()), privacy),
            one.loss,
            one.rows_suppressed / table.num_rows,
            one.rows_blanked / table.num_rows,
            None
            if privacy.aggregate is None
            else tuple(name for name in privacy.aggregate.by if steps[name]["action"] != "drop"),
            refused,
        )
        for one in found
    )


def _judge(
    table: pa.Table, units: pa.Array | None, privacy: Privacy, tables: Tables, rungs: Sequence[Rungs]
) -> Judge | None:
    """None where only the number of people in a group counts, and rows are left out whole: that is searched faster."""
    if privacy.aggregate is not None:
        return TableGate(table, units, privacy, tables, rungs)
    rule = group_rule(privacy, table.column_names)
    is_mixed = rule is not None and bool(rule.sensitive) and (rule.distinct > 1 or rule.max_share < 1)
    is_refusing = any(None in one.steps for one in rungs)
    if not is_mixed and not is_refusing and not privacy.suppression.priority:
        return None
    return Gate(table, units, privacy, tables, rungs)


def _nothing(privacy: Privacy, rungs: Sequence[Rungs], minimum: int) -> str:
    columns = ", ".join(one.ladder.column for one in rungs)
    if privacy.aggregate is not None:
        return _(
            "no step of {columns} gives a table that may be shown: fewer than {minimum} contributors in all, one of "
            "them with most of the amount, or too few cells that are large enough to hide the small ones."
        ).format(columns=columns, minimum=minimum)
    return no_step(columns, minimum)


def as_yaml(found: Sequence[Proposed], declared: Mapping[str, Any]) -> str:
    """The whole `privacy:` block with the best steps, to be pasted; the costs stand before it as comments.

    `declared` is the block as it is written now.
    """
    best = found[0]
    lines = [f"# {_cost(best)}"]
    for other in found[1:]:
        different = {name: step for name, step in other.columns.items() if step != best.columns[name]}
        lines.append("# " + _("instead: {cost}: {columns}").format(cost=_cost(other), columns=_flow(different)))
    lines += ["# " + _("not tried: {reason}").format(reason=reason) for reason in best.refused]
    columns = dict(declared["columns"]) | {name: dict(step) for name, step in best.columns.items()}
    others = _without_dropped({key: value for key, value in declared.items() if key != "columns"}, best)
    block = yaml.safe_dump({"privacy": {**others, "columns": None}}, sort_keys=False, allow_unicode=True, width=110)
    lines.append(block.replace("columns: null", "columns:").rstrip())
    return "\n".join([*lines, *(f"    {_flow({name: column})[1:-1]}" for name, column in columns.items())]) + "\n"


def _without_dropped(declared: Mapping[str, Any], best: Proposed) -> dict[str, Any]:
    """The rest of the block no longer names columns that do not leave."""
    changed, dropped = dict(declared), {name for name, step in best.columns.items() if step["action"] == "drop"}
    if best.by is not None:
        changed["aggregate"] = {**changed["aggregate"], "by": list(best.by)}
    if priority := changed.get("suppression", {}).get("priority"):
        left = [name for name in priority if name not in dropped]
        changed["suppression"] = {**changed["suppression"], "priority": left}
    return changed


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
    if one.by is not None:
        return _("loss of detail {loss}, {suppressed} of the rows counted in hidden cells").format(
            loss=percent(one.loss, 1), suppressed=percent(one.suppressed, 1)
        )
    return _(
        "loss of detail {loss}, {suppressed} of the rows left out, {blanked} published without one of their cells"
    ).format(loss=percent(one.loss, 1), suppressed=percent(one.suppressed, 1), blanked=percent(one.blanked, 1))
