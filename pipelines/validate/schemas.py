"""A Table Schema as frictionless reads it; what is wrong with it is the declaration's fault, not the data's."""

import copy
import json
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from frictionless import FrictionlessException, Schema

from ..closed import nearest
from ..errors import InvalidDeclaration
from ..messages import _
from .fields import CRASHES, bounds
from .schema_wording import schema_problem


def read_schema(table_schema: Mapping[str, Any]) -> Any:
    """A frictionless Schema. Raises InvalidDeclaration with what frictionless finds wrong."""
    refuse_unreadable(table_schema)
    schema = Schema.from_descriptor(copy.deepcopy(dict(table_schema)))
    if not schema.fields:
        raise InvalidDeclaration(_("schema: it has no field."))
    from .checks import refuse_broken_checks  # arrow, which a file as it is may not need

    refuse_broken_checks(table_schema)
    for field in schema.fields:
        _refuse_broken_pattern(field)
        _refuse_unreadable(field)
        _refuse_broken_bounds(field)
    return schema


def refuse_unreadable(table_schema: Mapping[str, Any]) -> None:
    """Raises InvalidDeclaration with what frictionless finds wrong.

    Frictionless takes a text in the place of a field for an address or a path, and reads what lies there.
    """
    fields = table_schema.get("fields", [])
    if not isinstance(fields, list) or not all(map(_has_name, fields)):
        raise InvalidDeclaration(_("schema: every field must be an object with a name."))
    try:
        Schema.from_descriptor(copy.deepcopy(dict(table_schema)))
    except FrictionlessException as problem:
        notes = [error.note for error in problem.to_errors()] or [problem.error.note]
        raise InvalidDeclaration(_("schema: {problem}.").format(problem=schema_problem(notes))) from None
    except CRASHES:
        raise InvalidDeclaration(_("schema: it is not written as a Table Schema.")) from None


def _has_name(field: Any) -> bool:
    return isinstance(field, Mapping) and isinstance(field.get("name"), str)


def _refuse_unreadable(field: Any) -> None:
    """A format may need a library that is not there, and a list may hold what is no value of the field."""
    try:
        field.create_cell_reader()
    except FrictionlessException as problem:
        raise InvalidDeclaration(
            _("schema, field {field}: {problem}.").format(
                field=field.name, problem=schema_problem([problem.error.note])
            )
        ) from None


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
            _("schema, field {field}: the pattern is no regular expression; see its character {place}.").format(
                field=field.name, place=problem.pos or 1
            )
        ) from None


def find_schema(wanted: str, roots: Sequence[Path], fetch: Callable[[str], bytes]) -> Mapping[str, Any]:
    """A Table Schema by its name below `roots` (schemas/NAME.json), its path, or its address.

    `fetch` reads an address. Raises InvalidDeclaration where there is none, or where it is no JSON object.
    """
    named = (root / "schemas" / f"{wanted}.json" for root in roots)
    path = next((one for one in (*named, Path(wanted)) if one.is_file()), None)
    if wanted.startswith(("http://", "https://")):
        content = fetch(wanted)
    elif path is not None:
        content = path.read_bytes()
    else:
        known = sorted({one.stem for root in roots for one in root.glob("schemas/*.json") if "." not in one.stem})
        raise InvalidDeclaration(
            _("schema “{wanted}”: neither a name, a file nor an address").format(wanted=wanted) + nearest(wanted, known)
        )
    return _parsed(content, wanted)


def _parsed(content: bytes, wanted: str) -> Mapping[str, Any]:
    try:
        found = json.loads(content.decode("utf-8-sig"))
    except ValueError:
        found = None
    fields = found.get("fields") if isinstance(found, dict) else None
    if not isinstance(fields, list) or not all(isinstance(field, dict) for field in fields):
        raise InvalidDeclaration(
            _("schema “{wanted}”: not a Table Schema (a JSON object with fields).").format(wanted=wanted)
        )
    return dict(found)
