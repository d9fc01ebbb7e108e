"""The ladders of a policy: for every published trait, the steps that could be declared instead, finest to coarsest.

The last step of each is to leave the column out.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ...column_policies import Bands, ColumnPolicy, DateStep, Generalise, Grid
from ...ladders import Ladder, Tables
from ...privacy_policy import Privacy
from ..actions.dates import cut
from ..actions.grid import snap
from ..actions.labels import banded, departments, street
from ..treatments import treat

_DATE_STEPS: tuple[DateStep, ...] = ("day", "month", "quarter", "year")
_CELLS_M = (200, 1000, 5000, 10000)  # each a multiple of the one before: 2000 is not half of 5000
_WIDENINGS = 3
_ALL = "*"
Step = Mapping[str, Any]  # what the declaration says of the column


@dataclass(frozen=True)
class Rungs:
    """One ladder over the values of one column, or of the two of a place, with the declaration of each step."""

    columns: tuple[str, ...]
    values: pa.ChunkedArray  # of each row, as text
    ladder: Ladder
    steps: tuple[Step, ...]


def rungs_of(table: pa.Table, privacy: Privacy, tables: Tables) -> list[Rungs]:
    """A ladder for every trait of a person that leaves; `table` has the valid rows."""
    found, done = [], set[str]()
    for name, policy in privacy.columns.items():
        if policy.role != "quasi_identifier" or policy.action == "drop" or policy.basis or privacy.basis:
            continue
        if isinstance(policy, Grid):
            pair = {one.axis: name for name, one in privacy.columns.items() if isinstance(one, Grid)}
            if not done & set(pair.values()):
                found.append(_place(table, (pair["latitude"], pair["longitude"])))
            done.update(pair.values())
        else:
            found.append(_rungs(name, table[name], policy, privacy, tables))
    return found


def _rungs(name: str, values: pa.ChunkedArray, policy: ColumnPolicy, privacy: Privacy, tables: Tables) -> Rungs:
    """The declared kind of ladder; a column without one is published as declared, or not at all."""
    levels: list[tuple[pa.ChunkedArray, Step]]
    if pa.types.is_temporal(values.type):
        levels = [(cut(values, step), {"action": "generalise", "to": step}) for step in _DATE_STEPS]
        return _built((name,), levels)
    match policy:
        case Generalise(to="department"):
            levels = [(values, {"action": "keep"}), (departments(values, name), _said(policy))]
        case Generalise(bands=bands) if bands is not None:
            levels = [(values, {"action": "keep"}), *((banded(values, one), _bands(one)) for one in _wider(bands))]
        case Generalise(ladder=file) if file is not None:
            return _declared(name, values, policy, tables.ladders[name])
        case _:
            levels = [(treat(values, name, privacy, tables), _said(policy))]
    return _built((name,), levels)


def _place(table: pa.Table, pair: tuple[str, str]) -> Rungs:
    def cells(metres: int) -> pa.ChunkedArray:
        north, east = snap(table[pair[0]], table[pair[1]], metres)
        texts = [pc.fill_null(one.cast(pa.string()), "") for one in (north, east)]
        return pa.chunked_array([pc.binary_join_element_wise(*texts, " ")])

    return _built(pair, [(cells(metres), {"action": "grid", "cell_m": metres}) for metres in _CELLS_M])


def _built(columns: tuple[str, ...], levels: Sequence[tuple[pa.ChunkedArray, Step]]) -> Rungs:
    """From what each step makes of the rows. A finer cell may stand in two coarser ones: its first counts for both."""
    texts = [pc.fill_null(one.cast(pa.string()), "").combine_chunks().to_pylist() for one, _step in levels]
    labels: dict[str, tuple[str, ...]] = {}
    for row in zip(*texts, strict=True):
        labels.setdefault(row[0], (*row, _ALL))
    steps = (*(step for _values, step in levels), {"action": "drop"})
    name = " + ".join(columns)
    return Rungs(columns, pa.chunked_array([pa.array(texts[0], pa.string())]), Ladder(name, labels), steps)


def _declared(name: str, values: pa.ChunkedArray, policy: Generalise, ladder: Ladder) -> Rungs:
    """A ladder from a file, with its own values. Step 0 is the value itself; an address is never that."""
    said = {"action": "generalise", "ladder": policy.ladder}
    higher: list[Step] = [{**said, "level": level} for level in range(1, ladder.height)]
    if policy.match == "value":
        steps: tuple[Step, ...] = ({"action": "keep"}, *higher, {"action": "drop"})
        labels = {value: (*row, _ALL) for value, row in ladder.labels.items()}
        return Rungs((name,), values.cast(pa.string()), Ladder(name, labels), steps)
    key: Callable[[str], str] = street
    labels = {key(value): (*row[1:], _ALL) for value, row in ladder.labels.items()}
    texts = [key(text or "") for text in values.to_pylist()]
    steps = (*({**one, "match": "street"} for one in higher), {"action": "drop"})
    return Rungs((name,), pa.chunked_array([pa.array(texts, pa.string())]), Ladder(name, labels), steps)


def _wider(bands: Bands) -> list[Bands]:
    """The declared bands, and wider ones in which each of them lies whole."""
    found = [bands]
    for times in (2**power for power in range(1, _WIDENINGS)):
        if bands.width is None and len(bands.edges) // times:
            found.append(Bands(edges=bands.edges[::times]))
        elif bands.width is not None:
            width = bands.width * times
            found.append(Bands(width=width, top=None if bands.top is None else bands.top // width * width))
    return found


def _bands(bands: Bands) -> Step:
    said = bands.model_dump(exclude_none=True)
    return {
        "action": "generalise",
        "bands": {key: list(one) if key == "edges" else one for key, one in said.items() if one},
    }


def _said(policy: ColumnPolicy) -> Step:
    given = policy.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
    return {key: value for key, value in given.items() if key != "role"}
