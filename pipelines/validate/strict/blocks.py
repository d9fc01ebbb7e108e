"""A CSV file as blocks of UTF-8 that end where a record ends, in bounded memory.

Content is *tidy* where every quoted field opens after a delimiter or a line
end and closes before one. On tidy content arrow's reader and Python's give the
same cells, and a line end lies outside quotes where an even number of quotes
comes before it. The rest goes through Python's reader, record by record.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

from .plan import Dialect

_LONGEST_RECORD = 64 << 20


class Unreadable(Exception):
    """The engine cannot be sure of this content."""


@dataclass(frozen=True)
class Block:
    """Whole records. `records` holds their cells where Python's reader had to find them."""

    content: bytes
    records: list[list[str]] | None = None


def blocks(stream: io.BufferedIOBase, dialect: Dialect, size: int) -> Iterator[Block]:
    """The content rows. Raises Unreadable for text that is not in the encoding, or a record without end."""
    tidy = _tidy(dialect)
    rest = b""
    skipped = False
    for piece, is_last in _pieces(_utf8(stream, dialect.encoding, size)):
        rest += piece
        if not skipped:
            found = _skip_records(rest, dialect, is_last)
            if found is None:
                _refuse_endless(rest)
                continue
            rest, skipped = rest[found:], True
        block, length = _cut(rest, dialect, tidy, is_last)
        rest = rest[length:]
        if length:
            yield block
        else:
            _refuse_endless(rest)


def _pieces(stream: Iterator[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Each piece, and whether it is the last one; an empty last piece flushes what is left."""
    for piece in stream:
        yield piece, False
    yield b"", True


def _utf8(stream: io.BufferedIOBase, encoding: str, size: int) -> Iterator[bytes]:
    decoder = None if encoding in ("utf-8", "utf-8-sig") else codecs.getincrementaldecoder(encoding)()
    if encoding == "utf-8-sig":
        yield stream.read(size).removeprefix(codecs.BOM_UTF8)
    while piece := stream.read(size):
        yield piece if decoder is None else _decoded(decoder, piece, False)
    if decoder is not None:
        yield _decoded(decoder, b"", True)


def _decoded(decoder: codecs.IncrementalDecoder, piece: bytes, is_last: bool) -> bytes:
    try:
        return decoder.decode(piece, is_last).encode("utf-8")
    except UnicodeError:
        raise Unreadable from None


def _tidy(dialect: Dialect) -> re.Pattern[bytes]:
    mark, quote = (re.escape(text.encode()) for text in (dialect.delimiter, dialect.quote))
    inner = rb"[^%b]*(?:%b%b[^%b]*)*" % (quote, quote, quote, quote)
    return re.compile(
        rb"%b(?:(?<=[%b\n]%b)|(?<=\A%b))%b%b(?=[%b\r\n]|\Z)" % (quote, mark, quote, quote, inner, quote, mark)
    )


def _cut(content: bytes, dialect: Dialect, tidy: re.Pattern[bytes], is_last: bool) -> tuple[Block, int]:
    """The longest run of whole records, and its length in bytes."""
    quote = dialect.quote.encode()
    if dialect.is_plain and _has_plain_line_ends(content) and b"\0" not in content:
        length = len(content) if is_last else _last_line_end(content, quote)
        part = content[:length]
        if quote not in part or quote not in tidy.sub(b"", part):
            return Block(part), length
    return _cut_by_python(content, dialect, is_last)


def _has_plain_line_ends(content: bytes) -> bool:
    return b"\r" not in content or content.count(b"\r") == content.count(b"\r\n")


def _last_line_end(content: bytes, quote: bytes) -> int:
    """After the last line end outside quotes, should the content be tidy."""
    end = content.rfind(b"\n") + 1
    if quote not in content:
        return end
    quotes = content.count(quote, 0, end)
    while end and quotes % 2:
        earlier = content.rfind(b"\n", 0, end - 1) + 1
        quotes -= content.count(quote, earlier, end)
        end = earlier
    return end


class _Lines:
    """Lines for Python's reader, remembering how many it took and whether it asked for more than there are."""

    def __init__(self, text: str) -> None:
        self._stream = io.StringIO(text, newline="")
        self.taken = 0
        self.is_exhausted = False

    def __iter__(self) -> Iterator[str]:
        for line in self._stream:
            self.taken += len(line)
            yield line
        self.is_exhausted = True


def _records(text: str, dialect: Dialect, is_last: bool) -> Iterator[tuple[list[str], int]]:
    """Each whole record with the number of characters up to its end."""
    lines = _Lines(text)
    try:
        for record in csv.reader(iter(lines), dialect=dialect.python):
            # A record that ended because the lines did may go on in the next block, and so may a
            # last line: without its end, or with a carriage return whose line feed is still to come.
            if lines.is_exhausted and not is_last:
                return
            yield record, lines.taken
    except csv.Error:
        raise Unreadable from None


def _cut_by_python(content: bytes, dialect: Dialect, is_last: bool) -> tuple[Block, int]:
    text = _text(content, is_last)
    whole = text if is_last else text[: max(text.rfind("\n"), text.rfind("\r", 0, -1)) + 1]
    records, end = [], 0
    for record, taken in _records(whole, dialect, is_last):
        records.append(record)
        end = taken
    length = len(whole[:end].encode())
    return Block(content[:length], records), length


def _skip_records(content: bytes, dialect: Dialect, is_last: bool) -> int | None:
    """Length in bytes of the records before the first content row; None where more content is needed."""
    wanted = dialect.first_row - 1
    if wanted == 0:
        return 0
    text = _text(content, is_last)
    for number, (_record, taken) in enumerate(_records(text, dialect, is_last), start=1):
        if number == wanted and (is_last or text[taken - 1 : taken] == "\n" or taken < len(text)):
            return len(text[:taken].encode())
    return len(content) if is_last else None


def _text(content: bytes, is_last: bool) -> str:
    """The content as text, without the bytes of a last character that is not whole yet."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        return decoder.decode(content, is_last)
    except UnicodeError:
        raise Unreadable from None


def _refuse_endless(content: bytes) -> None:
    if len(content) > _LONGEST_RECORD:
        raise Unreadable
