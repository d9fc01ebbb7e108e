"""Each system call that publishing makes fails once: a clear refusal or a whole version, and no trace of the try."""

import random
import resource
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipelines.errors import StoreUnavailable
from pipelines.messages import speaking
from pipelines.versions import Store, publish_version
from pipelines.versions.fsck import check_store
from pipelines.versions.garbage import collect_garbage

from . import crashing
from .conftest import NOON, candidate, publish, tree

WORDS = ("the disk is full", "cannot be written", "the disk failed")
FAULTS = [
    *[("write,pwrite64", error, when) for error in ("ENOSPC", "EIO", "EDQUOT") for when in (1, 2, 4, 6)],
    *[("fsync", error, when) for error in ("EIO", "ENOSPC") for when in (1, 3, 6, 8)],
    *[("link,linkat", error, when) for error in ("EIO", "ENOSPC", "EPERM") for when in (1, 3, 5)],
    *[("mkdir,mkdirat", error, when) for error in ("ENOSPC", "EROFS") for when in (1, 2, 3)],
    *[("openat", error, when) for error in ("EMFILE", "EIO", "EACCES") for when in (2, 5, 9, 14)],
    *[("flock", error, 2) for error in ("EIO", "ENOLCK")],
]
needs_strace = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")


def publish_when_told(root: Path, log: Path, gate: Path) -> None:
    """One version while the gate stands; what came of it goes to the log, once the gate stands again.

    Removing the gate is no call that a fault is put into.
    """
    store, new = Store(root), candidate("001 | Nord | 1", "002 | Sud | 2")
    for count in range(2):  # whatever is imported or opened at first use
        publish(Store(root.parent / "warm"), f"001 | Nord | {count}")
    wait_until(gate.exists)
    try:
        with speaking("en"):
            came = ["published", publish_version(store, new, NOON).manifest.sequence]
    except Exception as error:  # noqa: BLE001 - the test says which may come
        came = [type(error).__name__, str(error)]
    gate.unlink()
    wait_until(gate.exists)
    crashing.acknowledge(log, *came)


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not is_so() and time.monotonic() < deadline:
        time.sleep(0.01)


def with_fault(root: Path, fault: tuple[str, str, int]) -> tuple[list, bool]:
    """What came of a publication under one fault, and whether the fault struck."""
    calls, error, when = fault
    log, gate, traced = (root.parent / name for name in ("log", "gate", "traced"))
    process = crashing.start(publish_when_told, root, log, gate)
    wait_until((root.parent / "warm" / "datasets" / "219300480" / "subventions" / "latest" / "0000000002").exists)
    inject = f"inject={calls}:error={error}:when={when}"
    command = ["strace", "-f", "-o", traced, "-e", f"trace={calls}", "-e", inject, "-p", str(process.pid)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as strace:
        assert strace.stderr is not None
        assert "attached" in strace.stderr.readline()
        gate.touch()
        wait_until(lambda: not gate.exists())
        strace.send_signal(signal.SIGINT)
    gate.touch()
    process.join()
    (told,) = crashing.told(log)
    return told, "(INJECTED)" in traced.read_text()


def check_fault(folder: Path, fault: tuple[str, str, int]) -> str:
    """One fault on a store with one version; everything that must hold afterwards."""
    store = Store(folder / "store")
    publish(store, "001 | Nord | 1")
    told, has_struck = with_fault(store.root, fault)
    assert has_struck, f"{fault} never struck"
    if told[0] != "published":
        assert told[0] == "StoreUnavailable" and any(words in told[1] for words in WORDS), (fault, told)
    newest = store.latest(*crashing.PLACE)
    assert newest is not None and crashing.is_whole(store, newest.sequence)
    assert told[0] != "published" or newest.sequence == told[1]
    assert not [path for path in tree(store) if path.startswith("tmp")]
    assert [problem for problem in check_store(store) if not problem.is_mended] == []
    assert publish(store, "003 | Est | 1").row_count == 1
    collect_garbage(store)
    assert check_store(store) == ()
    return str(told[0])


@needs_strace
def test_four_failing_system_calls_of_every_kind_leave_no_trace(tmp_path: Path):
    chosen = random.Random(5).sample(FAULTS, 4)
    for number, fault in enumerate(chosen):
        (tmp_path / str(number)).mkdir()
        check_fault(tmp_path / str(number), fault)


@needs_strace
@pytest.mark.campaign
@pytest.mark.timeout(1200)
def test_every_failing_system_call_leaves_no_trace(tmp_path: Path):
    assert len(FAULTS) >= 30
    came = []
    for number, fault in enumerate(FAULTS):
        (tmp_path / str(number)).mkdir()
        came.append(check_fault(tmp_path / str(number), fault))
        shutil.rmtree(tmp_path / str(number))
    print(f"{len(FAULTS)} faults: {came.count('StoreUnavailable')} refused, {came.count('published')} published")
    assert came.count("StoreUnavailable") >= len(FAULTS) / 2


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one mebibyte; without the right to mount one, a limit on the size of files stands in."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("no right to mount a small disk")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_a_full_disk_refuses_the_version_and_serves_the_last(small_disk: Path):
    store, published = Store(small_disk / "store"), 0
    with pytest.raises(StoreUnavailable, match="the disk is full. Nothing was published; free some space"):
        for step in range(200):
            publish(store, *crashing.rows(0, step))
            published += 1
    newest = store.latest(*crashing.PLACE)
    assert newest is not None and newest.sequence == published >= 2
    assert all(crashing.is_whole(store, sequence) for sequence in range(1, published + 1))
    assert not [path for path in tree(store) if path.startswith("tmp")]
    assert [problem for problem in check_store(store) if not problem.is_mended] == []


def test_a_file_size_limit_is_a_full_disk_too(store: Store):
    publish(store, "001 | Nord | 1")
    before = tree(store)
    limits, handler = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (3_000, limits[1]))
    try:
        with pytest.raises(StoreUnavailable, match="the disk is full"):
            publish(store, *crashing.rows(0, 1))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert tree(store) == before


def test_a_read_only_disk_is_read_and_not_written(store: Store, tmp_path: Path):
    publish(store, "001 | Nord | 1")
    folder = tmp_path / "mounted"
    folder.mkdir()
    bound = subprocess.run(["mount", "--bind", store.root, folder], capture_output=True, check=False)
    if bound.returncode != 0:
        pytest.skip("no right to mount a read-only disk")
    try:
        subprocess.run(["mount", "-o", "remount,bind,ro", folder], check=True)
        served = Store(folder)
        assert served.latest(*crashing.PLACE) is not None
        with pytest.raises(StoreUnavailable, match="cannot be written by this user"):
            publish(served, "002 | Sud | 2")
    finally:
        subprocess.run(["umount", folder], check=True)
