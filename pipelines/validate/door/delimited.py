"""Delimited text: its encoding, its separator, its records."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Sequence

import charset_normalizer

from ...errors import InvalidData, SourceUnavailable
from ...messages import _
from ..report import Repair
from .contents import Content
from .sheets import Sheet

SEPARATORS = (",", ";", "\t", "|")
_SAMPLE_RECORDS = 60
_SAMPLE_BYTES = 1 << 18
_LONGEST_CELL = 1 << 20
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_LEGACY = ("cp1252", "iso8859-15", "cp850", "iso8859-1")
# Letters as French words hold them, and what the same bytes become in another code page.
_FRENCH = re.compile("[a-zA-Z][éèêëàâäîïôöûüùçœæ]|[éèêàâîôûçœÉÈÀÇŒ][a-zA-Z]|[€°«»’]")
_STRANGE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f¤¦¨´¸¼½¾¬¶─-▟]|[a-z][‚„…†‡ˆ‰Š‹ŽƒÞÚÔËÛÙþ]|Ã[©¨ª«§´®¯»¼¢]|[a-z][A-ZÀ-Ý][a-z]"
)
_FORMULA = re.compile(r"\s*[=@](?:[A-Za-z_]+[A-Za-z0-9_.]*[(|!]|[-+(]?[A-Z]+[0-9]+|[-+]?\d+[-+*/])")


def read_delimited(content: Content, name: str) -> list[Sheet]:
    """One sheet. Raises SourceUnavailable for what is no text, InvalidData for a formula."""
    encoding = encoding_of(content.content, name)
    separator = separator_of(content.content[:_SAMPLE_BYTES].decode(encoding, "ignore"))
    rows = records_of(content.content, encoding, separator, name)
    _refuse_formulas(rows, name)
    repairs = [] if encoding in ("utf-8", "utf-8-sig") else [_encoding_repair(encoding)]
    return [Sheet.of(rows, repairs=tuple(repairs))]


def _encoding_repair(encoding: str) -> Repair:
    return Repair("encoding", _("The text was read as {encoding}; it is published in UTF-8.").format(encoding=encoding))


def encoding_of(content: bytes, name: str) -> str:
    """The encoding that gives French words; a byte order mark and valid UTF-8 decide by themselves."""
    if encoding := declared_encoding(content):
        return _checked(content, encoding, name)
    if _is(content, "utf-8"):
        return "utf-8"
    scores = {encoding: _score(content, encoding) for encoding in _LEGACY if _is(content, encoding)}
    best = max(scores, key=lambda encoding: scores[encoding])
    if scores[best] > 0:
        return best
    guess = charset_normalizer.from_bytes(content[: 1 << 18]).best()
    return guess.encoding if guess and _is(content, guess.encoding) else best


def declared_encoding(content: bytes) -> str | None:
    """What a byte order mark says, or the zeros that UTF-16 has and no other text; None for all other bytes."""
    marked = next((encoding for mark, encoding in _BYTE_ORDER_MARKS if content.startswith(mark)), None)
    if marked is None and b"\0" in content[:4096]:
        return "utf-16-le" if content[1:2] == b"\0" else "utf-16-be"
    return marked


def _checked(content: bytes, encoding: str, name: str) -> str:
    text = content.decode(encoding, "replace")
    if not _is(content, encoding) or "\0" in text:
        raise SourceUnavailable(
            _("{file}: neither text nor a spreadsheet. Export it as CSV (UTF-8) or XLSX.").format(file=name)
        )
    return encoding


def _is(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeError:
        return False
    return True


def _score(content: bytes, encoding: str) -> int:
    text = content[: 1 << 20].decode(encoding, "replace")
    return len(_FRENCH.findall(text)) - 2 * len(_STRANGE.findall(text))


def separator_of(text: str) -> str:
    """The separator that cuts most records into the same number of cells, at least two."""
    return max(SEPARATORS, key=lambda separator: _regularity(text, separator))


def _regularity(text: str, separator: str) -> tuple[float, int]:
    widths = []
    try:
        for number, record in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator)):
            if number >= _SAMPLE_RECORDS:
                break
            widths += [len(record)] if record else []
    except csv.Error:
        return (0.0, 0)
    wide = Counter(width for width in widths if width > 1)
    if not wide:
        return (0.0, 0)
    width, count = max(wide.items(), key=lambda item: (item[1], item[0]))
    return (count / len(widths), width)


def records_of(content: bytes, encoding: str, separator: str, name: str) -> list[list[str]]:
    """Every record, the empty ones too. Raises SourceUnavailable for a quote that is never closed."""
    # Decoded piece by piece: a StringIO would keep four bytes for each character of the file.
    reader = csv.reader(io.TextIOWrapper(io.BytesIO(content), encoding, newline=""), delimiter=separator)
    rows: list[list[str]] = []
    try:
        for record in reader:
            rows.append(record)
            if any(len(cell) > _LONGEST_CELL for cell in record):
                raise csv.Error
    except csv.Error:
        raise SourceUnavailable(
            _("{file}, row {row}: a quote is opened and never closed. Mend the export.").format(
                file=name, row=len(rows)
            )
        ) from None
    return rows


def _refuse_formulas(rows: Sequence[Sequence[str]], name: str) -> None:
    for number, cells in enumerate(rows, start=1):
        for place, cell in enumerate(cells, start=1):
            if cell[:1] in "=@ \t" and cell and _FORMULA.match(cell):
                raise InvalidData(
                    _("{file}, row {row}, column {column}: a formula. Replace the formulas by their values.").format(
                        file=name, row=number, column=place
                    )
                )
