"""One file over http(s) into a folder: bounded in size and in time."""

import time
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

import httpx

from ..errors import SourceUnavailable
from ..messages import _

MAX_BYTES = 64 * 1024 * 1024
SILENCE_SECONDS = 30.0
TOTAL_SECONDS = 300.0


def is_address(source: str) -> bool:
    """Whether `source` is an address rather than a path; of what kind is `download`'s to judge."""
    return "://" in source


def download(address: str, into: Path, max_bytes: int = MAX_BYTES, total_seconds: float = TOTAL_SECONDS) -> Path:
    """The file at `address`, saved in the folder `into`. Raises SourceUnavailable."""
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise SourceUnavailable(
            _("{address}: expected an address that starts with http:// or https://.").format(address=address)
        )
    path = into / "download"
    try:
        with (
            httpx.stream("GET", address, timeout=SILENCE_SECONDS, follow_redirects=True) as answer,
            path.open("wb") as file,
        ):
            if answer.status_code != httpx.codes.OK:
                raise _failed(parts.hostname, _("it answers {status}").format(status=answer.status_code))
            _save(answer, file, parts.hostname, max_bytes, time.monotonic() + total_seconds)
    except httpx.HTTPError as error:
        raise _failed(parts.hostname, type(error).__name__) from None
    return path


def _save(answer: httpx.Response, file: BinaryIO, host: str, max_bytes: int, end_at: float) -> None:
    received = 0
    for block in answer.iter_bytes():
        received += len(block)
        if received > max_bytes:
            raise _failed(host, _("the file is larger than {limit} MB").format(limit=max_bytes >> 20))
        if time.monotonic() > end_at:
            raise _failed(host, _("the file takes too long to come"))
        file.write(block)


def _failed(host: str, reason: str) -> SourceUnavailable:
    return SourceUnavailable(
        _("{host}: cannot be downloaded: {reason}. Check the address, or fetch the file by hand.").format(
            host=host, reason=reason
        )
    )
