"""What people read, in their language: gettext, French by default and complete.

The source text is English. `_` looks a message up when it is called, in the
language of the current context: `with speaking("en"): ...`.
"""

import gettext as gnu
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

LANGUAGES = ("fr", "en")
NARROW_BLANK = "\u202f"
_LOCALE_FOLDER = Path(__file__).parent / "locale"
_language: ContextVar[str | None] = ContextVar("language", default=None)
_process_language = "fr"


@cache
def _catalogue(language: str) -> gnu.NullTranslations:
    return gnu.translation("parvis", _LOCALE_FOLDER, languages=[language], fallback=True)


def _(message: str) -> str:
    """The message in the language of the context; the English text where none is known."""
    return _catalogue(language()).gettext(message)


def mark(message: str) -> str:
    """A message to translate later, where it is shown."""
    return message


def ngettext(singular: str, plural: str, count: int) -> str:
    """The form of a message that fits `count`."""
    return _catalogue(language()).ngettext(singular, plural, count)


def quoted(word: str) -> str:
    """The word between the quotation marks of the language."""
    return _("“{word}”").format(word=word)


def percent(share: float, decimals: int = 0) -> str:
    """A share of 1 in percent: 31.6%, and 31,6 % in French, with the narrow blank that no line is broken at."""
    told = f"{share:.{decimals}%}"
    return told if language() == "en" else told.replace(".", ",").replace("%", f"{NARROW_BLANK}%")


def figure(count: int) -> str:
    """A number of things: 12,000, and 12 000 in French; four digits stay together, as typographers have it."""
    return str(count) if abs(count) < 10_000 else f"{count:,}".replace(",", "," if language() == "en" else NARROW_BLANK)


def listed(clauses: Iterable[str]) -> str:
    """Clauses in one line, between the semicolons of the language."""
    return _("; ").join(clauses)


def language() -> str:
    """The language of the context, else of the process; one of LANGUAGES."""
    return _language.get() or _process_language


def use(wanted: str) -> None:
    """Look messages up in `wanted` from here on, in every thread: for a process with one reader."""
    global _process_language
    _process_language = wanted if wanted in LANGUAGES else "fr"
    # click looks its own words up in the default domain, in the language that gettext finds in LANGUAGE.
    gnu.bindtextdomain("messages", str(_LOCALE_FOLDER))
    os.environ["LANGUAGE"] = _process_language


@contextmanager
def speaking(wanted: str) -> Iterator[None]:
    """Look messages up in `wanted`, one of LANGUAGES (anything else is French)."""
    token = _language.set(wanted if wanted in LANGUAGES else "fr")
    try:
        yield
    finally:
        _language.reset(token)
