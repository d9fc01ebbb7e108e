"""Published files, from a web site or a folder. Whoever serves them may be hostile: sizes and waits have an end."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from threading import Thread
from typing import Protocol
from urllib.parse import urljoin, urlsplit

import httpx

from ..messages import _

PIECE_BYTES = 256 * 1024
_NO_FILE = (400, 401, 403, 404)


class Unreadable(Exception):
    """A file that cannot be had, and why, in words."""


class Absent(Unreadable):
    """There is no such file."""


class Withdrawn(Unreadable):
    """The version was taken back: so says the server."""


@dataclass(frozen=True)
class Bounds:
    """What a server may ask of whoever verifies it."""

    small_bytes: int = 16 * 1024 * 1024  # certificates, lists, descriptors
    file_bytes: int = 4 * 1024 * 1024 * 1024
    idle_seconds: float = 20.0
    slow_after_seconds: float = 20.0  # from then on, an answer slower than this ends:
    slowest_bytes_per_second: int = 20_000
    total_seconds: float = 3600.0  # of everything together
    redirects: int = 3
    versions: int = 2000


class Reader(Protocol):
    """A place with published files; paths are relative, with `/`."""

    @property
    def name(self) -> str:
        """The place, for people."""

    def pieces(self, path: str, most: int) -> Iterator[bytes]:
        """The file's bytes. Raises Unreadable."""


def small(reader: Reader, path: str, bounds: Bounds) -> bytes:
    """A whole file that has no right to be large. Raises Unreadable."""
    return b"".join(reader.pieces(path, bounds.small_bytes))


def saved(reader: Reader, path: str, folder: Path, bounds: Bounds) -> tuple[str, Path]:
    """The file's digest, and its bytes below `folder`, under their digest. Raises Unreadable."""
    digest, draft = sha256(), folder / "draft"
    with draft.open("wb") as file:
        for piece in reader.pieces(path, bounds.file_bytes):
            digest.update(piece)
            file.write(piece)
    return digest.hexdigest(), draft.replace(folder / digest.hexdigest())


@dataclass(frozen=True)
class Folder:
    """A static export, or a downloaded version. A link that leads out of it is not followed."""

    root: Path

    @property
    def name(self) -> str:
        return str(self.root)

    def pieces(self, path: str, most: int) -> Iterator[bytes]:
        place = self.root / path
        try:
            if not place.resolve().is_relative_to(self.root.resolve()):
                raise Unreadable(_("leads out of the folder"))
            if not place.is_file():  # nor a pipe that never ends
                raise Absent(_("missing"))
            if place.stat().st_size > most:
                raise Unreadable(_("larger than {most} bytes").format(most=most))
            with place.open("rb") as file:
                while piece := file.read(PIECE_BYTES):
                    yield piece
        except OSError:
            raise Unreadable(_("cannot be read")) from None


@dataclass(frozen=True)
class Web:
    """An access point below `base` (without a final slash). Other hosts are never asked."""

    base: str
    bounds: Bounds
    ends_at: float  # of `monotonic`
    monotonic: Callable[[], float] = time.monotonic
    client: httpx.Client = field(default_factory=lambda: _client(Bounds().idle_seconds))

    @property
    def name(self) -> str:
        return self.base

    def pieces(self, path: str, most: int) -> Iterator[bytes]:
        address = f"{self.base}/{path}"
        for _hop in range(self.bounds.redirects + 1):
            started = self.monotonic()
            try:
                answer = self._opened(address)
                try:
                    if not answer.is_redirect:
                        yield from self._body(answer, most, started)
                        return
                    address = self._following(address, answer.headers.get("location", ""))
                finally:
                    answer.close()
            except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
                # The words of the library may repeat what a hostile server said.
                raise Unreadable(_("no whole answer ({kind})").format(kind=type(error).__name__)) from None
        raise Unreadable(_("too many redirects"))

    def _opened(self, address: str) -> httpx.Response:
        """The answer's head, within `idle_seconds`: the client's own clock starts again with every byte of it."""
        found: list[httpx.Response | Exception] = []

        def ask() -> None:
            try:
                found.append(self.client.send(self.client.build_request("GET", address), stream=True))
            except Exception as error:  # noqa: BLE001 - raised again by who waits
                found.append(error)

        asking = Thread(target=ask, daemon=True)
        asking.start()
        asking.join(max(0.0, min(self.bounds.idle_seconds, self.ends_at - self.monotonic())))
        if not found:
            raise Unreadable(_("too slow"))
        if isinstance(found[0], Exception):
            raise found[0]
        return found[0]

    def _body(self, answer: httpx.Response, most: int, started: float) -> Iterator[bytes]:
        if answer.status_code == 410:
            raise Withdrawn(_("withdrawn"))
        if answer.status_code in _NO_FILE:
            raise Absent(_("missing"))
        if answer.status_code != 200:
            raise Unreadable(_("the server answers {status}").format(status=answer.status_code))
        if answer.headers.get("content-encoding", "identity") != "identity":
            raise Unreadable(_("packed though nobody asked for it"))
        size = 0
        for piece in answer.iter_raw():
            size += len(piece)
            if size > most:
                raise Unreadable(_("larger than {most} bytes").format(most=most))
            self._refuse_slow(size, started)
            yield piece
        declared = answer.headers.get("content-length", "")
        if declared.isdigit() and int(declared) != size:
            raise Unreadable(_("cut short"))

    def _refuse_slow(self, size: int, started: float) -> None:
        now = self.monotonic()
        taken = now - started
        if now > self.ends_at:
            raise Unreadable(_("the time is over; --max-seconds gives more"))
        if taken > self.bounds.slow_after_seconds and size < taken * self.bounds.slowest_bytes_per_second:
            raise Unreadable(_("too slow"))

    def _following(self, address: str, location: str) -> str:
        following = urljoin(address, location)
        here, there = urlsplit(address), urlsplit(following)
        if (here.scheme, here.netloc) != (there.scheme, there.netloc):
            raise Unreadable(_("redirected to another host"))
        return following


def _client(idle_seconds: float) -> httpx.Client:
    return httpx.Client(
        timeout=idle_seconds,
        follow_redirects=False,
        trust_env=True,
        headers={"accept-encoding": "identity", "accept": "*/*", "accept-language": "en"},
    )


def web(base: str, bounds: Bounds, monotonic: Callable[[], float] = time.monotonic) -> Web:
    """The access point at `base`; its time begins now."""
    return Web(base, bounds, monotonic() + bounds.total_seconds, monotonic, _client(bounds.idle_seconds))
