"""An XLSX, XLS or ODS workbook -> a sheet of text, through the door, which bounds archives and refuses formulas."""

from pathlib import Path

from ..errors import InvalidData
from ..messages import _
from ..validate.door import open_file
from .delimited import Record, Sheet


def read_workbook(path: Path) -> Sheet:
    """The first filled row's titles, and the rows below as their author numbers them.

    Raises SourceUnavailable for what is no such workbook, InvalidData for cells beyond the titles, or formulas.
    """
    opened = open_file(path, {"fields": []})
    if opened.ragged:
        raise InvalidData(
            _("{source}, row {row}: more cells than the header has; export the file again.").format(
                source=path.name, row=opened.ragged[0].row_number
            )
        )
    table = opened.extract.table
    rows = zip(opened.extract.rows, zip(*table.to_pydict().values(), strict=True), strict=True)
    return Sheet(tuple(table.column_names), tuple(Record(row, row, list(cells)) for row, cells in rows))
