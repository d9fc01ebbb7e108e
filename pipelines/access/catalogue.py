"""What the store holds now, by the addresses that people use."""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from threading import Lock

from ..closed import NAME
from ..errors import StoreUnavailable
from ..messages import _
from ..versions.manifest import Manifest
from ..versions.store import Store
from .coverage import Coverage, coverage_of
from .problems import Moved, Problem, unknown_address
from .site import Organisation

DATASET = re.compile(NAME, re.ASCII)
VERSION = re.compile(r"latest|\d{1,9}(\.\d{1,9}\.\d{1,9})?", re.ASCII)
FRESH_SECONDS = 1.0
FIELD_WORDS = ("name", "title", "title_en")
LIGATURES = str.maketrans({"œ": "oe", "æ": "ae"})
RESOLVED_MOST = 10_000
LOOKING_SHARE = 20  # times as long between two looks as a look takes


@dataclass(frozen=True)
class Publisher:
    """An organisation that has published something, under its name of today."""

    siren: str
    slug: str
    name: str
    contact_email: str = ""  # whom reusers write to, where organisations.csv says it
    code_insee: str = ""  # of the commune, where it is one


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The latest version of everything, as the store was when it was looked at."""

    store: Store
    publishers: tuple[Publisher, ...]
    datasets: tuple[tuple[str, str], ...]  # (siren, name) of each, also of those whose every version was withdrawn
    manifests: tuple[Manifest, ...]

    @cached_property
    def by_slug(self) -> dict[str, Publisher]:
        return {publisher.slug: publisher for publisher in self.publishers}

    @cached_property
    def by_siren(self) -> dict[str, Publisher]:
        return {publisher.siren: publisher for publisher in self.publishers}

    @cached_property
    def former_slugs(self) -> dict[str, str]:
        """Every slug under which a version was once published -> the slug of today."""
        return {
            manifest.organisation: self.by_siren[latest.siren].slug
            for latest in self.manifests
            for manifest in self.store.versions(latest.siren, latest.dataset)
            if manifest.organisation not in self.by_slug
        }

    @cached_property
    def places(self) -> tuple[tuple[Publisher, str], ...]:
        """Each dataset with its publisher, as far as his name is known."""
        return tuple((self.by_siren[siren], name) for siren, name in self.datasets if siren in self.by_siren)

    @cached_property
    def entries(self) -> tuple[tuple[Publisher, Manifest], ...]:
        """Each latest version with its publisher, the newest first."""
        found = [(self.by_siren[manifest.siren], manifest) for manifest in self.manifests]
        return tuple(sorted(found, key=lambda entry: entry[1].committed_at, reverse=True))

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """What is said of each of `entries`, for searching."""
        return tuple(_text(publisher, manifest) for publisher, manifest in self.entries)

    def of(self, publisher: Publisher) -> tuple[Manifest, ...]:
        """What `publisher` has published, by dataset name."""
        return self._of_siren.get(publisher.siren, ())

    @cached_property
    def _of_siren(self) -> dict[str, tuple[Manifest, ...]]:
        groups = groupby(self.manifests, key=lambda manifest: manifest.siren)  # they are sorted by it
        return {siren: tuple(group) for siren, group in groups}


def plain(text: str) -> str:
    """Without accents, ligatures and case: « Écoles » is found by « ecoles », « œuvres » by « oeuvres »."""
    parts = unicodedata.normalize("NFKD", text.casefold()).translate(LIGATURES)
    return "".join(part for part in parts if not unicodedata.combining(part))


def _text(publisher: Publisher, manifest: Manifest) -> str:
    metadata = manifest.metadata
    said = [*metadata["title"].values(), *metadata["description"].values(), *metadata["keywords"]]
    said += [field[key] for field in manifest.table_schema["fields"] for key in FIELD_WORDS if key in field]
    return plain(" ".join([publisher.name, manifest.dataset, *said]))


class Catalogue:
    """Looks addresses up in the store. `monotonic` is the clock that says when to look again."""

    def __init__(self, store: Store, organisations: Sequence[Organisation], monotonic: Callable[[], float]) -> None:
        self.store = store
        self._organisations = {
            each.siren: Publisher(each.siren, each.slug, each.name, each.contact_email, each.code_insee)
            for each in organisations
        }
        self._monotonic = monotonic
        self._lock = Lock()
        self._snapshot: Snapshot | None = None
        self._look_again_at = 0.0
        self._newest_of: dict[tuple[str, str], tuple[object, Manifest | None]] = {}
        self._resolved: dict[tuple[str, str, str], tuple[object, Manifest]] = {}
        self._coverages: dict[str, Coverage] = {}

    def now(self) -> Snapshot:
        """Everything published, as it was FRESH_SECONDS ago at most."""
        with self._lock:
            moment = self._monotonic()
            if self._snapshot is None or moment >= self._look_again_at:
                self._snapshot = self._look()
                # A store so large that looking takes long is not looked through all the time.
                self._look_again_at = moment + max(FRESH_SECONDS, LOOKING_SHARE * (self._monotonic() - moment))
            return self._snapshot

    def publisher(self, slug: str) -> Publisher:
        """Raises Moved for a slug of former times, Problem 404 for any other."""
        snapshot = self.now()
        if publisher := snapshot.by_slug.get(slug):
            return publisher
        if current := snapshot.former_slugs.get(slug):
            raise Moved(slug, current)
        raise unknown_address()

    def publisher_of(self, slug: str, dataset: str) -> Publisher:
        """Whose dataset this is, even where every version was withdrawn. Raises as `publisher` does."""
        publisher = self.publisher(slug)
        self._refuse_unknown(publisher, dataset)
        return publisher

    def version(self, slug: str, dataset: str, version: str) -> tuple[Publisher, Manifest]:
        """The version at an address, as the store is now. Raises as `publisher` does, and Problem 410."""
        publisher = self.publisher(slug)
        if known := self._unchanged(publisher, dataset, version):
            return publisher, known
        self._refuse_unknown(publisher, dataset)
        key, stamp = (publisher.siren, dataset, version), self.store.stamp(publisher.siren, dataset)
        manifest = self._resolve(publisher, dataset, version)
        if len(self._resolved) >= RESOLVED_MOST:
            self._resolved.clear()
        self._resolved[key] = (stamp, manifest)
        return publisher, manifest

    def at_hand(self, slug: str, dataset: str, version: str) -> tuple[Publisher, Manifest] | None:
        """What `version` would say, where that needs no reading of the store; None where it does."""
        snapshot = self._snapshot
        publisher = snapshot.by_slug.get(slug) if snapshot and self._monotonic() < self._look_again_at else None
        manifest = self._unchanged(publisher, dataset, version) if publisher else None
        return (publisher, manifest) if publisher and manifest else None

    def _unchanged(self, publisher: Publisher, dataset: str, version: str) -> Manifest | None:
        known = self._resolved.get((publisher.siren, dataset, version))
        return known[1] if known and known[0] == self.store.stamp(publisher.siren, dataset) else None

    def _refuse_unknown(self, publisher: Publisher, dataset: str) -> None:
        if not DATASET.fullmatch(dataset) or self.store.last_sequence(publisher.siren, dataset) == 0:
            raise unknown_address()

    def _resolve(self, publisher: Publisher, dataset: str, version: str) -> Manifest:
        manifest = self.store.resolve(publisher.siren, dataset, version) if VERSION.fullmatch(version) else None
        if manifest is None:
            raise self._no_version(publisher, dataset, version)
        return manifest

    def _no_version(self, publisher: Publisher, dataset: str, version: str) -> Problem:
        stones = self.store.tombstones(publisher.siren, dataset)
        meant = [stone for stone in stones if version in ("latest", stone.number, stone.number.partition(".")[0])]
        if not meant:
            return Problem(404, _("This dataset has no such version; “latest” is the newest one."))
        number, day, reason = meant[-1].number, meant[-1].withdrawn_on, meant[-1].reason
        detail = _("Version {number} was withdrawn on {day}.").format(number=number, day=day)
        return Problem(410, detail, None, number=number, withdrawn_on=day, reason=reason)

    def versions(self, manifest: Manifest) -> tuple[Manifest, ...]:
        """Every version of the dataset that `manifest` belongs to, newest first."""
        found = self.store.versions(manifest.siren, manifest.dataset)
        return tuple(sorted(found, key=lambda each: each.sequence, reverse=True))

    def coverage(self, manifest: Manifest) -> Coverage:
        """When and where the version's rows are, read once; unknown for as long as its file is lost or damaged."""
        known = self._coverages.get(manifest.content_digest)
        if known is None:
            try:
                known = coverage_of(manifest, self.store.open_whole)
            except StoreUnavailable:  # one town's damage, which `parvis fsck` tells, hides no other town
                return Coverage(None, None)
            if len(self._coverages) >= RESOLVED_MOST:
                self._coverages.clear()
            self._coverages[manifest.content_digest] = known
        return known

    def _look(self) -> Snapshot:
        datasets = tuple(sorted(self.store.datasets()))
        manifests = tuple(manifest for place in datasets if (manifest := self._newest(*place)))
        if self._snapshot and (datasets, manifests) == (self._snapshot.datasets, self._snapshot.manifests):
            return self._snapshot
        publishers = {siren: self._organisations[siren] for siren, _name in datasets if siren in self._organisations}
        publishers |= self._left(manifests)
        by_name = sorted(publishers.values(), key=lambda publisher: publisher.name.casefold())
        return Snapshot(self.store, tuple(by_name), datasets, manifests)

    def _left(self, manifests: Sequence[Manifest]) -> dict[str, Publisher]:
        """Who left organisations.csv: what they published stays served under their last name.

        An address that somebody else took since is told apart by the SIREN.
        """
        taken = {each.slug for each in self._organisations.values()}
        left: dict[str, Publisher] = {}
        for each in sorted(manifests, key=lambda manifest: manifest.committed_at, reverse=True):
            if each.siren not in self._organisations and each.siren not in left:
                slug = each.organisation if each.organisation not in taken else f"{each.organisation}-{each.siren}"
                left[each.siren] = Publisher(each.siren, slug, each.organisation_name)
                taken.add(slug)
        return left

    def _newest(self, siren: str, dataset: str) -> Manifest | None:
        """The latest version, read again only where a version came or was withdrawn."""
        stamp = self.store.stamp(siren, dataset)
        known = self._newest_of.get((siren, dataset))
        if known is None or known[0] != stamp:
            known = self._newest_of[siren, dataset] = (stamp, self.store.latest(siren, dataset))
        return known[1]
