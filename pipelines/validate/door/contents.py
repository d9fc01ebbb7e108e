"""A file's bytes, out of gzip or zip if it is packed, within bounds; never all of them in memory."""

import gzip
import io
import lzma
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Self, cast

from ...errors import SourceUnavailable
from ...messages import _, figure, ngettext
from ..report import Repair

LIMIT_BYTES = 256 << 20
_LARGEST_RATIO = 200  # XML and CSV of real towns pack 5 to 40 times; a bomb 1000 times and more
_SMALL_BYTES = 8 << 20
_PIECE = 1 << 20
_GZIP, ZIP = b"\x1f\x8b", (b"PK\x03\x04", b"PK\x05\x06")
_OFFICE = ("[Content_Types].xml", "content.xml", "mimetype")
# What Python's zipfile ends in on a damaged or protected archive.
_BROKEN_ARCHIVE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    lzma.LZMAError,
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)


@dataclass(frozen=True)
class Limits:
    """How much a file may hold once it is unpacked, and what reading it may take."""

    size_bytes: int = LIMIT_BYTES
    ratio: int = _LARGEST_RATIO
    table_bytes: int = LIMIT_BYTES  # of the cells below the header, four bytes for each included
    rows: int = 6_000_000
    workbook_seconds: float = 120.0
    workbook_memory_bytes: int = 448 << 20  # its address space: the process that reads it ends beyond


@dataclass(frozen=True)
class Content:
    """Unpacked bytes, on disk where they are many; an office document stays packed, and is checked for its size.

    A context, which closes the stream.
    """

    stream: BinaryIO  # can be sought; whoever reads it starts at 0
    size: int
    limits: Limits
    repairs: tuple[Repair, ...] = ()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.stream.close()

    def start(self, size: int) -> bytes:
        """The first bytes."""
        self.stream.seek(0)
        return self.stream.read(size)

    @contextmanager
    def text(self, encoding: str, newline: str = "", errors: str = "strict") -> Iterator[io.TextIOWrapper]:
        """The whole text, from its start, read piece by piece."""
        self.stream.seek(0)
        text = io.TextIOWrapper(self.stream, encoding, errors, newline)
        try:
            yield text
        finally:
            if not self.stream.closed:
                text.detach()  # else it would close the stream

    def holds(self, characters: str, encoding: str) -> bool:
        """Whether one of these stands anywhere in the text."""
        with self.text(encoding) as text:
            while piece := text.read(_PIECE):
                if any(character in piece for character in characters):
                    return True
        return False


def read_content(path: Path, limits: Limits) -> Content:
    """Raises SourceUnavailable for a file that is missing, empty, broken or too large."""
    unread = SourceUnavailable(_("{file}: cannot be read. Check that it exists.").format(file=path.name))
    if not path.is_file():  # a device has no end
        raise unread
    try:
        size = path.stat().st_size
        if size > limits.size_bytes:
            raise _too_large(path.name, limits)
        stream = path.open("rb")
    except OSError:
        raise unread from None
    content = Content(stream, size, limits)
    with ExitStack() as opened:
        opened.enter_context(content)
        unpacked = _unpack(content, path.name)
        if unpacked is content:
            opened.pop_all()
    return unpacked


def _unpack(content: Content, name: str) -> Content:
    """The content itself where it is not packed."""
    if _is_blank(content):
        raise SourceUnavailable(_("{file}: the file is empty. Export it again.").format(file=name))
    start = content.start(len(ZIP[0]))
    if start.startswith(_GZIP):
        return _checked(_gunzip(content, name), content.size, name)
    if start.startswith(ZIP):
        unpacked = _unzip(content, name)
        return unpacked if unpacked is content else _checked(unpacked, content.size, name)
    return content


def _is_blank(content: Content) -> bool:
    content.stream.seek(0)
    while piece := content.stream.read(_PIECE):
        if piece.strip():
            return False
    return True


def _unpacked(kind: str) -> Repair:
    return Repair("unpacked", _("The file was unpacked ({kind}).").format(kind=kind))


def _checked(unpacked: Content, packed: int, name: str) -> Content:
    """What came out of a package may be a workbook, which is one too; no other package in a package is opened."""
    if _is_blank(unpacked):
        raise SourceUnavailable(_("{file}: the archive holds an empty file. Export it again.").format(file=name))
    start = unpacked.start(len(ZIP[0]))
    if start.startswith(_GZIP) or (start.startswith(ZIP) and not _is_office(_files(unpacked.stream, name))):
        raise SourceUnavailable(
            _("{file}: an archive within an archive. Unpack it, and send the file itself.").format(file=name)
        )
    if start.startswith(ZIP):
        _measure(unpacked, packed, name)
    return unpacked


