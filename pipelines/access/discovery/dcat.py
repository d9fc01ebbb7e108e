"""The catalogue in DCAT-AP 3: what harvesters read."""

from collections.abc import Callable, Iterable, Sequence

from rdflib import DCTERMS, FOAF, RDF, XSD, BNode, Graph, Literal, Namespace, URIRef

from ...messages import LANGUAGES, speaking
from ...versions.identifiers import dataset_id
from ...versions.manifest import Manifest, StoredFile
from ...vocabularies import FREQUENCIES, FREQUENCY_URI, LICENCES, THEME_URI
from ..addresses import Addresses
from ..catalogue import Publisher
from ..ckan.packages import resource_files
from ..coverage import COMMUNE, Coverage
from ..media_types import media_type
from ..pages.wording import contact_address, purpose
from ..search import Entry
from ..site import Site
from .turtle import Triple, turtle

# rdflib knows the terms of DCAT 2 alone.
DCAT = Namespace("http://www.w3.org/ns/dcat#")
VCARD = Namespace("http://www.w3.org/2006/vcard/ns#")
SPDX = Namespace("http://spdx.org/rdf/terms#")
GEOSPARQL = Namespace("http://www.opengis.net/ont/geosparql#")
AUTHORITY = "http://publications.europa.eu/resource/authority/"
MEDIA_TYPE = "https://www.iana.org/assignments/media-types/"
FILE_TYPES = {"csv": "CSV", "json": "JSON", "geojson": "GEOJSON", "xlsx": "XLSX", "parquet": "PARQUET"}
LANGUAGE_CODES = {"fr": "FRA", "en": "ENG"}
FORMATS = {
    ".ttl": ("turtle", "text/turtle"),
    ".jsonld": ("json-ld", "application/ld+json"),
    ".rdf": ("xml", "application/rdf+xml"),
}
PREFIXES = {"dcat": DCAT, "dct": DCTERMS, "foaf": FOAF, "vcard": VCARD, "spdx": SPDX, "geo": GEOSPARQL}
Cover = Callable[[Manifest], Coverage]


class Triples(list[Triple]):
    """What is said of the catalogue, in order. A graph of it all takes seconds: who needs one makes it of these."""

    def add(self, triple: Triple) -> None:
        self.append(triple)

    def graph(self) -> Graph:
        graph = Graph(bind_namespaces="core")
        for prefix, namespace in PREFIXES.items():
            graph.bind(prefix, namespace)
        for triple in self:
            graph.add(triple)
        return graph


def written(said: Triples, ending: str) -> bytes:
    """As one of FORMATS."""
    if ending == ".ttl":
        return turtle(said, PREFIXES | {"xsd": XSD}).encode()
    return said.graph().serialize(format=FORMATS[ending][0], encoding="utf-8")


def catalogue_triples(site: Site, addresses: Addresses, entries: Iterable[Entry], cover: Cover) -> Triples:
    """Every dataset with its distributions, under the catalogue's address; `cover` knows when and where rows are."""
    said = Triples()
    catalogue = URIRef(addresses.absolute(addresses.home()))
    said.add((catalogue, RDF.type, DCAT.Catalog))
    _add_words(said, catalogue, DCTERMS.title, dict(site.title))
    _add_words(said, catalogue, DCTERMS.description, dict(site.title))
    said.add((catalogue, FOAF.homepage, catalogue))
    for code in LANGUAGE_CODES.values():
        said.add((catalogue, DCTERMS.language, URIRef(f"{AUTHORITY}language/{code}")))
    publishers = {}
    for publisher, manifest in entries:
        publishers[publisher.siren] = publisher
        page = _add_dataset(said, addresses, publisher, manifest)
        _add_coverage(said, page, cover(manifest), publisher.code_insee)
        said.add((catalogue, DCAT.dataset, page))
    said.add((catalogue, DCTERMS.publisher, _add_operator(said, site, addresses, list(publishers.values()))))
    return said


