"""Privacy blocks and tables in a few words, for the tests of this room."""

from typing import Any

import pyarrow as pa

from pipelines.privacy_policy import Privacy

KEY = bytes(range(32))
BUDGET_LAW = {"basis": "public_by_law", "article": "CGCT L2313-1", "covers": "budget_lines"}


def privacy(unit: str = "none", **columns: Any) -> Privacy:
    """`privacy(nom="identifier drop", date={...})`: a column as "role action", or whole."""
    whole = {name: _column(given) for name, given in columns.items()}
    return Privacy.model_validate({"unit": unit, "columns": whole})


def _column(given: Any) -> dict[str, Any]:
    return dict(zip(("role", "action"), given.split(), strict=True)) if isinstance(given, str) else given


def generalised(step: str) -> dict[str, str]:
    return {"role": "quasi_identifier", "action": "generalise", "to": step}


def gridded(axis: str, cell_m: int = 1000) -> dict[str, Any]:
    return {"role": "quasi_identifier", "action": "grid", "axis": axis, "cell_m": cell_m}


PSEUDONYM = {
    "role": "identifier",
    "action": "pseudonymise",
    "scope": "dataset",
    "reason": "reusers count distinct contributors",
}


def schema(**types: Any) -> dict[str, Any]:
    """`schema(date="date", montant={"type": "number", ...})`."""
    return {
        "fields": [
            {"name": name, **({"type": given} if isinstance(given, str) else given)} for name, given in types.items()
        ]
    }


def strings(**columns: list[str | None]) -> pa.Table:
    return pa.table({name: pa.array(values, pa.string()) for name, values in columns.items()})
