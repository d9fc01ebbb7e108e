"""Numbers made coarser and still numbers: cut at both ends, or rounded to a base."""

from decimal import ROUND_HALF_UP, Decimal

import pyarrow as pa
import pyarrow.compute as pc

from ...column_policies import Round, TopBottomCode


def top_bottom_coded(values: pa.ChunkedArray, policy: TopBottomCode) -> pa.ChunkedArray:
    """`values` no lower than the bottom and no higher than the top, in their own type."""
    ends = [(policy.bottom, pc.max_element_wise), (policy.top, pc.min_element_wise)]
    for end, nearer in ends:
        if end is not None:
            values = nearer(values, _scalar(end, values.type), skip_nulls=False)
    return values


def rounded(values: pa.ChunkedArray, policy: Round) -> pa.ChunkedArray:
    """The nearest multiples of the base, halves away from zero. Decimal: the same on every machine."""
    base = Decimal(str(policy.base))
    encoded = values.combine_chunks().dictionary_encode()
    multiples = [_multiple(Decimal(str(value)), base) for value in encoded.dictionary.to_pylist()]
    texts = pa.array([format(one, "f") for one in multiples], pa.string())
    return pa.chunked_array([texts.cast(_wide(values.type)).cast(values.type, safe=False).take(encoded.indices)])


def _multiple(number: Decimal, base: Decimal) -> Decimal:
    return (number / base).to_integral_value(ROUND_HALF_UP) * base


def _wide(wanted: pa.DataType) -> pa.DataType:
    """A whole number is written as one, whatever its base."""
    return pa.float64() if pa.types.is_integer(wanted) else wanted


def _scalar(number: float, wanted: pa.DataType) -> pa.Scalar:
    if pa.types.is_integer(wanted):
        return pa.scalar(int(number), wanted)
    return pa.scalar(Decimal(str(number)) if pa.types.is_decimal(wanted) else number).cast(wanted)