def _gunzip(content: Content, name: str) -> Content:
    content.stream.seek(0)
    try:
        with gzip.open(content.stream) as stream:
            return _bounded(cast(BinaryIO, stream), "gzip", content, name)
    except (OSError, EOFError, zlib.error):
        raise _broken(name) from None


def _unzip(content: Content, name: str) -> Content:
    """The only file in an archive; an office document, which is an archive itself, as it is."""
    inside = _only_file(content.stream, name)
    if inside is None:
        _measure(content, content.size, name)
        return content
    try:
        with zipfile.ZipFile(content.stream) as archive, archive.open(inside) as stream:
            return _bounded(cast(BinaryIO, stream), "zip", content, name)
    except _BROKEN_ARCHIVE:
        raise _broken(name) from None


def _only_file(stream: BinaryIO, name: str) -> zipfile.ZipInfo | None:
    """The one file of an archive, whatever folder it lies in; None for an office document."""
    files = _files(stream, name)
    if _is_office(files):
        return None
    files = [one for one in files if not _is_litter(PurePosixPath(one.filename))]
    if len(files) != 1:
        raise SourceUnavailable(
            ngettext(
                "{file}: the archive holds {count} file; send one with a single file.",
                "{file}: the archive holds {count} files; send one with a single file.",
                len(files),
            ).format(file=name, count=len(files))
        )
    return files[0]


def _files(stream: BinaryIO, name: str) -> list[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(stream) as archive:
            return [one for one in archive.infolist() if not one.is_dir()]
    except _BROKEN_ARCHIVE:
        raise _broken(name) from None


def _is_office(files: Sequence[zipfile.ZipInfo]) -> bool:
    return any(one.filename in _OFFICE for one in files)


def _is_litter(path: PurePosixPath) -> bool:
    """What macOS and Windows put beside one's files."""
    return path.name.startswith(".") or "__MACOSX" in path.parts or path.name in ("Thumbs.db", "desktop.ini")


def _measure(content: Content, packed: int, name: str) -> None:
    """Unpack every part once, keeping none: what an archive declares of its sizes may be a lie."""
    total = 0
    try:
        with zipfile.ZipFile(content.stream) as archive:
            for part in archive.infolist():
                with archive.open(part) as stream:
                    while piece := stream.read(_PIECE):
                        total += len(piece)
                        check_unpacked(total, packed, name, content.limits)
    except _BROKEN_ARCHIVE:
        raise _broken(name) from None


def _bounded(stream: BinaryIO, kind: str, packed: Content, name: str) -> Content:
    total = 0
    unpacked = tempfile.SpooledTemporaryFile(_SMALL_BYTES, prefix="parvis-")  # noqa: SIM115 - the caller's
    while piece := stream.read(_PIECE):
        total += len(piece)
        check_unpacked(total, packed.size, name, packed.limits)
        unpacked.write(piece)
    return Content(cast(BinaryIO, unpacked), total, packed.limits, (_unpacked(kind),))


def check_unpacked(total: int, packed: int, name: str, limits: Limits) -> None:
    """Raise SourceUnavailable where more bytes come out of a package than any honest one holds."""
    if total > limits.size_bytes:
        raise _too_large(name, limits)
    if total > _SMALL_BYTES and total > packed * limits.ratio:
        raise SourceUnavailable(
            _(
                "{file}: it unpacks to more than {ratio} times its size, as no honest file does. It was not read."
            ).format(file=name, ratio=limits.ratio)
        )


def _too_large(name: str, limits: Limits) -> SourceUnavailable:
    told = _("{file}: more than {size}, the most that is read. Deliver it in several files.")
    return SourceUnavailable(told.format(file=name, size=_size(limits.size_bytes)))


def _size(size_bytes: int) -> str:
    if size_bytes < 1 << 20:
        return _("{count} bytes").format(count=figure(size_bytes))
    return _("{count} MB").format(count=figure(size_bytes >> 20))


def _broken(name: str) -> SourceUnavailable:
    return SourceUnavailable(_("{file}: the archive is broken or protected. Send it again.").format(file=name))
