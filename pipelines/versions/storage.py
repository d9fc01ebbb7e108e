"""Where the store's objects lie: put if absent, get, list, delete, and nothing else.

Disk is the storage of an installation; whatever keeps the same four promises
(an object store with `If-None-Match: *`) can stand in its place.
"""

import fcntl
import os
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Protocol

from ..disk_errors import store_unavailable
from ..errors import StoreUnavailable
from ..messages import _

LOCK_ATTEMPTS = 1200
LOCK_PAUSE_SECONDS = 0.05


class Storage(Protocol):
    """Objects by key; a key is a relative path with `/`. An object never changes once it is there."""

    def put_if_absent(self, key: str, content: bytes | Path) -> bool:
        """Whether this call created the object: of several at once, one is told True. It is durable on return."""

    def get(self, key: str) -> BinaryIO | None:
        """The object, open for reading; None where there is none."""

    def list(self, prefix: str) -> Iterator[str]:
        """The names directly below `prefix`, in order; none where there is no such prefix."""

    def delete(self, key: str) -> None:
        """The object is gone on return, whether or not it was there."""

    def staging(self) -> AbstractContextManager[Path]:
        """A folder on this machine for files on their way into the storage; gone afterwards.

        Errors of the disk met meanwhile are told as StoreUnavailable.
        """

    def adding(self) -> AbstractContextManager[None]:
        """Nothing is removed by another meanwhile; many may add at once."""

    def removing(self) -> AbstractContextManager[None]:
        """Nobody else adds or removes meanwhile. Raises StoreUnavailable where the wait is too long."""


class Disk:
    """A folder of a local disk: temporary file, fsync, link(2), fsync of the folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put_if_absent(self, key: str, content: bytes | Path) -> bool:
        target = self.root / key
        with told(self.root):
            if target.exists():
                return False
            _make_folder(target.parent)
            if isinstance(content, Path):
                _flush(content)
                return _link(content, target)
            with self.staging() as folder:
                return _link(_written(folder / target.name, content), target)

    def get(self, key: str) -> BinaryIO | None:
        with told(self.root):
            try:
                return (self.root / key).open("rb")
            except (FileNotFoundError, NotADirectoryError):
                return None

    def list(self, prefix: str) -> Iterator[str]:
        with told(self.root):
            try:
                names = sorted(path.name for path in (self.root / prefix).iterdir())
            except (FileNotFoundError, NotADirectoryError):
                return
        yield from names

    def delete(self, key: str) -> None:
        path = self.root / key
        with told(self.root), suppress(FileNotFoundError):
            path.unlink()
            _flush(path.parent)

    @contextmanager
    def staging(self) -> Iterator[Path]:
        """A folder that this process holds locked; those of dead processes are cleared first."""
        with told(self.root):
            parent = self.root / "tmp"
            parent.mkdir(parents=True, exist_ok=True)
            clear_dead(parent)
            folder, lock = _locked_folder(parent)
            try:
                yield folder
            finally:
                shutil.rmtree(folder, ignore_errors=True)
                os.close(lock)

    @contextmanager
    def adding(self) -> Iterator[None]:
        with self._locked(fcntl.LOCK_SH):
            yield

    @contextmanager
    def removing(self) -> Iterator[None]:
        with self._locked(fcntl.LOCK_EX):
            yield

    @contextmanager
    def _locked(self, kind: int) -> Iterator[None]:
        """The kernel drops the lock with the process: a killed one blocks nobody."""
        with told(self.root):
            _make_folder(self.root)
            folder = os.open(self.root, os.O_RDONLY)
        try:
            _wait_for(folder, kind, self.root)
            yield
        finally:
            os.close(folder)


def _wait_for(folder: int, kind: int, root: Path) -> None:
    for attempt in range(LOCK_ATTEMPTS):
        with suppress(BlockingIOError):
            fcntl.flock(folder, kind | fcntl.LOCK_NB)
            return
        time.sleep(LOCK_PAUSE_SECONDS if attempt else 0.001)
    raise StoreUnavailable(
        _(
            "{root}: another command has been at work in the store for {seconds} s; wait for its end, and run again."
        ).format(root=root, seconds=round(LOCK_ATTEMPTS * LOCK_PAUSE_SECONDS))
    )


def clear_dead(parent: Path) -> None:
    """Remove the staging folders below `parent` that no live process holds: the kernel drops a dead one's lock."""
    for folder in parent.iterdir():
        with suppress(FileNotFoundError):
            lock = os.open(folder, os.O_RDONLY)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
            except BlockingIOError:
                continue
            finally:
                os.close(lock)


def _locked_folder(parent: Path) -> tuple[Path, int]:
    while True:
        folder = parent / uuid.uuid4().hex
        folder.mkdir()
        # Between mkdir and flock another process may take the folder for a dead one's: then take a new one.
        with suppress(FileNotFoundError):
            lock = os.open(folder, os.O_RDONLY)
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                folder.stat()
            except (BlockingIOError, FileNotFoundError):
                os.close(lock)
            else:
                return folder, lock


def _make_folder(folder: Path) -> None:
    """Durable: a folder's name lies in its parent, which is flushed too."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    with suppress(FileExistsError):
        folder.mkdir()
    _flush(folder.parent)


def _written(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    _flush(path)
    return path


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _link(source: Path, target: Path) -> bool:
    try:
        os.link(source, target)
    except FileExistsError:
        return False
    _flush(target.parent)
    return True


@contextmanager
def told(root: Path) -> Iterator[None]:
    """Errors of the disk as StoreUnavailable, saying which and what to do."""
    try:
        yield
    except OSError as error:
        raise store_unavailable(root, error) from None
