"""From a table of text to typed rows and a report, by the Table Schema."""

from .arrow_types import arrow_schema
from .report import CellError, Repair, Validated
from .table import validate_table

__all__ = ["CellError", "Repair", "Validated", "arrow_schema", "validate_table"]
