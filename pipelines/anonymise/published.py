"""The Table Schema of what leaves, derived from the valid row's and the privacy block."""

from collections.abc import Mapping
from typing import Any

from ..errors import InvalidDeclaration
from ..messages import _
from ..privacy_policy import ColumnPolicy, Generalise, Grid, Privacy, Pseudonymise
from ..table_schema import names_of, primary_key
from . import dates, pseudonyms

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
    match policy:
        case Generalise():
            if field["type"] not in dates.CUTTABLE:
                raise InvalidDeclaration(
                    _("privacy.columns.{column}: only a date or datetime can be generalised to a {step}.").format(
                        column=field["name"], step=policy.to
                    )
                )
            return _retyped(field, dates.PUBLISHED_STEPS[policy.to].field)
        case Pseudonymise():
            return _retyped(field, pseudonyms.FIELD)
        case Grid():
            return _gridded(field)
        case _:
            return dict(field)


def _blankable(field: dict[str, Any], privacy: Privacy) -> dict[str, Any]:
    """A column that small groups lose cannot be required of the published rows."""
    if field["name"] not in privacy.suppression.priority or "constraints" not in field:
        return field
    constraints = {key: value for key, value in field["constraints"].items() if key != "required"}
    return {key: value for key, value in field.items() if key != "constraints"} | (
        {"constraints": constraints} if constraints else {}
    )


def _retyped(field: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: value for key, value in field.items() if key not in _OF_THE_OLD_TYPE}
    constraints = {key: value for key, value in field.get("constraints", {}).items() if key in _STILL_TRUE}
    constraints |= new.get("constraints", {})
    return {**kept, **new, **({"constraints": constraints} if constraints else {})}


def _gridded(field: Mapping[str, Any]) -> dict[str, Any]:
    """A coordinate keeps its type; a cell's centre may be null beside a missing half, or outside a bound."""
    if field["type"] != "number":
        raise InvalidDeclaration(
            _("privacy.columns.{column}: a grid needs a field of type number.").format(column=field["name"])
        )
    return {key: value for key, value in field.items() if key not in ("constraints", "example")}
