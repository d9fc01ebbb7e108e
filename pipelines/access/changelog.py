"""Why a version's number rose, in a sentence. The store keeps stable words; people read these."""

from collections.abc import Callable

from ..messages import _
from ..versions.manifest import Cause

SENTENCES: dict[str, Callable[[], str]] = {
    "first-version": lambda: _("First publication."),
    "rows-added": lambda: _("Rows added: {detail}."),
    "rows-withdrawn": lambda: _("Rows withdrawn: {detail}."),
    "values-corrected": lambda: _("Rows with corrected values: {detail}."),
    "column-added": lambda: _("Column added: {detail}."),
    "column-removed": lambda: _("Column removed: {detail}."),
    "column-renamed": lambda: _("Column renamed: {detail}."),
    "columns-reordered": lambda: _("The columns stand in another order."),
    "column-retyped": lambda: _("Column of another type: {detail}."),
    "constraint-tightened": lambda: _("Stricter rule for the column: {detail}."),
    "key-changed": lambda: _("Rows are recognised by another key."),
    "anonymisation-changed": lambda: _("People are protected in another way; see “How people are protected”."),
    "rows-reordered": lambda: _("The rows stand in another order."),
    "files-rewritten": lambda: _("The same content, written by another release of Parvis."),
    "metadata": lambda: _("Description, licence or contact corrected."),
}


def sentence(cause: Cause) -> str:
    """`cause` in words; its own stable word where none was written for it."""
    known = SENTENCES.get(cause.what)
    return known().format(detail=cause.detail) if known else f"{cause.what} {cause.detail}".strip()
