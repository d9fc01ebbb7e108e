"""An XLSX, XLS or ODS workbook -> a sheet of text, through the door, which bounds archives and refuses formulas."""

from pathlib import Path

from ..errors import InvalidData
from ..messages import _
from ..validate.door import open_file
from .delimited import Record, Sheet


def read_workbook(path: Path) -> Sheet:
    """The first filled row's titles, and the rows below as their author numbers them.

    Raises SourceUnavailable for what is no such workbook, InvalidData for formulas, or rows not as wide as the titles.
    """
    opened = open_file(path, {"fields": []})
    if opened.ragged:
        row, told = opened.ragged[0].row_number, opened.ragged[0].message
        raise InvalidData(_("{source}, row {row}: {told}").format(source=path.name, row=row, told=told))
    table = opened.extract.table
    rows = zip(opened.extract.rows, zip(*table.to_pydict().values(), strict=True), strict=True)
    return Sheet(tuple(table.column_names), tuple(Record(row, row, list(cells)) for row, cells in rows))
