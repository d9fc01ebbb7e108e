"""Dates as people and spreadsheets write them -> year-month-day."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import numpy as np

from ...messages import _
from .mended import Mended
from .texts import Places
from .titles import simplified

_SIGN = "[/.-]"
_DAY_FIRST = re.compile(rf"(\d{{1,2}}){_SIGN}(\d{{1,2}}){_SIGN}(\d{{4}})((?:[ T]\d{{1,2}}:\d{{2}}(?::\d{{2}})?)?)")
_SHORT_YEAR = rf"^\s*\d{{1,2}}{_SIGN}\d{{1,2}}{_SIGN}\d{{2}}\s*$"
_YEAR_FIRST = re.compile(r"(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})(?:[ T]00:00(?::00(?:\.0+)?)?(?:Z|[+-]\d\d:?\d\d)?)?")
_SERIAL = re.compile(r"([2-6]\d{4})(?:\.0+)?")
_IN_WORDS = re.compile(r"(\d{1,2})(?:er)?[ \u00a0-]+([^\W\d]+)\.?[ \u00a0-]+(\d{4})", re.IGNORECASE)
_MONTHS = (
    ("janvier", "janv", "jan"),
    ("fevrier", "fevr", "fev"),
    ("mars",),
    ("avril", "avr"),
    ("mai",),
    ("juin",),
    ("juillet", "juil"),
    ("aout",),
    ("septembre", "sept", "sep"),
    ("octobre", "oct"),
    ("novembre", "nov"),
    ("decembre", "dec"),
)
_EXCEL_EPOCH = date(1899, 12, 30)  # Excel takes 1900 for a leap year


def mend_dates(mended: Mended, described: Mapping[str, Any]) -> None:
    """Day before month where some date of the column has a day beyond 12, and none a month.

    Nothing where the field declares a format of its own; where it takes any, what is not mended is read month first.
    """
    form, is_date = described.get("format", "default"), described["type"] == "date"
    if form not in _ISO_MOMENTS:
        return
    places = mended.places(rf"\d{_SIGN}\d+{_SIGN}\d{{4}}")
    order = _order(mended, places)
    if order == "day-first":
        message = _("A date written day/month/year was written year-month-day.")
        mended.mend("day-first", message, places, _iso_date if is_date else _ISO_MOMENTS[form])
        if not is_date:
            message = _("This time does not say its zone, and was taken as UTC. Check it, or write it in UTC.")
            mended.tell("taken-as-utc", message, mended.changed["day-first"])
    if order == "doubtful" or form == "any":
        message = _("This date may be read day first or month first. Write it year-month-day.")
        left = np.setdiff1d(places, mended.changed.get("day-first", ())).tolist()
        dates = (place for place, text in mended.stripped(left) if _DAY_FIRST.fullmatch(text))
        mended.tell("doubtful-date", message, dates)
    message = _("The century of this year is not known. Write the year with four digits.")
    mended.tell("doubtful-year", message, mended.places(_SHORT_YEAR))
    if is_date:
        message = _("A date was written year-month-day, without signs or midnight.")
        mended.apply("year-first", message, r"^\s*\d{4}[/.-]\d", _year_first)
        message = _("The month's name of a date was written as its number.")
        mended.apply("month-name", message, r"^\s*\d{1,2}(?:er)?[ \x{a0}-]\pL", _from_words)
        message = _("A spreadsheet's day number was written as its date.")
        mended.apply("excel-date", message, r"^\s*[2-6]\d{4}(?:\.0+)?\s*$", _from_serial)


def _order(mended: Mended, places: Places) -> str:
    """Which of a date's first two numbers is the day, by what the whole column holds."""
    matches = (_DAY_FIRST.fullmatch(text) for _place, text in mended.stripped(places))
    pairs = {(int(match[1]), int(match[2])) for match in matches if match}
    if not pairs:
        return "none"
    has_day = any(first > 12 for first, _second in pairs)
    return "day-first" if has_day and all(second <= 12 for _first, second in pairs) else "doubtful"


def _iso_date(text: str) -> str | None:
    """None where a time other than midnight would be lost."""
    match = _DAY_FIRST.fullmatch(text)
    if match is None or match[4].strip(" T:0"):
        return None
    return _date(match[3], match[2], match[1])


def _iso_datetime(text: str) -> str | None:
    match = _DAY_FIRST.fullmatch(text)
    day = _date(match[3], match[2], match[1]) if match else None
    if match is None or day is None or not match[4]:
        return None
    hours, *rest = match[4].strip(" T").split(":")
    return f"{day}T{':'.join([hours.zfill(2), *rest, '00'][:3])}Z" if int(hours) < 24 else None


def _iso_date_or_datetime(text: str) -> str | None:
    return _iso_datetime(text) or _iso_date(text)


def _year_first(text: str) -> str | None:
    match = _YEAR_FIRST.fullmatch(text)
    return _date(match[1], match[2], match[3]) if match else None


def _from_words(text: str) -> str | None:
    match = _IN_WORDS.fullmatch(text)
    name = simplified(match[2]) if match else ""
    month = next((number for number, names in enumerate(_MONTHS, start=1) if name in names), None)
    return _date(match[3], str(month), match[1]) if match and month else None


def _date(year: str, month: str, day: str) -> str | None:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


def _from_serial(text: str) -> str | None:
    match = _SERIAL.fullmatch(text)
    return (_EXCEL_EPOCH + timedelta(days=int(match[1]))).isoformat() if match else None


_ISO_MOMENTS = {"default": _iso_datetime, "any": _iso_date_or_datetime}  # by the format of a field of dates with times
