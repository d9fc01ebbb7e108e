"""Files of the work area are their owner's alone: 0600, their folders 0700."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO


def private(path: str, flags: int) -> int:
    """An opener: `open(path, "w", opener=private)` makes a file that nobody else can read, from its first byte."""
    return os.open(path, flags, 0o600)


def make_private_folder(folder: Path) -> Path:
    """The folder, made where there is none, with what is missing above it."""
    if not folder.is_dir():
        make_private_folder(folder.parent).joinpath(folder.name).mkdir(mode=0o700, exist_ok=True)
    return folder


@contextmanager
def replaced(path: Path) -> Iterator[BinaryIO]:
    """The file's new content, durable on return: a crash leaves the old one or the new one."""
    make_private_folder(path.parent)
    fresh = path.with_suffix(".new")
    with open(fresh, "wb", opener=private) as stream:
        yield stream
        stream.flush()
        os.fsync(stream.fileno())
    fresh.replace(path)
