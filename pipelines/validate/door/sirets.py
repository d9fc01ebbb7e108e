"""SIRETs that a spreadsheet took for numbers: rebuilt where the key proves them right, told where it does not."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from stdnum.fr import siret

from ...messages import _
from .mended import Mended
from .titles import simplified

_FLOAT = re.compile(r"(\d{5,14})\.0+")
_BLANKS = re.compile(r"[ \u00a0\u202f]")
_SCIENTIFIC = r"^\s*\d(?:[.,]\d+)?[eE]\+?\d{1,2}\s*$"
_SHORT = re.compile(r"\d{12,13}")  # some SIRENs begin with two zeros


def siret_fields(table_schema: Mapping[str, Any]) -> set[str]:
    """Fields that a check, their pattern or their name says are SIRETs."""
    checks: Sequence[Mapping[str, Any]] = table_schema.get("custom_checks") or ()
    checked = {check["params"]["column"] for check in checks if check.get("name") == "french-siret-value"}
    return checked | {field["name"] for field in table_schema["fields"] if _is_siret(field)}


def _is_siret(field: Mapping[str, Any]) -> bool:
    is_shaped = "{14}" in str((field.get("constraints") or {}).get("pattern", ""))
    return field.get("type", "string") == "string" and (is_shaped or "siret" in simplified(field["name"]))


def mend_sirets(mended: Mended, typed: Iterable[int]) -> None:
    """Certain only where the key of the 14 digits is right, and that of the SIREN in them.

    `typed` are the places of the cells that were numbers already.
    """
    written = mended.stripped(mended.places(r"\.0+\s*$"))
    numbers = np.union1d(np.fromiter(typed, np.int64), [place for place, text in written if _FLOAT.fullmatch(text)])
    numbers = numbers.astype(np.int64)
    is_right = {place for place, text in mended.stripped(numbers) if _is_siret_in(_digits(text))}
    mended.texts.mend(np.fromiter(sorted(is_right), np.int64), _digits)
    mended.list_repairs("siret-number", _("A SIRET that was made a number was made text again."), sorted(is_right))
    mended.apply("siret-blanks", _("Blanks in a SIRET were taken out."), r"\d[ \x{a0}\x{202f}]\d", _packed)
    mended.apply("siret-zero", _("The lost first zeros of a SIRET were restored."), r"^\s*\d{12,13}\s*$", _with_zero)
    message = _("This SIRET was made a number, and its key is wrong. Write it again, as text.")
    mended.tell("siret-doubtful", message, (place for place in numbers.tolist() if place not in is_right))
    message = _("The spreadsheet has lost digits of this SIRET. Write it again, as text.")
    mended.tell("siret-lost", message, mended.places(_SCIENTIFIC).tolist())


def _digits(text: str) -> str:
    match = _FLOAT.fullmatch(text)
    return match[1] if match else text


def _is_siret_in(digits: str) -> bool:
    """Whether they make a SIRET, be it with zeros before them."""
    return bool(siret.is_valid(digits) or _with_zero(digits))


def _packed(text: str) -> str | None:
    packed = _BLANKS.sub("", text)
    return packed if packed.isascii() and packed.isdigit() and len(packed) in (12, 13, 14) else None


def _with_zero(text: str) -> str | None:
    restored = text.zfill(14)
    return restored if _SHORT.fullmatch(text) and siret.is_valid(restored) else None
