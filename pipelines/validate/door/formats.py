"""What a file is, by its content and never by its name; and the sheets that it holds."""

import io
import json
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ...errors import SourceUnavailable
from ...messages import _
from ..report import Repair
from .contents import ZIP, Content, check_unpacked
from .delimited import declared_encoding, encoding_of, read_delimited
from .sheets import Sheet
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
_ROWS_PER_BATCH = 10_000
_SUFFIXES = {
    "delimited": (".csv", ".tsv", ".txt"),
    "ods": (".ods",),
    "xls": (".xls",),
    "xlsx": (".xlsx", ".xlsm", ".xlsb"),
    "parquet": (".parquet",),
    "json": (".json", ".geojson"),
    "ndjson": (".ndjson", ".jsonl"),
}


def read_sheets(content: Content, name: str) -> list[Sheet]:
    """Every sheet that holds a cell. Raises SourceUnavailable, or InvalidData for a formula."""
    kind = kind_of(content.content)
    sheets = READERS[kind](content, name)
    if not any(sheet.rows for sheet in sheets):
        raise SourceUnavailable(_("{file}: no cell is filled in. Export it again.").format(file=name))
    return [_with_kind(sheet, kind, name) for sheet in sheets if sheet.rows]


def kind_of(content: bytes) -> str:
    """A key of READERS."""
    if kind := next((kind for start, kind in _STARTS.items() if content.startswith(start)), None):
        return kind
    if content.startswith(ZIP):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "ods" if "content.xml" in archive.namelist() else "xlsx"
    if content[257:262] == b"ustar":
        return "archive"
    return _kind_of_text(content)


def _kind_of_text(content: bytes) -> str:
    encoding = declared_encoding(content) or "utf-8"
    start = content[:512].decode(encoding, "ignore").lstrip("\ufeff \t\r\n")
    if start.startswith("["):
        return "json"
    if start.startswith("{"):
        return "ndjson" if _is_one_object_per_line(content, encoding) else "json"
    if start.lower().startswith(("<?xml", "<!doctype", "<html", "<table")):
        return "markup"
    return "delimited"


def _is_one_object_per_line(content: bytes, encoding: str) -> bool:
    first = content.decode(encoding, "replace").lstrip("\ufeff \t\r\n").split("\n", 1)
    try:
        return isinstance(json.loads(first[0]), dict) and len(first) > 1
    except (ValueError, RecursionError):
        return False


def _with_kind(sheet: Sheet, kind: str, name: str) -> Sheet:
    """A wrong extension is told, and changes nothing."""
    suffix = "." + name.lower().removesuffix(".gz").removesuffix(".zip").rpartition(".")[2]
    declared = next((one for one, suffixes in _SUFFIXES.items() if suffix in suffixes), None)
    if declared in (None, kind):
        return sheet
    repair = Repair(
        "file-kind", _("The file is not what its name says; it was read as what it is: {kind}.").format(kind=kind)
    )
    return replace(sheet, repairs=(*sheet.repairs, repair))


def _read_parquet(content: Content, name: str) -> list[Sheet]:
    """Batch by batch: a few kilobytes of dictionary can stand for gigabytes of cells."""
    rows: list[list[Any]] = []
    try:
        file = pq.ParquetFile(io.BytesIO(content.content))
        rows.append(list(file.schema_arrow.names))
        total = 0
        for batch in file.iter_batches(_ROWS_PER_BATCH):
            columns = [_dense(column) for column in batch.columns]
            total += sum(column.nbytes for column in columns)
            check_unpacked(total, len(content.content), name, content.limits)
            rows += map(list, zip(*(column.to_pylist() for column in columns), strict=True))
    except (pa.ArrowException, OSError):
        raise _broken(name) from None
    return [Sheet(None, rows, range(1, len(rows) + 1))]


def _dense(column: pa.Array) -> pa.Array:
    return column.dictionary_decode() if isinstance(column, pa.DictionaryArray) else column


def _read_json(content: Content, name: str) -> list[Sheet]:
    text = content.content.decode(encoding_of(content.content, name)).lstrip("\ufeff")
    try:
        document = json.loads(text, parse_float=str, parse_int=str)
    except (ValueError, RecursionError):
        raise _broken(name) from None
    if isinstance(document, Mapping):
        document = next((value for value in document.values() if _is_records(value)), document)
    if not _is_records(document):
        raise SourceUnavailable(_("{file}: expected a JSON list of objects, one per row.").format(file=name))
    return [_sheet_of_records(document)]


def _read_ndjson(content: Content, name: str) -> list[Sheet]:
    lines = content.content.decode(encoding_of(content.content, name)).lstrip("\ufeff").split("\n")
    records = []
    for number, line in enumerate(lines, start=1):
        try:
            records += [json.loads(line, parse_float=str, parse_int=str)] if line.strip() else []
        except (ValueError, RecursionError):
            raise SourceUnavailable(
                _("{file}, line {line}: not a JSON object. Export it again.").format(file=name, line=number)
            ) from None
    if not _is_records(records):
        raise SourceUnavailable(_("{file}: expected one JSON object per line.").format(file=name))
    return [_sheet_of_records(records)]


def _is_records(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(one, dict) for one in value)


def _sheet_of_records(records: Iterable[Mapping[str, Any]]) -> Sheet:
    """Objects count from 1; the header is row 0, for there is none."""
    names = list(dict.fromkeys(name for record in records for name in record))
    rows: list[list[Any]] = [list(names)]
    rows += [[_plain(record.get(name)) for name in names] for record in records]
    return Sheet(None, rows, range(len(rows)))


def _plain(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value


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
    "delimited": read_delimited,
    "document": _refuse_document,
    "json": _read_json,
    "markup": _refuse_markup,
    "ndjson": _read_ndjson,
    "parquet": _read_parquet,
    "ods": read_workbook,
    "xls": read_workbook,
    "xlsx": read_workbook,
}
