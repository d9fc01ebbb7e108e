"""Errors of the disk in words of our own: the operating system's are English, and say nothing to do."""

import errno
from pathlib import Path

from .errors import StoreUnavailable
from .messages import _

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_BARRED = (errno.EROFS, errno.EACCES, errno.EPERM)
_LOST = (errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG)


def store_unavailable(path: Path | str, error: OSError) -> StoreUnavailable:
    """The disk's error at `path`, and what to do."""
    if error.errno in _FULL:
        said = _("{path}: the disk is full. Nothing was published; free some space, and run again.")
    elif error.errno in _BARRED:
        said = _("{path}: cannot be written by this user. Nothing was published; check the mount and the rights.")
    elif error.errno in _LOST:
        said = _("{path}: there is no such file or folder. Nothing was published; check the path, and run again.")
    else:
        said = _("{path}: the disk failed ({code}). Nothing was published; check the disk, and run again.")
    return StoreUnavailable(said.format(path=path, code=errno.errorcode.get(error.errno or 0, "?")))
