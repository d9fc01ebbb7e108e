"""The character that parts the cells of delimited text: the one that cuts its titles apart, else the regular one."""

import csv
import io
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import islice

SEARCHED_ROWS = 30
SEPARATORS = (",", ";", "\t", "|")
ALONE = "\uffff"  # parts the cells of a file that has one column: no text holds this character
_SAMPLE_RECORDS = 60

# How well a row's cells name what is looked for; 0 where they do not.
Rate = Callable[[Sequence[str]], int]


def separator_of(text: str, rate: Rate) -> str:
    """The separator under which some early row holds most titles, be it none; `text` is the start of the file.

    A column of texts holds commas and semicolons, and as regular as they may be, they do not part its title.
    """
    best = max((*SEPARATORS, ALONE), key=lambda separator: _titles(text, separator, rate))
    rating, _place, width = _titles(text, best, rate)
    if not rating:
        return _regular(text)
    return best if width > 1 else ALONE


def _titles(text: str, separator: str, rate: Rate) -> tuple[int, int, int]:
    """The best rating of a row, minus the row's place, and its width."""
    rated = [(rate(row), -place, len(row)) for place, row in enumerate(_records(text, separator, SEARCHED_ROWS))]
    return max(rated, default=(0, 0, 0), key=lambda one: one[:2])


def _regular(text: str) -> str:
    """The separator that cuts most records into the same number of cells, if it cuts the first one too."""
    best = max(SEPARATORS, key=lambda separator: _regularity(text, separator))
    first = next((row for row in _records(text, best, _SAMPLE_RECORDS) if any(cell.strip() for cell in row)), [])
    return best if len(first) > 1 else ALONE


def _regularity(text: str, separator: str) -> tuple[float, int]:
    widths = [len(row) for row in _records(text, separator, _SAMPLE_RECORDS) if row]
    wide = Counter(width for width in widths if width > 1)
    if not wide:
        return (0.0, 0)
    width, count = max(wide.items(), key=lambda item: (item[1], item[0]))
    return (count / len(widths), width)


def _records(text: str, separator: str, most: int) -> list[list[str]]:
    try:
        return list(islice(csv.reader(io.StringIO(text, newline=""), delimiter=separator), most))
    except csv.Error:  # a cell beyond csv's own limit
        return []
