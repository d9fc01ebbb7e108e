"""The gates, in order: what goes in is treated column by column, what comes out may be published.

Groups or aggregate table, earlier releases, other datasets, then the scan of
all that leaves. Each either mends within the policy or refuses the run.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa

from ..errors import InvalidDeclaration, UnsafeData
from ..messages import _
from ..privacy_policy import Privacy
from ..table_schema import primary_key
from ..vocabularies import PRESETS
from .aggregate import aggregate_schema, tabulate
from .groups import GroupFigures, GroupRule, group_rule, measure
from .linkage import Link, Published, links
from .releases import hold_back, withhold
from .scan import refuse_leaks, scan_table
from .suppression import blanking_steps, refuse_over_budget, suppress
from .table_releases import exposure
from .tables import CellRule
from .treatments import Anonymised


@dataclass(frozen=True)
class Already:
    """What is public already, oldest first, and the groups that an erasure keeps away."""

    releases: Sequence[pa.Table] = ()
    datasets: Mapping[str, Published] = field(default_factory=dict)
    withheld: pa.Table | None = None


@dataclass(frozen=True)
class GateReport:
    """Counts for the controller; what of them becomes public is the certificate's choice."""

    rows_in: int
    rows_out: int
    cells_blanked: int = 0
    rows_withdrawn: int = 0
    rows_waiting: int = 0
    groups_waiting: int = 0
    cells_hidden: int = 0
    cells_complementary: int = 0
    groups: GroupFigures | None = None  # of what leaves
    not_judged: bool = False  # quasi-identifiers leave and no preset says how large a group must be


@dataclass(frozen=True)
class Gated:
    """What may be published."""

    table: pa.Table
    table_schema: Mapping[str, Any]
    report: GateReport


NOTHING_YET = Already()


def gate(treated: Anonymised, privacy: Privacy, source: str, already: Already = NOTHING_YET) -> Gated:
    """What of `treated` may be published beside all that is `already`.

    Raises UnsafeData, naming columns and figures, where the policy allows no mending; `source` names the rows.
    """
    rows, units = treated.table, treated.units
    if already.withheld is not None:
        keeping = withhold(rows.append_column(_PLACE, pa.array(range(rows.num_rows))), already.withheld)[_PLACE]
        rows, units = rows.take(keeping), None if units is None else units.take(keeping.combine_chunks())
    gated = (_as_table if privacy.aggregate else _as_rows)(rows, units, treated, privacy, source, already)
    if found := links(Published(gated.table, privacy), already.datasets):
        raise UnsafeData(_link_message(source, found[0]))
    refuse_leaks(scan_table(gated.table, privacy), source)
    return gated


_PLACE = "\x00place"


def _as_rows(
    rows: pa.Table, units: pa.Array | None, treated: Anonymised, privacy: Privacy, source: str, already: Already
) -> Gated:
    rule = group_rule(privacy, rows.column_names)
    if rule is None:
        is_unjudged = privacy.basis is None and any(
            column.role == "quasi_identifier" and not column.basis and name in rows.column_names
            for name, column in privacy.columns.items()
        )
        report = GateReport(treated.table.num_rows, rows.num_rows, not_judged=is_unjudged)
        return Gated(rows, treated.table_schema, report)
    done = suppress(rows, units, rule, blanking_steps(privacy, rule))
    refuse_over_budget(rows, done, privacy, source)
    waiting = hold_back(done.table, done.units, already.releases, rule, primary_key(treated.table_schema))
    if waiting.groups_waiting and privacy.releases == "refuse":
        raise UnsafeData(_release_message(source, waiting.groups_waiting, rule))
    report = GateReport(
        treated.table.num_rows,
        waiting.table.num_rows,
        done.cells_blanked,
        done.rows_withdrawn,
        waiting.rows_waiting,
        waiting.groups_waiting,
        groups=measure(waiting.table, rule),
    )
    return Gated(waiting.table, treated.table_schema, report)


def _as_table(
    rows: pa.Table, units: pa.Array | None, treated: Anonymised, privacy: Privacy, source: str, already: Already
) -> Gated:
    if privacy.aggregate is None or privacy.preset is None:
        raise InvalidDeclaration(_("{source}: privacy.aggregate needs a preset.").format(source=source))
    preset = PRESETS[privacy.preset]
    done = tabulate(rows, units, privacy.aggregate, CellRule(preset.minimum, preset.dominance))
    schema = aggregate_schema(treated.table_schema, privacy.aggregate)
    table, rows_waiting = done.table, 0
    found = exposure([*already.releases, table], privacy.aggregate.by, preset.minimum)
    if found.moved_by_few or found.computable:
        if privacy.releases == "refuse" or not already.releases:
            raise UnsafeData(
                _(
                    "{source}: beside the earlier versions, {moved} figures would move by fewer than {minimum} people "
                    "and {computable} hidden ones could be computed. Publish less often, or use coarser columns."
                ).format(source=source, moved=found.moved_by_few, minimum=preset.minimum, computable=found.computable)
            )
        table, rows_waiting = already.releases[-1], rows.num_rows
    report = GateReport(
        treated.table.num_rows,
        table.num_rows,
        rows_waiting=rows_waiting,
        cells_hidden=done.hidden.refused,
        cells_complementary=done.hidden.complementary,
    )
    return Gated(table, schema, report)


def _release_message(source: str, count: int, rule: GroupRule) -> str:
    return _(
        "{source}: beside the earlier versions, {count} groups of {columns} would change by fewer than {minimum} "
        "people. Publish less often, or declare `releases: wait`."
    ).format(source=source, count=count, columns=", ".join(rule.quasi_identifiers), minimum=rule.minimum)


def _link_message(source: str, link: Link) -> str:
    if link.kind == "pseudonym":
        return _(
            "{source}: “{column}” carries the same pseudonyms as {dataset}. Give each dataset its own scope."
        ).format(source=source, column=link.columns[0], dataset=link.dataset)
    return _(
        "{source}: joined with {dataset} on {columns}, a group has only {count} people. "
        "Use coarser steps, or drop one of these columns."
    ).format(source=source, dataset=link.dataset, columns=", ".join(link.columns), count=link.smallest)
