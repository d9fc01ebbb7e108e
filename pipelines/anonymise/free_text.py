"""Personal data in free text: where it stands, and the text without it. Never quoted, only placed."""

import re
from collections.abc import Collection, Iterable, Iterator

from .people import people_spans
from .recognisers import Span, structured_spans
from .text_recognisers import text_spans

MASK = "█"


def find_spans(
    text: str, contacts: tuple[str, ...] = (), model_names: Iterable[Span] = (), given_names: Collection[str] = ()
) -> list[Span]:
    """Everything personal in `text`, in order; of overlapping finds one span remains, named after the surest."""
    sure = structured_spans(text, contacts)
    return _merged([*sure, *text_spans(text), *people_spans(text, model_names, given_names)])


def scan(texts: Iterable[str | None], contacts: tuple[str, ...] = ()) -> Iterator[list[Span]]:
    """The spans of each text with what the base install knows: keys, patterns and announcing words."""
    for text in texts:
        yield find_spans(text or "", contacts)


def scan_with_names(texts: Iterable[str | None], contacts: tuple[str, ...] = ()) -> Iterator[list[Span]]:
    """The same with the French model's names and known given names: needs the extra `texte`."""
    from . import names_model

    whole = [text or "" for text in texts]
    known = names_model.given_names()
    for text, found in zip(whole, names_model.names(whole), strict=True):
        yield find_spans(text, contacts, found, known)


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
