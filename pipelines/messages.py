"""What people read, in their language: gettext, French by default and complete.

The source text is English. `_` looks a message up when it is called, in the
language of the current context: `with speaking("en"): ...`.
"""

import gettext as gnu
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

LANGUAGES = ("fr", "en")
_LOCALE_FOLDER = Path(__file__).parent / "locale"
_language: ContextVar[str] = ContextVar("language", default="fr")


@cache
def _catalogue(language: str) -> gnu.NullTranslations:
    return gnu.translation("parvis", _LOCALE_FOLDER, languages=[language], fallback=True)


def _(message: str) -> str:
    """The message in the language of the context; the English text where none is known."""
    return _catalogue(_language.get()).gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    """The form of a message that fits `count`."""
    return _catalogue(_language.get()).ngettext(singular, plural, count)


def language() -> str:
    """The language of the context, one of LANGUAGES."""
    return _language.get()


@contextmanager
def speaking(wanted: str) -> Iterator[None]:
    """Look messages up in `wanted`, one of LANGUAGES (anything else is French)."""
    token = _language.set(wanted if wanted in LANGUAGES else "fr")
    try:
        yield
    finally:
        _language.reset(token)
