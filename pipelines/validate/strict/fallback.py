"""Frictionless itself, for the whole file: in this process, or in one that can be killed."""

import json
from typing import Any

from ...errors import InvalidDeclaration
from ...messages import _
from ..confined import ChildFailed, run_confined
from ..fields import CRASHES
from ..patterns import is_tame
from .source import Source, package_descriptor, resource_of, trusted

SECONDS = 600.0

_CHILD = """
import json, sys
from frictionless import Package, system
given = json.load(sys.stdin)
with system.use_context(trusted=True):
    package = Package.from_descriptor(given["package"], allow_invalid=True)
    report = package.resources[0].validate(limit_errors=given["limit_errors"])
print(json.dumps([error.to_descriptor() for error in report.tasks[0].errors], default=str))
"""


def run_frictionless(source: Source, limit_errors: int) -> list[dict[str, Any]]:
    """The error descriptors of `Resource.validate`; bounded in time where a pattern could hang it."""
    if _may_hang(source):
        return _run_in_child(source, limit_errors)
    try:
        with trusted():
            report = resource_of(source).validate(limit_errors=limit_errors)
    except (*CRASHES, AssertionError):
        raise InvalidDeclaration(
            _("schema: frictionless cannot apply it (a bound, key or list of another type than its field).")
        ) from None
    return [error.to_descriptor() for error in report.tasks[0].errors]


def _may_hang(source: Source) -> bool:
    fields = (source.schema or {}).get("fields", [])
    patterns = (field.get("constraints", {}).get("pattern") for field in fields if isinstance(field, dict))
    return any(isinstance(pattern, str) and not is_tame(pattern) for pattern in patterns)


def _run_in_child(source: Source, limit_errors: int) -> list[dict[str, Any]]:
    given = json.dumps({"package": package_descriptor(source), "limit_errors": limit_errors})
    try:
        answer = run_confined(_CHILD, given.encode(), SECONDS)
    except ChildFailed:
        raise InvalidDeclaration(
            _("schema: a pattern gives no answer in time. Write it without a repetition inside a repetition.")
        ) from None
    found: list[dict[str, Any]] = json.loads(answer)
    return found
