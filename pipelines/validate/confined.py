"""A child process with bounds on its time and memory, for what could hang or end the process that asks."""

import io
import shutil
import subprocess
import sys
import tempfile
from typing import BinaryIO, cast

# An aborted child leaves no core file: it would hold the table. The bound on its processor time ends a child whose
# parent was killed. macOS allows no bound on the address space.
_BOUNDS = """
import contextlib, resource
def bound(kind, most):
    allowed = resource.getrlimit(kind)[1]
    most = most if allowed == resource.RLIM_INFINITY else min(most, allowed)
    resource.setrlimit(kind, (most, most))
bound(resource.RLIMIT_CORE, 0)
bound(resource.RLIMIT_CPU, {cpu_seconds})
if {memory_bytes}:
    with contextlib.suppress(ValueError):
        bound(resource.RLIMIT_AS, {memory_bytes})
"""


class ChildFailed(Exception):
    """The child gave no answer. `status` is its exit status, negative for a signal; None where its time was over."""

    def __init__(self, status: int | None) -> None:
        super().__init__(status)
        self.status = status


def run_confined(program: str, given: bytes, seconds: float, memory_bytes: int | None = None) -> bytes:
    """What a Python program writes when it is given these bytes. Raises ChildFailed.

    What it writes as an error is dropped: a library's last words can quote a cell.
    """
    with run_confined_on_disk(program, io.BytesIO(given), seconds, memory_bytes) as answer:
        return answer.read()


def run_confined_on_disk(program: str, given: BinaryIO, seconds: float, memory_bytes: int | None = None) -> BinaryIO:
    """The same for what may be larger than memory: a file without a name on both sides. Raises ChildFailed."""
    bounds = _BOUNDS.format(cpu_seconds=int(seconds) + 2, memory_bytes=memory_bytes or 0)
    answer = tempfile.TemporaryFile(prefix="parvis-")  # noqa: SIM115 - the caller's
    try:
        with tempfile.TemporaryFile(prefix="parvis-") as own:  # the child needs a file that starts at its start
            given.seek(0)
            shutil.copyfileobj(given, own)
            own.seek(0)
            # -P: the modules that this process has, and none that lies in the current folder.
            subprocess.run(
                [sys.executable, "-P", "-c", bounds + program],
                stdin=own,
                stdout=answer,
                stderr=subprocess.DEVNULL,
                timeout=seconds,
                check=True,
            )
    except subprocess.TimeoutExpired:
        answer.close()
        raise ChildFailed(None) from None
    except subprocess.CalledProcessError as ended:
        answer.close()
        raise ChildFailed(ended.returncode) from None
    answer.seek(0)
    return cast(BinaryIO, answer)
