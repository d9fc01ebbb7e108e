"""A part under a new name: beside the one that ended, it tells what the gates of a single part do not see."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..errors import UnsafeData
from ..messages import _
from ..privacy_policy import Privacy
from .groups import codes, group_rule
from .releases import exposed_groups

_MOSTLY = 0.5  # of its rows stood in a part that ended: it is that part


def refuse_renamed(
    fresh: pa.Table, ended: Sequence[pa.Table], privacy: Privacy, part_key: Sequence[str], name: str
) -> None:
    """Raise UnsafeData where `fresh` is one of the parts that `ended`, and too few people come or go between the two.

    Only the columns that both have, and that do not name the part, are compared.
    """
    rule = group_rule(privacy, fresh.column_names)
    if rule is None or not fresh.num_rows:
        return
    for other in ended:
        shared = [one for one in fresh.column_names if one in other.column_names and one not in part_key]
        if _share_known(fresh, other, shared) <= _MOSTLY:
            continue
        here, there = (_without_names(table, shared, part_key, rule.quasi_identifiers) for table in (fresh, other))
        known = set(here.column_names)
        common = replace(
            rule,
            quasi_identifiers=tuple(one for one in rule.quasi_identifiers if one in known),
            sensitive=tuple(one for one in rule.sensitive if one in known),
        )
        if count := exposed_groups(here, None, [there], common).num_rows:
            raise UnsafeData(
                _(
                    "part {name} is mostly a part that ended, under another name: beside it, {count} groups would "
                    "change by fewer than {minimum} people. Deliver it under its old name."
                ).format(name=name, count=count, minimum=rule.minimum)
            )


def _share_known(fresh: pa.Table, other: pa.Table, shared: Sequence[str]) -> float:
    """How much of `fresh` stands in `other` too, as far as the shared columns tell."""
    if not shared:
        return 0.0
    both = codes(
        pa.concat_tables([fresh.select(shared), other.select(shared).cast(fresh.select(shared).schema)]), shared
    )
    known = pc.is_in(both.slice(0, fresh.num_rows), value_set=both.slice(fresh.num_rows))
    return float(np.mean(np.asarray(known)))


def _without_names(table: pa.Table, shared: Sequence[str], part_key: Sequence[str], wanted: Sequence[str]) -> pa.Table:
    """The shared columns; those that name the part say the same in every row."""
    columns = {name: table[name] for name in shared}
    named = {name: pa.nulls(table.num_rows, pa.string()) for name in part_key if name in wanted}
    return pa.table(columns | named)
