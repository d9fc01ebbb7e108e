"""The access point as a process of its own, on a port of its own."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROGRAM = """
import sys
from pathlib import Path
from pipelines.access.app import create_app
from pipelines.access.limits import Limits
from pipelines.access.server import listen, serve
from pipelines.versions.store import Store
from {module} import SITE, TOWNS
limits = Limits.model_validate_json(sys.argv[3])
app = create_app(Store(Path(sys.argv[1])), TOWNS, SITE, limits)
serve(app, listen("127.0.0.1", int(sys.argv[2])), limits)
"""


@contextmanager
def running(store: Path, module: str = "tests.access.square", **limits: float) -> Iterator[str]:
    """The address of a server over the store, which ends with the block; `module` has the SITE and the TOWNS."""
    port = free_port()
    command = [sys.executable, "-c", PROGRAM.format(module=module), str(store), str(port), json.dumps(limits)]
    process = subprocess.Popen(command)
    try:
        wait_until_open(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_open(port: int, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.05)
        else:
            return
