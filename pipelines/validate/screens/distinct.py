"""The screen of every other field: frictionless' own reader, asked once per distinct text."""

from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

_REMEMBERED = 200_000


class DistinctScreen:
    """Verdicts are kept from block to block, within bounds."""

    def __init__(self, read_cell: Callable[[Any], tuple[Any, Any]]) -> None:
        self._read_cell = read_cell
        self._verdicts: dict[str, bool] = {}

    def __call__(self, texts: pa.Array) -> Any:
        """Certain here is exact: the reader's own verdict."""
        encoded = texts if isinstance(texts, pa.DictionaryArray) else pc.dictionary_encode(texts)
        if len(self._verdicts) > _REMEMBERED:
            self._verdicts.clear()
        verdicts = pa.array([self._verdict(text) for text in encoded.dictionary.to_pylist()], pa.bool_())
        return pc.take(verdicts, encoded.indices)

    def _verdict(self, text: str) -> bool:
        if text not in self._verdicts:
            _value, notes = self._read_cell(text)
            self._verdicts[text] = not notes
        return self._verdicts[text]
