"""kill -9 at any moment: no torn read, nothing acknowledged is lost, and the next run goes on."""

import random
import time
from pathlib import Path

import pytest

from pipelines.versions import Store
from pipelines.versions.fsck import check_store
from pipelines.versions.garbage import collect_garbage

from . import crashing
from .conftest import publish, tree


def survive(root: Path, kills: int, workers: int) -> dict[str, int]:
    """Kill workers that often, a reader beside them; what is wrong, by kind, and how much was tried."""
    chance, store = random.Random(kills), Store(root)
    log, reads = root.parent / "acknowledged", root.parent / "reads"
    pace = seconds_of_one(root, log)
    reader = crashing.start(crashing.read_for_ever, root, reads, 0)
    crashing.wait_for(reads, "whole")
    found = {"fsck": 0, "lost": 0}
    for seed in range(kills):
        at_work = [crashing.start(crashing.work, root, log, seed * 10 + place) for place in range(workers)]
        crashing.wait_for(log, "ready", (seed + 1) * workers + 1)
        time.sleep(chance.uniform(0, 4 * pace * workers))
        for process in at_work:
            crashing.kill(process)
        found["fsck"] += sum(not problem.is_mended for problem in check_store(store))
    crashing.kill(reader)
    known = [line for line in crashing.told(reads) if line[0] in ("whole", "torn")]
    published = [line[1:] for line in crashing.told(log) if line[0] == "published"]
    found["lost"] = sum(not is_kept(store, *line) for line in published)
    found["torn"] = sum(line[0] == "torn" for line in known)
    return found | {"acknowledged": len(published), "reads": len(known)}


def seconds_of_one(root: Path, log: Path) -> float:
    """How long a publication takes on this machine today."""
    process = crashing.start(crashing.work, root, log, 999_999)
    crashing.wait_for(log, "ready")
    seconds = crashing.wait_for(log, "published")
    crashing.kill(process)
    return seconds


def is_kept(store: Store, sequence: int, digest: str) -> bool:
    manifest = store.manifest(*crashing.PLACE, sequence)
    if manifest:
        return manifest.files[0].sha256 == digest
    return any(stone.sequence == sequence for stone in store.tombstones(*crashing.PLACE))


def check(root: Path, kills: int, workers: int) -> None:
    found = survive(root, kills, workers)
    print(f"{kills} kills of {workers}: {found}")
    assert (found["fsck"], found["lost"], found["torn"]) == (0, 0, 0)
    assert found["acknowledged"] >= kills / 10 and found["reads"] >= kills
    store = Store(root)
    assert publish(store, "001 | Nord | 1").row_count == 1
    collect_garbage(store)
    assert check_store(store) == ()
    assert not [path for path in tree(store) if path.startswith("tmp")]


@pytest.mark.parametrize("workers", [1, 2])
def test_ten_kills_leave_nothing_torn_and_nothing_lost(tmp_path: Path, workers: int):
    check(tmp_path / "store", 10, workers)


@pytest.mark.campaign
@pytest.mark.timeout(1200)
@pytest.mark.parametrize("workers", [1, 3])
def test_two_hundred_kills_leave_nothing_torn_and_nothing_lost(tmp_path: Path, workers: int):
    check(tmp_path / "store", 200, workers)


def test_a_naive_writer_is_torn_by_the_same_kills(tmp_path: Path):
    chance, torn, log = random.Random(1), 0, tmp_path / "log"
    for seed in range(20):
        process = crashing.start(crashing.write_naively, tmp_path / "naive", log, seed)
        crashing.wait_for(log, "written", seed + 1)
        time.sleep(chance.uniform(0, 0.1))
        crashing.kill(process)
        torn += not crashing.is_naively_whole(tmp_path / "naive")
    print(f"naive writer: {torn} of 20 left torn")
    assert torn >= 3


def publish_at_once(root: Path, publishers: int, each: int) -> None:
    log = root.parent / "acknowledged"
    processes = [crashing.start(crashing.publish_many, root, log, number, each) for number in range(publishers)]
    for process in processes:
        process.join()
    store = Store(root)
    versions = store.versions(*crashing.PLACE)
    assert [manifest.sequence for manifest in versions] == list(range(1, publishers * each + 1))
    numbers = [manifest.number_triple for manifest in versions]
    assert sorted(set(numbers)) == numbers
    acknowledged = {tuple(line[1:]) for line in crashing.told(log)}
    assert acknowledged == {(manifest.sequence, manifest.files[0].sha256) for manifest in versions}
    assert check_store(store) == ()


def test_four_publishers_of_five_versions_make_twenty_in_order(tmp_path: Path):
    publish_at_once(tmp_path / "store", 4, 5)


@pytest.mark.campaign
@pytest.mark.timeout(1200)
def test_eight_publishers_of_fifty_versions_make_four_hundred_in_order(tmp_path: Path):
    publish_at_once(tmp_path / "store", 8, 50)
