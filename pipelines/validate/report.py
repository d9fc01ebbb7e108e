"""What validation says: errors of cells, rows and headers, repairs, and the typed rows that may go on."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class CellError:
    """One error in the words of the Table Schema; `message` describes the cell and never quotes it."""

    type: str  # frictionless' error type, e.g. "constraint-error"
    rule: str  # the stable word of what was broken: "type", "required", "enum", "primary-key", ...
    row_number: int | None  # as the source counts its rows; None for the header and the file
    field_number: int | None
    field_name: str | None
    message: str


@dataclass(frozen=True, slots=True)
class Repair:
    """A certain change that the door made to a cell, a column or the whole file."""

    rule: str  # "decimal-comma", "siret-zero", "excel-date", "encoding", ...
    message: str
    row: int | None = None
    column: str | None = None


@dataclass(frozen=True)
class Validated:
    """One table, judged row by row: typed good rows on one side, refused rows as text on the other."""

    table: "pa.Table"  # typed good rows; columns = the schema's fields, in order
    row_numbers: tuple[int, ...]
    refused: "pa.Table"  # refused rows as text
    refused_row_numbers: tuple[int, ...]
    errors: tuple[CellError, ...]
