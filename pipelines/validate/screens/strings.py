"""Strings: length in code points, patterns through RE2, closed lists."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pyarrow.compute as pc

from ..buffers import Flags, flags, lengths, numbers, texts_of
from ..patterns import agrees_with_re2, needs_ascii
from .shapes import screen_shape

_PRINTABLE_ASCII = "^[ -~]*$"


def screen_string(field: Any) -> Any:
    """The formats that need a library of their own are the reader's; an unknown format means none."""
    if field.format in ("email", "uri", "binary", "uuid", "wkt"):
        return None
    constraints = field.constraints
    if constraints.get("pattern") is not None and not _is_screened(constraints["pattern"]):
        return None
    checks = list(_checks(constraints))

    def screen(texts: Any) -> Flags:
        certain = np.ones(len(texts), bool)
        for check in checks:
            certain &= check(texts)
        return certain

    return screen


def _is_screened(pattern: str) -> bool:
    try:
        re.compile(f"^(?:{pattern})$")
    except re.error:
        return False
    return bool(screen_shape(pattern)) or (agrees_with_re2(pattern) and agrees_with_re2(f"(?:{pattern})"))


def _checks(constraints: dict[str, Any]) -> Iterator[Callable[[Any], Flags]]:
    if (enum := constraints.get("enum")) is not None:
        words = texts_of([word for word in enum if isinstance(word, str)])
        yield lambda texts: flags(pc.is_in(texts, words))
    if (shortest := constraints.get("minLength")) is not None:
        yield lambda texts: _code_points(texts) >= shortest
    if (longest := constraints.get("maxLength")) is not None:
        # No text has more code points than bytes.
        yield lambda texts: (lengths(texts) <= longest) if _is_short(texts, longest) else _code_points(texts) <= longest
    if (pattern := constraints.get("pattern")) is not None:
        yield from _pattern_checks(pattern)


def _pattern_checks(pattern: str) -> Iterator[Callable[[Any], Flags]]:
    """Frictionless compiles `^PATTERN$` without a group: `a|b` means `^a` or `b$`, and `$` takes a final newline.

    Whatever the grouped form matches whole, that form matches too.
    """
    if shape := screen_shape(pattern):
        yield shape
        return
    expression = f"^(?:{pattern})$"
    yield lambda texts: flags(pc.match_substring_regex(texts, expression))
    if needs_ascii(pattern):
        yield lambda texts: flags(pc.match_substring_regex(texts, _PRINTABLE_ASCII))


def _code_points(texts: Any) -> Any:
    return numbers(pc.utf8_length(texts), np.int32)


def _is_short(texts: Any, longest: int) -> bool:
    return bool(lengths(texts).max(initial=0) <= longest)
