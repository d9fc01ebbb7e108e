"""What a file is, by its content and never by its name; and the sheets that it holds."""

import json
import re
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from ...columns import place_of
from ...errors import InvalidData, SourceUnavailable
from ...messages import _
from ..report import Repair
from .contents import ZIP, Content, check_unpacked
from .delimited import read_delimited
from .encodings import declared_encoding, encoding_as_told
from .json_records import Broken, Doubled, NoRecords, Place, holds_records, lines_of, lists_of, records_of
from .separators import Rate
from .sheets import Row, Sheet
from .workbooks import read_workbook

_STARTS = {
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "xls",
    b"PAR1": "parquet",
    b"%PDF": "document",
    b"{\\rtf": "document",
    b"7z\xbc\xaf\x27\x1c": "archive",
    b"Rar!": "archive",
    b"BZh": "archive",
    b"\xfd7zXZ": "archive",
}
# The first signs of each; a text in brackets above a table has others.
_LIST = re.compile(r"""\[\s*(?:[]{["]|(?:-?\d[\d.eE+-]*|true|false|null)\s*(?:,|]\s*$))""")
_OBJECT = re.compile(r'\{\s*["}]')
_MARKUP = re.compile(r"<(?:\?xml|!doctype|(?:html|table)\b[^>]*>\s*<)", re.IGNORECASE)
_ROWS_PER_BATCH = 10_000
_START = 4096
_LONGEST_LINE = 4 << 20
_BYTES = (pa.binary(), pa.large_binary())
_TEXTS = (pa.string(), pa.large_string(), *_BYTES)
_SUFFIXES = {
    "delimited": (".csv", ".tsv", ".txt"),
    "ods": (".ods",),
    "xls": (".xls",),
    "xlsx": (".xlsx", ".xlsm", ".xlsb"),
    "parquet": (".parquet",),
    "json": (".json", ".geojson"),
    "ndjson": (".ndjson", ".jsonl"),
}


def read_sheets(content: Content, name: str, rate: Rate) -> list[Sheet]:
    """Every sheet that holds a cell; `rate` says how well a row names columns, where that decides how text is cut.

    Raises SourceUnavailable, or InvalidData for a formula.
    """
    kind = kind_of(content)
    sheets = [read_delimited(content, name, rate)] if kind == "delimited" else READERS[kind](content, name)
    filled = [sheet for sheet in sheets if sheet.is_filled()]
    if not filled:
        raise SourceUnavailable(_("{file}: no cell is filled in. Export it again.").format(file=name))
    told = (replace(sheet, repairs=(*content.repairs, *sheet.repairs)) for sheet in filled)
    return [_with_kind(sheet, kind, name) for sheet in told]


def kind_of(content: Content) -> str:
    """A key of READERS, or `delimited`."""
    start = content.start(_START)
    if kind := next((kind for begin, kind in _STARTS.items() if start.startswith(begin)), None):
        return kind
    if start.startswith(ZIP):
        with zipfile.ZipFile(content.stream) as archive:
            return "ods" if "content.xml" in archive.namelist() else "xlsx"
    if start[257:262] == b"ustar":
        return "archive"
    return _kind_of_text(content, start)


def _kind_of_text(content: Content, start: bytes) -> str:
    encoding = declared_encoding(start) or "utf-8"
    text = start[:512].decode(encoding, "ignore").lstrip("\ufeff \t\r\n")
    if _LIST.match(text):
        return "json"
    if _OBJECT.match(text):
        return "ndjson" if _is_one_object_per_line(content, encoding) else "json"
    return "markup" if _MARKUP.match(text) else "delimited"


def _is_one_object_per_line(content: Content, encoding: str) -> bool:
    """A line that is alone is a document where it holds records, and else a row."""
    text = content.start(_LONGEST_LINE).decode(encoding, "replace").lstrip("\ufeff \t\r\n")
    first, end, more = text.partition("\n")
    try:
        record = json.loads(first)
    except (ValueError, RecursionError):
        return False
    if not isinstance(record, dict) or not end:
        return False
    return bool(more.strip()) or not holds_records(record)


def _with_kind(sheet: Sheet, kind: str, name: str) -> Sheet:
    """A wrong extension is told, and changes nothing."""
    suffix = "." + name.lower().removesuffix(".gz").removesuffix(".zip").rpartition(".")[2]
    declared = next((one for one, suffixes in _SUFFIXES.items() if suffix in suffixes), None)
    if declared in (None, kind):
        return sheet
    repair = Repair(
        "file-kind",
        _("The file is not what its name says; it was read as what it is: {kind}.").format(
            kind=_("delimited text (CSV)") if kind == "delimited" else kind.upper()
        ),
    )
    return replace(sheet, repairs=(*sheet.repairs, repair))


def _read_parquet(content: Content, name: str) -> list[Sheet]:
    return [Sheet(None, lambda: _parquet_rows(content, name))]


def _parquet_rows(content: Content, name: str) -> Iterator[Row]:
    """Batch by batch, texts as dictionaries: a few kilobytes of these can stand for gigabytes of cells."""
    content.stream.seek(0)
    total = 0
    try:
        schema = pq.read_schema(content.stream)
        texts = [field.name for field in schema if field.type in _TEXTS]
        yield list(schema.names)
        for batch in pq.ParquetFile(content.stream, read_dictionary=texts).iter_batches(_ROWS_PER_BATCH):
            total += sum(map(_dense_bytes, batch.columns))
            check_unpacked(total, content.size, name, content.limits)
            cells = (_cells(column, number, name) for number, column in enumerate(batch.columns, start=1))
            yield from map(list, zip(*cells, strict=True))
    except (pa.ArrowException, OSError):
        raise _broken(name) from None


