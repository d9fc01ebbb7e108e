"""How people are protected, column by column, in words: from the privacy block that the version was made with."""

from collections.abc import Mapping
from typing import Any

from ..messages import _

Columns = Mapping[str, Mapping[str, Any]]
STEPS = {
    "day": lambda: _("cut to the day"),
    "month": lambda: _("cut to the month"),
    "quarter": lambda: _("cut to the quarter"),
    "year": lambda: _("cut to the year"),
}


def left_out(privacy: Columns) -> list[str]:
    """The source's columns that are never published."""
    return [name for name, column in privacy.items() if column.get("action") == "drop"]


def treated(privacy: Columns) -> list[tuple[str, str]]:
    """The columns that were changed, each with how."""
    changed = ((name, _treatment(column)) for name, column in privacy.items())
    return [(name, words) for name, words in changed if words]


def kept(privacy: Columns) -> list[str]:
    """The columns published as they are."""
    return [name for name, column in privacy.items() if column.get("action") == "keep"]


def bases(privacy: Columns) -> list[str]:
    """The articles of law that make columns public."""
    return list(dict.fromkeys(column["basis"] for column in privacy.values() if column.get("basis")))


def _treatment(column: Mapping[str, Any]) -> str:
    match column.get("action"):
        case "generalise":
            return STEPS.get(column.get("to", ""), lambda: str(column.get("to")))()
        case "grid":
            return _("moved to the centre of a square of {metres} m").format(metres=column.get("cell_m"))
        case "pseudonymise":
            return _("replaced by a code: {reason}").format(reason=column.get("reason"))
        case "keep" | "drop" | None:
            return ""
    return str(column.get("action"))
