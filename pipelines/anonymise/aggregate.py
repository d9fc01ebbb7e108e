"""A dataset that leaves as a table with margins: the cells to hide, and the rows that are published."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa

from ..errors import UnsafeData
from ..privacy_policy import Aggregate, Privacy
from ..table_schema import TOTALS
from .hiding import Hidden, hide
from .published import published_schema
from .table_releases import ROWS, Amount, Exposure, exposure
from .tables import Cell, CellRule, Margins, Pattern, margins, published_rows, refused_cells

_TOTALS_FIELD = {
    "name": TOTALS,
    "title": "Colonnes totalisées",
    "title_en": "Summed over",
    "description": "Les colonnes dont la ligne donne le total, séparées par une espace ; vide pour une case du "
    "tableau. Les lignes où elle est vide s’additionnent ; les autres sont leurs totaux.",
    "description_en": "The columns that the row is a total over, separated by a blank; empty for a cell of the table. "
    "Rows where it is empty can be added up; the others are their totals.",
    "type": "string",
}
_ROWS_FIELD = {
    "name": ROWS,
    "title": "Nombre",
    "title_en": "Count",
    "description": "Combien de lignes de la source la case ou le total compte ; vide si le nombre est tenu secret pour "
    "protéger un petit groupe de personnes.",
    "description_en": "How many rows of the source the cell or total counts; empty where the number is kept back to "
    "protect a small group of people.",
    "type": "integer",
}


@dataclass(frozen=True)
class Tabulated:
    """The published cells, with how many are hidden and why."""

    table: pa.Table
    hidden: Hidden
    amount: Amount | None = None


def tabulate(
    rows: pa.Table, units: pa.Array | None, wanted: Aggregate, rule: CellRule, like: pa.Table | None = None
) -> Tabulated:
    """Counts, and sums where a value is declared, under one pattern that withstands the audit of both.

    Cells that the table `like` hides are hidden too. Raises UnsafeData where nothing can be hidden well enough.
    """
    counts = margins(rows, wanted.by, None, units)
    hidden_then = np.zeros(counts.figures.shape, dtype=bool) if like is None else _hidden_in(like, counts)
    if wanted.value is None:
        hidden = hide(counts, rule, hidden_then)
        return Tabulated(published_rows(counts, hidden.pattern, ROWS), hidden)
    amounts = margins(rows, wanted.by, wanted.value, units)
    hidden = hide(counts, rule, refused_cells(amounts, rule) | hidden_then)
    hidden = hide(amounts, rule, hidden.pattern)
    table = published_rows(counts, hidden.pattern, ROWS)
    sums = published_rows(amounts, hidden.pattern, wanted.value)
    weights = amounts.figures if amounts.largest is None else amounts.largest
    largest = published_rows(replace(amounts, figures=weights), np.zeros_like(hidden.pattern), wanted.value)
    amount = Amount(wanted.value, largest[wanted.value], rule.dominance)
    return Tabulated(table.append_column(wanted.value, sums[wanted.value]), hidden, amount)


def beside(
    done: Tabulated,
    releases: Sequence[pa.Table],
    rows: pa.Table,
    units: pa.Array | None,
    wanted: Aggregate,
    rule: CellRule,
) -> tuple[Tabulated, Exposure]:
    """`done`, or where it tells something beside the earlier releases, the same with the cells hidden that they hid."""
    found = exposure([*releases, done.table], wanted.by, rule.minimum, done.amount)
    if not releases or not found:
        return done, found
    try:
        kept = tabulate(rows, units, wanted, rule, like=releases[-1])
    except UnsafeData:  # no cell is left that could hide them
        return done, found
    return kept, exposure([*releases, kept.table], wanted.by, rule.minimum, kept.amount)


def _hidden_in(earlier: pa.Table, table: Margins) -> Pattern:
    """The cells of `table` that the earlier release has and hides."""
    pattern = np.zeros(table.figures.shape, dtype=bool)
    places = [{label: place for place, label in enumerate(labels)} for labels in table.labels]
    for row in earlier.to_pylist():
        totals = row[TOTALS].split()
        cell: Cell = tuple(
            len(known) if name in totals else known.get(row[name], -1)
            for name, known in zip(table.by, places, strict=True)
        )
        if row[ROWS] is None and -1 not in cell and table.people[cell] > 0:
            pattern[cell] = True
    return pattern


def released_schema(table_schema: Mapping[str, Any], privacy: Privacy) -> dict[str, Any]:
    """The Table Schema of what leaves: rows, or the cells of a table with its margins."""
    rows = published_schema(table_schema, privacy)
    return rows if privacy.aggregate is None else aggregate_schema(rows, privacy.aggregate)


def aggregate_schema(table_schema: Mapping[str, Any], wanted: Aggregate) -> dict[str, Any]:
    """The Table Schema of the published cells, from the one of the published rows."""
    types = {field["name"]: field for field in table_schema["fields"]}
    by = [{key: value for key, value in types[name].items() if key != "constraints"} for name in wanted.by]
    fields = [*by, _TOTALS_FIELD, _ROWS_FIELD]
    if wanted.value is not None:
        said = {key: value for key, value in types[wanted.value].items() if key.startswith(("title", "description"))}
        fields.append({"name": wanted.value, **said, "type": "number"})
    kept = {key: value for key, value in table_schema.items() if not key.endswith(("Key", "Keys"))}
    return {**kept, "fields": fields, "primaryKey": [*wanted.by, TOTALS]}
