"""What changed from version to version: `/{organisation}/{dataset}/changes?since=1.4.0`."""

import csv
import io
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ...messages import _
from ...versions.manifest import Manifest
from ...versions.register import read_register
from ..addresses import Addresses
from ..catalogue import DATASET, VERSION, Catalogue, Publisher
from ..languages import spoken
from ..media_types import media_type
from ..pages.wording import sentence
from ..problems import Problem, unknown_address

FORMATS = ("json", "csv")
COLUMNS = ("version", "published_at", "level", "cause", "detail", "words", "address")


@dataclass(frozen=True)
class Changes:
    """Every cause of every version, for programs that follow a dataset."""

    catalogue: Catalogue
    addresses: Addresses

    def changes(self, request: Request) -> Response:
        """All of them, or those after the version that `since` names; the oldest first."""
        path, asked = request.path_params, request.query_params
        publisher, newest = self.catalogue.version(path["organisation"], path["dataset"], "latest")
        kind = asked.get("format", "json")
        if kind not in FORMATS:
            raise Problem(400, _("There is no such format."), None, parameter="format", allowed=list(FORMATS))
        versions = self._since(publisher, newest, asked.get("since", ""))
        rows = [row for manifest in versions for row in self._rows(publisher, manifest)]
        headers = {"cache-control": "no-cache"} | spoken()
        if kind == "json":
            return JSONResponse(rows, headers=headers)
        return Response(_as_csv(rows), media_type=media_type(".csv"), headers=headers)

    def withdrawn(self, request: Request) -> Response:
        """What was taken back, the oldest first: a copy of the site can tell it from what was lost."""
        path = request.path_params
        publisher = self.catalogue.publisher_of(path["organisation"], path["dataset"])
        stones = self.catalogue.store.tombstones(publisher.siren, path["dataset"])
        rows = [{"version": one.number, "withdrawn_on": one.withdrawn_on, "reason": one.reason} for one in stones]
        return JSONResponse(rows, headers={"cache-control": "no-cache"})

    def register(self, request: Request) -> Response:
        """What is published and what was taken back, as it was signed last; also where nothing is left."""
        path = request.path_params
        publisher = self.catalogue.publisher(path["organisation"])
        is_name = DATASET.fullmatch(path["dataset"])
        document = read_register(self.catalogue.store, publisher.siren, path["dataset"]) if is_name else None
        if document is None:
            raise unknown_address()
        return Response(document, media_type=media_type(".json"), headers={"cache-control": "no-cache"})

    def _since(self, publisher: Publisher, newest: Manifest, since: str) -> list[Manifest]:
        versions = list(reversed(self.catalogue.versions(newest)))
        if not since:
            return versions
        if not VERSION.fullmatch(since):
            raise Problem(400, _("Expected a version, such as 1.4.0."), None, parameter="since")
        _publisher, known = self.catalogue.version(publisher.slug, newest.dataset, since)
        return [manifest for manifest in versions if manifest.sequence > known.sequence]

    def _rows(self, publisher: Publisher, manifest: Manifest) -> list[dict[str, str]]:
        address = self.addresses.absolute(self.addresses.version(publisher.slug, manifest.dataset, manifest.number))
        return [
            {
                "version": manifest.number,
                "published_at": manifest.committed_at,
                "level": cause.level,
                "cause": cause.what,
                "detail": cause.detail,
                "words": sentence(cause),
                "address": address,
            }
            for cause in manifest.causes
        ]


def _as_csv(rows: list[dict[str, str]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()
