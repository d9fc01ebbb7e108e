"""Serving kits: each is made once for a state of its organisation, and streamed from disk."""

import tempfile
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from ...versions.manifest import Manifest
from ..addresses import Addresses
from ..catalogue import Catalogue, Publisher
from ..headers import FILE_POLICY
from ..known import is_known
from ..problems import unknown_address
from ..query.pool import Pool
from .kit import kit_digest, write_kit

KEPT = 16
PIECE_BYTES = 1 << 20


@dataclass(frozen=True)
class Kits:
    """Answers with zips. `pool` has one worker of its own: who asks for kits never keeps queries waiting."""

    catalogue: Catalogue
    addresses: Addresses
    locale: str
    pool: Pool
    _folder: "tempfile.TemporaryDirectory[str]" = field(
        default_factory=lambda: tempfile.TemporaryDirectory(prefix="parvis-kits-", ignore_cleanup_errors=True)
    )
    _kept: OrderedDict[str, Path] = field(default_factory=OrderedDict)  # by SIREN: nothing of an earlier state stays

    async def kit(self, request: Request) -> Response:
        """`/{organisation}/kit.zip`."""
        publisher, manifests = await run_in_threadpool(self._asked, request.path_params["organisation"])
        digest = kit_digest(manifests)
        headers = {
            "cache-control": "no-cache",
            "content-disposition": f'attachment; filename="kit-{publisher.slug}.zip"',
            "content-security-policy": FILE_POLICY,
            "etag": f'W/"{digest}"',
        }
        if is_known(request, headers):
            return Response(status_code=304, headers=headers)
        kit = await self.pool.run(lambda: self._opened(digest, publisher, manifests))
        headers["content-length"] = str(_size(kit))
        return StreamingResponse(_pieces(kit), headers=headers, media_type="application/zip")

    def _asked(self, slug: str) -> tuple[Publisher, list[Manifest]]:
        publisher = self.catalogue.publisher(slug)
        manifests = [each for each in self.catalogue.now().of(publisher) if each.file(f"{each.dataset}.parquet")]
        if not manifests:
            raise unknown_address()
        return publisher, manifests

    def _opened(self, digest: str, publisher: Publisher, manifests: list[Manifest]) -> BinaryIO:
        """One after the other: who asked for the same kit meanwhile finds it made."""
        path = Path(self._folder.name) / f"{digest}.zip"
        if self._kept.get(publisher.siren) != path:
            write_kit(self.catalogue.store, self.addresses, publisher, manifests, self.locale, path)
            if earlier := self._kept.pop(publisher.siren, None):
                earlier.unlink(missing_ok=True)
            self._kept[publisher.siren] = path
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)[1].unlink(missing_ok=True)
        self._kept.move_to_end(publisher.siren)
        return path.open("rb")


def _size(kit: BinaryIO) -> int:
    size = kit.seek(0, 2)
    kit.seek(0)
    return size


def _pieces(kit: BinaryIO) -> Iterator[bytes]:
    with kit:
        while piece := kit.read(PIECE_BYTES):
            yield piece