def _cells(column: pa.Array, number: int, name: str) -> list[Any]:
    kind = column.type.value_type if isinstance(column, pa.DictionaryArray) else column.type
    try:
        return [_plain(cell) for cell in column.to_pylist()] if _is_to_be_written(kind) else column.to_pylist()
    except UnicodeDecodeError:
        raise SourceUnavailable(
            _("{file}, {column}: bytes that are no text. Leave the column out, and export the file again.").format(
                file=name, column=place_of(number)
            )
        ) from None


def _is_to_be_written(kind: pa.DataType) -> bool:
    return pa.types.is_nested(kind) or kind in _BYTES or pa.types.is_fixed_size_binary(kind)


def _plain(cell: Any) -> str | None:
    """Bytes as their text, a list or a structure as its JSON. Raises UnicodeDecodeError."""
    if cell is None:
        return None
    return cell.decode("utf-8") if isinstance(cell, bytes) else json.dumps(cell, ensure_ascii=False, default=_inner)


def _inner(value: Any) -> str:
    return value.decode("utf-8") if isinstance(value, bytes) else str(value)


def _dense_bytes(column: pa.Array) -> int:
    """What the column takes without a dictionary."""
    if not isinstance(column, pa.DictionaryArray):
        return int(column.nbytes)
    if column.dictionary.type not in _TEXTS:
        return len(column) * 8
    return int(pc.sum(pc.take(pc.binary_length(column.dictionary), column.indices)).as_py() or 0)


def _read_json(content: Content, name: str) -> list[Sheet]:
    """Each list of objects is a sheet."""
    encoding, repairs, findings = encoding_as_told(content, name)
    with _refusing_json(name):
        lists = lists_of(content, encoding)

    def records(place: Place) -> Iterator[Mapping[str, Any]]:
        with _refusing_json(name):
            yield from records_of(content, encoding, place)

    sheets = {place: _sheet_of_records(names, partial(records, place)) for place, names in lists.items()}
    return [
        replace(sheet, name=".".join(place) if len(lists) > 1 else None, repairs=repairs, findings=findings)
        for place, sheet in sheets.items()
    ]


@contextmanager
def _refusing_json(name: str) -> Iterator[None]:
    try:
        yield
    except Doubled as doubled:
        raise _doubled(name, doubled.args[0]) from None
    except Broken:
        raise _broken(name) from None
    except NoRecords:
        raise SourceUnavailable(_("{file}: expected a JSON list of objects, one per row.").format(file=name)) from None


def _read_ndjson(content: Content, name: str) -> list[Sheet]:
    encoding, repairs, findings = encoding_as_told(content, name)

    def records() -> Iterator[Mapping[str, Any]]:
        number = 0
        try:
            for number, record in enumerate(lines_of(content, encoding), start=1):  # noqa: B007
                yield record
        except Doubled:
            raise _doubled(name, number + 1) from None
        except Broken as broken:
            raise SourceUnavailable(
                _("{file}, line {line}: not a JSON object. Export it again.").format(file=name, line=broken.args[0])
            ) from None
        except NoRecords:
            raise SourceUnavailable(_("{file}: expected one JSON object per line.").format(file=name)) from None

    names = list(dict.fromkeys(one for record in records() for one in record))
    return [replace(_sheet_of_records(names, records), repairs=repairs, findings=findings)]


def _doubled(name: str, number: int) -> InvalidData:
    told = _("{file}, object {number}: two of its values have one name. Remove or rename one.")
    return InvalidData(told.format(file=name, number=number))


def _sheet_of_records(names: Sequence[str], records: Callable[[], Iterator[Mapping[str, Any]]]) -> Sheet:
    """Objects count from 1; the header, which is all names in the order in which they come, is row 0."""

    def rows() -> Iterator[Row]:
        yield names
        for record in records():
            yield [record.get(name) for name in names]

    return Sheet(None, rows, first_number=0)


def _refuse_document(_content: Content, name: str) -> list[Sheet]:
    raise SourceUnavailable(
        _("{file}: a text document, not a table. Export the table as CSV or as a spreadsheet.").format(file=name)
    )


def _refuse_archive(_content: Content, name: str) -> list[Sheet]:
    raise SourceUnavailable(
        _("{file}: an archive that is neither zip nor gzip. Unpack it, and send the file itself.").format(file=name)
    )


def _refuse_markup(_content: Content, name: str) -> list[Sheet]:
    raise SourceUnavailable(
        _("{file}: an XML or HTML page, not a table. Export it as CSV or as a spreadsheet.").format(file=name)
    )


def _broken(name: str) -> SourceUnavailable:
    return SourceUnavailable(_("{file}: the file is broken. Export it again.").format(file=name))


READERS: Mapping[str, Callable[[Content, str], list[Sheet]]] = {
    "archive": _refuse_archive,
    "document": _refuse_document,
    "json": _read_json,
    "markup": _refuse_markup,
    "ndjson": _read_ndjson,
    "parquet": _read_parquet,
    "ods": read_workbook,
    "xls": read_workbook,
    "xlsx": read_workbook,
}
