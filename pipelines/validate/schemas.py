"""A Table Schema as frictionless reads it; what is wrong with it is the declaration's fault, not the data's."""

import copy
import re
from collections.abc import Mapping
from typing import Any

from frictionless import FrictionlessException, Schema

from ..errors import InvalidDeclaration
from ..messages import _
from .screens.bounds import bounds


def read_schema(table_schema: Mapping[str, Any]) -> Any:
    """A frictionless Schema. Raises InvalidDeclaration with what frictionless finds wrong."""
    try:
        schema = Schema.from_descriptor(copy.deepcopy(dict(table_schema)))
    except FrictionlessException as problem:
        notes = "; ".join(error.note for error in problem.to_errors()) or problem.error.note
        raise InvalidDeclaration(_("schema: {problem}.").format(problem=notes)) from None
    for field in schema.fields:
        _refuse_broken_pattern(field)
        _refuse_broken_bounds(field)
    return schema


def _refuse_broken_bounds(field: Any) -> None:
    for name, bound in bounds(field).items():
        if bound is None:
            raise InvalidDeclaration(
                _("schema, field {field}: {name} is not a value of the field's type.").format(
                    field=field.name, name=name
                )
            )


def _refuse_broken_pattern(field: Any) -> None:
    try:
        re.compile(f"^{field.constraints.get('pattern', '')}$")
    except re.error as problem:
        raise InvalidDeclaration(
            _("schema, field {field}: the pattern is no regular expression ({problem}).").format(
                field=field.name, problem=problem
            )
        ) from None
