"""The catalogue in DCAT-AP 3: what harvesters read."""

from collections.abc import Callable, Iterable

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


def catalogue_graph(site: Site, addresses: Addresses, entries: Iterable[Entry], cover: Cover) -> Graph:
    """Every dataset with its distributions, under the catalogue's address; `cover` knows when and where rows are."""
    graph = Graph(bind_namespaces="core")
    for prefix, namespace in PREFIXES.items():
        graph.bind(prefix, namespace)
    catalogue = URIRef(addresses.absolute(addresses.home()))
    graph.add((catalogue, RDF.type, DCAT.Catalog))
    _add_words(graph, catalogue, DCTERMS.title, dict(site.title))
    _add_words(graph, catalogue, DCTERMS.description, dict(site.title))
    graph.add((catalogue, FOAF.homepage, catalogue))
    for code in LANGUAGE_CODES.values():
        graph.add((catalogue, DCTERMS.language, URIRef(f"{AUTHORITY}language/{code}")))
    _add_datasets(graph, catalogue, addresses, list(entries), cover)
    return graph


def _add_datasets(graph: Graph, catalogue: URIRef, addresses: Addresses, entries: list[Entry], cover: Cover) -> None:
    for publisher, manifest in entries:
        page = _add_dataset(graph, addresses, publisher, manifest)
        _add_coverage(graph, page, cover(manifest), publisher.code_insee)
        graph.add((catalogue, DCAT.dataset, page))
    publishers = {publisher.siren: publisher for publisher, _manifest in entries}
    if len(publishers) == 1:
        graph.add((catalogue, DCTERMS.publisher, _agent(addresses, next(iter(publishers.values())))))
        return
    operator = BNode()
    graph.add((operator, RDF.type, FOAF.Agent))
    for title in graph.objects(catalogue, DCTERMS.title):
        graph.add((operator, FOAF.name, title))
    graph.add((catalogue, DCTERMS.publisher, operator))


def _add_dataset(graph: Graph, addresses: Addresses, publisher: Publisher, manifest: Manifest) -> URIRef:
    page = URIRef(addresses.absolute(addresses.dataset(publisher.slug, manifest.dataset)))
    metadata = manifest.metadata
    graph.add((page, RDF.type, DCAT.Dataset))
    _add_words(graph, page, DCTERMS.title, metadata["title"])
    _add_words(graph, page, DCTERMS.description, metadata["description"])
    graph.add((page, DCTERMS.identifier, Literal(str(dataset_id(publisher.slug, manifest.dataset)))))
    graph.add((page, DCAT.landingPage, page))
    graph.add((page, DCAT.version, Literal(manifest.number)))
    graph.add((page, DCTERMS.modified, Literal(manifest.committed_at, datatype=XSD.dateTime)))
    graph.add((page, DCTERMS.accessRights, URIRef(f"{AUTHORITY}access-right/PUBLIC")))
    graph.add((page, DCTERMS.language, URIRef(f"{AUTHORITY}language/FRA")))
    for keyword in metadata["keywords"]:
        graph.add((page, DCAT.keyword, Literal(keyword, lang="fr")))
    for theme in metadata["themes"]:
        graph.add((page, DCAT.theme, URIRef(THEME_URI.format(theme))))
    if metadata["update_frequency"] in FREQUENCIES:
        frequency = FREQUENCY_URI.format(FREQUENCIES[metadata["update_frequency"]].eu)
        graph.add((page, DCTERMS.accrualPeriodicity, URIRef(frequency)))
    graph.add((page, DCTERMS.publisher, _add_agent(graph, addresses, publisher)))
    _add_contact(graph, page, publisher, metadata["contact"])
    _add_version(graph, page, addresses, publisher, manifest)
    for file in resource_files(manifest):
        graph.add((page, DCAT.distribution, _add_distribution(graph, addresses, publisher, manifest, file)))
    return page


def _add_coverage(graph: Graph, page: URIRef, coverage: Coverage, code_insee: str) -> None:
    """When and where; harvesters such as udata's know a place by its corners alone."""
    if coverage.period:
        period = BNode()
        graph.add((page, DCTERMS.temporal, period))
        graph.add((period, RDF.type, DCTERMS.PeriodOfTime))
        for term, day in zip((DCAT.startDate, DCAT.endDate), coverage.period, strict=True):
            graph.add((period, term, Literal(day, datatype=XSD.date)))
    places: list[URIRef | BNode] = [URIRef(COMMUNE.format(code_insee))] if code_insee else []
    if coverage.ring:
        corners = ", ".join(f"{longitude} {latitude}" for longitude, latitude in coverage.ring)
        places.append(BNode())
        graph.add((places[-1], DCAT.bbox, Literal(f"POLYGON(({corners}))", datatype=GEOSPARQL.wktLiteral)))
    for place in places:
        graph.add((page, DCTERMS.spatial, place))
        graph.add((place, RDF.type, DCTERMS.Location))


