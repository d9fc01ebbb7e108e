"""A CSV file as blocks of UTF-8 that end where a record ends, in bounded memory.

Content is *tidy* where every quoted field opens after a delimiter or a line
end and closes before one. On tidy content arrow's reader and Python's give the
same cells, and a line end lies outside quotes where an even number of quotes
comes before it. The rest goes through Python's reader, record by record.
"""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from .plan import Dialect, Unreadable

_LONGEST_RECORD = 64 << 20
_LINE_FEED, _RETURN = 10, 13


@dataclass(frozen=True)
class Block:
    """Whole records, and where they start in the text's UTF-8.

    `records` holds their cells where Python's reader had to find them.
    """

    content: bytes
    start: int
    records: list[list[str]] | None = None


def blocks(stream: io.BufferedIOBase, dialect: Dialect, size: int) -> Iterator[Block]:
    """The content rows. Raises Unreadable for text that is not in the encoding, or a record without end."""
    rest, start, skipped = b"", 0, False
    for piece, is_last in _pieces(_utf8(stream, dialect.encoding, size)):
        rest += piece
        if not skipped:
            found = _skip_records(rest, dialect, is_last)
            if found is None:
                _refuse_endless(rest)
                continue
            rest, start, skipped = rest[found:], found, True
        length, records = _cut(rest, dialect, is_last)
        if length:
            yield Block(rest[:length], start, records)
        else:
            _refuse_endless(rest)
        rest, start = rest[length:], start + length


class Text:
    """The same text in UTF-8 again, part by part, in their order."""

    def __init__(self, stream: io.BufferedIOBase, dialect: Dialect, size: int) -> None:
        self._pieces = _utf8(stream, dialect.encoding, size)
        self._held = b""
        self._start = 0

    def part(self, start: int, length: int) -> bytes:
        """The bytes from `start` on, which is not before an earlier part's."""
        while True:
            skipped = min(start - self._start, len(self._held))
            self._held, self._start = self._held[skipped:], self._start + skipped
            if self._start == start and len(self._held) >= length:
                return self._held[:length]
            self._held += next(self._pieces)


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


def _cut(content: bytes, dialect: Dialect, is_last: bool) -> tuple[int, list[list[str]] | None]:
    """The length in bytes of the longest run of whole records, and their cells where Python had to find them."""
    if dialect.is_plain and _has_plain_line_ends(content) and _is_all_read(content):
        data = np.frombuffer(content, np.uint8)
        quotes = np.flatnonzero(data == ord(dialect.quote)) if dialect.quote.encode() in content else np.array([], int)
        length = len(content) if is_last else _last_line_end(content, quotes)
        if _is_tidy(data[:length], quotes[: np.searchsorted(quotes, length)], ord(dialect.delimiter)):
            return length, None
    return _cut_by_python(content, dialect, is_last)


def _is_all_read(content: bytes) -> bool:
    """Arrow's reader drops a byte order mark before a block, and does with a NUL what Python does not."""
    return not content.startswith(codecs.BOM_UTF8) and b"\0" not in content


def _has_plain_line_ends(content: bytes) -> bool:
    return b"\r" not in content or content.count(b"\r") == content.count(b"\r\n")


def _last_line_end(content: bytes, quotes: Any) -> int:
    """After the last line end outside quotes, should the content be tidy."""
    end = content.rfind(b"\n") + 1
    while end and np.searchsorted(quotes, end) % 2:
        end = content.rfind(b"\n", 0, end - 1) + 1
    return end


def _is_tidy(data: Any, quotes: Any, delimiter: int) -> bool:
    """Whether each first quote opens a field and each second one closes it; a doubled quote does both."""
    if len(quotes) % 2:
        return False
    if not len(quotes):
        return True
    opening, closing, quote = quotes[::2], quotes[1::2], data[quotes[0]]
    before, after = data[opening - 1], data[np.minimum(closing + 1, len(data) - 1)]
    opens = (opening == 0) | (before == delimiter) | (before == _LINE_FEED) | (before == quote)
    closes = (closing == len(data) - 1) | (after == delimiter) | (after == _LINE_FEED) | (after == _RETURN)
    return bool(opens.all() and (closes | (after == quote)).all())


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


def _cut_by_python(content: bytes, dialect: Dialect, is_last: bool) -> tuple[int, list[list[str]]]:
    text = _text(content, is_last)
    whole = text if is_last else text[: max(text.rfind("\n"), text.rfind("\r", 0, -1)) + 1]
    records, end = [], 0
    for record, taken in _records(whole, dialect, is_last):
        records.append(record)
        end = taken
    return len(whole[:end].encode()), records


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
