"""The Table Schema of what leaves, derived from the valid row's and the privacy block."""

from collections.abc import Mapping
from typing import Any

from ..column_policies import (
    ColumnPolicy,
    Generalise,
    Grid,
    Pseudonymise,
    Round,
    Threshold,
    TopBottomCode,
    unfit_type,
)
from ..errors import InvalidDeclaration
from ..messages import _
from ..privacy_policy import Privacy
from ..table_schema import names_of, primary_key
from .actions import dates, labels, pseudonyms

_OF_THE_OLD_TYPE = ("type", "format", "example", "decimals", "constraints", "bareNumber", "groupChar", "decimalChar")
_STILL_TRUE = ("required",)  # of a field whose values were replaced


def published_schema(table_schema: Mapping[str, Any], privacy: Privacy) -> dict[str, Any]:
    """Dropped fields are gone; treated ones have their new type and only the constraints that still hold.

    Keys survive where every field of theirs can still tell rows apart (kept, or pseudonymised).
    """
    fields = [
        _blankable(_published_field(field, privacy.columns[field["name"]]), privacy)
        for field in table_schema["fields"]
        if privacy.columns[field["name"]].action != "drop"
    ]
    exact = {name for name, column in privacy.columns.items() if column.action in ("keep", "pseudonymise")}
    names = {field["name"] for field in fields}
    schema = {key: value for key, value in table_schema.items() if key not in ("primaryKey", "uniqueKeys")}
    schema["fields"] = fields
    if (key := primary_key(table_schema)) and set(key) <= exact:
        schema["primaryKey"] = table_schema["primaryKey"]
    if unique := [key for key in table_schema.get("uniqueKeys", []) if set(names_of(key)) <= exact]:
        schema["uniqueKeys"] = unique
    if "foreignKeys" in schema:
        schema["foreignKeys"] = [key for key in schema["foreignKeys"] if set(names_of(key["fields"])) <= exact & names]
    return schema


def _published_field(field: Mapping[str, Any], policy: ColumnPolicy) -> dict[str, Any]:
    if problem := unfit_type(policy, field.get("type", "string")):
        raise InvalidDeclaration(
            _("privacy.columns.{column}: {problem}.").format(column=field["name"], problem=problem)
        )
    match policy:
        case Generalise(to="department"):
            return _retyped(field, labels.DEPARTMENT_FIELD)
        case Generalise(to=("day" | "month" | "quarter" | "year") as step):
            return _retyped(field, dates.PUBLISHED_STEPS[step].field)
        case Generalise(bands=bands) if bands is not None:
            return _retyped(field, labels.bands_field(bands, field["type"] == "integer"))
        case Generalise():
            return _retyped(field, {"type": "string"})
        case TopBottomCode(bottom=bottom, top=top):
            ends = {"minimum": bottom, "maximum": top}
            return _bounded(field, {word: _written(end, field) for word, end in ends.items() if end is not None})
        case Round():
            return _bounded(field, {})
        case Threshold():
            return _without(field, "required")
        case Pseudonymise():
            return _retyped(field, pseudonyms.FIELD)
        case Grid():
            return {key: value for key, value in field.items() if key not in ("constraints", "example")}
        case _:
            return dict(field)


def _blankable(field: dict[str, Any], privacy: Privacy) -> dict[str, Any]:
    """A column that small groups lose cannot be required of the published rows."""
    return _without(field, "required") if field["name"] in privacy.suppression.priority else field


def _without(field: Mapping[str, Any], word: str) -> dict[str, Any]:
    constraints = {key: value for key, value in field.get("constraints", {}).items() if key != word}
    return {key: value for key, value in field.items() if key != "constraints"} | (
        {"constraints": constraints} if constraints else {}
    )


def _bounded(field: Mapping[str, Any], bounds: Mapping[str, Any]) -> dict[str, Any]:
    """A number that stays one; of the old constraints only those hold that do not speak of its value."""
    kept = {key: value for key, value in field.get("constraints", {}).items() if key in _STILL_TRUE} | dict(bounds)
    unsaid = {key: value for key, value in field.items() if key not in ("constraints", "example")}
    return unsaid | ({"constraints": kept} if kept else {})


def _written(end: float, field: Mapping[str, Any]) -> float | int:
    return int(end) if field["type"] == "integer" else end


def _retyped(field: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in field.items() if key not in _OF_THE_OLD_TYPE}
    constraints = {key: value for key, value in field.get("constraints", {}).items() if key in _STILL_TRUE}
    constraints |= new.get("constraints", {})
    return {**kept, **new, **({"constraints": constraints} if constraints else {})}
