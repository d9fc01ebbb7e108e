"""Personal data in free text: where it stands, and the text without it. Never quoted, only placed."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from .flattening import flat
from .lexicon import NO_LEXICON, PERSON, Lexicon, lexicon
from .people import people_spans
from .recognisers import Span, structured_spans
from .shaping import is_caseless, shaped
from .text_recognisers import text_spans

MASK = "█"


def find_spans(
    text: str, contacts: tuple[str, ...] = (), entities: Iterable[Span] = (), words: Lexicon = NO_LEXICON
) -> list[Span]:
    """Everything personal in `text`, in order; of overlapping finds one span remains, named after the surest.

    `entities` are the model's, placed in the flat text; `words` what French knows: both of the extra `texte`.
    """
    seen = flat(text)
    sure = structured_spans(seen.text, contacts)
    names = people_spans(shaped(seen.text, words), _trusted(seen.text, entities), words)
    return seen.placed(_merged([*sure, *text_spans(seen.text), *names]))


_PLACE_BEFORE = re.compile(r"(?i)(?:^|\s)(?:à|a|vers|de|sur|en|d['’])\s*$")


def _trusted(text: str, entities: Iterable[Span]) -> list[Span]:
    """In a text without capitals the model's towns and bodies are guesses, but after “à”, “vers” and the like."""
    loose = is_caseless(text)
    return [
        span
        for span in entities
        if span.kind == PERSON or not loose or _PLACE_BEFORE.search(text, max(0, span.start - 20), span.start)
    ]


def scan(texts: Iterable[str | None], contacts: tuple[str, ...] = ()) -> Iterator[list[Span]]:
    """The spans of each text with what the base install knows: keys, patterns and announcing words."""
    for text in texts:
        yield find_spans(text or "", contacts)


def scan_with_names(texts: Iterable[str | None], contacts: tuple[str, ...] = ()) -> Iterator[list[Span]]:
    """The same with the French model and lexicon: needs the extra `texte`."""
    from . import names_model

    words = replace(lexicon(), sound=names_model.sound)
    whole: Sequence[str] = [text or "" for text in texts]
    found = names_model.entities(shaped(flat(text).text, words) for text in whole)
    for text, entities in zip(whole, found, strict=True):
        yield find_spans(text, contacts, entities, words)


def masked(text: str, spans: Iterable[Span]) -> str:
    """`text` with every letter and digit of the spans replaced, spaces and length kept."""
    characters = list(text)
    for span in spans:
        characters[span.start : span.end] = re.sub(r"\w", MASK, text[span.start : span.end])
    return "".join(characters)


def _merged(spans: list[Span]) -> list[Span]:
    merged: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.start, -one.end)):
        if merged and span.start < merged[-1].end:
            last = merged[-1]
            merged[-1] = Span(last.start, max(last.end, span.end), last.kind)
        else:
            merged.append(span)
    return merged
