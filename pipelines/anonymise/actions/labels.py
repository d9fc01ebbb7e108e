"""Values replaced by coarser labels: of a declared ladder, a department, a band. Distinct values are looked up once."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from itertools import pairwise

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ...column_policies import Bands, Generalise
from ...errors import InvalidData, UnsafeData
from ...ladders import Ladder
from ...messages import _
from .households import levels_by_households

DEPARTMENT_FIELD = {"type": "string", "constraints": {"pattern": "^([0-8][0-9]|9[0-5]|2[AB]|97[0-9]|98[0-9])$"}}
_CODE = re.compile(r"[0-9]{5}|2[AB][0-9]{3}")
# Postcodes of Saint-Barthélemy and Saint-Martin stand among those of Guadeloupe.
_ISLANDS = {"97133": "977", "97150": "978"}
_HOUSE_NUMBER = re.compile(r"^\s*[0-9]+\s*(?:(?:bis|ter|quater|[a-e])\b)?[\s,]*", re.IGNORECASE)
_TOWN = re.compile(r",.*$|\b[0-9]{5}\b.*$")


def department(code: str) -> str | None:
    """The department of a postcode or an INSEE code, Corsica and overseas too; None where it is neither."""
    code = code.replace(" ", "").upper()
    if not _CODE.fullmatch(code) or code.startswith(("00", "96", "99")):
        return None
    if code[:2] == "20":
        return "2A" if code[2] in "01" else "2B"
    return _ISLANDS.get(code) or code[: 3 if code[:2] in ("97", "98") else 2]


def departments(codes: pa.ChunkedArray, column: str) -> pa.ChunkedArray:
    """Raises InvalidData with the number of values that are no such code."""
    return _looked_up(codes, department, column, _("postcodes or INSEE codes of five characters"))


def street(address: str) -> str:
    """The street of an address as it is compared: no number, no town, no accent, no case."""
    name = _TOWN.sub("", _HOUSE_NUMBER.sub("", address))
    plain = unicodedata.normalize("NFD", name.casefold())
    return " ".join(re.findall(r"[a-z0-9]+", "".join(one for one in plain if not unicodedata.combining(one))))


def climbed(
    values: pa.ChunkedArray, policy: Generalise, ladder: Ladder, households: Mapping[str, int] | None, minimum: int
) -> pa.ChunkedArray:
    """Each value's label at the declared level, or at the next where too few households live under it.

    Raises InvalidData, naming the column and the counts, where the ladder misses a value, UnsafeData where no label
    has enough households.
    """
    shown, small = shown_labels(policy, ladder, households, minimum)
    key = key_of(policy)
    _refuse_small_places(values, small, key, ladder.column, minimum)
    return _looked_up(values, lambda value: shown.get(key(value)), ladder.column, _("a line of its ladder each"))


def key_of(policy: Generalise) -> Callable[[str], str]:
    """What of a value is looked up in its ladder."""
    return street if policy.match == "street" else str


def shown_labels(
    policy: Generalise, ladder: Ladder, households: Mapping[str, int] | None, minimum: int
) -> tuple[dict[str, str], set[str]]:
    """The label of every value of the ladder, by its key, and the values whose places are too small at every level."""
    key = key_of(policy)
    paths = {key(value): labels[policy.level :] for value, labels in ladder.labels.items()}
    if households is None:
        return {value: path[0] for value, path in paths.items()}, set()
    chosen = levels_by_households({path[0]: path for path in paths.values()}, households, minimum)
    shown = {value: path[level] for value, path in paths.items() if (level := chosen[path[0]]) is not None}
    return shown, {value for value in paths if value not in shown}


def banded(values: pa.ChunkedArray, bands: Bands) -> pa.ChunkedArray:
    """Each number's band, as text; nulls stay null."""
    numbers = values.cast(pa.float64(), safe=False).combine_chunks()
    is_known = np.asarray(pc.is_valid(numbers))
    floats = np.asarray(pc.fill_null(numbers, 0.0), dtype=np.float64)
    is_whole = pa.types.is_integer(values.type)
    if bands.width is not None:
        capped = floats if bands.top is None else np.minimum(floats, bands.top)
        lows, places = np.unique(np.floor(capped / bands.width) * bands.width, return_inverse=True)
        names = [_width_label(int(low), bands, is_whole) for low in lows]
    else:
        names = edge_labels(bands, is_whole)
        places = np.searchsorted(np.array(bands.edges, dtype=np.float64), floats, side="right")
    return pa.chunked_array([pa.array(names, pa.string()).take(pa.array(places, pa.int64(), mask=~is_known))])


def edge_labels(bands: Bands, is_whole: bool) -> list[str]:
    """The names of the bands between declared edges, the lowest first."""
    edges = bands.edges
    between = [_between(low, high, is_whole) for low, high in pairwise(edges)]
    return [f"<{edges[0]}", *between, f"{edges[-1]}+"]


def bands_field(bands: Bands, is_whole: bool) -> dict[str, object]:
    """What the Table Schema says of such a column."""
    if bands.edges:
        return {"type": "string", "constraints": {"enum": edge_labels(bands, is_whole)}}
    pattern = "^(-?[0-9]+-(-?[0-9]+)|-?[0-9]+\\+)$" if is_whole else "^(\\[-?[0-9]+;-?[0-9]+\\[|-?[0-9]+\\+)$"
    return {"type": "string", "constraints": {"pattern": pattern}}


def _width_label(low: int, bands: Bands, is_whole: bool) -> str:
    if low == bands.top:
        return f"{low}+"
    return _between(low, low + (bands.width or 1), is_whole)


def _between(low: int, high: int, is_whole: bool) -> str:
    """Whole numbers: both ends are in it. Others: the French interval, open at its end."""
    return f"{low}-{high - 1}" if is_whole else f"[{low};{high}["


def _refuse_small_places(
    values: pa.ChunkedArray, small: set[str], key: Callable[[str], str], column: str, minimum: int
) -> None:
    texts = values.cast(pa.string()).drop_null().to_pylist()
    if count := sum(key(text) in small for text in texts):
        raise UnsafeData(
            _(
                "column “{column}”: {count} rows lie where fewer than {minimum} households live, at every level of its "
                "ladder. Add a coarser level, or drop the column."
            ).format(column=column, count=count, minimum=minimum)
        )


def _looked_up(
    values: pa.ChunkedArray, label: Callable[[str], str | None], column: str, expected: str
) -> pa.ChunkedArray:
    """A missing cell has the label of "", or stays missing."""
    encoded = values.cast(pa.string()).combine_chunks().dictionary_encode(null_encoding="encode")
    texts = encoded.dictionary.to_pylist()
    labels = [label(text or "") for text in texts]
    unknown = [place for place, text in enumerate(texts) if text and labels[place] is None]
    if unknown:
        count = pc.sum(pc.is_in(encoded.indices, value_set=pa.array(unknown, encoded.indices.type))).as_py()
        raise InvalidData(
            _(
                "column “{column}”: {values} of its values ({count} rows) are unknown to the declared step; "
                "expected {expected}. Add what is missing, or correct the source. Nothing was published."
            ).format(column=column, values=len(unknown), count=count, expected=expected)
        )
    return pa.chunked_array([pa.array(labels, pa.string()).take(encoded.indices)])
