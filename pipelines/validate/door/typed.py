"""A typed cell of a spreadsheet, of JSON or of Parquet as the text that its field reads."""

import math
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

_SHOWN_DIGITS = 15  # a spreadsheet computes in binary, keeps 17 digits and shows 15: 0.30000000000000004 is 0.3


def text_of(cell: Any, described: Mapping[str, Any]) -> str:
    """The cell in the form that the field declares: its words of truth, its decimal sign, its format of dates."""
    kind = described.get("type", "string")
    if cell is None:
        return ""
    if isinstance(cell, bool) or (kind == "boolean" and cell in (0, 1)):
        words = described.get("trueValues", ["true"]) if cell else described.get("falseValues", ["false"])
        return str(words[0]) if words else str(cell)
    if isinstance(cell, float | Decimal):
        return _number(cell).replace(".", described.get("decimalChar", ".") if kind == "number" else ".")
    if isinstance(cell, date | time):
        return _moment(cell, kind, str(described.get("format", "default")))
    return str(cell.total_seconds()) if isinstance(cell, timedelta) else str(cell)


def is_rounded(cell: Any) -> bool:
    """Whether the text of a number has fewer digits than the cell."""
    return isinstance(cell, float) and math.isfinite(cell) and not cell.is_integer() and float(_number(cell)) != cell


def is_cut(cell: Any, described: Mapping[str, Any]) -> bool:
    """Whether a date with its time lost the time."""
    return isinstance(cell, datetime) and described.get("type") == "date" and cell.time() != time()


def _number(cell: float | Decimal) -> str:
    if not math.isfinite(cell):
        return str(cell)
    if isinstance(cell, Decimal):
        return format(cell, "f")
    if cell.is_integer() and abs(cell) < 2**63:
        return str(int(cell))
    return format(Decimal(f"{cell:.{_SHOWN_DIGITS}g}"), "f")


def _moment(cell: date | time, kind: str, form: str) -> str:
    if isinstance(cell, datetime) and (kind == "date" or (kind != "datetime" and cell.time() == time())):
        cell = cell.date()
    if "%" in form and kind in ("date", "datetime", "time"):
        return cell.strftime(form)
    if kind == "yearmonth" and isinstance(cell, date) and cell.day == 1:
        return f"{cell:%Y-%m}"  # a spreadsheet makes a day of 2024-12
    return cell.isoformat()
