"""Delimited text: a sheet of records, read piece by piece."""

import csv
import re
from collections.abc import Iterator
from functools import partial

from ...errors import InvalidData
from ...messages import _
from ..report import Repair
from .contents import Content
from .encodings import encoding_as_told, encoding_of
from .quotes import doubtful_quotes, is_of_several_rows, never_closed, swallowed
from .separators import Rate, separator_of
from .sheets import Row, Sheet

_SAMPLE_BYTES = 1 << 18
_LONGEST_CELL = 1 << 20
_FILE_MARKS = "\ufeff\x1a"  # at the start of a Unicode text, and at the end of one of DOS
_OUTER_MARKS = re.compile(rf"\A[{_FILE_MARKS}]+|[{_FILE_MARKS}]+(?=[\r\n]*\Z)")
_without_marks = partial(_OUTER_MARKS.sub, "")
_FORMULA = re.compile(r"\s*[=@](?:[A-Za-z_]+[A-Za-z0-9_.]*[(|!]|[-+(]?[A-Z]+[0-9]+|[-+]?\d+[-+*/])")


def read_delimited(content: Content, name: str, rate: Rate) -> Sheet:
    """Raises SourceUnavailable for what is no text; its rows raise InvalidData for a formula."""
    encoding, repairs, findings = encoding_as_told(content, name)
    separator = _separator(content, encoding, rate)
    return Sheet(
        None,
        lambda: _refuse_formulas(records_of(content, encoding, separator, name), name),
        repairs=(*repairs, *_file_marks(content, encoding)),
        findings=(*findings, *doubtful_quotes(content, encoding, separator, name)),
    )


def form_of(content: Content, name: str, rate: Rate) -> tuple[str, str]:
    """The text's encoding and separator. Raises SourceUnavailable for what is no text."""
    encoding = encoding_of(content, name)
    return encoding, _separator(content, encoding, rate)


def _separator(content: Content, encoding: str, rate: Rate) -> str:
    return separator_of(content.start(_SAMPLE_BYTES).decode(encoding, "ignore"), rate)


def _file_marks(content: Content, encoding: str) -> tuple[Repair, ...]:
    """The repair of those that stand before or after a line."""
    if not content.holds(_FILE_MARKS, encoding):
        return ()
    with content.text(encoding) as text:
        if all(line == _without_marks(line) for line in text):
            return ()
    told = _("Marks of the start or the end of a file were taken out; files may have been joined.")
    return (Repair("file-marks", told),)


def records_of(content: Content, encoding: str, separator: str, name: str) -> Iterator[list[str]]:
    """Every record, the empty ones too. Raises SourceUnavailable for a quote that is not closed where it should be."""
    number = last_line = 0
    try:
        with content.text(encoding) as text:
            reader = csv.reader(map(_without_marks, text), delimiter=separator)
            for number, record in enumerate(reader, start=1):
                if max(map(len, record), default=0) > _LONGEST_CELL:
                    raise never_closed(name, number)
                if reader.line_num > last_line + 1 and is_of_several_rows(record, separator):
                    raise swallowed(name, number)
                last_line = reader.line_num
                yield record
    except csv.Error:
        raise never_closed(name, number + 1) from None


def _refuse_formulas(records: Iterator[list[str]], name: str) -> Iterator[Row]:
    for number, cells in enumerate(records, start=1):
        for place, cell in enumerate(cells, start=1):
            if cell and (cell[0] in "=@" or cell[0].isspace()) and _FORMULA.match(cell):
                raise InvalidData(
                    _("{file}, row {row}, column {column}: a formula. Replace the formulas by their values.").format(
                        file=name, row=number, column=place
                    )
                )
        yield cells
