"""Patterns that can be judged in bounded time.

A schema is somebody else's text: `^(a+)+$` takes Python's engine minutes on
thirty characters. A pattern is *tame* when there are few ways through it; only
tame patterns meet Python's engine in this process. The others go to RE2, which
is linear, wherever RE2 means the same, and else to a child process that can be
killed.
"""

import math
import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

# `re._parser` is the parsed form that Python itself compiles from; there is no public one.
from re import _constants, _parser  # type: ignore[attr-defined]  # isort: skip

_PRINTABLE_ASCII = re.compile(r"[ -~]*\Z")
# Read differently by the two engines whatever the text: POSIX classes, `{,n}`.
_FOREIGN = re.compile(r"\[:|\{,")
# Read differently beyond printable ASCII: Unicode in Python, ASCII in RE2.
_ASCII_ONLY = re.compile(r"\\[dDwWsSbB]|\(\?[a-zA-Z]*i")
_REPEATS = (_constants.MAX_REPEAT, _constants.MIN_REPEAT, _constants.POSSESSIVE_REPEAT)
_REFERENCES = (_constants.GROUPREF, _constants.GROUPREF_EXISTS)
_LONG = 1_000  # what a repetition without end is taken for: few cells are longer
_FEW_WAYS, _MANY_WAYS = 4.5, 100.0  # powers of ten


def is_tame(pattern: str) -> bool:
    """Whether Python's engine has few enough ways through the pattern to try them all on any cell."""
    try:
        parsed = _parser.parse(f"^{pattern}$")
    except (re.error, RecursionError, OverflowError):
        return False
    return _ways(parsed) <= _FEW_WAYS


def _ways(parsed: Iterable[Any]) -> float:
    """An upper bound of the ways to divide a cell among the pattern's parts, as a power of ten."""
    ways = 0.0
    for operation, argument in parsed:
        if operation in _REPEATS:
            low, high, inner = argument
            times = min(int(high), _LONG)
            ways += math.log10(max(times - int(low) + 1, 1)) + _ways(inner) * times
        elif operation is _constants.BRANCH:
            ways += math.log10(sum(10 ** min(_ways(alternative), _MANY_WAYS) for alternative in argument[1]))
        elif operation in _REFERENCES:
            ways += _MANY_WAYS
        else:
            ways += sum(_ways(inner) for inner in _inner(argument))
    return ways


def _inner(argument: Any) -> Iterable[Any]:
    """The parsed patterns within an operation's argument."""
    if isinstance(argument, _parser.SubPattern):
        yield argument
    elif isinstance(argument, list | tuple):
        for part in argument:
            yield from _inner(part)


def agrees_with_re2(pattern: str) -> bool:
    """Whether RE2 accepts the pattern and reads it as Python does (see `needs_ascii`)."""
    return not _FOREIGN.search(pattern) and _linear(pattern) is not None


def needs_ascii(pattern: str) -> bool:
    """Whether the two engines agree on printable ASCII cells only."""
    return bool(_ASCII_ONLY.search(pattern))


@lru_cache(maxsize=256)
def _linear(pattern: str) -> Any | None:
    import re2  # few patterns are wild, and few files meet one

    options = re2.Options()
    options.log_errors = False
    try:
        return re2.compile(f"^{pattern}$", options)
    except re2.error:
        return None


def matcher(pattern: str, judge_slowly: Callable[[str, str], bool]) -> Callable[[str], bool]:
    """Frictionless' own verdict on one cell: `re.compile("^PATTERN$").match`, in bounded time."""
    if is_tame(pattern):
        compiled = re.compile(f"^{pattern}$")
        return lambda cell: compiled.match(cell) is not None
    if not agrees_with_re2(pattern):
        return lambda cell: judge_slowly(pattern, cell)
    linear = _linear(pattern)
    ascii_only = needs_ascii(pattern)

    def matches(cell: str) -> bool:
        if _PRINTABLE_ASCII.match(cell) or not (ascii_only or "\n" in cell):
            return linear.match(cell) is not None  # type: ignore[union-attr]
        return judge_slowly(pattern, cell)

    return matches
