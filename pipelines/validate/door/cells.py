"""One column's cells as text, as their field writes them; mended where the column itself proves the mending right."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from ...messages import _
from .dates import mend_dates
from .mended import Mended
from .numbers import mend_numbers
from .sirets import mend_sirets
from .typed import is_cut, is_rounded, text_of

_MOJIBAKE = "[A-Za-z][‚Šˆ‡…“—–ƒ][a-z]|Ã[©¨ªª§´®¯»¼¢ ]|â€[™œ“”]"
_SPREADSHEET_ERROR = r"^#(?:N/[AD]|REF!|VALU?E!|VALEUR!|DIV/0!|NAME\?|NOM\s?\?|NULL?!|NUM!|NOMBRE!)$"
# What spreadsheets and forms write for a truth value in French and in English.
_TRUTHS = {
    "vrai": True,
    "true": True,
    "oui": True,
    "yes": True,
    "faux": False,
    "false": False,
    "non": False,
    "no": False,
}
_Mend = Callable[[Mended, Mapping[str, Any]], None]


def mend_column(
    cells: Sequence[Any], numbers: Sequence[int], described: Mapping[str, Any] | None, column: str, is_siret: bool
) -> Mended:
    """`numbers` are the rows'; a column that is no field is only made text."""
    field = described or {}
    mended = Mended([cell if isinstance(cell, str) else text_of(cell, field) for cell in cells], numbers, column)
    if described is None:
        return mended
    _tell_typed(mended, cells, field)
    if is_siret:
        mend_sirets(mended, cells)
    else:
        _MENDS.get(field.get("type", "string"), _tell_mojibake)(mended, field)
    _tell_errors(mended)
    return mended


def _tell_typed(mended: Mended, cells: Sequence[Any], described: Mapping[str, Any]) -> None:
    typed = [(place, cell) for place, cell in enumerate(cells) if not isinstance(cell, str)]
    rounded = _("A number was cut to the 15 digits that a spreadsheet shows.")
    mended.list_repairs("rounded", rounded, [place for place, cell in typed if is_rounded(cell)])
    cut = _("The time of day was left out: the field is a date.")
    mended.list_repairs("time-of-day", cut, [place for place, cell in typed if is_cut(cell, described)])


def _mend_booleans(mended: Mended, described: Mapping[str, Any]) -> None:
    """The words that the field declares are all it knows; a spreadsheet's VRAI is one of them, in other words."""
    words = {True: described.get("trueValues") or ["true"], False: described.get("falseValues") or ["false"]}
    known = {"true", "True", "TRUE", "1"} if "trueValues" not in described else set(words[True])
    known |= {"false", "False", "FALSE", "0"} if "falseValues" not in described else set(words[False])

    def mend(text: str) -> str | None:
        truth = _TRUTHS.get(text.lower())
        return None if truth is None or text in known else str(words[truth][0])

    mended.apply("boolean", _("A truth value was written as the schema writes it."), r"^\s*[A-Za-z]{2,5}\s*$", mend)


def _tell_mojibake(mended: Mended, _described: Mapping[str, Any]) -> None:
    spoilt = _("Accents of this text were spoilt by an earlier export. Write it again.")
    mended.tell("spoilt-accents", spoilt, mended.places(_MOJIBAKE))


def _tell_errors(mended: Mended) -> None:
    message = _("The spreadsheet shows an error in this cell. Mend its formula, or empty the cell.")
    mended.tell("spreadsheet-error", message, mended.places(_SPREADSHEET_ERROR))


_MENDS: Mapping[str, _Mend] = {
    "number": mend_numbers,
    "integer": mend_numbers,
    "date": mend_dates,
    "datetime": mend_dates,
    "boolean": _mend_booleans,
}
