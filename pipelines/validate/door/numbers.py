"""Numbers as people write them -> as the Table Schema writes them: 1 250,50 € is 1250.50.

A comma or a point that is followed by other than three digits, or by three
after a group of more than three or a leading zero, cannot part thousands. Where
it may, the rest of the column decides; where that says nothing, or that the
sign parts thousands elsewhere, it stays and is told.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from ...messages import _
from .mended import Mended
from .texts import Places

_BLANK = r"[ \u00a0\u202f\u2009'’]"  # the Swiss part thousands with an apostrophe
_BLANKS = re.compile(_BLANK)
_ODD = r"[^0-9.+-]|\..*\."  # what is no plain number
_DOUBTFUL_COMMA = re.compile(r"[-+]?[1-9]\d{0,2},\d{3}")
_DOUBTFUL_POINT = re.compile(r"[-+]?[1-9]\d{0,2}\.\d{3}")
_DECIMAL_COMMA = re.compile(r"[-+]?\d+,\d+")
_COMMA_AFTER_POINTS = re.compile(r"[-+]?\d{1,3}(?:\.\d{3})+,\d+")
_POINT_AFTER_COMMAS = re.compile(r"[-+]?\d{1,3}(?:,\d{3})+\.\d+")
_POINTS = re.compile(r"[-+]?\d{1,3}(?:\.\d{3}){2,}")
_COMMAS = re.compile(r"[-+]?\d{1,3}(?:,\d{3}){2,}")
_GROUPING = {".": (_POINTS, _COMMA_AFTER_POINTS), ",": (_COMMAS, _POINT_AFTER_COMMAS)}
_GROUPED = re.compile(rf"[-+]?\d{{1,3}}(?:{_BLANK}\d{{3}})+(?:[.,]\d+)?")
_AMOUNT = rf"\d[\d.,]*(?:{_BLANK}\d{{3}})*(?:[.,]\d+)?"
_PERCENT = re.compile(rf"[-+]?{_AMOUNT}{_BLANK}*%")
_ACCOUNTS = re.compile(rf"\(\s*{_AMOUNT}\s*(?:€|EUR)?\s*\)|{_AMOUNT}-")
_ZERO_DECIMALS = re.compile(r"([-+]?\d+)\.0{1,2}")
_CURRENCY = re.compile(rf"(?:€|EUR)?{_BLANK}*([-+]?[\d.,\s]*\d){_BLANK}*(?:€|EUR|euros?)?", re.IGNORECASE)


def mend_numbers(mended: Mended, described: Mapping[str, Any]) -> None:
    """Currency, blanks, points and commas, each a repair of its own; signs that the field declares are its own."""
    if not len(mended.places(_ODD)):
        return
    mended.apply("minus", _("A typographer's minus sign was written as a hyphen."), "^\\s*−", _with_hyphen)
    message = _("Brackets around a number, or a minus behind it, may make it negative. Write the minus before it.")
    mended.tell("doubtful-minus", message, _alike(mended, mended.places(r"[-)]\s*$"), _ACCOUNTS))
    mended.apply("currency", _("The sign of the euro was taken out."), "(?i)€|eur", _without_currency)
    decimal_sign = described.get("decimalChar", ".")
    if described.get("groupChar") or decimal_sign not in _UNGROUPED:
        return
    grouping = _grouping_signs(mended)
    mended.apply(
        "thousands",
        _("Signs between thousands were taken out."),
        r"\d[\s., \x{a0}\x{202f}\x{2009}'’]\d{3}",
        _UNGROUPED[decimal_sign],
    )
    if decimal_sign == ".":
        _mend_decimals(mended, grouping)


def _mend_decimals(mended: Mended, grouping: set[str]) -> None:
    """Commas, and the points among them; `grouping` are those of both that part thousands in some cell."""
    has_decimal_comma, has_point = _signs(mended)
    is_certain = has_decimal_comma and not has_point and "," not in grouping

    def point(text: str) -> str | None:
        is_decimal = _DECIMAL_COMMA.fullmatch(text) and (is_certain or not _DOUBTFUL_COMMA.fullmatch(text))
        return text.replace(",", ".") if is_decimal else None

    mended.apply("decimal-comma", _("A decimal comma was written as a point."), ",", point)
    message = _(
        "This share in percent may be meant as 25 or as 0.25. Read in the schema which is expected, "
        "and write the number without the sign."
    )
    mended.tell("doubtful-percent", message, _alike(mended, mended.places("%"), _PERCENT))
    message = _("This comma may stand for decimals or for thousands. Write the number with a point.")
    mended.tell("doubtful-comma", message, _alike(mended, mended.places(","), _DOUBTFUL_COMMA))
    if (has_decimal_comma and has_point) or "." in grouping:
        message = _("Other numbers of this column are written otherwise: this point may part thousands. Check it.")
        mended.tell("doubtful-point", message, _alike(mended, _points(mended), _DOUBTFUL_POINT))


def mend_whole_numbers(mended: Mended, described: Mapping[str, Any]) -> None:
    """The same, and 3.0 is 3: what a program writes that has no whole numbers with gaps between them."""
    mend_numbers(mended, described)
    mended.apply(
        "whole-number", _("The decimals of a whole number, all zeros, were taken out."), r"\.0{1,2}\s*$", _whole
    )


def _whole(text: str) -> str | None:
    match = _ZERO_DECIMALS.fullmatch(text)
    return match[1] if match else None


def _with_hyphen(text: str) -> str:
    return f"-{text[1:].lstrip()}"


def _grouping_signs(mended: Mended) -> set[str]:
    """The signs that part thousands, and can do nothing else, in some cell."""
    return {
        sign
        for sign in _GROUPING
        if any(_has_shape(text, sign) for _place, text in mended.stripped(mended.places(rf"[{sign}]\d{{3}}[.,]")))
    }


def _signs(mended: Mended) -> tuple[bool, bool]:
    """Whether some number has a comma that can only be a decimal one, and whether some has a point."""
    has_decimal_comma = has_point = False
    for _place, text in mended.stripped(mended.places("[.,]")):
        has_point |= "." in text
        has_decimal_comma |= bool(_DECIMAL_COMMA.fullmatch(text)) and not _DOUBTFUL_COMMA.fullmatch(text)
        if has_decimal_comma and has_point:
            break
    return has_decimal_comma, has_point


def _alike(mended: Mended, places: Places, shape: re.Pattern[str]) -> Iterator[int]:
    return (place for place, text in mended.stripped(places) if shape.fullmatch(text))


def _points(mended: Mended) -> Places:
    """The places of points that were there before any comma was written as one."""
    changed = [mended.changed.get(rule, ()) for rule in ("decimal-comma", "thousands")]
    return np.setdiff1d(mended.places(r"\."), np.concatenate([np.fromiter(one, np.int64) for one in changed]))


def _without_currency(text: str) -> str | None:
    match = _CURRENCY.fullmatch(text)
    return match[1].strip() if match else None


def _ungrouped(text: str) -> str | None:
    return _ungrouped_before_comma(text) or (text.replace(",", "") if _has_shape(text, ",") else None)


def _ungrouped_before_comma(text: str) -> str | None:
    if _GROUPED.fullmatch(text):
        return _BLANKS.sub("", text)
    return text.replace(".", "") if _has_shape(text, ".") else None


def _has_shape(text: str, sign: str) -> bool:
    return any(shape.fullmatch(text) for shape in _GROUPING[sign])


_UNGROUPED = {".": _ungrouped, ",": _ungrouped_before_comma}  # by the field's decimal sign
