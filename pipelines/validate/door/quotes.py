"""Quotation marks that say another thing than they seem to: not closed where they should be, or not doubled in a cell.

A reader of CSV takes both without a word, and gives rows or texts that nobody wrote.
"""

import csv
import re
from collections.abc import Sequence

from ...errors import SourceUnavailable
from ...extract import Finding
from ...messages import _
from .contents import Content

_PIECE = 1 << 20
_LINE_END = re.compile(r"\r\n|\r|\n")
_LOOSE = re.compile(r'[^\n\r";,\t|]"[^\n\r";,\t|]')


def doubtful_quotes(content: Content, encoding: str, separator: str, name: str) -> tuple[Finding, ...]:
    """A finding at the first row with a loose one. Raises SourceUnavailable for one that is never closed."""
    if not _is_suspect(content, encoding):
        return ()
    number = 0
    try:
        with content.text(encoding) as text:
            for number, _record in enumerate(csv.reader(text, delimiter=separator, strict=True), start=1):  # noqa: B007
                pass
    except csv.Error as error:
        if "expected after" not in str(error):  # the end of the file, or of what a cell may hold
            raise never_closed(name, number + 1) from None
        told = _("Quotation marks within this row are not doubled: a text may be joined or cut. Mend the export.")
        return (Finding("warning", "doubtful-quotes", told, number + 1),)
    return ()


def never_closed(name: str, row: int) -> SourceUnavailable:
    """The refusal of a quote that swallows what follows."""
    return SourceUnavailable(
        _(
            "{file}, row {row}: a quote is opened and never closed, or a cell has more than a million characters. "
            "Mend the export."
        ).format(file=name, row=row)
    )


def is_of_several_rows(record: Sequence[str], separator: str) -> bool:
    """Whether each line of a record of several lines is as wide as the whole: a quote has swallowed the rows below it.

    Prose that holds the separator has a blank behind it, each time. Of two columns nobody knows: each line of a price
    list has one decimal comma.
    """
    if len(record) < 3:
        return False
    lines = [line for line in _LINE_END.split(separator.join(record)) if line.strip()]
    is_prose = all(cell.count(separator) == cell.count(f"{separator} ") for cell in record)
    return len(lines) > 1 and not is_prose and all(line.count(separator) == len(record) - 1 for line in lines)


def swallowed(name: str, row: int) -> SourceUnavailable:
    """The refusal of a record that is several rows."""
    return SourceUnavailable(
        _(
            "{file}, row {row}: a quote is opened and closed some lines below, and makes one row of several. "
            "Mend the export."
        ).format(file=name, row=row)
    )


def _is_suspect(content: Content, encoding: str) -> bool:
    """Whether a mark stands within a text, or one is without its pair."""
    count = 0
    with content.text(encoding) as text:
        while piece := text.read(_PIECE):
            if '"' in piece:
                count += piece.count('"')
                if _LOOSE.search(piece):
                    return True
    return count % 2 == 1
