"""Processes that work on a store until they are killed, and what they were told until then."""

import hashlib
import json
import multiprocessing
import os
import random
import signal
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pandas  # noqa: F401 - pyarrow imports it at its first table: in the server, once, and not in each process
import pyarrow.compute as pc

from pipelines.errors import PublicationError
from pipelines.versions import Store, publish_version
from pipelines.versions.diff import write_changed_rows
from pipelines.versions.erase import erase
from pipelines.versions.erased import ErasedRows
from pipelines.versions.garbage import collect_garbage
from pipelines.versions.rollback import roll_back

from .conftest import NOON, SIREN, candidate, publish

# A server that has imported everything forks in milliseconds; a new interpreter takes seconds.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.versions.crashing"])
PLACE = (SIREN, "subventions")


def rows(seed: int, step: int) -> list[str]:
    """Some hundred rows that no other step has."""
    return [f"{number:03} | {seed} {step} | {step}.{number % 100:02}" for number in range(300)]


def acknowledge(log: Path, *told: object) -> None:
    with log.open("a") as stream:
        stream.write(json.dumps(told) + "\n")
        stream.flush()


def work(root: Path, log: Path, seed: int) -> None:
    """Publish, compare, erase, go back and collect, in an order that the seed decides, for ever."""
    chance, store, step = random.Random(seed), Store(root), 0
    acknowledge(log, "ready", seed)
    while True:
        step += 1
        try:
            _one(store, log, seed, step, chance)
        except PublicationError as error:
            acknowledge(log, "refused", str(error))


def _one(store: Store, log: Path, seed: int, step: int, chance: random.Random) -> None:
    what = chance.choices(("publish", "diff", "erase", "gc", "back"), (6, 1, 1, 1, 1))[0]
    newest = store.latest(*PLACE)
    if what == "publish" or newest is None:
        manifest = publish(store, *rows(seed, step))
        acknowledge(log, "published", manifest.sequence, manifest.files[0].sha256)
    elif what == "diff":
        versions = store.versions(*PLACE)[-2:]
        write_changed_rows(store, versions[0], versions[-1], "csv", BytesIO())
    elif what == "erase":
        memory = ErasedRows(store.root.parent / "private", b"secret")
        key = {"code": f"{chance.randrange(300):03}"}
        erase(store, *PLACE, key, "erasure", NOON, lambda rows, erased: pc.invert(erased), memory)
        acknowledge(log, "erased", key["code"])
    elif what == "gc":
        collect_garbage(store)
    else:
        roll_back(store, *PLACE, newest.number.split(".")[0], NOON)


def publish_many(root: Path, log: Path, seed: int, count: int) -> None:
    """`count` different versions."""
    store = Store(root)
    for step in range(count):
        publication = publish_version(store, candidate(f"{seed:03} | Nord | {step}"), NOON)
        acknowledge(log, "published", publication.manifest.sequence, publication.manifest.files[0].sha256)


def read_for_ever(root: Path, log: Path, _seed: int) -> None:
    """Hash every file of the newest version, again and again."""
    store = Store(root)
    while True:
        manifest = store.latest(*PLACE)
        if manifest:
            acknowledge(log, "whole" if is_whole(store, manifest.sequence) else "torn", manifest.sequence)


def is_whole(store: Store, sequence: int) -> bool:
    """Whether the version's bytes are those it names; one that was taken back meanwhile is no longer asked."""
    try:
        manifest = store.manifest(*PLACE, sequence)
        if manifest is None:
            return True
        for file in manifest.files:
            with store.open(file) as stream:
                if hashlib.sha256(stream.read()).hexdigest() != file.sha256:
                    return False
    except PublicationError:
        return store.manifest(*PLACE, sequence) is None
    return True


def write_naively(root: Path, log: Path, seed: int) -> None:
    """What a script does: overwrite the files, then the list of their digests."""
    root.mkdir(parents=True, exist_ok=True)
    step = 0
    while True:
        step += 1
        digests = {}
        for name in ("a.csv", "b.csv", "c.csv", "d.csv"):
            content = f"{seed} {step} {name}\n".encode() * 20_000
            (root / name).write_bytes(content)
            digests[name] = hashlib.sha256(content).hexdigest()
        (root / "manifest.json").write_text(json.dumps(digests))
        if step == 1:
            acknowledge(log, "written", seed)


def is_naively_whole(root: Path) -> bool:
    """Whether the files are those that the list names."""
    try:
        digests = json.loads((root / "manifest.json").read_text())
        return all(hashlib.sha256((root / name).read_bytes()).hexdigest() == digests[name] for name in digests)
    except (OSError, ValueError):
        return False


def start(act: Callable[..., None], *given: object) -> multiprocessing.process.BaseProcess:
    process = PROCESSES.Process(target=act, args=given, daemon=True)
    process.start()
    return process


def kill(process: multiprocessing.process.BaseProcess) -> None:
    assert process.pid is not None
    os.kill(process.pid, signal.SIGKILL)
    process.join()


def wait_for(log: Path, what: str, count: int = 1) -> float:
    """How long it takes until the log has told `what` that often."""
    since = time.monotonic()
    while sum(line[0] == what for line in told(log)) < count:
        assert time.monotonic() < since + 60, f"nobody is {what}"
        time.sleep(0.005)
    return time.monotonic() - since


def told(log: Path) -> list[list]:
    """What was acknowledged; the last line may have been cut by the kill."""
    lines = log.read_text().split("\n")[:-1] if log.exists() else []
    return [json.loads(line) for line in lines]
