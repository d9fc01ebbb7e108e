"""SIRETs that a spreadsheet took for numbers: rebuilt where the key proves them right, told where it does not."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from stdnum.fr import siret

from ...messages import _
from .mended import Mended
from .titles import simplified

_FLOAT = re.compile(r"(\d{5,14})\.0+")
_BLANKS = re.compile(r"[ \u00a0\u202f]")
_SCIENTIFIC = r"^\s*\d(?:[.,]\d+)?[eE]\+?\d{1,2}\s*$"
_SHORT = re.compile(r"\d{13}")


def siret_fields(table_schema: Mapping[str, Any]) -> set[str]:
    """Fields that a check, their pattern or their name says are SIRETs."""
    checks: Sequence[Mapping[str, Any]] = table_schema.get("custom_checks") or ()
    checked = {check["params"]["column"] for check in checks if check.get("name") == "french-siret-value"}
    return checked | {field["name"] for field in table_schema["fields"] if _is_siret(field)}


def _is_siret(field: Mapping[str, Any]) -> bool:
    is_shaped = "{14}" in str((field.get("constraints") or {}).get("pattern", ""))
    return field.get("type", "string") == "string" and (is_shaped or "siret" in simplified(field["name"]))


def mend_sirets(mended: Mended, cells: Sequence[Any]) -> None:
    """Certain only where the key of the 14 digits is right, and that of the SIREN in them."""
    numbers = {place for place, cell in enumerate(cells) if isinstance(cell, int | float)}
    numbers |= {place for place in mended.places(r"\.0+\s*$") if _FLOAT.fullmatch(mended.texts[place].strip())}
    rebuilt = _rebuild(mended, numbers)
    mended.list_repairs("siret-number", _("A SIRET that was made a number was made text again."), rebuilt)
    mended.apply("siret-blanks", _("Blanks in a SIRET were taken out."), r"\d[ \x{a0}\x{202f}]\d", _packed)
    mended.apply("siret-zero", _("The lost first zero of a SIRET was restored."), r"^\s*\d{13}\s*$", _with_zero)
    message = _("This SIRET was made a number, and its key is wrong. Write it again, as text.")
    mended.tell("siret-doubtful", message, sorted(numbers - set(rebuilt)))
    message = _("The spreadsheet has lost digits of this SIRET. Write it again, as text.")
    mended.tell("siret-lost", message, mended.places(_SCIENTIFIC))


def _rebuild(mended: Mended, places: Iterable[int]) -> list[int]:
    """Write numbers as digits where these make a SIRET, with a zero before them where that alone does."""
    rebuilt = []
    for place in sorted(places):
        match = _FLOAT.fullmatch(mended.texts[place].strip())
        digits = match[1] if match else mended.texts[place].strip()
        if siret.is_valid(digits) or _with_zero(digits):
            mended.texts[place] = digits
            rebuilt.append(place)
    return rebuilt


def _packed(text: str) -> str | None:
    packed = _BLANKS.sub("", text)
    return packed if packed.isascii() and packed.isdigit() and len(packed) in (13, 14) else None


def _with_zero(text: str) -> str | None:
    restored = f"0{text}"
    return restored if _SHORT.fullmatch(text) and siret.is_valid(restored) else None
