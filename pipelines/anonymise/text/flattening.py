"""A text as its reader sees it: full-width digits, accents apart from their letter and characters without width undone.

Patterns look at the flat text; what they find is placed in the one that was given.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from .recognisers import Span

_WITHOUT_WIDTH = "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff"
# Also RE2's, for the scan of tables: any of these and a text must be flattened before it is judged.
ODD = (
    f"[{_WITHOUT_WIDTH}\u0300-\u036f\u2010-\u2015\u2212\u00b2\u00b3\u00b9\u2070-\u209c\u2460-\u249b\u0660-\u0669\u06f0-\u06f9\u0966-\u096f"
    "\u2024\ufe52\uff01-\uff5e\U0001d7ce-\U0001d7ff]"
)
_ODD = re.compile(ODD)
_NO_WIDTH = re.compile(f"[{_WITHOUT_WIDTH}]")
_CLUSTER = re.compile("[^\u0300-\u036f][\u0300-\u036f]*|[\u0300-\u036f]+", re.DOTALL)
_DASHES = re.compile("[\u2010-\u2015\u2212]")
_MISREAD = re.compile(r"(?<=[^\W\d_])[01](?=[^\W\d_])")


@dataclass(frozen=True)
class Flat:
    """`text` without oddities; `starts[i]`, `ends[i]`: what its character i stood for, none where nothing changed."""

    text: str
    starts: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()

    def placed(self, spans: Iterable[Span]) -> list[Span]:
        """Spans of the flat text, in the text that was given."""
        if not self.starts:
            return list(spans)
        return [Span(self.starts[span.start], self.ends[span.end - 1], span.kind) for span in spans]


def flat(text: str) -> Flat:
    if not _ODD.search(text):
        return Flat(text)
    letters, starts, ends = [], [], []
    for cluster in _CLUSTER.finditer(text):
        for letter in _plain(cluster.group()):
            letters.append(letter)
            starts.append(cluster.start())
            ends.append(cluster.end())
    return Flat("".join(letters), tuple(starts), tuple(ends))


def reread(text: str) -> str:
    """Letter for letter, a scanner's digits within words undone: “B0uvier”, “a1lée”."""
    return _MISREAD.sub(lambda match: {"0": "o", "1": "l"}[match.group()], text)


def _plain(cluster: str) -> str:
    if _NO_WIDTH.fullmatch(cluster):
        return ""
    if _DASHES.fullmatch(cluster):
        return "-"
    shown = unicodedata.normalize("NFKC" if _ODD.match(cluster) else "NFC", cluster)
    return "".join(str(unicodedata.decimal(one)) if one.isdecimal() else one for one in shown)
