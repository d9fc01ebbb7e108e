"""Ten thousand versions of one dataset, and tables larger than memory should be."""

import resource
import time
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.versions import Store, layout, publish_version
from pipelines.versions.compare import RowChanges, count_changes
from pipelines.versions.history import SEGMENT, forget, history, mend_history, remember

from .conftest import NOON, SIREN, candidate, publish

PLACE = (SIREN, "subventions")
MANY = 10_000
FIELD = {"name": "colonne", "type": "string", "title": "Une colonne", "description": "Ce que dit la colonne. " * 8}


@pytest.fixture(scope="module")
def old_store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """A dataset that was published every hour for more than a year."""
    store = Store(tmp_path_factory.mktemp("many") / "store")
    first = replace(publish(store, "001 | Nord | 1"), table_schema={"fields": [FIELD] * 4})
    folder = store.root / layout.versions_prefix(*PLACE)
    for sequence in range(2, MANY + 1):
        manifest = replace(first, sequence=sequence, number=f"1.{sequence - 1}.0")
        (folder / f"{sequence:010}.json").write_bytes(manifest.to_json())
        remember(store, *PLACE, sequence)
    store.point_to(*PLACE, MANY)
    return store


def test_versions_that_no_segment_tells_are_read_from_their_manifests(old_store: Store):
    segment = old_store.root / layout.segment_key(*PLACE, SEGMENT + 1)
    sound = segment.read_bytes()
    for spoilt in (lambda: segment.write_bytes(sound.replace(b"1.500.0", b"9.500.0")), segment.unlink):
        spoilt()
        assert [summary.number for summary in history(old_store, *PLACE)][SEGMENT] == "1.500.0"
        assert mend_history(old_store, *PLACE, MANY) == [layout.segment_key(*PLACE, SEGMENT + 1)]
        assert segment.read_bytes() == sound
    assert mend_history(old_store, *PLACE, MANY) == []


def test_a_segment_forgets_a_version_that_was_taken_back(old_store: Store):
    segment = old_store.root / layout.segment_key(*PLACE, 1)
    assert b"1.6.0" in segment.read_bytes()
    forget(old_store, *PLACE, 7)
    assert not segment.exists()
    mend_history(old_store, *PLACE, MANY)


class Counted:
    """A storage that counts what is asked of it."""

    def __init__(self, store: Store) -> None:
        self.storage, self.calls = store.storage, 0

    def __getattr__(self, name: str):
        self.calls += 1
        return getattr(self.storage, name)


def test_ten_thousand_versions_are_listed_within_a_second(old_store: Store):
    seconds = []
    for _attempt in range(3):
        start = time.process_time()
        listed = history(old_store, *PLACE)
        seconds.append(time.process_time() - start)
    assert [summary.number for summary in listed] == [f"1.{minor}.0" for minor in range(MANY)]
    print(f"{MANY} versions listed in {min(seconds):.2f} s CPU")
    assert min(seconds) <= 1.0


@pytest.mark.parametrize(("wanted", "most_calls"), [("latest", 12), ("1.5000.0", 60), ("1", 60), ("7", 60)])
def test_a_version_is_found_without_reading_the_others(old_store: Store, wanted: str, most_calls: int):
    counted = Counted(old_store)
    assert (Store(old_store.root, counted).resolve(*PLACE, wanted) is None) == (wanted == "7")  # type: ignore[arg-type]
    print(f"{wanted}: {counted.calls} storage calls")
    assert counted.calls <= most_calls


def test_an_unchanged_dataset_costs_little(store: Store):
    lines = [f"{number:05} | Nord | 1.50" for number in range(2_000)]
    publish(store, *lines)
    again = candidate(*lines)
    start = time.process_time()
    assert not publish_version(store, again, NOON).is_new
    seconds = time.process_time() - start
    print(f"unchanged: {seconds:.3f} s CPU")
    assert seconds <= 0.3


def big(folder: Path, name: str, rows: int, first: int, price: int) -> Path:
    """`rows` rows of six columns, written a group at a time."""
    path = folder / name
    with pq.ParquetWriter(path, big_group(0, 1, price).schema, compression="zstd") as writer:
        for start in range(first, first + rows, 200_000):
            writer.write_table(big_group(start, min(200_000, first + rows - start), price))
    return path


def big_group(start: int, rows: int, price: int) -> pa.Table:
    numbers = range(start, start + rows)
    return pa.table(
        {
            "id": [f"{number:09}" for number in numbers],
            "quartier": [f"Quartier {number % 97}" for number in numbers],
            "service": [f"Service {number % 13}" for number in numbers],
            "montant": pa.array([price if number % 1000 == 0 else 5 for number in numbers], pa.int64()),
            "jour": pa.array([number % 20_000 for number in numbers], pa.int32()).cast(pa.date32()),
            "texte": [f"objet {number * 7919 % 1_000_003}" for number in numbers],
        }
    )


def compare_big(folder: Path, rows: int) -> tuple[RowChanges, float, int]:
    old, new = big(folder, "old.parquet", rows, 0, 1), big(folder, "new.parquet", rows, 100, 2)
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    found = count_changes(old, new, ["id"], folder)
    grown_mb = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024
    return found, time.process_time() - start, grown_mb


def test_a_hundred_thousand_rows_are_compared_by_key(tmp_path: Path):
    found, _seconds, _grown = compare_big(tmp_path, 100_000)
    assert found == RowChanges(added=100, withdrawn=100, corrected=99)


@pytest.mark.campaign
@pytest.mark.timeout(900)
def test_five_million_rows_are_compared_in_bounded_memory(tmp_path: Path):
    found, seconds, grown_mb = compare_big(tmp_path, 5_000_000)
    print(f"5M rows compared: {seconds:.0f} s CPU, {grown_mb} MB more")
    assert found == RowChanges(added=100, withdrawn=100, corrected=4_999)
    assert grown_mb <= 1024
