"""A file's bytes, out of gzip or zip if it is packed, within bounds."""

import gzip
import io
import lzma
import struct
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ...errors import SourceUnavailable
from ...messages import _, ngettext
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
    """How much a file may hold once it is unpacked, and what reading a workbook may take."""

    size_bytes: int = LIMIT_BYTES
    ratio: int = _LARGEST_RATIO
    workbook_seconds: float = 120.0
    workbook_memory_bytes: int = 4 << 30


@dataclass(frozen=True)
class Content:
    """Unpacked bytes; an office document stays packed, and is checked for its size."""

    content: bytes
    limits: Limits
    repairs: tuple[Repair, ...] = ()


def read_content(path: Path, limits: Limits) -> Content:
    """Raises SourceUnavailable for a file that is missing, empty, broken or too large."""
    unread = SourceUnavailable(_("{file}: cannot be read. Check that it exists.").format(file=path.name))
    if not path.is_file():  # a device has no end
        raise unread
    try:
        if path.stat().st_size > limits.size_bytes:
            raise _too_large(path.name, limits)
        content = path.read_bytes()
    except OSError:
        raise unread from None
    if not content.strip():
        raise SourceUnavailable(_("{file}: the file is empty. Export it again.").format(file=path.name))
    if content.startswith(_GZIP):
        unpacked = Content(_gunzip(content, path.name, limits), limits, (_unpacked("gzip"),))
    elif content.startswith(ZIP):
        unpacked = _unzip(content, path.name, limits)
    else:
        return Content(content, limits)
    return unpacked if unpacked.content is content else _checked(unpacked, len(content), path.name)


def _unpacked(kind: str) -> Repair:
    return Repair("unpacked", _("The file was unpacked ({kind}).").format(kind=kind))


def _checked(unpacked: Content, packed: int, name: str) -> Content:
    """What came out of a package may be a workbook, which is one too; no other package in a package is opened."""
    content = unpacked.content
    if not content.strip():
        raise SourceUnavailable(_("{file}: the archive holds an empty file. Export it again.").format(file=name))
    if content.startswith(_GZIP) or (content.startswith(ZIP) and not _is_office(_files(content, name))):
        raise SourceUnavailable(
            _("{file}: an archive within an archive. Unpack it, and send the file itself.").format(file=name)
        )
    if content.startswith(ZIP):
        _measure(content, packed, name, unpacked.limits)
    return unpacked


def _gunzip(content: bytes, name: str, limits: Limits) -> bytes:
    try:
        with gzip.open(io.BytesIO(content)) as stream:
            return _bounded(stream, len(content), name, limits)
    except (OSError, EOFError, zlib.error):
        raise _broken(name) from None


def _unzip(content: bytes, name: str, limits: Limits) -> Content:
    """The only file in an archive; an office document, which is an archive itself, as it is."""
    inside = _only_file(content, name)
    if inside is None:
        _measure(content, len(content), name, limits)
        return Content(content, limits)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open(inside) as stream:
            return Content(_bounded(stream, len(content), name, limits), limits, (_unpacked("zip"),))
    except _BROKEN_ARCHIVE:
        raise _broken(name) from None


def _only_file(content: bytes, name: str) -> zipfile.ZipInfo | None:
    """The one file of an archive, whatever folder it lies in; None for an office document."""
    files = _files(content, name)
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


def _files(content: bytes, name: str) -> list[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return [one for one in archive.infolist() if not one.is_dir()]
    except _BROKEN_ARCHIVE:
        raise _broken(name) from None


def _is_office(files: Sequence[zipfile.ZipInfo]) -> bool:
    return any(one.filename in _OFFICE for one in files)


def _is_litter(path: PurePosixPath) -> bool:
    """What macOS and Windows put beside one's files."""
    return path.name.startswith(".") or "__MACOSX" in path.parts or path.name in ("Thumbs.db", "desktop.ini")


def _measure(content: bytes, packed: int, name: str, limits: Limits) -> None:
    """Unpack every part once, keeping none: what an archive declares of its sizes may be a lie."""
    total = 0
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for part in archive.infolist():
                with archive.open(part) as stream:
                    while piece := stream.read(_PIECE):
                        total += len(piece)
                        check_unpacked(total, packed, name, limits)
    except _BROKEN_ARCHIVE:
        raise _broken(name) from None


def _bounded(stream: object, packed: int, name: str, limits: Limits) -> bytes:
    pieces, total = [], 0
    while piece := stream.read(_PIECE):  # type: ignore[attr-defined]
        pieces.append(piece)
        total += len(piece)
        check_unpacked(total, packed, name, limits)
    return b"".join(pieces)


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
    told = _("{file}: more than {size} bytes, the most that is read. Deliver it in several files.")
    return SourceUnavailable(told.format(file=name, size=limits.size_bytes))


def _broken(name: str) -> SourceUnavailable:
    return SourceUnavailable(_("{file}: the archive is broken or protected. Send it again.").format(file=name))
