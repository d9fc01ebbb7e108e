"""The process that listens."""

import uvicorn
from starlette.types import ASGIApp

CONNECTIONS_MOST = 512
IDLE_SECONDS = 5
SHUTDOWN_SECONDS = 5


def serve(app: ASGIApp, host: str, port: int) -> None:
    """Answer on host:port until interrupted. No access log: addresses and queries of readers are theirs."""
    uvicorn.run(
        app,
        host=host,
        port=port,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        log_level="warning",
        limit_concurrency=CONNECTIONS_MOST,
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )
