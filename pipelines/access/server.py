"""The process that listens."""

import errno
import socket

import uvicorn
from starlette.types import ASGIApp

from ..errors import PortUnavailable
from ..messages import _
from .connections import limited_connections
from .limits import Limits

SHUTDOWN_SECONDS = 5
BACKLOG = 2048


def listen(host: str, port: int) -> socket.socket:
    """The port, taken. Raises PortUnavailable."""
    taken = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((host, port))
        taken.listen(BACKLOG)
    except OSError as error:
        taken.close()
        why = _("another program has it") if error.errno == errno.EADDRINUSE else _("this system does not allow it")
        raise PortUnavailable(
            _("port {port} of {host}: {why}; choose another with --port.").format(port=port, host=host, why=why)
        ) from None
    return taken


def serve(app: ASGIApp, taken: socket.socket, limits: Limits) -> None:
    """Answer on a port until interrupted. uvicorn's access log stays off: it has readers' addresses and questions."""
    config = uvicorn.Config(
        app,
        http=limited_connections(limits),
        ws="none",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        log_level="error",
        limit_concurrency=limits.connections,
        timeout_keep_alive=limits.idle_seconds,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )
    uvicorn.Server(config).run(sockets=[taken])
