"""The resources of one version on their way into one udata dataset, one after the other.

Two uploads of one name in one second are an error 500 there: they never go side by side.
"""

import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO
from uuid import uuid4

from ..messages import _
from . import udata_resources
from .answers import Overtaken
from .publication import OpenFile, PortalFile, Publication
from .udata_connection import UdataConnection
from .udata_resources import DOCUMENTATION, Record, Terms


@dataclass(frozen=True)
class UdataFilling:
    """A publication, and the dataset at `path` that takes it."""

    connection: UdataConnection
    publication: Publication
    terms: Terms
    path: str
    open_file: OpenFile
    chunk_bytes: int

    def fill(self, resources: Sequence[Record]) -> None:
        """Put the last one first: udata sets each new resource before the others."""
        held = udata_resources.ours(resources, self.publication, self.terms)
        links = udata_resources.links(self.publication, self.terms)
        self._put_link(held.get(DOCUMENTATION), links[DOCUMENTATION])
        for file in reversed(self.publication.files):
            if file.name in links:
                self._put_link(held.get(file.name), links[file.name])
            else:
                self._put_copy(file, held.get(file.name))

    def _put_copy(self, file: PortalFile, held: Record | None) -> None:
        if held is None:
            held = self._upload(f"{self.path}upload/", file)
        elif udata_resources.needs_upload(file, held):
            held = self._upload(f"{self.path}resources/{held['id']}/upload/", file)
        self._describe(held, udata_resources.described(self.publication, file, held, self.terms))

    def _put_link(self, held: Record | None, wanted: Mapping[str, Any]) -> None:
        if held is None:
            self.connection.post(f"{self.path}resources/", wanted)
        else:
            self._describe(held, wanted)

    def _describe(self, held: Record, wanted: Mapping[str, Any]) -> None:
        if udata_resources.differs(held, wanted):
            extras = {**held["extras"], **wanted["extras"]}
            self.connection.put(f"{self.path}resources/{held['id']}/", {**wanted, "extras": extras})

    def _upload(self, place: str, file: PortalFile) -> Record:
        """The resource that the upload made or renewed, its bytes compared by the sha1 that udata counted."""
        with self.open_file(file.stored) as content:
            sha1 = _sha1(content)
        with self.open_file(file.stored) as content:
            resource = self._send(place, file, content)
        if resource["checksum"]["value"] != sha1:
            raise Overtaken(_("{file} did not arrive as it was sent; run again.").format(file=file.name))
        return resource

    def _send(self, place: str, file: PortalFile, content: BinaryIO) -> Record:
        name, media_type = udata_resources.upload_name(self.publication, file), file.stored.media_type
        if file.stored.size_bytes <= self.chunk_bytes:
            sent: Record = self.connection.upload(place, (name, content, media_type))
            return sent
        total = -(-file.stored.size_bytes // self.chunk_bytes)
        form: dict[str, str | int] = {"uuid": str(uuid4()), "filename": name, "totalparts": total}
        for index, chunk in enumerate(self._chunks(content)):
            part = {**form, "partindex": index, "chunksize": len(chunk)}
            # Closed after each call, since a request lives on in httpx until the garbage collector comes by.
            with io.BytesIO(chunk) as body:
                self.connection.upload(place, (name, body, media_type), part)
        finished: Record = self.connection.finish_upload(place, form)
        return finished

    def _chunks(self, content: BinaryIO) -> Iterator[bytes]:
        while chunk := content.read(self.chunk_bytes):
            yield chunk


def _sha1(content: BinaryIO) -> str:
    """What udata will count of the same bytes; no protection, a comparison."""
    digest = hashlib.sha1(usedforsecurity=False)
    while block := content.read(1024 * 1024):
        digest.update(block)
    return digest.hexdigest()
