"""Files of the work area are their owner's alone: 0600, their folders 0700."""

import os
from pathlib import Path


def private(path: str, flags: int) -> int:
    """An opener: `open(path, "w", opener=private)` makes a file that nobody else can read, from its first byte."""
    return os.open(path, flags, 0o600)


def make_private_folder(folder: Path) -> Path:
    """The folder, made where there is none."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
