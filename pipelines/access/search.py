"""Finding datasets: words whatever their case and accents, and a few facets."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from ..versions.manifest import Manifest
from .catalogue import Publisher, Snapshot, plain
from .pages.freshness import freshness

Entry = tuple[Publisher, Manifest]
Facets = Mapping[str, Callable[[Entry], tuple[str, ...]]]

FACETS: Facets = {
    "organisation": lambda entry: (entry[0].slug,),
    "theme": lambda entry: tuple(entry[1].metadata["themes"]),
    "licence": lambda entry: (entry[1].metadata["license"],),
    "frequency": lambda entry: (entry[1].metadata["update_frequency"],),
    "format": lambda entry: tuple(dict.fromkeys(file.name.rpartition(".")[2] for file in entry[1].files)),
}


def facets_on(today: date) -> Facets:
    """FACETS, and whether promises of change are kept on that day."""
    return {**FACETS, "freshness": lambda entry: (freshness(entry[1], today).state,)}


@dataclass(frozen=True)
class Search:
    """What a reader looks for; `chosen` has one value per facet of `facets` at most."""

    words: tuple[str, ...] = ()
    chosen: tuple[tuple[str, str], ...] = ()
    facets: Facets = field(default_factory=lambda: FACETS)

    def found_in(self, snapshot: Snapshot) -> list[Entry]:
        """The datasets that hold every word and have every chosen value, the newest first."""
        sought = [plain(word) for word in self.words]
        pairs = (
            zip(snapshot.entries, snapshot.texts, strict=True) if sought else ((each, "") for each in snapshot.entries)
        )
        return [entry for entry, text in pairs if self._fits(entry) and all(word in text for word in sought)]

    def _fits(self, entry: Entry) -> bool:
        return all(value in self.facets[facet](entry) for facet, value in self.chosen)


def counts(entries: Sequence[Entry], facet: str, facets: Facets = FACETS) -> list[tuple[str, int]]:
    """The values of a facet with how many entries have each, the most frequent first."""
    counted = Counter(value for entry in entries for value in facets[facet](entry))
    return sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
