"""A child process with bounds on its time and memory, for what could hang or end the process that asks."""

import subprocess
import sys

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
    bounds = _BOUNDS.format(cpu_seconds=int(seconds) + 2, memory_bytes=memory_bytes or 0)
    try:
        # -P: the modules that this process has, and none that lies in the current folder.
        done = subprocess.run(
            [sys.executable, "-P", "-c", bounds + program],
            input=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=True,
        )
    except subprocess.TimeoutExpired:
        raise ChildFailed(None) from None
    except subprocess.CalledProcessError as ended:
        raise ChildFailed(ended.returncode) from None
    return done.stdout
