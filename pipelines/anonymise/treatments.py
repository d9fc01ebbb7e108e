"""The declared action of every column, on whole columns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ..column_policies import Generalise, Grid, Keep, Pseudonymise, Round, TopBottomCode
from ..errors import InvalidDeclaration
from ..ladders import Tables
from ..messages import _
from ..privacy_policy import Privacy
from ..vocabularies import PRESETS
from .actions.dates import cut
from .actions.figures import rounded, top_bottom_coded
from .actions.grid import snap, snap_by_households
from .actions.labels import banded, climbed, departments
from .actions.pseudonyms import pseudonyms
from .actions.thresholds import hide_small_counts
from .published import published_schema


@dataclass(frozen=True)
class Beside:
    """What the rows' treatment needs beside the rows and their policy."""

    tables: Tables = field(default_factory=Tables)  # ladders and households that the policy names
    contributors: pa.ChunkedArray | None = None  # the source's column that `unit` names, where it is no field
    release: str = ""  # the version that pseudonyms of `scope: release` are made for


NOTHING_BESIDE = Beside()


@dataclass(frozen=True)
class Anonymised:
    """What may leave after the columns' own treatment; the gates still judge it."""

    table: pa.Table
    table_schema: Mapping[str, Any]  # of the published rows
    cells_treated: int  # non-null cells that were dropped, cut, moved or replaced
    units: pa.Array | None = None  # each row's contributor as a number, for the gates; None where each row is one


def anonymise(
    table: pa.Table,
    table_schema: Mapping[str, Any],
    privacy: Privacy,
    key: bytes,
    scope: str,
    beside: Beside = NOTHING_BESIDE,
) -> Anonymised:
    """The valid rows with each column's declared action done; same rows, same order.

    `key` is the installation's, `scope` separates pseudonyms: an organisation's dataset.
    Raises InvalidData or UnsafeData, naming the column and a count, where a value has no place on its ladder.
    """
    schema = published_schema(table_schema, privacy)
    gridded = gridded_columns(table, privacy, beside.tables)
    scopes = {"dataset": scope, "release": f"{scope}\x1f{beside.release}"}

    def treated(name: str) -> pa.ChunkedArray:
        policy = privacy.columns[name]
        if isinstance(policy, Pseudonymise):
            return pseudonyms(table[name], key, scopes[policy.scope], name)
        return gridded[name] if name in gridded else treat(table[name], name, privacy, beside.tables)

    columns = {name: treated(name) for name in (one["name"] for one in schema["fields"])}
    units = _units(table, privacy, beside.contributors)
    done = hide_small_counts(pa.table(columns), privacy)
    return Anonymised(done, schema, _cells_treated(table, privacy), units)


def _units(table: pa.Table, privacy: Privacy, contributors: pa.ChunkedArray | None) -> pa.Array | None:
    if privacy.unit == "none":
        return None
    if contributors is None and privacy.unit not in table.column_names:
        raise InvalidDeclaration(
            _("privacy.unit: the source has no column “{unit}”, so contributors cannot be counted.").format(
                unit=privacy.unit
            )
        )
    return number_units(table[privacy.unit] if contributors is None else contributors)


def number_units(names: pa.ChunkedArray) -> pa.Array:
    """One number per contributor, null for nobody; the same name in capitals or with blanks around it is one."""
    plain = pc.utf8_lower(pc.utf8_trim_whitespace(names.cast(pa.string())))
    known = pc.if_else(pc.equal(plain, ""), pa.scalar(None, pa.string()), plain)
    whole = pa.concat_arrays(known.chunks) if known.num_chunks else pa.array([], pa.string())
    return whole.dictionary_encode().indices.cast(pa.int64())


def treat(values: pa.ChunkedArray, name: str, privacy: Privacy, tables: Tables) -> pa.ChunkedArray:
    """One column with its declared action done, where that needs neither a key nor another column."""
    match privacy.columns[name]:
        case Generalise(to="department"):
            return departments(values, name)
        case Generalise(to=("day" | "month" | "quarter" | "year") as step):
            return cut(values, step)
        case Generalise(bands=bands) if bands is not None:
            return banded(values, bands)
        case Generalise() as policy:
            return climbed(values, policy, tables.ladders[name], tables.households.get(name), _minimum(privacy))
        case TopBottomCode() as policy:
            return top_bottom_coded(values, policy)
        case Round() as policy:
            return rounded(values, policy)
        case _:
            return values


def _minimum(privacy: Privacy) -> int:
    return PRESETS[privacy.preset].minimum if privacy.preset else 0


def gridded_columns(table: pa.Table, privacy: Privacy, tables: Tables) -> dict[str, pa.ChunkedArray]:
    """The two coordinates of the grid, in their own types; empty where none is declared."""
    axes = {policy.axis: (name, policy) for name, policy in privacy.columns.items() if isinstance(policy, Grid)}
    if not axes:
        return {}
    (latitude, policy), (longitude, _policy) = axes["latitude"], axes["longitude"]
    places = table[latitude], table[longitude]
    if (households := tables.households.get(latitude)) is None:
        centres = snap(*places, policy.cell_m)
    else:
        sizes = (policy.cell_m, *policy.coarser)
        centres = snap_by_households(*places, sizes, households, _minimum(privacy))
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
