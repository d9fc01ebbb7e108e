"""Atom: what was published or withdrawn, of everything, of an organisation, of a dataset."""

from collections.abc import Iterable
from dataclasses import dataclass

from ...messages import _
from ...versions.store import Store
from ..addresses import Addresses
from ..catalogue import Publisher
from ..pages.wording import day, sentence, words

ENTRIES_MOST = 50


@dataclass(frozen=True)
class FeedEntry:
    """Something that happened; `id` is the address of its version, which is never given twice."""

    id: str
    title: str
    updated: str
    author: str
    summary: str


def feed_entries(store: Store, addresses: Addresses, places: Iterable[tuple[Publisher, str]]) -> list[FeedEntry]:
    """The last events of these datasets, the newest first."""
    found = [event for publisher, dataset in places for event in _events(store, addresses, publisher, dataset)]
    return sorted(found, key=lambda event: (event.updated, event.id), reverse=True)[:ENTRIES_MOST]


def _events(store: Store, addresses: Addresses, publisher: Publisher, dataset: str) -> Iterable[FeedEntry]:
    title = dataset
    announced: dict[str, FeedEntry] = {}
    for manifest in store.versions(publisher.siren, dataset)[-ENTRIES_MOST:]:
        title = words(manifest.metadata["title"])
        yield FeedEntry(
            addresses.absolute(addresses.version(publisher.slug, dataset, manifest.number)),
            _("{dataset}: version {number}").format(dataset=title, number=manifest.number),
            manifest.committed_at,
            publisher.name,
            " ".join(sentence(cause) for cause in manifest.causes),
        )
        for announcement in manifest.metadata.get("announcements", ()):
            address = f"{addresses.dataset(publisher.slug, dataset)}#announced-{announcement['day']}"
            # The first version that tells it dates it; a later one tells the same thing.
            announced.setdefault(
                address,
                FeedEntry(
                    addresses.absolute(address),
                    _("{dataset}: a breaking change on {day}").format(dataset=title, day=day(announcement["day"])),
                    manifest.committed_at,
                    publisher.name,
                    words(announcement["change"]),
                ),
            )
    yield from announced.values()
    for tombstone in store.tombstones(publisher.siren, dataset):
        yield FeedEntry(
            addresses.absolute(addresses.version(publisher.slug, dataset, tombstone.number)) + "#withdrawn",
            _("{dataset}: version {number} was withdrawn").format(dataset=title, number=tombstone.number),
            f"{tombstone.withdrawn_on}T00:00:00+00:00",
            publisher.name,
            _("Please delete your copies of this version."),
        )
