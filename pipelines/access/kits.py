"""Serving kits: each is made once for a state of its organisation, and streamed from disk."""

import tempfile
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import BinaryIO

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from ..versions.manifest import Manifest
from .addresses import Addresses
from .catalogue import Catalogue, Publisher
from .files import is_known
from .kit import kit_digest, write_kit
from .problems import unknown_address

KEPT = 16
PIECE_BYTES = 1 << 20


@dataclass(frozen=True)
class Kits:
    """Answers with zips. Those that were not asked for the longest time are made again when they are."""

    catalogue: Catalogue
    addresses: Addresses
    locale: str
    _folder: "tempfile.TemporaryDirectory[str]" = field(
        default_factory=lambda: tempfile.TemporaryDirectory(prefix="parvis-kits-", ignore_cleanup_errors=True)
    )
    _lock: Lock = field(default_factory=Lock)
    _kept: OrderedDict[str, Path] = field(default_factory=OrderedDict)

    def kit(self, request: Request) -> Response:
        """`/{organisation}/kit.zip`."""
        publisher = self.catalogue.publisher(request.path_params["organisation"])
        manifests = [each for each in self.catalogue.now().of(publisher) if each.file(f"{each.dataset}.parquet")]
        if not manifests:
            raise unknown_address()
        digest = kit_digest(manifests)
        headers = {
            "cache-control": "no-cache",
            "content-disposition": f'attachment; filename="kit-{publisher.slug}.zip"',
            "etag": f'W/"{digest}"',
        }
        if is_known(request, f'"{digest}"'):
            return Response(status_code=304, headers=headers)
        kit = self._opened(digest, publisher, manifests)
        headers["content-length"] = str(_size(kit))
        return StreamingResponse(_pieces(kit), headers=headers, media_type="application/zip")

    def _opened(self, digest: str, publisher: Publisher, manifests: list[Manifest]) -> BinaryIO:
        """One at a time: who asks for the same kit meanwhile finds it made."""
        with self._lock:
            if digest not in self._kept:
                path = Path(self._folder.name) / f"{digest}.zip"
                write_kit(self.catalogue.store, self.addresses, publisher, manifests, self.locale, path)
                self._kept[digest] = path
                while len(self._kept) > KEPT:
                    self._kept.popitem(last=False)[1].unlink(missing_ok=True)
            self._kept.move_to_end(digest)
            return self._kept[digest].open("rb")


def _size(kit: BinaryIO) -> int:
    size = kit.seek(0, 2)
    kit.seek(0)
    return size


def _pieces(kit: BinaryIO) -> Iterator[bytes]:
    with kit:
        while piece := kit.read(PIECE_BYTES):
            yield piece