def _add_version(graph: Graph, page: URIRef, addresses: Addresses, publisher: Publisher, manifest: Manifest) -> None:
    """The newest version has an address that never changes."""
    numbered = addresses.absolute(addresses.version(publisher.slug, manifest.dataset, manifest.number))
    graph.add((page, DCAT.hasCurrentVersion, URIRef(numbered)))
    graph.add((page, DCAT.hasVersion, URIRef(numbered)))


def _add_distribution(
    graph: Graph, addresses: Addresses, publisher: Publisher, manifest: Manifest, file: StoredFile
) -> URIRef:
    address = addresses.absolute(addresses.file(publisher.slug, manifest.dataset, "latest", file.name))
    distribution = URIRef(f"{address}#distribution")
    kind = media_type(file.name).partition(";")[0]
    ending = file.name.rpartition(".")[2]
    graph.add((distribution, RDF.type, DCAT.Distribution))
    graph.add((distribution, DCTERMS.title, Literal(file.name)))
    _add_words(graph, distribution, DCTERMS.description, _in_each_language(lambda: purpose(file.name)))
    graph.add((distribution, DCAT.accessURL, URIRef(address)))
    graph.add((distribution, DCAT.downloadURL, URIRef(address)))
    graph.add((distribution, DCAT.mediaType, URIRef(MEDIA_TYPE + kind)))
    graph.add((distribution, DCTERMS.format, URIRef(f"{AUTHORITY}file-type/{FILE_TYPES.get(ending, ending.upper())}")))
    graph.add((distribution, DCAT.byteSize, Literal(file.size_bytes, datatype=XSD.nonNegativeInteger)))
    graph.add((distribution, DCTERMS.modified, Literal(manifest.committed_at, datatype=XSD.dateTime)))
    _add_licence(graph, distribution, manifest.metadata["license"])
    _add_checksum(graph, distribution, file.sha256)
    if homepage := manifest.table_schema.get("homepage"):
        graph.add((URIRef(homepage), RDF.type, DCTERMS.Standard))
        graph.add((distribution, DCTERMS.conformsTo, URIRef(homepage)))
    return distribution


def _add_licence(graph: Graph, distribution: URIRef, licence: str) -> None:
    if licence in LICENCES:
        document = URIRef(LICENCES[licence].url)
        graph.add((document, RDF.type, DCTERMS.LicenseDocument))
        graph.add((distribution, DCTERMS.license, document))


def _add_checksum(graph: Graph, distribution: URIRef, sha256: str) -> None:
    checksum = BNode()
    graph.add((checksum, RDF.type, SPDX.Checksum))
    graph.add((checksum, SPDX.algorithm, SPDX.checksumAlgorithm_sha256))
    # A plain text, not xsd:hexBinary: rdflib reads that as bytes, and udata's harvester then refuses the dataset.
    graph.add((checksum, SPDX.checksumValue, Literal(sha256)))
    graph.add((distribution, SPDX.checksum, checksum))


def _add_contact(graph: Graph, page: URIRef, publisher: Publisher, contact: str) -> None:
    point = BNode()
    graph.add((point, RDF.type, VCARD.Organization))
    graph.add((point, VCARD.fn, Literal(publisher.name)))
    address = contact_address(contact)
    if address:
        is_mail = address.startswith("mailto:")
        graph.add((point, VCARD.hasEmail if is_mail else VCARD.hasURL, URIRef(address)))
    graph.add((page, DCAT.contactPoint, point))


def _add_agent(graph: Graph, addresses: Addresses, publisher: Publisher) -> URIRef:
    agent = _agent(addresses, publisher)
    graph.add((agent, RDF.type, FOAF.Agent))
    graph.add((agent, FOAF.name, Literal(publisher.name)))
    graph.add((agent, DCTERMS.identifier, Literal(publisher.siren)))
    return agent


def _agent(addresses: Addresses, publisher: Publisher) -> URIRef:
    return URIRef(addresses.absolute(addresses.organisation(publisher.slug)))


def _in_each_language(say: Callable[[], str]) -> dict[str, str]:
    said = {}
    for language in LANGUAGES:
        with speaking(language):
            said[language] = say()
    return said


def _add_words(graph: Graph, subject: URIRef, predicate: URIRef, texts: dict[str, str]) -> None:
    for language, text in texts.items():
        graph.add((subject, predicate, Literal(text, lang=language)))
