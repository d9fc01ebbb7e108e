"""The commit protocol under thousands of seeded interleavings and deaths; and broken protocols, which it finds."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

import pytest

from pipelines.errors import StoreUnavailable
from pipelines.versions import Manifest, Store, StoredFile, layout
from pipelines.versions.fsck import check_store
from pipelines.versions.garbage import collect_garbage
from pipelines.versions.numbers import raise_number
from pipelines.versions.storage import Storage
from pipelines.versions.withdrawal import withdraw

from .conftest import NOON, SIREN
from .simulation import SimulatedStorage, Simulation

PLACE = (SIREN, "subventions")
PUBLISHERS, READERS, VERSIONS, READS = 3, 2, 3, 6
NOWHERE = Path("/nonexistent")
TEMPLATE = Manifest(
    SIREN, "mareuil", "Mareuil", "subventions", 1, "1.0.0", NOON.isoformat(), (), 1, (), {}, {}, {}, "", (), {}
)


@dataclass
class Told:
    """What the actors were told, for judging afterwards."""

    acknowledged: list[tuple[int, str]] = field(default_factory=list)
    torn: list[int] = field(default_factory=list)
    went_back: list[tuple[int, int]] = field(default_factory=list)
    taken_back: set[tuple[int, str]] = field(default_factory=set)


def next_manifest(store: Store, file: StoredFile) -> Manifest:
    head = store.head(*PLACE)
    number = raise_number(head.number, "minor") if head.number else "1.0.0"
    return replace(TEMPLATE, sequence=head.sequence + 1, number=number, files=(file,))


def publisher(contents: list[tuple[StoredFile, Path]], told: Told, kind: type[Store]):
    def act(storage: Storage) -> None:
        store = kind(NOWHERE, storage)
        for file, path in contents:
            while True:
                manifest = next_manifest(store, file)
                if store.commit(manifest, [(file, path)]):
                    break
            told.acknowledged.append((manifest.sequence, file.sha256))

    return act


def reader(told: Told):
    def act(storage: Storage) -> None:
        store, seen = Store(NOWHERE, storage), 0
        for _read in range(READS):
            manifest = store.latest(*PLACE)
            if manifest is None:
                continue
            if manifest.sequence < seen and not store.tombstones(*PLACE):
                told.went_back.append((seen, manifest.sequence))
            seen = manifest.sequence
            is_whole = all(store.digest(layout.file_key(file.sha256)) == file.sha256 for file in manifest.files)
            if not is_whole and store.manifest(*PLACE, manifest.sequence):
                told.torn.append(manifest.sequence)

    return act


def remover(told: Told):
    """Takes back whatever is newest, and collects garbage, while the others work."""

    def act(storage: Storage) -> None:
        store = Store(NOWHERE, storage)
        collect_garbage(store)
        if newest := store.latest(*PLACE):
            told.taken_back.add((newest.sequence, newest.files[0].sha256))
            withdraw(store, [newest], "error", date(2026, 3, 2))
        collect_garbage(store)

    return act


@pytest.fixture(scope="module")
def contents(tmp_path_factory: pytest.TempPathFactory) -> list[list[tuple[StoredFile, Path]]]:
    """Each publisher's files."""
    folder = tmp_path_factory.mktemp("contents")
    every = []
    for number in range(PUBLISHERS):
        mine = []
        for place in range(VERSIONS):
            path = folder / f"{number}-{place}"
            path.write_text(f"rows {number} {place}")
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            mine.append((StoredFile("subventions.csv", digest, path.stat().st_size, "text/csv"), path))
        every.append(mine)
    return every


def problems(seed: int, contents: list, kind: type[Store] = Store, storage: type = SimulatedStorage) -> list[str]:
    """Everything that is wrong after one interleaving."""
    simulation, told = Simulation(seed), Told()
    chance = simulation.random
    for mine in contents:
        dies_at = chance.randrange(120) if chance.random() < 0.5 else None
        simulation.add(with_storage(storage, publisher(mine, told, kind)), dies_at)
    for _reader in range(READERS):
        simulation.add(with_storage(storage, reader(told)))
    if chance.random() < 0.5:
        simulation.add(with_storage(storage, remover(told)), chance.randrange(150) if chance.random() < 0.5 else None)
    simulation.run()
    return list(judge(Store(NOWHERE, simulation.afterwards()), told))


