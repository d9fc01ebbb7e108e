"""The last gate, over the final bytes: every file read back as a stranger reads it, and every text said about them.

A cell that the table's own scan has seen is not looked at twice: what is new in a file
(a title, a property, a guard before a formula, a cell that came out otherwise) is.
"""

import io
import json
import re
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pv
import pyarrow.json as pj
import pyarrow.parquet as pq

from ..column_policies import Pseudonymise
from ..errors import UnsafeData
from ..messages import _
from ..privacy_policy import Privacy
from .scan import Leak, kinds_of

BLOCK_BYTES = 32 * 1024 * 1024
# Digests and signatures: letters and digits that spell a phone number or a plate now and then.
_DIGEST = re.compile(
    r"(?:sha256:)?[0-9a-f]{16}(?:[0-9a-f]{48})?|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[A-Za-z0-9+/]{86}=="
)
_PLAIN = r"^(?:[0-9eE+\-.,:TZ]*|true|false)$"  # numbers, days and truths, in every format


@dataclass(frozen=True)
class Content:
    """What a file says: its columns of text, row by row as in the table, and everything else."""

    columns: Mapping[str, pa.ChunkedArray]
    beside: Mapping[str, Sequence[str]]  # titles, properties, cells that are in no column; by where they stand


def scan_files(paths: Mapping[str, Path], table: pa.Table, privacy: Privacy) -> tuple[Leak, ...]:
    """Identifiers in the files of a version of `table`, which was scanned already; Leak names the file and column."""
    spared = {name for name, column in privacy.columns.items() if isinstance(column, Pseudonymise)}
    found: Counter[tuple[str, str]] = Counter()
    for file, path in paths.items():
        content = _read(file, path, table)
        new = {name: _new(texts, table, name) for name, texts in content.columns.items() if name not in spared}
        for where, texts in (*new.items(), *content.beside.items()):
            for kind, count in kinds_of(_column(texts), privacy.contacts).items():
                found[f"{file}: {where}" if where else file, kind] += count
    return tuple(Leak(where, kind, count) for (where, kind), count in found.items())


def scan_said(texts: Mapping[str, Any], contacts: tuple[str, ...] = ()) -> tuple[Leak, ...]:
    """Identifiers in what is said beside the files: whole JSON values, by where they stand."""
    leaks = []
    for where, value in texts.items():
        kinds = kinds_of(pa.array(_words(value), pa.string()), contacts)
        leaks += [Leak(where, kind, count) for kind, count in sorted(kinds.items())]
    return tuple(leaks)


def _new(texts: pa.ChunkedArray, table: pa.Table, name: str) -> list[pa.Array]:
    """The texts of a column that the table does not say in the same row, or no number says."""
    if name in table.column_names and pa.types.is_string(table.schema.field(name).type) and len(texts) == len(table):
        same = pc.equal(pc.fill_null(texts, ""), pc.fill_null(table[name], ""))
    else:
        same = pc.fill_null(pc.match_substring_regex(texts, _PLAIN), True)
    return [pc.unique(texts.filter(pc.invert(same)))]


def refuse_final_leaks(leaks: Sequence[Leak], source: str) -> None:
    """Raise UnsafeData, naming files or words of the declaration, kinds and counts, where there is a leak."""
    if leaks:
        found = ", ".join(leak.in_words() for leak in leaks[:5])
        raise UnsafeData(
            _(
                "{source}: what would be published holds personal identifiers: {found}. Correct the source or the "
                "declaration; list the institution's own addresses and numbers in privacy.contacts."
            ).format(source=source, found=found)
        )


def _column(texts: Sequence[pa.Array] | Sequence[str]) -> pa.Array:
    return texts[0] if texts and isinstance(texts[0], pa.Array) else pa.array(texts, pa.string())


