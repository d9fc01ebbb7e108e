"""What CKAN's names and ids mean. They stand on the slug of an organisation; those of its former slugs lead on."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from ...versions.identifiers import resource_id
from ...versions.manifest import StoredFile
from ..catalogue import Publisher, Snapshot
from ..search import Entry
from . import packages


@dataclass(frozen=True)
class Found:
    """What an id or a name means: a dataset, or one file of it."""

    entry: Entry
    file: StoredFile | None = None


class Index:
    """Every id and name of a snapshot, and when its datasets were first published."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self.created: dict[tuple[str, str], str] = {}

    def find(self, wanted: str) -> Found | None:
        """What an organisation has under its name of today, else under one of former times."""
        return self._places.get(wanted) or self._former_places.get(wanted)

    @cached_property
    def _places(self) -> dict[str, Found]:
        return self._under({publisher.slug: publisher for publisher in self.snapshot.publishers})

    @cached_property
    def _former_places(self) -> dict[str, Found]:
        today = self.snapshot.by_slug
        return self._under({former: today[slug] for former, slug in self.snapshot.former_slugs.items()})

    def _under(self, publishers: Mapping[str, Publisher]) -> dict[str, Found]:
        """Of what these have published, every name and id that stands on the slug."""
        found: dict[str, Found] = {}
        for slug, publisher in publishers.items():
            for manifest in self.snapshot.of(publisher):
                entry = (publisher, manifest)
                found |= dict.fromkeys(packages.names(slug, manifest.dataset), Found(entry))
                for file in packages.resource_files(manifest):
                    found[str(resource_id(slug, manifest.dataset, file.name))] = Found(entry, file)
        return found
