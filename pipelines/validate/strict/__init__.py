"""A file as it is, and the report of frictionless: same errors, same order, many times faster."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import chain, islice
from typing import Any

from frictionless import FrictionlessException
from frictionless.checks import baseline

from ...errors import InvalidDeclaration
from ...imports import kept_for_good
from ...messages import _
from ..fields import CRASHES
from ..schemas import refuse_unreadable
from ..slow_patterns import SlowPatterns
from .fallback import run_frictionless
from .plan import Outcome, Plan, Unreadable, plan_of
from .small import SMALL_BYTES, run_small
from .source import Source, resource_of, trusted
from .spool import FaultLog

LIMIT_ERRORS = 1000  # frictionless' own

__all__ = ["LIMIT_ERRORS", "Source", "StrictReport", "validate_strictly"]


@dataclass(frozen=True)
class StrictReport:
    """Frictionless' errors: descriptors of the header and the file around the faults of the rows."""

    start: tuple[dict[str, Any], ...]
    faults: FaultLog
    end: tuple[dict[str, Any], ...]
    limit_errors: int  # the limit that was reached; 0 where none was
    fields: dict[str, Any]  # name -> frictionless field, for messages

    def __len__(self) -> int:
        count = len(self.start) + len(self.faults) + len(self.end)
        return min(count, self.limit_errors) if self.limit_errors else count

    def descriptors(self) -> Iterator[dict[str, Any]]:
        """What `error.to_descriptor()` gives for each error of frictionless' report, in its order. They quote cells."""
        return islice(chain(self.start, (fault.descriptor() for fault in self.faults), self.end), len(self))


def validate_strictly(source: Source, limit_errors: int = LIMIT_ERRORS, block_bytes: int | None = None) -> StrictReport:
    """`frictionless.Resource(...).validate(limit_errors=...)`; 0 is no limit. Raises InvalidDeclaration.

    `block_bytes` asks for vectors over blocks of this size, however small the file is.
    """
    try:
        with trusted(), SlowPatterns() as judge_slowly:
            found = _validate(source, limit_errors, block_bytes, judge_slowly)
    except Unreadable:
        found = None
    if found is not None:
        return found
    return _only(run_frictionless(source, limit_errors))


def _only(errors: list[dict[str, Any]]) -> StrictReport:
    return StrictReport(tuple(errors), FaultLog(), (), 0, {})


def _validate(
    source: Source, limit_errors: int, block_bytes: int | None, judge_slowly: SlowPatterns
) -> StrictReport | None:
    resource = _resource(source)
    try:
        resource.to_descriptor(validate=True)
        resource.open()
    except FrictionlessException as problem:
        resource.close()
        return _only([error.to_descriptor() for error in problem.to_errors()])
    except re.error as problem:
        said = _("schema: a pattern is no regular expression; see its character {place}.").format(
            place=problem.pos or 1
        )
        raise InvalidDeclaration(said) from None
    with resource:
        plan = plan_of(resource, judge_slowly)
        if plan is None:
            return None
        check = baseline()
        check.connect(resource)
        start = tuple(error.to_descriptor() for error in check.validate_start())
        outcome = _run(plan, len(start), limit_errors, block_bytes)
        end = () if outcome.is_limited else _end_errors(check, resource, outcome)
    fields = {column.name: column.field for column in plan.columns}
    return StrictReport(start, outcome.faults, end, limit_errors if outcome.is_limited else 0, fields)


def _resource(source: Source) -> Any:
    """Frictionless reports most of what is wrong with a schema; some schemas it cannot even hold."""
    for one in (source, *source.references.values()):
        if one.schema is not None and not _holds_fields(one.schema):
            refuse_unreadable(one.schema)
    try:
        return resource_of(source)
    except (FrictionlessException, *CRASHES):
        refuse_unreadable(source.schema or {})
        raise


def _holds_fields(table_schema: Mapping[str, Any]) -> bool:
    fields = table_schema.get("fields", [])
    return isinstance(fields, list) and all(isinstance(one, Mapping) for one in fields)


def _run(plan: Plan, header_error_count: int, limit_errors: int, block_bytes: int | None) -> Outcome:
    if block_bytes is None and plan.path.stat().st_size <= SMALL_BYTES:
        return run_small(plan, header_error_count, limit_errors)
    run, usual_bytes = _vectors()
    return run(plan, header_error_count, limit_errors, block_bytes or usual_bytes)


@cache
def _vectors() -> tuple[Callable[[Plan, int, int, int], Outcome], int]:
    """Where a file is large only, for arrow and numpy take their time; once, for what lives then is never collected."""
    with kept_for_good():
        from .run import BLOCK_BYTES, run
    return run, BLOCK_BYTES


def _end_errors(check: Any, resource: Any, outcome: Outcome) -> tuple[dict[str, Any], ...]:
    resource.stats.rows = outcome.row_count
    return tuple(error.to_descriptor() for error in check.validate_end())
