"""A dataset that leaves as a table with margins: the cells to hide, and the rows that are published."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa

from ..privacy_policy import Aggregate
from .hiding import Hidden, hide
from .table_releases import ROWS, TOTALS, Amount
from .tables import CellRule, margins, published_rows, refused_cells


@dataclass(frozen=True)
class Tabulated:
    """The published cells, with how many are hidden and why."""

    table: pa.Table
    hidden: Hidden
    amount: Amount | None = None


def tabulate(rows: pa.Table, units: pa.Array | None, wanted: Aggregate, rule: CellRule) -> Tabulated:
    """Counts, and sums where a value is declared, under one pattern that withstands the audit of both."""
    counts = margins(rows, wanted.by, None, units)
    if wanted.value is None:
        hidden = hide(counts, rule)
        return Tabulated(published_rows(counts, hidden.pattern, ROWS), hidden)
    amounts = margins(rows, wanted.by, wanted.value, units)
    hidden = hide(counts, rule, refused_cells(amounts, rule))
    hidden = hide(amounts, rule, hidden.pattern)
    table = published_rows(counts, hidden.pattern, ROWS)
    sums = published_rows(amounts, hidden.pattern, wanted.value)
    weights = amounts.figures if amounts.largest is None else amounts.largest
    largest = published_rows(replace(amounts, figures=weights), np.zeros_like(hidden.pattern), wanted.value)
    amount = Amount(wanted.value, largest[wanted.value], rule.dominance)
    return Tabulated(table.append_column(wanted.value, sums[wanted.value]), hidden, amount)


def aggregate_schema(table_schema: Mapping[str, Any], wanted: Aggregate) -> dict[str, Any]:
    """The Table Schema of the published cells, from the one of the published rows."""
    types = {field["name"]: field for field in table_schema["fields"]}
    by = [{key: value for key, value in types[name].items() if key != "constraints"} for name in wanted.by]
    fields = [*by, {"name": TOTALS, "type": "string"}, {"name": ROWS, "type": "integer"}]
    if wanted.value is not None:
        fields.append({"name": wanted.value, "type": "number"})
    kept = {key: value for key, value in table_schema.items() if not key.endswith(("Key", "Keys"))}
    return {**kept, "fields": fields, "primaryKey": [*wanted.by, TOTALS]}
