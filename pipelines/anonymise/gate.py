"""The gates, in order: what goes in is treated column by column, what comes out may be published.

Groups or aggregate table, earlier releases, other datasets, then the scan of
all that leaves. Each either mends within the policy or refuses the run.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pyarrow as pa

from ..column_policies import Pseudonymise
from ..errors import InvalidDeclaration, UnsafeData
from ..messages import _
from ..privacy_policy import Privacy
from ..table_schema import primary_key
from ..vocabularies import PRESETS
from .actions.thresholds import steady_counts
from .aggregate import aggregate_schema, beside, tabulate
from .groups import GroupFigures, GroupRule, group_rule, measure
from .linkage import Link, LinkKind, links
from .patterns import suppress_like
from .plain_hashes import refuse_plain_hashes
from .releases import exposed_under_other_steps, hold_back, withhold
from .scan import refuse_leaks, scan_table
from .siblings import Published
from .suppression import Suppressed, blanking_steps, over_budget, shortfall, suppress
from .tables import CellRule
from .treatments import Anonymised


@dataclass(frozen=True)
class Already:
    """What is public already, oldest first, and the groups that an erasure keeps away."""

    releases: Sequence[pa.Table] = ()
    under_other_steps: Sequence[pa.Table] = ()  # releases of another shape: what of them can be compared
    datasets: Mapping[str, Published] = field(default_factory=dict)
    withheld: pa.Table | None = None
    may_wait: bool = False  # other rows of the dataset are published: these may wait whole
    advice: str = ""  # what a refusal should add on how often to publish


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
    rows_blanked: int = 0  # rows that lost a cell
    counts_waiting: int = 0  # figures of people that stay as they were


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
    refuse_plain_hashes(treated.table, privacy, source)
    rows, units = _without_withheld(treated.table, treated.units, already)
    gated = (_as_table if privacy.aggregate else _as_rows)(rows, units, treated, privacy, source, already)
    refuse_leaks(scan_table(gated.table, privacy), source)
    return gated


_PLACE = "\x00place"


def _without_withheld(rows: pa.Table, units: pa.Array | None, already: Already) -> tuple[pa.Table, pa.Array | None]:
    if already.withheld is None:
        return rows, units
    keeping = withhold(rows.append_column(_PLACE, pa.array(range(rows.num_rows))), already.withheld)[_PLACE]
    return rows.take(keeping), None if units is None else units.take(keeping.combine_chunks())


def _as_rows(
    rows: pa.Table, units: pa.Array | None, treated: Anonymised, privacy: Privacy, source: str, already: Already
) -> Gated:
    key = stable_key(treated.table_schema, privacy)
    steady = steady_counts(rows, already.releases, key, privacy)
    rows, report = steady.table, GateReport(treated.table.num_rows, rows.num_rows, counts_waiting=steady.cells_waiting)
    rule = group_rule(privacy, rows.column_names)
    if rule is None:
        _refuse_links(Published(rows, privacy, units), already, source)
        report = replace(report, not_judged=_is_unjudged(privacy, rows.column_names))
        return Gated(rows, treated.table_schema, report)
    steps = blanking_steps(privacy, rule)
    alike = already.releases[-1:] if not already.under_other_steps else ()
    done = suppress_like(rows, units, rule, steps, alike[0], key) if alike else suppress(rows, units, rule, steps)
    if problem := over_budget(rows, done, privacy):
        is_new = not already.releases and not already.under_other_steps
        if already.may_wait and is_new and privacy.releases == "wait":
            nothing = rows.slice(0, 0)
            return Gated(nothing, treated.table_schema, replace(report, rows_out=0, rows_waiting=rows.num_rows))
        reason = shortfall(rows, units, rule)
        raise UnsafeData(_("{source}: {reason}. {problem}").format(source=source, reason=reason, problem=problem))
    _refuse_changed_steps(done, already, rule, key, source)
    # Once more: a group that an erasure took away may be one that has its name from blanks.
    shown, whose = _without_withheld(done.table, done.units, already)
    _refuse_links(Published(shown, privacy, whose), already, source)
    waiting = hold_back(shown, whose, already.releases, rule, key)
    if waiting.groups_waiting and privacy.releases == "refuse":
        said = _release_message(source, waiting.groups_waiting, rule)
        raise UnsafeData(" ".join([said, already.advice]).rstrip())
    report = replace(
        report,
        rows_out=waiting.table.num_rows,
        cells_blanked=done.cells_blanked,
        rows_blanked=done.rows_blanked,
        rows_withdrawn=done.rows_withdrawn,
        rows_waiting=waiting.rows_waiting,
        groups_waiting=waiting.groups_waiting,
        groups=measure(waiting.table, rule),
    )
    return Gated(waiting.table, treated.table_schema, report)


def _refuse_links(candidate: Published, already: Already, source: str) -> None:
    if found := links(candidate, already.datasets):
        raise UnsafeData(_link_message(source, found[0]))


def _is_unjudged(privacy: Privacy, published: Sequence[str]) -> bool:
    return privacy.basis is None and any(
        column.role == "quasi_identifier" and not column.basis and name in published
        for name, column in privacy.columns.items()
    )


def stable_key(table_schema: Mapping[str, Any], privacy: Privacy) -> tuple[str, ...]:
    """The published columns by which a stranger knows a row again in another version; () where there are none."""
    key = primary_key(table_schema)
    renewed = {
        name for name, one in privacy.columns.items() if isinstance(one, Pseudonymise) and one.scope == "release"
    }
    return () if renewed & set(key) else key


def _refuse_changed_steps(done: Suppressed, already: Already, rule: GroupRule, key: Sequence[str], source: str) -> None:
    count = exposed_under_other_steps(done.table, done.units, already.under_other_steps, rule, key)
    if count:
        raise UnsafeData(
            _(
                "{source}: earlier versions were made under other steps; beside them, {count} groups would change by "
                "fewer than {minimum} people. Publish the same rows under the new steps first, or withdraw the "
                "earlier versions (`parvis withdraw`)."
            ).format(source=source, count=count, minimum=rule.minimum)
        )


def _as_table(
    rows: pa.Table, units: pa.Array | None, treated: Anonymised, privacy: Privacy, source: str, already: Already
) -> Gated:
    if privacy.aggregate is None or privacy.preset is None:
        raise InvalidDeclaration(_("{source}: privacy.aggregate needs a preset.").format(source=source))
    preset = PRESETS[privacy.preset]
    rule = CellRule(preset.minimum, preset.dominance)
    schema = aggregate_schema(treated.table_schema, privacy.aggregate)
    done = tabulate(rows, units, privacy.aggregate, rule)
    if already.under_other_steps or any(one.schema != done.table.schema for one in already.releases):
        raise UnsafeData(
            _(
                "{source}: earlier versions hold a table of other columns or steps, and the two would be subtracted. "
                "Withdraw them first (`parvis withdraw`)."
            ).format(source=source)
        )
    done, found = beside(done, already.releases, rows, units, privacy.aggregate, rule)
    table, rows_waiting = done.table, 0
    if found:
        if privacy.releases == "refuse" or not already.releases:
            raise UnsafeData(
                _(
                    "{source}: beside the earlier versions, {moved} figures would move by fewer than {minimum} people "
                    "and {computable} hidden ones could be computed. Publish less often, or use coarser columns."
                ).format(source=source, moved=found.moved_by_few, minimum=preset.minimum, computable=found.computable)
            )
        table, rows_waiting = already.releases[-1], rows.num_rows
    _refuse_links(Published(table, privacy), already, source)
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
    return _LINKS[link.kind]().format(
        source=source, column=link.columns[0], columns=", ".join(link.columns), dataset=link.dataset, count=link.count
    )


_LINKS: Mapping[LinkKind, Callable[[], str]] = {
    "pseudonym": lambda: _(
        "{source}: “{column}” carries the same pseudonyms as {dataset}. Give each dataset its own scope."
    ),
    "key": lambda: _(
        "{source}: joined with {dataset} on “{column}”, row by row, a group has only {count} people. "
        "Drop “{column}” from one of them."
    ),
    "hidden": lambda: _(
        "{source}: joined with {dataset} on {columns}, one shows groups whose figures the other hides. "
        "Use coarser steps, or drop one of these columns."
    ),
    "group": lambda: _(
        "{source}: joined with {dataset} on {columns}, a group has only {count} people. "
        "Use coarser steps, or drop one of these columns."
    ),
    "difference": lambda: _(
        "{source}: {dataset} counts the same people, and {count} of the totals by {columns} differ by too few. "
        "Publish both from one delivery, or use coarser steps."
    ),
    "margins": lambda: _(
        "{source}: {dataset} counts the same people; together their totals by {columns} give {count} hidden figures "
        "away. Use coarser steps, or drop one of these columns."
    ),
}
