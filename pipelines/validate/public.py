"""`validate`: one file against one schema, through the door or as it is."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import merge
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import SourceUnavailable
from ..messages import _
from .faults import Fault
from .file_wording import file_message
from .listing import Listing, listed
from .report import CellError, Repair
from .schemas import read_schema
from .strict import LIMIT_ERRORS, Source, StrictReport, validate_strictly
from .wording import message_of, row_message

if TYPE_CHECKING:
    import pyarrow as pa

    from ..extract import Finding
    from .door import Limits

_CONSTRAINT = re.compile(r'(?:array item )?constraint "(\w+)"')


@dataclass(frozen=True)
class Report:
    """What a file's validation found; `errors` are the first of `error_count`."""

    source: str
    sheet: str | None
    error_count: int
    errors: tuple[CellError, ...]
    findings: "Sequence[Finding]" = ()
    repairs: Sequence[Repair] = ()
    titles: Mapping[str, str] | None = None  # field -> the file's own title
    places: Mapping[str, int] | None = None  # field -> its column's number in the file
    refused_row_numbers: Sequence[int] = ()
    read_refused: "Callable[[], pa.Table] | None" = None  # may be as large as the file: made where it is asked for
    descriptors: tuple[dict[str, Any], ...] = ()  # frictionless' own, which quote cells; only where asked for

    @property
    def refused(self) -> "pa.Table | None":
        """The refused rows as text; they hold what the messages do not quote."""
        return self.read_refused() if self.read_refused else None

    @property
    def is_valid(self) -> bool:
        """No error, and no finding that is one."""
        return not self.error_count and not self.finding_error_count

    @property
    def finding_error_count(self) -> int:
        """How many findings are errors: of the whole file, mostly."""
        return sum(
            sum(1 for _row in rows) for finding, rows in listed(self.findings).together() if finding.severity == "error"
        )


def validate(
    path: Path,
    table_schema: Mapping[str, Any],
    *,
    aliases: Mapping[str, str] | None = None,
    limit_errors: int = LIMIT_ERRORS,
    limits: "Limits | None" = None,
) -> Report:
    """The file as an officer has it: opened by the door, mended where that is certain, judged row by row.

    Raises SourceUnavailable for a file that cannot be read, InvalidData for one
    with formulas or doubtful columns, InvalidDeclaration for a broken schema.
    """
    # Here, for the import budget: a file as it is needs none of them.
    from .checks import further_findings
    from .door import open_file
    from .judging import absent_columns, judge

    read_schema(table_schema)
    opened = open_file(path, table_schema, aliases, limits)
    extract = opened.extract
    judgement = judge(extract, table_schema, limit_errors)
    everything = merge(judgement.errors, opened.ragged, key=lambda error: error.row_number or 0)
    further = further_findings(extract, table_schema)
    findings = Listing(items=chain(extract.findings, absent_columns(extract, table_schema), further))
    return Report(
        source=path.name,
        sheet=extract.sheet,
        error_count=judgement.error_count + len(opened.ragged),
        errors=tuple(islice(everything, limit_errors or None)),
        findings=findings,
        repairs=opened.repairs,
        titles=extract.titles,
        places=extract.places,
        refused_row_numbers=judgement.refused_row_numbers,
        read_refused=judgement.refused,
    )


def validate_as_is(source: Source, *, limit_errors: int = LIMIT_ERRORS) -> Report:
    """The file without repairs or mapping: the errors of `frictionless.Resource(...).validate(limit_errors=...)`."""
    return _report(source, validate_strictly(_existing(source), limit_errors), ())


def validate_as_is_with_values(source: Source, *, limit_errors: int = LIMIT_ERRORS) -> Report:
    """The same, with frictionless' whole descriptors: they quote cells, and are for one's own eyes."""
    found = validate_strictly(_existing(source), limit_errors)
    return _report(source, found, tuple(found.descriptors()))


def report_of_refusal(name: str, message: str) -> Report:
    """What is told of a file that was not read: one error of the whole file, `source-error` in frictionless' words."""
    return Report(name, None, 1, (CellError("source-error", "source-error", None, None, None, message),))


def _existing(source: Source) -> Source:
    if not source.path.is_file():
        raise SourceUnavailable(_("{file}: cannot be read. Check that it exists.").format(file=source.path.name))
    with open(source.path, "rb") as stream:
        is_packed = stream.read(2) in (b"PK", b"\x1f\x8b")
    if is_packed:
        # Frictionless unpacks whatever it is given, into memory or a temporary file.
        from .door import Limits, read_content

        with read_content(source.path, Limits()):
            pass
    return source


def _report(source: Source, found: StrictReport, descriptors: tuple[dict[str, Any], ...]) -> Report:
    errors = tuple(_errors(found))
    return Report(source.path.name, None, len(found), errors, descriptors=descriptors)


def _errors(found: StrictReport) -> Iterator[CellError]:
    rows = (_of_fault(fault, found.fields) for fault in found.faults)
    everything = (*map(_of_descriptor, found.start), *rows, *map(_of_descriptor, found.end))
    return islice(everything, len(found))


def _of_fault(fault: Fault, fields: Mapping[str, Any]) -> CellError:
    message = message_of(fault, fields.get(fault.field_name or ""))
    return CellError(fault.type, fault.rule, fault.row_number, fault.field_number, fault.field_name, message)


def _of_descriptor(descriptor: Mapping[str, Any]) -> CellError:
    """An error that frictionless itself made: of the header, of the file, or of a file that the engine left to it."""
    constraint = _CONSTRAINT.match(descriptor.get("note", ""))
    kind = descriptor["type"]
    rule = constraint[1] if constraint else {"type-error": "type", "unique-error": "unique"}.get(kind, kind)
    has_row = descriptor.get("rowNumber") is not None
    return CellError(
        kind,
        rule,
        descriptor.get("rowNumber"),
        descriptor.get("fieldNumber"),
        descriptor.get("fieldName"),
        row_message(rule) if has_row else file_message(descriptor),
    )
