"""Triples as Turtle: what rdflib reads of it is what was said."""

import pytest
from rdflib import DCTERMS, RDF, XSD, BNode, Graph, Literal, Namespace, URIRef
from rdflib.compare import isomorphic

from pipelines.access.discovery.turtle import Triple, turtle

EX = Namespace("http://example.org/terms#")
PREFIXES = {"ex": EX, "dct": DCTERMS, "xsd": XSD}
TOWN, OTHER = URIRef("http://example.org/town/"), URIRef("http://example.org/other?a=1&b=%C3%A9#x")
ONCE, TWICE, WITHIN, ALONE = (BNode() for _ in range(4))
SAID: list[Triple] = [
    (TOWN, RDF.type, EX.Town),
    (TOWN, DCTERMS.title, Literal("Œuvre « é »", lang="fr")),
    (TOWN, DCTERMS.title, Literal('a "quoted"\\\nline\r\t\x00\u2028', lang="en")),
    (TOWN, DCTERMS.title, Literal('""" ends " with "')),
    (TOWN, DCTERMS.modified, Literal("2026-03-02T09:30:00+00:00", datatype=XSD.dateTime)),
    (TOWN, EX.size, Literal("7", datatype=XSD.nonNegativeInteger)),
    (TOWN, EX.size, Literal(3)),
    (TOWN, EX.near, OTHER),
    (OTHER, EX["not/local"], URIRef(EX + "a.b,c")),
    (OTHER, EX["1st"], URIRef("http://example.org/é")),
    (TOWN, EX.holds, ONCE),
    (ONCE, EX.value, WITHIN),
    (WITHIN, EX.value, Literal("")),
    (TOWN, EX.holds, TWICE),
    (OTHER, EX.holds, TWICE),
    (TWICE, EX.value, Literal("x")),
    (ALONE, EX.value, Literal("y")),
    (TOWN, EX.empty, BNode()),
    (TOWN, RDF.type, EX.Town),
]


def graph(triples: list[Triple]) -> Graph:
    made = Graph()
    for triple in triples:
        made.add(triple)
    return made


@pytest.mark.parametrize("triples", [SAID, list(reversed(SAID)), []], ids=["in order", "reversed", "nothing"])
def test_what_is_read_is_what_was_said(triples: list[Triple]) -> None:
    assert isomorphic(Graph().parse(data=turtle(triples, PREFIXES), format="turtle"), graph(triples))


def test_people_can_read_it() -> None:
    assert turtle(SAID[:2] + SAID[10:13], {"ex": EX}) == (
        "@prefix ex: <http://example.org/terms#> .\n\n"
        "<http://example.org/town/> a ex:Town ;\n"
        '    <http://purl.org/dc/terms/title> "Œuvre « é »"@fr ;\n'
        '    ex:holds [ ex:value [ ex:value "" ] ] .\n'
    )


def test_types_are_as_short_as_terms() -> None:
    size: Triple = (TOWN, EX.size, Literal("7", datatype=XSD.nonNegativeInteger))
    assert turtle([size], PREFIXES).endswith('ex:size "7"^^xsd:nonNegativeInteger .\n')
