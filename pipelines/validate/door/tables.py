"""From raw rows to a table of text: what is under the header, piece by piece, then mended where that is certain."""

import re
from array import array
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from ...columns import place_of
from ...errors import SourceUnavailable
from ...extract import Finding
from ...messages import _, figure
from ..listing import Listing
from ..report import CellError, Repair
from ..wording import row_message
from .cells import RawColumn, mend_column
from .contents import Limits
from .headers import Header
from .mended import Mended
from .sheets import Row, Sheet, is_empty
from .sirets import siret_fields
from .titles import simplified

_TOTAL = re.compile(r"(?:sous)?(?:total|totaux)(?:general|generale|generaux|annuel|cumule|ttc|ht|\d{4})?")
_CELLS_PER_PIECE = 50_000
_BLOCK_ROWS = 16  # a spreadsheet decides for so many rows at a time whether it writes the empty cells at their end


@dataclass(frozen=True)
class TextTable:
    """Columns of text under their fields' names, and the source's row numbers."""

    table: pa.Table
    rows: Sequence[int]
    repairs: Listing[Repair]
    findings: Listing[Finding]
    ragged: Listing[CellError]


@dataclass
class _Under:
    """What stands under the header."""

    columns: list[RawColumn]  # one for each column of the header
    filled: list[bool]
    numbers: "array[int]" = field(default_factory=lambda: array("q"))
    blank: "array[int]" = field(default_factory=lambda: array("q"))
    repeated: "array[int]" = field(default_factory=lambda: array("q"))
    totals: "array[int]" = field(default_factory=lambda: array("q"))
    ragged: "array[int]" = field(default_factory=lambda: array("q"))
    widths: "array[int]" = field(default_factory=lambda: array("q"))  # of the ragged ones


def text_table(sheet: Sheet, header: Header, table_schema: Mapping[str, Any], limits: Limits, name: str) -> TextTable:
    """The rows under the header, in the order of the file's columns. Raises SourceUnavailable for too many of them."""
    fields = {one["name"]: one for one in table_schema["fields"]}
    under = _read(sheet, header, fields, limits, name)
    sirets = siret_fields(table_schema)
    repairs, findings = _repairs(sheet, header, under), _findings(sheet, header, under)
    columns = {}
    for number, (title, raw, is_filled) in enumerate(
        zip(header.columns, under.columns, under.filled, strict=True), start=1
    ):
        if title or is_filled:
            column = title or place_of(number)
            missing = _missing(raw.described or {}, table_schema) - {""}
            absent = raw.texts.equal(missing) if missing else ()
            mended = Mended(raw.texts, under.numbers, column, repairs, findings, absent)
            mend_column(mended, raw, column in sirets)
            columns[column] = pa.chunked_array(raw.texts.pieces, pa.string())
    ragged = _ragged(sheet, header, under, findings)
    return TextTable(pa.table(columns) if columns else pa.table({}), _numbers(under), repairs, findings, ragged)


def _missing(described: Mapping[str, Any], table_schema: Mapping[str, Any]) -> set[str]:
    """The texts that stand for no value: the field's own, else the table's; each may be an object with a label."""
    declared = described.get("missingValues", table_schema.get("missingValues", ()))
    return {one["value"] if isinstance(one, Mapping) else one for one in declared}


def _read(sheet: Sheet, header: Header, fields: Mapping[str, Mapping[str, Any]], limits: Limits, name: str) -> _Under:
    columns = [RawColumn(fields.get(title)) for title in header.columns]
    under, held_bytes = _Under(columns, [False] * len(columns)), 0
    for rows in _pieces(sheet, header, under):
        for place, column in enumerate(columns):
            cells = [row[place] if place < len(row) else None for row in rows]
            under.filled[place] = under.filled[place] or not is_empty(cells)
            held_bytes += column.append(cells)
        if held_bytes > limits.table_bytes or len(under.numbers) + len(under.blank) > limits.rows:
            raise _too_large(limits, name)
    return under


def _too_large(limits: Limits, name: str) -> SourceUnavailable:
    told = _("{file}: more than {size} MB of cells or {rows} rows, the most that is read. Deliver it in several files.")
    return SourceUnavailable(told.format(file=name, size=figure(limits.table_bytes >> 20), rows=figure(limits.rows)))