def _read(file: str, path: Path, table: pa.Table) -> Content:
    suffixes = [suffix for suffix in READERS if file.endswith(suffix)]
    return READERS[max(suffixes, key=len)](path, table) if suffixes else Content({}, {"": _lines(path)})


def _delimited(delimiter: str) -> "Reader":
    def read(path: Path, _table: pa.Table) -> Content:
        with path.open("rb") as stream:
            header = stream.readline()
        parse = pv.ParseOptions(delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=False)
        names = pv.read_csv(io.BytesIO(header), parse_options=parse).column_names
        as_text = pv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False)
        found = pv.read_csv(path, pv.ReadOptions(block_size=BLOCK_BYTES, use_threads=False), parse, as_text)
        return Content({name: found[name] for name in names}, {"": names})

    return read


def _parquet(path: Path, _table: pa.Table) -> Content:
    """Text columns, titles, and whatever a library wrote beside them."""
    with pq.ParquetFile(path) as file:
        schema = file.schema_arrow
        properties = [schema.metadata or {}, *(field.metadata or {} for field in schema)]
        told = [text.decode("utf-8", "replace") for one in properties for pair in one.items() for text in pair]
        found = file.read([field.name for field in schema if pa.types.is_string(field.type)], use_threads=False)
        beside = {"": schema.names, "properties": [*told, file.metadata.created_by]}
        return Content({name: found[name] for name in found.column_names}, beside)


def _json_rows(path: Path, table: pa.Table) -> Content:
    """A bare array, one row a line: its text values; the first row tells all keys, since every row has them all."""
    texts = [field for field in table.schema if pa.types.is_string(field.type)]
    options = pj.ParseOptions(explicit_schema=pa.schema(texts), unexpected_field_behavior="ignore")
    blocks: list[pa.Table] = []
    titles: list[str] = []
    with path.open("rb") as stream:
        while lines := b"".join(stream.readlines(BLOCK_BYTES)):
            rows = lines.removeprefix(b"[\n").replace(b"},\n", b"}\n").removesuffix(b"]\n")
            if rows.strip() and rows.strip() != b"[]":
                titles = titles or list(json.loads(rows.partition(b"\n")[0]))
                size = pj.ReadOptions(block_size=len(rows) + 1, use_threads=False)
                blocks.append(pj.read_json(io.BytesIO(rows), size, options).select([one.name for one in texts]))
    found = pa.concat_tables(blocks) if blocks else pa.schema(texts).empty_table()
    return Content({name: found[name] for name in found.column_names}, {"": titles})


def _descriptor(path: Path, _table: pa.Table) -> Content:
    return Content({}, {"": _words(json.loads(path.read_bytes()))})


def _workbook(path: Path, table: pa.Table) -> Content:
    """Every text of every part: titles, properties, comments, and the cells that are no cell of the table."""
    known = {text for column in table.columns if pa.types.is_string(column.type) for text in column.to_pylist()}
    beside = {}
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            content = archive.read(name).decode("utf-8", "replace")
            texts = re.findall(r">([^<>]+)<", content) + re.findall(r'(?:name|author|title)="([^"]+)"', content)
            new = {unescape(text) for text in texts} - known
            beside[name] = [text for text in new if not re.fullmatch(_PLAIN, text)]
    return Content({}, beside)


def _lines(path: Path) -> list[str]:
    return path.read_bytes().decode("utf-8", "replace").splitlines()


Reader = Callable[[Path, pa.Table], Content]
READERS: Mapping[str, Reader] = {
    ".csv": _delimited(","),
    ".fr.csv": _delimited(";"),
    ".parquet": _parquet,
    ".json": _json_rows,
    "datapackage.json": _descriptor,
    ".xlsx": _workbook,
}


def _words(value: Any) -> list[str]:
    return [word for word in _strings(value) if not _DIGEST.fullmatch(word)]


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, inside in value.items():
            yield str(key)
            yield from _strings(inside)
    elif isinstance(value, list | tuple):
        for inside in value:
            yield from _strings(inside)
