"""From a file or a table of text to typed rows and a report, by the Table Schema.

arrow_schema, validate_table    a table of text -> typed rows, for the pipeline
validate                        a file as an officer has it, through the door
validate_as_is                  a file as it is, with the report of frictionless
"""

from .arrow_types import arrow_schema
from .checks import further_findings
from .public import Report, run_validate, validate, validate_as_is, validate_as_is_with_values
from .report import CellError, Repair, Validated
from .schemas import find_schema
from .strict import Source
from .table import validate_table

__all__ = [
    "CellError",
    "Repair",
    "Report",
    "Source",
    "Validated",
    "arrow_schema",
    "find_schema",
    "further_findings",
    "run_validate",
    "validate",
    "validate_as_is",
    "validate_as_is_with_values",
    "validate_table",
]
