"""Finding datasets: words whatever their case and accents, and a few facets."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ..versions.manifest import Manifest
from .catalogue import Publisher, Snapshot, plain

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

    def found_in(self, snapshot: Snapshot) -> list[Entry]:
        """The datasets that hold every word and have every chosen value, the newest first."""
        sought = [plain(word) for word in self.words]
        pairs = (
            zip(snapshot.entries, snapshot.texts, strict=True) if sought else ((each, "") for each in snapshot.entries)
        )
        return [entry for entry, text in pairs if self._fits(entry) and all(word in text for word in sought)]

    def _fits(self, entry: Entry) -> bool:
        return all(value in FACETS[facet](entry) for facet, value in self.chosen)


def counts(entries: Sequence[Entry], facet: str) -> list[tuple[str, int]]:
    """The values of a facet with how many entries have each, the most frequent first."""
    counted = Counter(value for entry in entries for value in FACETS[facet](entry))
    return sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
