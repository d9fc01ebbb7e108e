"""The first row of an XLS file: enough to say what a file that is not expected is."""

from pathlib import Path

from python_calamine import CalamineError, CalamineWorkbook


def first_row(path: Path) -> tuple[str, ...]:
    """The first sheet's first row as text; empty where the file cannot be opened.

    For XLS only: XLSX and ODS are archives, and an archive can swell.
    """
    try:
        workbook = CalamineWorkbook.from_path(path)
        rows = workbook.get_sheet_by_index(0).to_python(nrows=1)
    except (CalamineError, OSError):
        return ()
    return tuple(str(cell) for cell in rows[0]) if rows else ()
