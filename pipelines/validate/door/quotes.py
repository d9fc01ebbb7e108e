"""Quotation marks that say another thing than they seem to: never closed, or not doubled within a quoted cell.

A reader of CSV takes both without a word, and gives rows or texts that nobody wrote.
"""

import csv
import re

from ...errors import SourceUnavailable
from ...extract import Finding
from ...messages import _
from .contents import Content

_PIECE = 1 << 20
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
