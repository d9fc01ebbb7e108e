"""The files of a folder or an archive (.tar, .tar.gz, .tar.xz, .zip), read one by one and never unpacked to disk.

An archive is somebody else's: links, names that lead out of it, and more bytes or
members than a caller allows are refused.
"""

import gzip
import lzma
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Protocol, cast

from ..errors import SourceUnavailable
from ..messages import _

_XZ_MEMORY_BYTES = 128 * 1024 * 1024
_BLOCK_BYTES = 1024 * 1024
_DAMAGED = (tarfile.TarError, zipfile.BadZipFile, lzma.LZMAError, zlib.error, EOFError, gzip.BadGzipFile)


@dataclass(frozen=True)
class ArchiveLimits:
    """What an archive may become."""

    total_bytes: int = 512 * 1024 * 1024
    member_bytes: int = 16 * 1024 * 1024
    members: int = 20_000


Member = tuple[PurePosixPath, bytes]


class _Readable(Protocol):
    """All that tarfile asks of a stream."""

    def read(self, size: int = ..., /) -> bytes: ...


def members(source: Path, wanted: Callable[[PurePosixPath], object], limits: ArchiveLimits) -> Iterator[Member]:
    """Name and bytes of every file below `source` whose name is `wanted`. Raises SourceUnavailable."""
    if source.is_dir():
        yield from _in_folder(source, wanted, limits)
        return
    try:
        with source.open("rb") as content:
            yield from _in_archive(content, source.name, wanted, limits)
    except OSError as error:
        if isinstance(error, gzip.BadGzipFile):
            raise _refused(source.name, _("damaged, or cut short")) from None
        raise SourceUnavailable(
            _("{source}: the file cannot be read; check that it is there, and its rights.").format(source=source.name)
        ) from None
    except _DAMAGED:
        raise _refused(source.name, _("damaged, or cut short")) from None


def _in_folder(folder: Path, wanted: Callable[[PurePosixPath], object], limits: ArchiveLimits) -> Iterator[Member]:
    for path in sorted(folder.rglob("*")):
        name = PurePosixPath(path.relative_to(folder).as_posix())
        if not wanted(name) or path.is_symlink() or not path.is_file():
            continue
        if path.stat().st_size > limits.member_bytes:
            raise _refused(path.name, _("larger than expected"))
        yield name, path.read_bytes()


def _in_archive(
    content: BinaryIO, source: str, wanted: Callable[[PurePosixPath], object], limits: ArchiveLimits
) -> Iterator[Member]:
    magic = content.read(6)
    content.seek(0)
    if magic.startswith(b"PK"):
        yield from _in_zip(content, source, wanted, limits)
        return
    if magic == b"\xfd7zXZ\0":
        unpacked: _Readable = _Xz(content)
    elif magic.startswith(b"\x1f\x8b"):
        unpacked = gzip.GzipFile(fileobj=content)
    else:
        unpacked = content
    yield from _in_tar(_Bounded(unpacked, source, limits.total_bytes), source, wanted, limits)


def _in_tar(
    content: _Readable, source: str, wanted: Callable[[PurePosixPath], object], limits: ArchiveLimits
) -> Iterator[Member]:
    with tarfile.open(fileobj=cast(BinaryIO, content), mode="r|") as archive:
        for count, member in enumerate(archive, start=1):
            _check(member.name, source, count, member.size, limits)
            if member.isdir():
                continue
            if not member.isfile():
                raise _refused(source, _("it holds a link or a device"))
            if wanted(PurePosixPath(member.name)):
                file = archive.extractfile(member)
                yield PurePosixPath(member.name), file.read() if file else b""


def _in_zip(
    content: BinaryIO, source: str, wanted: Callable[[PurePosixPath], object], limits: ArchiveLimits
) -> Iterator[Member]:
    total = 0
    with zipfile.ZipFile(content) as archive:
        for count, member in enumerate(archive.infolist(), start=1):
            _check(member.filename, source, count, member.file_size, limits)
            if stat.S_ISLNK(member.external_attr >> 16) or member.flag_bits & 1:
                raise _refused(source, _("it holds a link or an encrypted file"))
            if member.is_dir() or not wanted(PurePosixPath(member.filename)):
                continue
            with archive.open(member) as file:
                read = file.read(limits.member_bytes + 1)  # the declared size may lie
            total += len(read)
            if len(read) > limits.member_bytes or total > limits.total_bytes:
                raise _refused(source, _("it unpacks to more than expected"))
            yield PurePosixPath(member.filename), read


def _check(name: str, source: str, count: int, size_bytes: int, limits: ArchiveLimits) -> None:
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in name:
        raise _refused(source, _("a name in it leads out of it"))
    if count > limits.members or size_bytes > limits.member_bytes:
        raise _refused(source, _("it unpacks to more than expected"))


def _refused(source: str, reason: str) -> SourceUnavailable:
    return SourceUnavailable(
        _("{source}: refused: {reason}. Check that it is the right file, and fetch it again.").format(
            source=source, reason=reason
        )
    )


class _Bounded:
    """A stream that refuses to give more than `limit_bytes`: an archive of 1 MB can unpack to a petabyte."""

    def __init__(self, content: _Readable, source: str, limit_bytes: int) -> None:
        self._content, self._source, self._left = content, source, limit_bytes

    def read(self, size: int = -1) -> bytes:
        block = self._content.read(size if 0 <= size < _BLOCK_BYTES else _BLOCK_BYTES)
        self._left -= len(block)
        if self._left < 0:
            raise _refused(self._source, _("it unpacks to more than expected"))
        return block


class _Xz:
    """An xz stream that may not ask for 4 GB of memory, as lzma.open would let it."""

    def __init__(self, content: BinaryIO) -> None:
        self._content = content
        self._unpack = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=_XZ_MEMORY_BYTES)

    def read(self, size: int = -1) -> bytes:
        size = size if 0 <= size < _BLOCK_BYTES else _BLOCK_BYTES
        while not self._unpack.eof:
            packed = self._content.read(_BLOCK_BYTES) if self._unpack.needs_input else b""
            if self._unpack.needs_input and not packed:
                raise EOFError
            if block := self._unpack.decompress(packed, size):
                return block
        return b""
