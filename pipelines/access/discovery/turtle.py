"""Triples as Turtle, in the order in which they were said. rdflib's own writer takes seconds for a catalogue."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from rdflib import RDF, BNode, Literal, URIRef

Subject = URIRef | BNode
Object = URIRef | BNode | Literal
BETWEEN_LINES = " ;\n    "
Triple = tuple[Subject, URIRef, Object]
About = dict[Subject, dict[URIRef, dict[Object, None]]]
_LOCAL = re.compile(r"[A-Za-z][A-Za-z0-9_-]*", re.ASCII)


def turtle(triples: Iterable[Triple], prefixes: Mapping[str, object]) -> str:
    """The whole document. A blank node that is named once stands where it is named; none may lead back to itself."""
    writer = _Writer(triples, prefixes)
    heads = [f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in prefixes.items()]
    return "".join([*heads, *(f"\n{text}" for text in writer.subjects())])


class _Writer:
    def __init__(self, triples: Iterable[Triple], prefixes: Mapping[str, object]) -> None:
        self._prefixes = {prefix: str(namespace) for prefix, namespace in prefixes.items()}
        self._words: dict[URIRef, str] = {RDF.type: "a"}
        self._about: About = {}
        for subject, predicate, value in triples:
            self._about.setdefault(subject, {}).setdefault(predicate, {})[value] = None
        named = (
            value for said in self._about.values() for values in said.values() for value in values if _is_blank(value)
        )
        self._nested = {node for node, count in Counter(named).items() if count == 1}

    def subjects(self) -> Iterable[str]:
        for subject, said in self._about.items():
            if subject not in self._nested:
                yield f"{self._term(subject)} {self._said(said, BETWEEN_LINES)} .\n"

    def _said(self, said: Mapping[URIRef, Iterable[Object]], between: str) -> str:
        return between.join(
            f"{self._term(predicate)} {', '.join(map(self._term, values))}" for predicate, values in said.items()
        )

    def _term(self, term: Object) -> str:
        if isinstance(term, URIRef):
            return self._words.get(term) or self._words.setdefault(term, self._short(term))
        if isinstance(term, BNode) and term in self._nested:
            return f"[ {self._said(self._about.get(term, {}), ' ; ')} ]"
        if isinstance(term, Literal) and term.datatype:
            return term.n3().removesuffix(term.datatype.n3()) + self._term(term.datatype)
        return term.n3()

    def _short(self, term: URIRef) -> str:
        """With its prefix, where what follows is a plain word."""
        for prefix, namespace in self._prefixes.items():
            if term.startswith(namespace) and _LOCAL.fullmatch(term, len(namespace)):
                return f"{prefix}:{term[len(namespace) :]}"
        return term.n3()


def _is_blank(value: Object) -> bool:
    return isinstance(value, BNode)
