"""A file's bytes, out of gzip or zip if it is packed, within bounds."""

import gzip
import io
import lzma
import struct
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from ...errors import SourceUnavailable
from ...messages import _
from ..report import Repair

LIMIT_BYTES = 256 << 20
_LARGEST_RATIO = 200  # XML and CSV of real towns pack 5 to 40 times; a bomb 1000 times and more
_SMALL_BYTES = 8 << 20
_PIECE = 1 << 20
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
    try:
        size = path.stat().st_size
        if size > limits.size_bytes:
            raise _too_large(path.name, limits)
        content = path.read_bytes()
    except OSError:
        raise SourceUnavailable(_("{file}: cannot be read. Check that it exists.").format(file=path.name)) from None
    if not content.strip():
        raise SourceUnavailable(_("{file}: the file is empty. Export it again.").format(file=path.name))
    if content.startswith(b"\x1f\x8b"):
        unpacked = _gunzip(content, path.name, limits)
        return Content(unpacked, limits, (Repair("unpacked", _("The file was unpacked (gzip).")),))
    if content.startswith(b"PK"):
        return _unzip(content, path.name, limits)
    return Content(content, limits)


def _gunzip(content: bytes, name: str, limits: Limits) -> bytes:
    try:
        with gzip.open(io.BytesIO(content)) as stream:
            return _bounded(stream, len(content), name, limits)
    except (OSError, EOFError, zlib.error):
        raise _broken(name) from None


def _unzip(content: bytes, name: str, limits: Limits) -> Content:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = [one.filename for one in archive.infolist() if not one.is_dir()]
            if any(one in names for one in _OFFICE):
                _measure(archive, len(content), name, limits)
                return Content(content, limits)
            inside = [one for one in names if not one.startswith(("__MACOSX/", "."))]
            if len(inside) != 1:
                raise SourceUnavailable(
                    _("{file}: the archive holds {count} files; send one with a single file.").format(
                        file=name, count=len(inside)
                    )
                )
            with archive.open(inside[0]) as stream:
                unpacked = _bounded(stream, len(content), name, limits)
    except _BROKEN_ARCHIVE:
        raise _broken(name) from None
    return Content(unpacked, limits, (Repair("unpacked", _("The file was unpacked (zip).")),))


def _measure(archive: zipfile.ZipFile, packed: int, name: str, limits: Limits) -> None:
    """Unpack every part once, keeping none: what an archive declares of its sizes may be a lie."""
    total = 0
    for part in archive.infolist():
        with archive.open(part) as stream:
            while piece := stream.read(_PIECE):
                total += len(piece)
                _check(total, packed, name, limits)


def _bounded(stream: object, packed: int, name: str, limits: Limits) -> bytes:
    pieces, total = [], 0
    while piece := stream.read(_PIECE):  # type: ignore[attr-defined]
        pieces.append(piece)
        total += len(piece)
        _check(total, packed, name, limits)
    return b"".join(pieces)


def _check(total: int, packed: int, name: str, limits: Limits) -> None:
    if total > limits.size_bytes:
        raise _too_large(name, limits)
    if total > _SMALL_BYTES and total > packed * limits.ratio:
        raise SourceUnavailable(
            _(
                "{file}: it unpacks to more than {ratio} times its size, as no honest file does. It was not read."
            ).format(file=name, ratio=limits.ratio)
        )


def _too_large(name: str, limits: Limits) -> SourceUnavailable:
    return SourceUnavailable(
        _("{file}: more than {size} MB. Split it, or raise the limit.").format(file=name, size=limits.size_bytes >> 20)
    )


def _broken(name: str) -> SourceUnavailable:
    return SourceUnavailable(_("{file}: the archive is broken or protected. Send it again.").format(file=name))