def _add_operator(said: Triples, site: Site, addresses: Addresses, publishers: Sequence[Publisher]) -> URIRef | BNode:
    """Who publishes the catalogue: the one organisation in it, else who runs the site."""
    if len(publishers) == 1:
        return _agent(addresses, publishers[0])
    operator = BNode()
    said.add((operator, RDF.type, FOAF.Agent))
    _add_words(said, operator, FOAF.name, dict(site.title))
    return operator


def _add_dataset(said: Triples, addresses: Addresses, publisher: Publisher, manifest: Manifest) -> URIRef:
    page = URIRef(addresses.absolute(addresses.dataset(publisher.slug, manifest.dataset)))
    metadata = manifest.metadata
    said.add((page, RDF.type, DCAT.Dataset))
    _add_words(said, page, DCTERMS.title, metadata["title"])
    _add_words(said, page, DCTERMS.description, metadata["description"])
    said.add((page, DCTERMS.identifier, Literal(str(dataset_id(publisher.slug, manifest.dataset)))))
    said.add((page, DCAT.landingPage, page))
    said.add((page, DCAT.version, Literal(manifest.number)))
    said.add((page, DCTERMS.modified, Literal(manifest.committed_at, datatype=XSD.dateTime)))
    said.add((page, DCTERMS.accessRights, URIRef(f"{AUTHORITY}access-right/PUBLIC")))
    said.add((page, DCTERMS.language, URIRef(f"{AUTHORITY}language/FRA")))
    for keyword in metadata["keywords"]:
        said.add((page, DCAT.keyword, Literal(keyword, lang="fr")))
    for theme in metadata["themes"]:
        said.add((page, DCAT.theme, URIRef(THEME_URI.format(theme))))
    if metadata["update_frequency"] in FREQUENCIES:
        frequency = FREQUENCY_URI.format(FREQUENCIES[metadata["update_frequency"]].eu)
        said.add((page, DCTERMS.accrualPeriodicity, URIRef(frequency)))
    said.add((page, DCTERMS.publisher, _add_agent(said, addresses, publisher)))
    _add_contact(said, page, publisher, metadata["contact"])
    _add_version(said, page, addresses, publisher, manifest)
    for file in resource_files(manifest):
        said.add((page, DCAT.distribution, _add_distribution(said, addresses, publisher, manifest, file)))
    return page


def _add_coverage(said: Triples, page: URIRef, coverage: Coverage, code_insee: str) -> None:
    """When and where; harvesters such as udata's know a place by its corners alone."""
    if coverage.period:
        period = BNode()
        said.add((page, DCTERMS.temporal, period))
        said.add((period, RDF.type, DCTERMS.PeriodOfTime))
        for term, day in zip((DCAT.startDate, DCAT.endDate), coverage.period, strict=True):
            said.add((period, term, Literal(day, datatype=XSD.date)))
    places: list[URIRef | BNode] = [URIRef(COMMUNE.format(code_insee))] if code_insee else []
    if coverage.ring:
        corners = ", ".join(f"{longitude} {latitude}" for longitude, latitude in coverage.ring)
        places.append(BNode())
        said.add((places[-1], DCAT.bbox, Literal(f"POLYGON(({corners}))", datatype=GEOSPARQL.wktLiteral)))
    for place in places:
        said.add((page, DCTERMS.spatial, place))
        said.add((place, RDF.type, DCTERMS.Location))


def _add_version(said: Triples, page: URIRef, addresses: Addresses, publisher: Publisher, manifest: Manifest) -> None:
    """The newest version has an address that never changes."""
    numbered = addresses.absolute(addresses.version(publisher.slug, manifest.dataset, manifest.number))
    said.add((page, DCAT.hasCurrentVersion, URIRef(numbered)))
    said.add((page, DCAT.hasVersion, URIRef(numbered)))


