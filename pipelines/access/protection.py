"""How people are protected, column by column, in words: from the privacy block that the version was made with."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..messages import _

Columns = Mapping[str, Mapping[str, Any]]
STEPS = {
    "day": lambda: _("cut to the day"),
    "month": lambda: _("cut to the month"),
    "quarter": lambda: _("cut to the quarter"),
    "year": lambda: _("cut to the year"),
    "department": lambda: _("cut to the department"),
}


@dataclass(frozen=True)
class Treated:
    """A column that was changed. `words` say how, with {reason} where the declared `reason` belongs."""

    column: str
    words: str
    reason: str


def left_out(privacy: Columns) -> list[str]:
    """The source's columns that are never published."""
    return [name for name, column in privacy.items() if column.get("action") == "drop"]


def treated(privacy: Columns) -> list[Treated]:
    """The columns that were changed, each with how."""
    changed = [Treated(name, _treatment(column), column.get("reason") or "") for name, column in privacy.items()]
    return [each for each in changed if each.words]


def kept(privacy: Columns) -> list[str]:
    """The columns published as they are."""
    return [name for name, column in privacy.items() if column.get("action") == "keep"]


def bases(privacy: Columns) -> list[str]:
    """The articles of law that make columns public."""
    said = (column.get("article") or column.get("basis") for column in privacy.values())
    return list(dict.fromkeys(words for words in said if words))


def _coarser(column: Mapping[str, Any]) -> str:
    if column.get("bands"):
        return _("in bands")
    if column.get("ladder"):
        return _("replaced by a coarser label")
    return STEPS.get(column.get("to", ""), lambda: str(column.get("to")))()


def _ends(bottom: float | None, top: float | None) -> str:
    if top is None:
        return _("shown as {bottom} where it is less").format(bottom=f"{bottom:g}")
    if bottom is None:
        return _("shown as {top} where it is more").format(top=f"{top:g}")
    return _("shown as {bottom} where it is less, as {top} where it is more").format(
        bottom=f"{bottom:g}", top=f"{top:g}"
    )


def _treatment(column: Mapping[str, Any]) -> str:
    match column.get("action"):
        case "generalise":
            return _coarser(column)
        case "grid":
            return _("moved to the centre of a square of {metres} m").format(metres=column.get("cell_m"))
        case "top_bottom_code":
            return _ends(column.get("bottom"), column.get("top"))
        case "round":
            return _("rounded to a multiple of {base}").format(base=f"{column['base']:g}")
        case "threshold":
            return _("left blank where it counts too few people")
        case "pseudonymise" if column.get("reason"):
            return _("replaced by a code: {reason}")
        case "pseudonymise":
            return _("replaced by a code that is another one in each version")
        case "keep" | "drop" | None:
            return ""
    return str(column.get("action"))
