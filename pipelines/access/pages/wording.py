"""Values as people read them, in the language of the context."""

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from babel.dates import format_date
from babel.numbers import format_currency, format_decimal, format_percent

from ...messages import _, language
from ...versions.changelog import cause_in_words
from ...versions.manifest import Cause
from ...vocabularies import FREQUENCIES, LICENCES, THEMES

_UNITS = ((1_000_000_000, "GB", "Go"), (1_000_000, "MB", "Mo"), (1_000, "kB", "ko"))
_NUMERIC = ("integer", "number")
_CHANGES = {"fr": "+#,##0\u202f%;−#,##0\u202f%", "en": "+#,##0%;−#,##0%"}
_EUROS = {"fr": "#,##0 ¤", "en": "¤#,##0"}


def words(texts: Mapping[str, str]) -> str:
    """The text in the reader's language, else in any."""
    return texts.get(language()) or next(iter(texts.values()), "")


def number(value: int | float | Decimal) -> str:
    return str(format_decimal(value, locale=language(), decimal_quantization=False))


def day(moment: str) -> str:
    """An ISO date or datetime as a long date."""
    return str(format_date(dt.date.fromisoformat(moment[:10]), "long", locale=language()))


def size(size_bytes: int) -> str:
    """Powers of a thousand, as file managers and the law count them."""
    for unit, english, french in _UNITS:
        if size_bytes >= unit:
            amount = format_decimal(round(size_bytes / unit, 1), locale=language())
            return f"{amount} {french if language() == 'fr' else english}"
    return f"{size_bytes} {'octets' if language() == 'fr' else 'bytes'}"


def cell(value: object) -> str:
    """One published value. Codes are text and stay as they are."""
    match value:
        case None:
            return ""
        case bool():
            return _("yes") if value else _("no")
        case Decimal():
            return str(format_decimal(value, locale=language(), decimal_quantization=False, format=_grouped(value)))
        case int():
            # Four digits stay together: most are years, and typographers ask no more of the others.
            return number(value) if abs(value) > 9999 else str(value)
        case float():
            return number(value)
        case dt.datetime():
            return value.isoformat(" ", "minutes")
        case dt.date():
            return value.isoformat()
    return str(value)


def euros(amount: Decimal) -> str:
    """To the euro, as people say it; cents stay in the rows."""
    return str(format_currency(amount, "EUR", locale=language(), format=_EUROS[language()], currency_digits=False))


def change(now: Decimal, before: Decimal) -> str:
    """How much more or less, in percent; "" where there was nothing to compare with."""
    if before <= 0 or now < 0:
        return ""
    return str(format_percent((now - before) / before, format=_CHANGES[language()], locale=language()))


def period(day: dt.date, step: str) -> str:
    """A month or a year, by its first day."""
    return str(day.year) if step == "year" else str(format_date(day, "MMM y", locale=language()))


def degrees(value: float, positive: str, negative: str) -> str:
    """Degrees with their direction; in French, west is O."""
    letter = positive if value >= 0 else negative
    amount = format_decimal(round(abs(value), 4), locale=language(), format="#,##0.####")
    return f"{amount}° {'O' if letter == 'W' and language() == 'fr' else letter}"


def report_address(contact: str, subject: str) -> str | None:
    """Where an error is reported: an e-mail address gets the subject, so that nobody has to ask which version."""
    address = contact_address(contact)
    return f"{address}?subject={quote(subject)}" if address and address.startswith("mailto:") else address


def _grouped(value: Decimal) -> str:
    """An amount keeps the decimals it was published with: 12.50, never 12.5."""
    exponent = value.as_tuple().exponent
    decimals = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    return "#,##0" + ("." + "0" * decimals if decimals else "")


def is_numeric(field: Mapping[str, Any]) -> bool:
    """Whether a column of this field is read down its right edge."""
    return field.get("type") in _NUMERIC


def frequency(name: str) -> str:
    known = FREQUENCIES.get(name)
    return getattr(known, language()) if known else name


def licence_title(name: str) -> str:
    return LICENCES[name].title if name in LICENCES else name


def licence_url(name: str) -> str | None:
    return LICENCES[name].url if name in LICENCES else None


def theme(code: str) -> str:
    return words(THEMES[code]) if code in THEMES else code


def contact_address(contact: str) -> str | None:
    """Where a click on the contact leads; None where it is neither an e-mail address nor a web address."""
    if contact.startswith(("https://", "http://")):
        return contact
    return f"mailto:{contact}" if contact.count("@") == 1 and " " not in contact else None


_BESIDE: Mapping[str, Callable[[], str]] = {
    "datapackage.json": lambda: _("the description of this version and of its columns"),
    "quality.json": lambda: _("what was expected of these rows, and whether it is so"),
    "certificate.json": lambda: _("what can be recomputed of the protection of people (`parvis verify`), signed"),
}


def purpose(name: str) -> str:
    """Who a file of this kind is for."""
    if name in _BESIDE:
        return _BESIDE[name]()
    ending = name.partition(".")[2]
    return {
        "csv": _("any program: comma, UTF-8"),
        "fr.csv": _("Excel and LibreOffice in French: semicolon, decimal comma"),
        "xlsx": _("spreadsheets"),
        "json": _("web pages and scripts"),
        "ndjson": _("streams: one row per line"),
        "geojson": _("maps"),
        "parquet": _("analysis (Python, R, DuckDB): exact types, smallest"),
    }.get(ending, "")


def type_name(kind: str) -> str:
    """A Table Schema type in a word for people."""
    return {
        "string": _("text"),
        "integer": _("whole number"),
        "number": _("number"),
        "boolean": _("yes or no"),
        "date": _("date"),
        "datetime": _("date and time"),
        "year": _("year"),
        "yearmonth": _("year and month"),
    }.get(kind, kind)


FACET_WORDS: Mapping[str, Callable[[], str]] = {
    "organisation": lambda: _("Organisation"),
    "theme": lambda: _("Theme"),
    "licence": lambda: _("Licence"),
    "freshness": lambda: _("Promised updates"),
    "format": lambda: _("Format"),
}
FRESHNESS_WORDS: Mapping[str, Callable[[], str]] = {
    "kept": lambda: _("kept so far"),
    "late": lambda: _("late"),
    "unpromised": lambda: _("no date promised"),
}


def withdrawal(reason: str) -> str:
    """Why a version was withdrawn, as a sentence of its own; "" for a reason of a later Parvis."""
    known = WITHDRAWALS.get(reason)
    return known() if known else ""


WITHDRAWALS: Mapping[str, Callable[[], str]] = {
    "erasure": lambda: _("Data of a person was erased from it."),
    "personal-data": lambda: _("It held personal data."),
    "secrecy": lambda: _("It held what the law keeps secret."),
    "error": lambda: _("It held errors."),
    "rights": lambda: _("It held what others have rights in."),
}


def sentence(cause: Cause) -> str:
    """Why a version's number rose, as a sentence of its own."""
    words = cause_in_words(cause)
    return f"{words[:1].upper()}{words[1:]}."
