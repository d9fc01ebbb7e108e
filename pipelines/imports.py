"""Imports at their least cost: what a module makes when it is imported stays, and is no garbage."""

import atexit
import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

# Its binding (nanobind) looks at the end of the process for what was not collected, and writes of it as leaked.
_EXPECTS_COLLECTION = "duckdb"


@contextmanager
def kept_for_good() -> Iterator[None]:
    """The garbage collector neither runs meanwhile nor ever looks through what was made until then.

    The libraries of a validation make 200,000 objects: to look through them again and again, and to take them apart
    at the end of the process, is a fifth of the time that a small file takes.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_enabled:
            gc.enable()


@atexit.register
def _let_go() -> None:
    if _EXPECTS_COLLECTION in sys.modules:
        gc.unfreeze()
