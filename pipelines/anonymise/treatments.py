"""The declared action of every column, on whole columns."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ..errors import InvalidDeclaration
from ..messages import _
from ..privacy_policy import ColumnPolicy, Generalise, Grid, Keep, Privacy, Pseudonymise
from .dates import cut
from .grid import snap
from .pseudonyms import pseudonyms
from .published import published_schema


@dataclass(frozen=True)
class Anonymised:
    """What may leave after the columns' own treatment; the gates still judge it."""

    table: pa.Table
    table_schema: Mapping[str, Any]  # of the published rows
    cells_treated: int  # non-null cells that were dropped, cut, moved or replaced
    units: pa.Array | None = None  # each row's contributor as a number, for the gates; None where each row is one


def anonymise(table: pa.Table, table_schema: Mapping[str, Any], privacy: Privacy, key: bytes, scope: str) -> Anonymised:
    """The valid rows with each column's declared action done; same rows, same order.

    `key` is the installation's, `scope` separates pseudonyms (an organisation's dataset, or one version of it).
    """
    schema = published_schema(table_schema, privacy)
    gridded = _gridded_columns(table, privacy)
    columns = {
        name: gridded[name] if name in gridded else _treated(table[name], name, privacy.columns[name], key, scope)
        for name in (field["name"] for field in schema["fields"])
    }
    return Anonymised(pa.table(columns), schema, _cells_treated(table, privacy), _units(table, privacy))


def _units(table: pa.Table, privacy: Privacy) -> pa.Array | None:
    if privacy.unit == "none":
        return None
    if privacy.unit not in table.column_names:
        raise InvalidDeclaration(
            _("privacy.unit: “{unit}” must be a field of the schema, so that contributors can be counted.").format(
                unit=privacy.unit
            )
        )
    return table[privacy.unit].combine_chunks().dictionary_encode().indices.cast(pa.int64())


def _treated(values: pa.ChunkedArray, name: str, policy: ColumnPolicy, key: bytes, scope: str) -> pa.ChunkedArray:
    match policy:
        case Generalise(to=step):
            return cut(values, step)
        case Pseudonymise():
            return pseudonyms(values, key, scope, name)
        case _:
            return values


def _gridded_columns(table: pa.Table, privacy: Privacy) -> dict[str, pa.ChunkedArray]:
    """The two coordinates of the grid, in their own types; empty where none is declared."""
    axes = {policy.axis: (name, policy) for name, policy in privacy.columns.items() if isinstance(policy, Grid)}
    if not axes:
        return {}
    (latitude, policy), (longitude, _policy) = axes["latitude"], axes["longitude"]
    centres = snap(table[latitude], table[longitude], policy.cell_m)
    return {
        name: _as_type(degrees, table.schema.field(name).type)
        for name, degrees in zip((latitude, longitude), centres, strict=True)
    }


def _as_type(degrees: pa.Array, wanted: pa.DataType) -> pa.ChunkedArray:
    if pa.types.is_decimal(wanted):
        degrees = pc.round(degrees, ndigits=wanted.scale)
    return pa.chunked_array([degrees.cast(wanted, safe=False)])


def _cells_treated(table: pa.Table, privacy: Privacy) -> int:
    treated = [name for name in table.column_names if not isinstance(privacy.columns[name], Keep)]
    return sum(table.num_rows - table[name].null_count for name in treated)
