"""Strings: length in code points, patterns through RE2, closed lists."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from ..patterns import agrees_with_re2, needs_ascii

_PRINTABLE_ASCII = "^[ -~]*$"


def screen_string(field: Any) -> Any:
    """The formats that need a library of their own are the reader's; an unknown format means none."""
    if field.format in ("email", "uri", "binary", "uuid", "wkt"):
        return None
    constraints = field.constraints
    if "pattern" in constraints and not _is_screened(constraints["pattern"]):
        return None
    checks = list(_checks(constraints))

    def screen(texts: Any) -> Any:
        certain = checks[0](texts) if checks else pc.is_valid(texts)
        for check in checks[1:]:
            certain = pc.and_(certain, check(texts))
        return certain

    return screen


def _is_screened(pattern: str) -> bool:
    try:
        re.compile(f"^(?:{pattern})$")
    except re.error:
        return False
    return agrees_with_re2(pattern) and agrees_with_re2(f"(?:{pattern})")


def _checks(constraints: dict[str, Any]) -> Iterator[Callable[[Any], Any]]:
    if (enum := constraints.get("enum")) is not None:
        words = pa.array([word for word in enum if isinstance(word, str)], pa.string())
        yield lambda texts: pc.is_in(texts, words)
    if (shortest := constraints.get("minLength")) is not None:
        yield lambda texts: pc.greater_equal(pc.utf8_length(texts), shortest)
    if (longest := constraints.get("maxLength")) is not None:
        yield lambda texts: pc.less_equal(pc.utf8_length(texts), longest)
    if (pattern := constraints.get("pattern")) is not None:
        # Frictionless compiles `^PATTERN$` without a group: `a|b` means `^a` or `b$`, and `$` takes a
        # final newline. Whatever the grouped form matches whole, that form matches too.
        expression = f"^(?:{pattern})$"
        yield lambda texts: pc.match_substring_regex(texts, expression)
        if needs_ascii(pattern):
            yield lambda texts: pc.match_substring_regex(texts, _PRINTABLE_ASCII)
