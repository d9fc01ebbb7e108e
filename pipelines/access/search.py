"""Finding datasets: words whatever their case and accents, and a few facets."""

import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..versions.manifest import Manifest
from .catalogue import Publisher

Entry = tuple[Publisher, Manifest]

FACETS: Mapping[str, Callable[[Entry], tuple[str, ...]]] = {
    "organisation": lambda entry: (entry[0].slug,),
    "theme": lambda entry: tuple(entry[1].metadata["themes"]),
    "licence": lambda entry: (entry[1].metadata["license"],),
    "frequency": lambda entry: (entry[1].metadata["update_frequency"],),
    "format": lambda entry: tuple(dict.fromkeys(file.name.rpartition(".")[2] for file in entry[1].files)),
}


@dataclass(frozen=True)
class Search:
    """What a reader looks for; `chosen` has one value per facet at most."""

    words: tuple[str, ...] = ()
    chosen: tuple[tuple[str, str], ...] = ()

    def found_in(self, entries: Iterable[Entry]) -> list[Entry]:
        """The entries that hold every word and have every chosen value."""
        sought = [plain(word) for word in self.words]
        return [entry for entry in entries if self._fits(entry) and _holds(entry, sought)]

    def _fits(self, entry: Entry) -> bool:
        return all(value in FACETS[facet](entry) for facet, value in self.chosen)


def counts(entries: Sequence[Entry], facet: str) -> list[tuple[str, int]]:
    """The values of a facet with how many entries have each, the most frequent first."""
    counted = Counter(value for entry in entries for value in FACETS[facet](entry))
    return sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))


def plain(text: str) -> str:
    """Without accents and case: « Écoles » is found by « ecoles »."""
    parts = unicodedata.normalize("NFKD", text.casefold())
    return "".join(part for part in parts if not unicodedata.combining(part))


def _holds(entry: Entry, sought: Sequence[str]) -> bool:
    if not sought:
        return True
    text = _text(entry)
    return all(word in text for word in sought)


def _text(entry: Entry) -> str:
    publisher, manifest = entry
    metadata = manifest.metadata
    said = [*metadata["title"].values(), *metadata["description"].values(), *metadata["keywords"]]
    return plain(" ".join([publisher.name, manifest.dataset, *said]))
