"""Which language a text on a page is in: whatever is not in the page's own says so (RGAA 8.7).

Titles and descriptions are declared in one language or several; what stands in rows, and the
names of their columns, is French.
"""

from collections.abc import Mapping
from dataclasses import replace

from markupsafe import Markup, escape

from ...messages import language
from ...versions.manifest import Cause
from .wording import sentence, words

ROWS_LANGUAGE = "fr"
_HERE = "\0"  # holds the place of names in a sentence


class Published(str):
    """A text as it stands in the rows, or the name of a column."""

    __slots__ = ()


def language_of(texts: Mapping[str, str] | str) -> str:
    """The language that `words` answers in."""
    if isinstance(texts, str):
        return ROWS_LANGUAGE if isinstance(texts, Published) else language()
    return language() if texts.get(language()) or not texts else next(iter(texts))


def lang(texts: Mapping[str, str] | str) -> Markup:
    """The attribute of an element that holds `texts` alone; nothing where the page's language is theirs."""
    known = language_of(texts)
    return Markup("") if known == language() else Markup(' lang="{}"').format(known)


def told(texts: Mapping[str, str] | str) -> Markup:
    """The text in the reader's language, else in another, which is then said."""
    text = texts if isinstance(texts, str) else words(texts)
    attribute = lang(texts)
    return Markup("<span{}>{}</span>").format(attribute, text) if text and attribute else escape(text)


def french(text: str) -> Markup:
    """What is published in the rows, or names a column of them."""
    return told(Published(text))


def cause_told(cause: Cause) -> Markup:
    """Why a version's number rose; the names of columns in it are French."""
    if not cause.detail or cause.detail.replace(".", "").isdigit():  # a count, or the number of a version
        return escape(sentence(cause))
    before, _here, after = sentence(replace(cause, detail=_HERE)).partition(_HERE)
    return escape(before) + french(cause.detail) + escape(after)


FILTERS = {"lang": lang, "told": told, "french": french, "cause_told": cause_told}
