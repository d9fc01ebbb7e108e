"""One column's cells as text, as their field writes them; mended where the column itself proves the mending right."""

from array import array
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ...messages import _
from .dates import mend_dates
from .mended import Mended
from .numbers import mend_numbers, mend_whole_numbers
from .sirets import mend_sirets
from .texts import Texts, text_array
from .typed import is_cut, is_rounded, text_of

_MOJIBAKE = "[A-Za-z][‚Šˆ‡…“—–ƒ][a-z]|Ã[©¨ªª§´®¯»¼¢ ]|â€[™œ“”]|\ufffd"
_SPREADSHEET_ERROR = r"^#(?:N/[AD]|REF!|VALU?E!|VALEUR!|DIV/0!|NAME\?|NOM\s?\?|NULL?!|NUM!|NOMBRE!)$"
_GUARDED = r'^="(?:[^"=@+-][^"]*)?"$'  # ="00123": how exports keep a spreadsheet from making a number of a code
_OUTER_BLANKS = r"^[\s\x{a0}]+\S|\S[\s\x{a0}]+$"
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


@dataclass
class RawColumn:
    """A column as it comes in, piece by piece: its texts, and the places of the cells that were no texts.

    `described` is its field; None for a column that is none, which is only made text.
    """

    described: Mapping[str, Any] | None
    texts: Texts = field(default_factory=Texts)
    count: int = 0
    rounded: "array[int]" = field(default_factory=lambda: array("q"))
    cut: "array[int]" = field(default_factory=lambda: array("q"))
    numbers: "array[int]" = field(default_factory=lambda: array("q"))

    def append(self, cells: Sequence[Any]) -> int:
        """More cells, and how many bytes they take."""
        texts = [cell if isinstance(cell, str) else self._text(place, cell) for place, cell in enumerate(cells)]
        piece = text_array(texts)
        self.texts.pieces.append(piece)
        self.count += len(cells)
        return int(piece.nbytes)

    def _text(self, place: int, cell: Any) -> str:
        described = self.described or {}
        if cell is None:
            return ""
        if is_rounded(cell):
            self.rounded.append(self.count + place)
        if is_cut(cell, described):
            self.cut.append(self.count + place)
        if isinstance(cell, int | float):
            self.numbers.append(self.count + place)
        return text_of(cell, described)


def mend_column(mended: Mended, raw: RawColumn, is_siret: bool) -> None:
    """Mend the texts of a column that is a field, in place."""
    if raw.described is None:
        return
    mended.list_repairs("rounded", _("A number was cut to the 15 digits that a spreadsheet shows."), raw.rounded)
    mended.list_repairs("time-of-day", _("The time of day was left out: the field is a date."), raw.cut)
    mended.apply("guarded-text", _("A text that a program guarded as a formula is a text again."), _GUARDED, _unguarded)
    if is_siret:
        mend_sirets(mended, raw.numbers)
    else:
        _MENDS.get(raw.described.get("type", "string"), _tell_mojibake)(mended, raw.described)
    if is_siret or _is_strict(raw.described):
        mended.apply("outer-blanks", _("Blanks around a cell were taken out."), _OUTER_BLANKS, str)
    _tell_errors(mended)


def _unguarded(text: str) -> str:
    return text[2:-1]


def _is_strict(described: Mapping[str, Any]) -> bool:
    """Whether the field refuses blanks around what it expects; in a free text they are the author's."""
    return described.get("type", "string") != "string" or bool(
        {"pattern", "enum"} & set(described.get("constraints") or ())
    )


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
    "integer": mend_whole_numbers,
    "date": mend_dates,
    "datetime": mend_dates,
    "boolean": _mend_booleans,
}