def with_storage(storage: type, act):
    return lambda given: act(storage(given.actor))


def judge(store: Store, told: Told) -> Iterator[str]:
    yield from (f"torn read of {sequence}" for sequence in told.torn)
    yield from (f"latest went from {before} to {after}" for before, after in told.went_back)
    yield from (f"{problem.what} {problem.key}" for problem in check_store(store) if not problem.is_mended)
    yield from (f"left after mending: {problem.what}" for problem in check_store(store))
    if len({sequence for sequence, _digest in told.acknowledged}) < len(told.acknowledged):
        yield "one place acknowledged twice"
    withdrawn = {stone.sequence for stone in store.tombstones(*PLACE)}
    for sequence, digest in told.acknowledged:
        manifest = store.manifest(*PLACE, sequence)
        is_there = manifest is not None and manifest.files[0].sha256 == digest
        if not is_there and not (sequence in withdrawn and (sequence, digest) in told.taken_back):
            yield f"acknowledged version {sequence} is lost"
    taken = store.last_sequence(*PLACE)
    if taken and not all(store.number_at(*PLACE, sequence) for sequence in range(1, taken + 1)):
        yield "a gap between versions"


def judged(seeds: range, contents: list, kind: type[Store] = Store, storage: type = SimulatedStorage) -> list[str]:
    found = []
    for seed in seeds:
        with suppress(StoreUnavailable):  # a broken protocol may also break a reader: no reader of the real one does
            found += [f"seed {seed}: {problem}" for problem in problems(seed, contents, kind, storage)]
            continue
        found.append(f"seed {seed}: a version names bytes that are gone")
    return found


def test_two_hundred_interleavings_leave_nothing_wrong(contents: list):
    assert judged(range(200), contents) == []


@pytest.mark.campaign
def test_five_thousand_interleavings_leave_nothing_wrong(contents: list):
    assert judged(range(5_000), contents) == []


def test_one_seed_is_one_interleaving(contents: list):
    def trace(seed: int) -> list[str]:
        simulation, told = Simulation(seed), Told()
        for mine in contents:
            simulation.add(publisher(mine, told, Store))
        simulation.run()
        return [digest for _sequence, digest in told.acknowledged]

    assert trace(7) == trace(7) != trace(8)


class ManifestFirst(Store):
    """Publishes before its files are there."""

    def commit(self, manifest: Manifest, files) -> bool:
        key = layout.version_key(*PLACE, manifest.sequence)
        is_first = self.storage.put_if_absent(key, manifest.to_json())
        self._add_files(files)
        return is_first


class Overwriting(SimulatedStorage):
    """Looks first, and writes then: two publishers both find the place free."""

    def put_if_absent(self, key: str, content: bytes | Path) -> bool:
        given = content if isinstance(content, bytes) else content.read_bytes()
        self.actor.step()
        if key in self.objects:
            return False
        self.actor.step()
        self.objects[key] = given
        return True


class Unlocked(SimulatedStorage):
    """Collects garbage while others publish."""

    @contextmanager
    def adding(self) -> Iterator[None]:
        yield

    @contextmanager
    def removing(self) -> Iterator[None]:
        yield


class Forgetful(Store):
    """Does not look for a tombstone before it takes a place."""

    def _is_taken(self, siren: str, dataset: str, sequence: int) -> bool:
        return self._has(layout.version_key(siren, dataset, sequence))


@pytest.mark.parametrize(
    ("kind", "storage", "what"),
    [
        (ManifestFirst, SimulatedStorage, "missing files/"),
        (Store, Overwriting, "is lost"),
        (Store, Unlocked, "missing files/"),
        (Forgetful, SimulatedStorage, "is lost"),
    ],
)
def test_the_simulation_finds_a_broken_protocol(contents: list, kind: type[Store], storage: type, what: str):
    found = judged(range(200), contents, kind, storage)
    assert [problem for problem in found if what in problem or "gone" in problem]
