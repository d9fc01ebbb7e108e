"""What machines find the datasets by: DCAT, feeds, the site map, the description of the interface."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from threading import Lock

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ... import __version__
from ...messages import language
from ..addresses import Addresses
from ..catalogue import Catalogue
from ..known import is_known
from ..languages import spoken
from ..pages.about import PAGES
from ..pages.budget import is_budget
from ..pages.templates import Templates
from ..pages.wording import words
from ..problems import unknown_address
from ..search import Entry
from ..site import Site
from .dcat import FORMATS, catalogue_triples, written
from .feeds import feed_entries
from .openapi import openapi


@dataclass(frozen=True)
class Discovery:
    """Answers for harvesters, feed readers and search engines."""

    catalogue: Catalogue
    addresses: Addresses
    site: Site
    templates: Templates
    _documents: dict[str, tuple[object, bytes, str]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    async def dcat(self, request: Request) -> Response:
        """`/catalog.{ttl,jsonld,rdf}`."""
        ending = "." + request.url.path.rpartition(".")[2]
        body, tag = await run_in_threadpool(self._dcat, ending)
        headers = {"cache-control": "no-cache", "etag": tag}
        if is_known(request, headers):
            return Response(status_code=304, headers=headers)
        return Response(body, media_type=FORMATS[ending][1], headers=headers)

    def _dcat(self, ending: str) -> tuple[bytes, str]:
        """The catalogue as one of FORMATS says, and its tag; made again when a version came, went or was restored."""
        entries, cover = self._entries(), self.catalogue.coverage
        with self._lock:  # of several harvesters at once, one has it made
            state = [(publisher, each.dataset, each.sequence, cover(each)) for publisher, each in entries]
            known_state, body, tag = self._documents.get(ending, (None, b"", ""))
            if known_state != state:
                body = written(catalogue_triples(self.site, self.addresses, entries, cover), ending)
                tag = f'"{sha256(body).hexdigest()}"'
                self._documents[ending] = (state, body, tag)
        return body, tag

    def keys(self, _request: Request) -> Response:
        """The keys that certificates are checked with, those of former days included."""
        if self.site.keys is None or not self.site.keys.is_file():
            raise unknown_address()
        body = self.site.keys.read_bytes()
        return Response(body, media_type="application/json", headers={"cache-control": "no-cache"})

    def feed(self, request: Request) -> Response:
        """`/atom.xml`, of all, of an organisation, or of a dataset."""
        places, title, page = self.catalogue.now().places, words(self.site.title), self.addresses.home()
        slug, dataset = request.path_params.get("organisation", ""), request.path_params.get("dataset", "")
        if dataset:
            publisher = self.catalogue.publisher_of(slug, dataset)
            latest = self.catalogue.store.latest(publisher.siren, dataset)
            places, title = ((publisher, dataset),), words(latest.metadata["title"]) if latest else dataset
            page = self.addresses.dataset(slug, dataset)
        elif slug:
            publisher = self.catalogue.publisher(slug)
            places = tuple(place for place in places if place[0] == publisher)
            title, page = publisher.name, self.addresses.organisation(slug)
        context = {
            "title": title,
            "page": self.addresses.absolute(page),
            "entries": feed_entries(self.catalogue.store, self.addresses, places),
            "language": language(),
        }
        answer = self._xml("atom.xml", context, "application/atom+xml")
        answer.headers.update(spoken())
        return answer

    def sitemap(self, _request: Request) -> Response:
        """Every page that search engines should know."""
        snapshot = self.catalogue.now()
        places = [(self.addresses.home(), "")]
        places += [(self.addresses.organisation(publisher.slug), "") for publisher in snapshot.publishers]
        places += [
            (self.addresses.dataset(publisher.slug, manifest.dataset), manifest.committed_at)
            for publisher, manifest in self._entries()
        ]
        places += [
            (self.addresses.summary(publisher.slug, manifest.dataset), manifest.committed_at)
            for publisher, manifest in self._entries()
            if is_budget(manifest)
        ]
        places += [(self.addresses.about(page), "") for page in PAGES]
        absolute = [(self.addresses.absolute(path), moment) for path, moment in places]
        return self._xml("sitemap.xml", {"places": absolute}, "application/xml")

    def openapi(self, _request: Request) -> Response:
        """The description of the interface."""
        described = openapi(self.site, self.addresses, __version__, next(iter(self._entries()), None))
        return JSONResponse(described, headers={"cache-control": "no-cache"} | spoken())

    def _entries(self) -> list[Entry]:
        return list(self.catalogue.now().entries)

    def _xml(self, name: str, context: Mapping[str, object], media_type: str) -> Response:
        text = self.templates.text(name, context)
        return Response(text, media_type=media_type, headers={"cache-control": "no-cache"})