def _add_distribution(
    said: Triples, addresses: Addresses, publisher: Publisher, manifest: Manifest, file: StoredFile
) -> URIRef:
    address = addresses.absolute(addresses.file(publisher.slug, manifest.dataset, "latest", file.name))
    distribution = URIRef(f"{address}#distribution")
    kind = media_type(file.name).partition(";")[0]
    ending = file.name.rpartition(".")[2]
    said.add((distribution, RDF.type, DCAT.Distribution))
    said.add((distribution, DCTERMS.title, Literal(file.name)))
    _add_words(said, distribution, DCTERMS.description, _in_each_language(lambda: purpose(file.name)))
    said.add((distribution, DCAT.accessURL, URIRef(address)))
    said.add((distribution, DCAT.downloadURL, URIRef(address)))
    said.add((distribution, DCAT.mediaType, URIRef(MEDIA_TYPE + kind)))
    said.add((distribution, DCTERMS.format, URIRef(f"{AUTHORITY}file-type/{FILE_TYPES.get(ending, ending.upper())}")))
    said.add((distribution, DCAT.byteSize, Literal(file.size_bytes, datatype=XSD.nonNegativeInteger)))
    said.add((distribution, DCTERMS.modified, Literal(manifest.committed_at, datatype=XSD.dateTime)))
    _add_licence(said, distribution, manifest.metadata["license"])
    _add_checksum(said, distribution, file.sha256)
    if homepage := manifest.table_schema.get("homepage"):
        said.add((URIRef(homepage), RDF.type, DCTERMS.Standard))
        said.add((distribution, DCTERMS.conformsTo, URIRef(homepage)))
    return distribution


def _add_licence(said: Triples, distribution: URIRef, licence: str) -> None:
    if licence in LICENCES:
        document = URIRef(LICENCES[licence].url)
        said.add((document, RDF.type, DCTERMS.LicenseDocument))
        said.add((distribution, DCTERMS.license, document))


def _add_checksum(said: Triples, distribution: URIRef, sha256: str) -> None:
    checksum = BNode()
    said.add((checksum, RDF.type, SPDX.Checksum))
    said.add((checksum, SPDX.algorithm, SPDX.checksumAlgorithm_sha256))
    # A plain text, not xsd:hexBinary: rdflib reads that as bytes, and udata's harvester then refuses the dataset.
    said.add((checksum, SPDX.checksumValue, Literal(sha256)))
    said.add((distribution, SPDX.checksum, checksum))


def _add_contact(said: Triples, page: URIRef, publisher: Publisher, contact: str) -> None:
    point = BNode()
    said.add((point, RDF.type, VCARD.Organization))
    said.add((point, VCARD.fn, Literal(publisher.name)))
    address = contact_address(contact)
    if address:
        is_mail = address.startswith("mailto:")
        said.add((point, VCARD.hasEmail if is_mail else VCARD.hasURL, URIRef(address)))
    said.add((page, DCAT.contactPoint, point))


def _add_agent(said: Triples, addresses: Addresses, publisher: Publisher) -> URIRef:
    agent = _agent(addresses, publisher)
    said.add((agent, RDF.type, FOAF.Agent))
    said.add((agent, FOAF.name, Literal(publisher.name)))
    said.add((agent, DCTERMS.identifier, Literal(publisher.siren)))
    return agent


def _agent(addresses: Addresses, publisher: Publisher) -> URIRef:
    return URIRef(addresses.absolute(addresses.organisation(publisher.slug)))


def _in_each_language(say: Callable[[], str]) -> dict[str, str]:
    said = {}
    for language in LANGUAGES:
        with speaking(language):
            said[language] = say()
    return said


def _add_words(said: Triples, subject: URIRef | BNode, predicate: URIRef, texts: dict[str, str]) -> None:
    for language, text in texts.items():
        said.add((subject, predicate, Literal(text, lang=language)))
