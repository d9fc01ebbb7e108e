"""The bytes of a version: whole files with Range, ETag and a permanent address."""

from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from ..messages import _
from ..versions.derived import ENCODINGS, derived_path, is_text
from ..versions.manifest import Manifest, StoredFile
from .addresses import Addresses
from .catalogue import Catalogue, Publisher
from .encodings import chosen_encoding
from .headers import FILE_POLICY
from .known import is_known
from .media_types import media_type
from .problems import Problem
from .ranges import WholeFile

# Not immutable: an erasure must reach caches.
NUMBERED = "public, max-age=86400"
MOVING = "no-cache"


@dataclass(frozen=True)
class Files:
    """Answers with whole files."""

    catalogue: Catalogue
    addresses: Addresses

    def whole(self, request: Request, publisher: Publisher, manifest: Manifest) -> Response:
        """One file of a version, byte for byte as published."""
        stored = manifest.file(request.path_params["name"])
        if stored is None:
            raise no_such_file(manifest)
        headers = self._headers(publisher.slug, manifest, request.path_params["version"], stored)
        path = self.catalogue.store.file_path(stored)
        if is_text(stored):
            headers["vary"] = "Accept-Encoding"
            path = self._variant(request, stored, headers) or path
        if is_known(request, headers):
            return Response(status_code=304, headers=headers)
        return WholeFile(path, headers=headers, media_type=media_type(stored.name))

    def _variant(self, request: Request, stored: StoredFile, headers: dict[str, str]) -> Path | None:
        """The compressed file that the reader takes, told in `headers`; a part is always one of the plain bytes."""
        if "range" in request.headers:
            return None
        paths = {kind: derived_path(self.catalogue.store, stored, kind) for kind in ENCODINGS}
        available = [kind for kind, path in paths.items() if path]
        encoding = chosen_encoding(request.headers.get("accept-encoding", ""), available)
        if encoding is None:
            return None
        headers |= {"content-encoding": encoding, "etag": f'"{stored.sha256}-{encoding}"'}
        return paths[encoding]

    def _headers(self, slug: str, manifest: Manifest, asked: str, stored: StoredFile) -> dict[str, str]:
        headers = version_headers(self.addresses, slug, manifest, asked, stored.name)
        if stored.name.startswith(f"{manifest.dataset}."):
            headers["x-total-count"] = str(manifest.row_count)
        return headers | {
            "content-disposition": f'attachment; filename="{stored.name}"',
            "etag": f'"{stored.sha256}"',
        }


def version_headers(addresses: Addresses, slug: str, manifest: Manifest, asked: str, name: str) -> dict[str, str]:
    """What says of which version an answer is, and how long a cache may keep it."""
    headers = {
        "cache-control": NUMBERED if asked == manifest.number else MOVING,
        "content-security-policy": FILE_POLICY,
        "last-modified": format_datetime(datetime.fromisoformat(manifest.committed_at), usegmt=True),
    }
    if asked != manifest.number:
        numbered = addresses.file(slug, manifest.dataset, manifest.number, name)
        headers["content-location"] = addresses.absolute(numbered)
    return headers


def no_such_file(manifest: Manifest) -> Problem:
    """Names the files that this version does have."""
    return Problem(404, _("This version has no such file."), allowed=[file.name for file in manifest.files])
