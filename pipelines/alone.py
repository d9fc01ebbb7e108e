"""One writer at a time for each dataset of an organisation: a run, a way back or an erasure, never two at once."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from .errors import StoreUnavailable
from .messages import _
from .private_files import make_private_folder, private

_LOOK_AGAIN_SECONDS = 0.2


@contextmanager
def alone(work: Path, siren: str, dataset: str, patience_seconds: float = 0) -> Iterator[None]:
    """Nobody else changes this dataset of this organisation meanwhile; the kernel frees the lock of a killed process.

    Two at once would read one version before and write two after. Raises
    StoreUnavailable where somebody is at it, and still is after `patience_seconds`.
    """
    folder = make_private_folder(work / "locks")
    with open(folder / f"{siren}-{dataset}", "a", opener=private) as file:
        _lock(file, siren, dataset, time.monotonic() + patience_seconds)
        yield


def _lock(file: TextIO, siren: str, dataset: str, until: float) -> None:
    while not _is_locked(file):
        if time.monotonic() >= until:
            raise StoreUnavailable(
                _("{dataset} of {siren}: another command is at work on it. Wait for its end, then run again.").format(
                    dataset=dataset, siren=siren
                )
            )
        time.sleep(_LOOK_AGAIN_SECONDS)


def _is_locked(file: TextIO) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
