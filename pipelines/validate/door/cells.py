"""One column's cells as text, as their field writes them; mended where the column itself proves the mending right."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from stdnum import luhn

from ...extract import Finding
from ...messages import _
from ..report import Repair

_COMMA = re.compile(r"[-+]?(?:\d+|\d{1,3}(?:[ \u00a0\u202f]\d{3})+),(\d+)")
_GROUPED = re.compile(r"[-+]?\d{1,3}(?:[ \u00a0\u202f]\d{3})+(?:[.,]\d+)?")
_BLANKS = re.compile(r"[ \u00a0\u202f]")
_SLASHED = re.compile(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})(?: 00:00(?::00)?)?")
_SERIAL = re.compile(r"([2-6]\d{4})(?:\.0+)?")
_FLOAT = re.compile(r"(\d{5,14})\.0+")
_SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d{1,2}")
_SIRET = re.compile(r"\d{14}")
_MOJIBAKE = re.compile("[A-Za-z][‚Šˆ‡…“—–ƒ][a-z]|Ã[©¨ªª§´®¯»¼¢ ]|â€[™œ“”]")
_EXCEL_EPOCH = date(1899, 12, 30)  # Excel takes 1900 for a leap year


@dataclass
class Mended:
    """A column's texts, with what was changed and what only looks wrong."""

    texts: list[str]
    repairs: list[Repair] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


Mend = Callable[[str], str | None]  # the mended text; None where nothing is to be done


def mend_column(
    cells: Sequence[Any], numbers: Sequence[int], described: Mapping[str, Any] | None, column: str, is_siret: bool
) -> Mended:
    """`numbers` are the rows'; a column that is no field is only made text."""
    kind = (described or {}).get("type", "string")
    mended = Mended([_text(cell, described or {}) for cell in cells])
    if described is None:
        return mended
    if is_siret:
        _mend_sirets(mended, numbers, column)
    elif kind in ("number", "integer") and described.get("decimalChar", ".") == ".":
        _mend_numbers(mended, numbers, column)
    elif kind == "date" and described.get("format", "default") == "default":
        _mend_dates(mended, numbers, column)
    elif kind == "string":
        _find_mojibake(mended, numbers, column)
    return mended


def _text(cell: Any, described: Mapping[str, Any]) -> str:
    """A typed cell as the field would write it."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        words = described.get("trueValues", ["true"]) if cell else described.get("falseValues", ["false"])
        return str(words[0])
    if isinstance(cell, float) and math.isfinite(cell):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 2**63 else format(Decimal(repr(cell)), "f")
    if isinstance(cell, datetime):
        is_day = described.get("type") == "date" or cell.time() == time()
        return cell.date().isoformat() if is_day else cell.isoformat()
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell.total_seconds()) if isinstance(cell, timedelta) else str(cell)


def _apply(mended: Mended, numbers: Sequence[int], column: str, rule: str, message: str, mend: Mend) -> None:
    for place, text in enumerate(mended.texts):
        better = mend(text.strip()) if text else None
        if better is not None and better != text:
            mended.texts[place] = better
            mended.repairs.append(Repair(rule, message, numbers[place], column))


def _tell(mended: Mended, numbers: Sequence[int], column: str, rule: str, message: str, places: Sequence[int]) -> None:
    mended.findings += [Finding("warning", rule, message, numbers[place], column) for place in places]


def _mend_numbers(mended: Mended, numbers: Sequence[int], column: str) -> None:
    """A comma is a decimal one where a number of the column has other than three digits behind it, and none a point."""
    texts = [text.strip() for text in mended.texts]
    commas = [place for place, text in enumerate(texts) if _COMMA.fullmatch(text)]
    has_point = any("." in text for text in texts)
    is_certain = not has_point and any(len(_COMMA.fullmatch(texts[place])[1]) != 3 for place in commas)  # type: ignore[index]
    if commas and not is_certain:
        message = _("This comma may stand for decimals or for thousands. Write the number with a point.")
        _tell(mended, numbers, column, "doubtful-comma", message, commas)
    if is_certain:
        _apply(mended, numbers, column, "decimal-comma", _("A decimal comma was written as a point."), _point)
    _apply(mended, numbers, column, "thousands", _("Blanks between thousands were taken out."), _without_blanks)


def _point(text: str) -> str | None:
    return _BLANKS.sub("", text).replace(",", ".") if _COMMA.fullmatch(text) else None


def _without_blanks(text: str) -> str | None:
    return _BLANKS.sub("", text) if _GROUPED.fullmatch(text) else None


def _mend_dates(mended: Mended, numbers: Sequence[int], column: str) -> None:
    """Day before month where some date of the column has a day beyond 12, and none a month."""
    found = {place: _SLASHED.fullmatch(text.strip()) for place, text in enumerate(mended.texts)}
    pairs = {place: (int(match[1]), int(match[2])) for place, match in found.items() if match}
    if pairs and any(first > 12 for first, _second in pairs.values()) and all(s <= 12 for _f, s in pairs.values()):
        _apply(
            mended, numbers, column, "day-first", _("A date written day/month/year was written year-month-day."), _iso
        )
    elif pairs:
        message = _("This date may be read day first or month first. Write it year-month-day.")
        _tell(mended, numbers, column, "doubtful-date", message, list(pairs))
    _apply(
        mended, numbers, column, "excel-date", _("A spreadsheet's day number was written as its date."), _from_serial
    )


def _iso(text: str) -> str | None:
    match = _SLASHED.fullmatch(text)
    try:
        return date(int(match[3]), int(match[2]), int(match[1])).isoformat() if match else None
    except ValueError:
        return None


def _from_serial(text: str) -> str | None:
    match = _SERIAL.fullmatch(text)
    return (_EXCEL_EPOCH + timedelta(days=int(match[1]))).isoformat() if match else None


def _mend_sirets(mended: Mended, numbers: Sequence[int], column: str) -> None:
    _apply(
        mended, numbers, column, "siret-number", _("A SIRET that was made a number was made text again."), _from_float
    )
    _apply(mended, numbers, column, "siret-blanks", _("Blanks in a SIRET were taken out."), _packed_siret)
    _apply(mended, numbers, column, "siret-zero", _("The lost first zero of a SIRET was restored."), _with_zero)
    lost = [place for place, text in enumerate(mended.texts) if _SCIENTIFIC.fullmatch(text.strip())]
    message = _("The spreadsheet has lost digits of this SIRET. Write it again, as text.")
    _tell(mended, numbers, column, "siret-lost", message, lost)


def _from_float(text: str) -> str | None:
    match = _FLOAT.fullmatch(text)
    return match[1] if match else None


def _packed_siret(text: str) -> str | None:
    packed = _BLANKS.sub("", text)
    return packed if packed != text and _SIRET.fullmatch(packed) else None


def _with_zero(text: str) -> str | None:
    """Certain only where the key of the 14 digits is right."""
    restored = text.zfill(14)
    return restored if len(text) == 13 and text.isascii() and text.isdigit() and luhn.is_valid(restored) else None


def _find_mojibake(mended: Mended, numbers: Sequence[int], column: str) -> None:
    spoilt = [place for place, text in enumerate(mended.texts) if not text.isascii() and _MOJIBAKE.search(text)]
    message = _("Accents of this text were spoilt by an earlier export. Write it again.")
    _tell(mended, numbers, column, "spoilt-accents", message, spoilt)