def _pieces(sheet: Sheet, header: Header, under: _Under) -> Iterator[list[Row]]:
    """Without the empty rows, which are nothing, and those that repeat the header."""
    piece: list[Row] = []
    size = max(1, _CELLS_PER_PIECE // max(1, len(header.columns)))
    titled, width = _titled_width(header), len(header.columns)
    for number, row in _rows(sheet, header, under):
        under.numbers.append(number)
        if _is_total(row):
            under.totals.append(number)
        if len(row) < titled or (len(row) > width and not is_empty(row[width:])):
            under.ragged.append(number)
            under.widths.append(len(row))
        piece.append(row)
        if len(piece) == size:
            yield piece
            piece = []
    yield piece


def _rows(sheet: Sheet, header: Header, under: _Under) -> Iterator[tuple[int, Row]]:
    titles = _stripped(header.cells)
    starts = {header.cells[0], titles[0]} if titles else set()
    blank: array[int] = array("q")  # those at the end are none
    for place, row in enumerate(sheet.read()):
        if place <= header.place:
            continue
        if is_empty(row):
            blank.append(sheet.number(place))
            continue
        if blank:
            under.blank.extend(blank)
            del blank[:]
        if row[0] in starts and _stripped(row) == titles:
            under.repeated.append(sheet.number(place))
        else:
            yield sheet.number(place), row


def _stripped(row: Row) -> list[Any]:
    cells = [cell.strip() if isinstance(cell, str) else cell for cell in row]
    while cells and cells[-1] in ("", None):
        cells.pop()
    return cells


def _titled_width(header: Header) -> int:
    """How many cells a row has at least that reaches the last title."""
    return max((place for place, title in enumerate(header.columns, start=1) if title), default=0)


def _ragged(sheet: Sheet, header: Header, under: _Under, findings: Listing[Finding]) -> Listing[CellError]:
    """Rows with cells beyond the header are errors, and those that end before it, which may be cut.

    But an export that leaves out the empty cells at the end of rows does so in many of one width, and leaves out few;
    or in all rows of a block, and not in that of the titles.
    """
    titled, counts = _titled_width(header), Counter(under.widths)
    common = {width for width, count in counts.items() if titled // 2 < width and count >= _BLOCK_ROWS}
    whole = _blocks_of_one_width(under) - {(_block(sheet.number(header.place)), width) for width in counts}
    ragged: Listing[CellError] = Listing("row_number")
    message = _("This row ends before the last column, as others do: its last cells were taken as empty. Check it.")
    finding = Finding("warning", "missing-cell", message)
    errors = {
        width: CellError(rule, rule, None, min(width, len(header.columns)) + 1, "", row_message(rule))
        for width in counts
        for rule in ["missing-cell" if width < titled else "extra-cell"]
    }
    for number, width in zip(under.ragged, under.widths, strict=True):
        if width < titled and (width in common or (_block(number), width) in whole):
            findings.extend(finding, [number])
        else:
            ragged.extend(errors[width], [number])
    return ragged


def _blocks_of_one_width(under: _Under) -> set[tuple[int, int]]:
    """Those of which every filled row is ragged and as wide as the others."""
    found = Counter(zip(map(_block, under.ragged), under.widths, strict=True))
    if not found:
        return set()
    blocks, filled = np.unique(_block(np.asarray(under.numbers)), return_counts=True)
    filled_rows = dict(zip(blocks.tolist(), filled.tolist(), strict=True))
    return {(block, width) for (block, width), rows in found.items() if rows == filled_rows[block]}


def _block(number: Any) -> Any:
    return (number - 1) // _BLOCK_ROWS


def _numbers(under: _Under) -> Sequence[int]:
    """The rows' numbers; as a range where none is left out between them."""
    numbers = under.numbers
    if not numbers:
        return ()
    is_whole = numbers[-1] - numbers[0] + 1 == len(numbers)
    return range(numbers[0], numbers[-1] + 1) if is_whole else numbers


def _repairs(sheet: Sheet, header: Header, under: _Under) -> Listing[Repair]:
    """What was left out: empty columns between others only, for beyond the last title a spreadsheet has thousands."""
    repairs: Listing[Repair] = Listing(items=(*sheet.repairs, *header.repairs))
    repairs.extend(Repair("blank-row", _("An empty row was left out.")), under.blank)
    repairs.extend(Repair("repeated-header", _("A row that repeats the header was left out.")), under.repeated)
    empty = array("q")  # those at the end are none
    for number, (title, is_filled) in enumerate(zip(header.columns, under.filled, strict=True), start=1):
        if not title and not is_filled:
            empty.append(number)
            continue
        for one in empty:
            repairs.append(Repair("blank-column", _("An empty column was left out."), None, place_of(one)))
        del empty[:]
    return repairs


def _findings(sheet: Sheet, header: Header, under: _Under) -> Listing[Finding]:
    """A column without a title is only worth a word where it holds a cell."""
    empty = {place_of(n) for n, title in enumerate(header.columns, start=1) if not title and not under.filled[n - 1]}
    findings = Listing(items=(*sheet.findings, *(one for one in header.findings if one.column not in empty)))
    message = _("This row looks like a total. Delete it, unless it is one row like the others.")
    findings.extend(Finding("warning", "total-row", message), under.totals)
    message = _("Merged cells: only the first of them has the value. Unmerge them, and fill in each.")
    for title, rows in _merged(sheet, header, under):
        findings.extend(Finding("warning", "merged-cells", message, None, title), rows)
    if not under.numbers:
        message = _("There is no row under the header. Check that the export is whole.")
        findings.append(Finding("warning", "no-rows", message))
    return findings


def _merged(sheet: Sheet, header: Header, under: _Under) -> Iterator[tuple[str, range]]:
    """The rows under the header with merged cells, by the column of the first, which has the value; each row once."""
    last = under.numbers[-1] if under.numbers else 0
    told = dict.fromkeys(range(len(header.columns)), sheet.number(header.place))  # column -> its last row so far
    for first_row, first_column, last_row, _last_column in sorted(sheet.merged):
        place = first_column - 1
        rows = range(max(first_row, told.get(place, last) + 1), min(last_row, last) + 1)
        if rows and header.columns[place]:
            told[place] = rows[-1]
            yield header.columns[place], rows


def _is_total(row: Row) -> bool:
    """Its first filled cell says so, and nothing else."""
    first = next((cell for cell in row if cell not in ("", None)), None)
    return isinstance(first, str) and len(first) < 30 and _TOTAL.fullmatch(simplified(first)) is not None
