"""The ladders of a policy: for every published trait, the steps that could be declared instead, finest to coarsest."""

from collections.abc import Callable

import pyarrow as pa

from ...column_policies import Bands, ColumnPolicy, DateStep, Generalise, Grid
from ...ladders import Ladder, Tables
from ...privacy_policy import Privacy
from ..actions.dates import cut
from ..actions.grid import snap
from ..actions.labels import banded, departments, street
from ..treatments import treat
from .populated import populated_labels, populated_place
from .rungs import ALL, DROP, Rungs, Step, built, pairs

_DATE_STEPS: tuple[DateStep, ...] = ("day", "month", "quarter", "year")
_CELLS_M = (200, 1000, 5000, 10000)  # each a multiple of the one before: 2000 is not half of 5000
_WIDENINGS = 3


def rungs_of(table: pa.Table, privacy: Privacy, tables: Tables) -> list[Rungs]:
    """A ladder for every trait of a person that leaves, or for every column that a table counts by.

    `table` has the valid rows.
    """
    found, done = [], set[str]()
    for name, policy in privacy.columns.items():
        if not _has_steps(name, policy, privacy):
            continue
        if isinstance(policy, Grid):
            pair = {one.axis: name for name, one in privacy.columns.items() if isinstance(one, Grid)}
            if not done & set(pair.values()):
                found.append(_place(table, (pair["latitude"], pair["longitude"]), policy, privacy, tables))
            done.update(pair.values())
        else:
            found.append(_rungs(name, table[name], policy, privacy, tables))
    return found


def _has_steps(name: str, policy: ColumnPolicy, privacy: Privacy) -> bool:
    if privacy.aggregate is not None:
        return name in privacy.aggregate.by
    is_exempt = bool(policy.basis or privacy.basis)
    return policy.role == "quasi_identifier" and policy.action != "drop" and not is_exempt


def _rungs(name: str, values: pa.ChunkedArray, policy: ColumnPolicy, privacy: Privacy, tables: Tables) -> Rungs:
    """The declared kind of ladder; a column without one is published as declared, or not at all."""
    levels: list[tuple[pa.ChunkedArray, Step]]
    if pa.types.is_temporal(values.type):
        levels = [(cut(values, step), {"action": "generalise", "to": step}) for step in _DATE_STEPS]
        return built((name,), levels)
    match policy:
        case Generalise(to="department"):
            levels = [(values, {"action": "keep"}), (departments(values, name), _said(policy))]
        case Generalise(bands=bands) if bands is not None:
            levels = [(values, {"action": "keep"}), *((banded(values, one), _bands(one)) for one in _wider(bands))]
        case Generalise(ladder=file) if file is not None and name in tables.households:
            return populated_labels(name, values, policy, privacy, tables)
        case Generalise(ladder=file) if file is not None:
            return _declared(name, values, policy, tables.ladders[name])
        case _:
            levels = [(treat(values, name, privacy, tables), _said(policy))]
    return built((name,), levels)


def _place(table: pa.Table, pair: tuple[str, str], policy: Grid, privacy: Privacy, tables: Tables) -> Rungs:
    if pair[0] in tables.households:
        return populated_place(table, pair, policy, _CELLS_M, privacy, tables)
    places = [pairs(*snap(table[pair[0]], table[pair[1]], metres)) for metres in _CELLS_M]
    return built(
        pair, [(one, {"action": "grid", "cell_m": metres}) for one, metres in zip(places, _CELLS_M, strict=True)]
    )


def _declared(name: str, values: pa.ChunkedArray, policy: Generalise, ladder: Ladder) -> Rungs:
    """A ladder from a file, with its own values. Step 0 is the value itself; an address is never that."""
    said = {"action": "generalise", "ladder": policy.ladder}
    higher: list[Step] = [{**said, "level": level} for level in range(1, ladder.height)]
    if policy.match == "value":
        steps: tuple[Step, ...] = ({"action": "keep"}, *higher, DROP)
        labels = {value: (*row, ALL) for value, row in ladder.labels.items()}
        return Rungs((name,), values.cast(pa.string()), Ladder(name, labels), steps)
    key: Callable[[str], str] = street
    labels = {key(value): (*row[1:], ALL) for value, row in ladder.labels.items()}
    texts = [key(text or "") for text in values.to_pylist()]
    steps = (*({**one, "match": "street"} for one in higher), DROP)
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
