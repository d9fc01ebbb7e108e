"""Numbers as people write them -> as the Table Schema writes them: 1 250,50 € is 1250.50.

A comma or a point that is followed by other than three digits, or by three
after a group of more than three or a leading zero, cannot part thousands. Where
it may, the rest of the column decides; where that says nothing, it stays.
"""

import re
from collections.abc import Mapping
from typing import Any

from ...messages import _
from .mended import Mended

_BLANK = r"[ \u00a0\u202f\u2009]"
_BLANKS = re.compile(_BLANK)
_ODD = r"[^0-9.+-]|\..*\."  # what is no plain number
_DOUBTFUL_COMMA = re.compile(r"[-+]?[1-9]\d{0,2},\d{3}")
_DOUBTFUL_POINT = re.compile(r"[-+]?[1-9]\d{0,2}\.\d{3}")
_DECIMAL_COMMA = re.compile(r"[-+]?\d+,\d+")
_COMMA_AFTER_POINTS = re.compile(r"[-+]?\d{1,3}(?:\.\d{3})+,\d+")
_POINT_AFTER_COMMAS = re.compile(r"[-+]?\d{1,3}(?:,\d{3})+\.\d+")
_POINTS = re.compile(r"[-+]?\d{1,3}(?:\.\d{3}){2,}")
_COMMAS = re.compile(r"[-+]?\d{1,3}(?:,\d{3}){2,}")
_GROUPED = re.compile(rf"[-+]?\d{{1,3}}(?:{_BLANK}\d{{3}})+(?:[.,]\d+)?")
_CURRENCY = re.compile(rf"(?:€|EUR)?{_BLANK}*([-+]?[\d.,\s]*\d){_BLANK}*(?:€|EUR|euros?)?", re.IGNORECASE)


def mend_numbers(mended: Mended, described: Mapping[str, Any]) -> None:
    """Currency, blanks, points and commas, each a repair of its own; nothing where the field has signs of its own."""
    if described.get("decimalChar", ".") != "." or described.get("groupChar") or not mended.places(_ODD):
        return
    mended.apply("currency", _("The sign of the euro was taken out."), "(?i)€|eur", _without_currency)
    mended.apply(
        "thousands", _("Signs between thousands were taken out."), r"\d[\s., \x{a0}\x{202f}\x{2009}]\d{3}", _ungrouped
    )
    texts = [mended.texts[place].strip() for place in mended.places("[.,]")]
    has_decimal_comma = any(_DECIMAL_COMMA.fullmatch(text) and not _DOUBTFUL_COMMA.fullmatch(text) for text in texts)
    has_point = any("." in text for text in texts)
    is_certain = has_decimal_comma and not has_point

    def point(text: str) -> str | None:
        is_decimal = _DECIMAL_COMMA.fullmatch(text) and (is_certain or not _DOUBTFUL_COMMA.fullmatch(text))
        return text.replace(",", ".") if is_decimal else None

    mended.apply("decimal-comma", _("A decimal comma was written as a point."), ",", point)
    doubtful = [place for place in mended.places(",") if _DOUBTFUL_COMMA.fullmatch(mended.texts[place].strip())]
    message = _("This comma may stand for decimals or for thousands. Write the number with a point.")
    mended.tell("doubtful-comma", message, doubtful)
    if has_decimal_comma and has_point:
        message = _("Other numbers of this column have a decimal comma: this point may part thousands. Check it.")
        doubtful = [place for place in _points(mended) if _DOUBTFUL_POINT.fullmatch(mended.texts[place].strip())]
        mended.tell("doubtful-point", message, doubtful)


def _points(mended: Mended) -> list[int]:
    """The places of points that were there before any comma was written as one."""
    changed = {repair.row for repair in mended.repairs if repair.rule in ("decimal-comma", "thousands")}
    return [place for place in mended.places(r"\.") if mended.numbers[place] not in changed]


def _without_currency(text: str) -> str | None:
    match = _CURRENCY.fullmatch(text)
    return match[1].strip() if match else None


def _ungrouped(text: str) -> str | None:
    if _GROUPED.fullmatch(text):
        return _BLANKS.sub("", text)
    if _COMMA_AFTER_POINTS.fullmatch(text) or _POINTS.fullmatch(text):
        return text.replace(".", "")
    if _POINT_AFTER_COMMAS.fullmatch(text) or _COMMAS.fullmatch(text):
        return text.replace(",", "")
    return None
