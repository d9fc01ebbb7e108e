"""From a file or a table of text to typed rows and a report, by the Table Schema.

arrow_schema, validate_table    a table of text -> typed rows, for the pipeline
validate                        a file as an officer has it, through the door
validate_as_is                  a file as it is, with the report of frictionless
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ..imports import kept_for_good

with kept_for_good():
    from .public import Report, report_of_refusal, validate, validate_as_is, validate_as_is_with_values
    from .report import CellError, Repair, Validated
    from .schemas import find_schema
    from .strict import Source

if TYPE_CHECKING:
    from .arrow_types import arrow_schema
    from .checks import further_findings
    from .table import validate_table

# A small file is judged before arrow is imported, so what needs arrow is imported by whoever asks for it.
_WITH_ARROW = {"arrow_schema": "arrow_types", "further_findings": "checks", "validate_table": "table"}

__all__ = [
    "CellError",
    "Repair",
    "Report",
    "Source",
    "Validated",
    "arrow_schema",
    "find_schema",
    "further_findings",
    "report_of_refusal",
    "validate",
    "validate_as_is",
    "validate_as_is_with_values",
    "validate_table",
]


def __getattr__(name: str) -> Any:
    if name not in _WITH_ARROW:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_WITH_ARROW[name]}", __name__), name)
