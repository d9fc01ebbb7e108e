"""The screen of every other field: frictionless' own reader, asked once per distinct text."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ..buffers import Flags, numbers
from ..fields import CRASHES

_REMEMBERED = 200_000


class DistinctScreen:
    """Verdicts are kept from block to block, within bounds."""

    def __init__(self, read_cell: Callable[[Any], tuple[Any, Any]]) -> None:
        self._read_cell = read_cell
        self._verdicts: dict[str, bool] = {}

    def __call__(self, texts: pa.StringArray) -> Flags:
        """Certain here is exact: the reader's own verdict."""
        encoded = pc.dictionary_encode(texts)
        if len(self._verdicts) > _REMEMBERED:
            self._verdicts.clear()
        verdicts = np.array([self._verdict(text) for text in encoded.dictionary.to_pylist()], bool)
        return verdicts[numbers(encoded.indices, np.int32)]

    def _verdict(self, text: str) -> bool:
        if text not in self._verdicts:
            self._verdicts[text] = self._read(text)
        return self._verdicts[text]

    def _read(self, text: str) -> bool:
        try:
            return not self._read_cell(text)[1]
        except CRASHES:
            return False
