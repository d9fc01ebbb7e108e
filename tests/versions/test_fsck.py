"""Whatever is not as it was published is found; whatever can be made again is."""

from datetime import date
from pathlib import Path

import pytest

from pipelines.versions import Store, layout
from pipelines.versions.fsck import Problem, check_store
from pipelines.versions.garbage import collect_garbage, find_garbage
from pipelines.versions.tombstone import Tombstone
from pipelines.versions.withdrawal import withdraw

from .conftest import SIREN, publish


@pytest.fixture
def full(store: Store) -> Store:
    """Four versions, one of them taken back."""
    versions = [publish(store, f"00{number} | Nord | 1") for number in range(4)]
    withdraw(store, versions[1:2], "error", date(2026, 3, 2))
    return store


def objects(store: Store) -> list[Path]:
    return sorted(path for path in store.root.rglob("*") if path.is_file() and path.parent.name != "latest")


def found(store: Store) -> list[str]:
    return [problem.what for problem in check_store(store)]


def test_a_whole_store_has_no_problem(full: Store):
    assert check_store(full) == ()


def test_one_bit_flipped_in_any_object_is_found(full: Store):
    for path in objects(full):
        sound = path.read_bytes()
        for place in (0, len(sound) // 2, len(sound) - 1):
            path.write_bytes(sound[:place] + bytes([sound[place] ^ 1]) + sound[place + 1 :])
            key = str(path.relative_to(full.root))
            assert Problem(key, "damaged") in check_store(full), (key, place)
        path.write_bytes(sound)
    assert check_store(full) == ()


def test_any_object_lost_is_found(full: Store):
    for path in objects(full):
        sound = path.read_bytes()
        path.unlink()
        assert [problem.what for problem in check_store(full) if not problem.is_mended] == ["missing"], path
        path.write_bytes(sound)


def test_an_older_manifest_in_the_place_of_a_newer_is_found(full: Store):
    folder = full.root / "datasets" / SIREN / "subventions" / "v"
    (folder / "0000000004.json").write_bytes((folder / "0000000003.json").read_bytes())
    assert Problem(layout.version_key(SIREN, "subventions", 4), "damaged") in check_store(full)


def test_a_hint_is_made_again(full: Store):
    hint = full.root / layout.hint_key(SIREN, "subventions", 4)
    hint.rename(hint.with_name("0000000001"))
    assert [(problem.what, problem.is_mended) for problem in check_store(full)] == [("hint", True)]
    assert hint.exists() and check_store(full) == ()


def test_a_withdrawal_that_was_cut_short_is_finished(full: Store):
    stone = Tombstone(3, "1.2.0", "2026-03-02", "error")
    full.storage.put_if_absent(layout.tombstone_key(SIREN, "subventions", 3), stone.to_json())
    assert found(full) == ["withdrawal"]
    assert found(full) == []


def test_garbage_is_shown_and_then_removed_and_nothing_else_is(full: Store):
    orphan = "files/00/" + "0" * 64
    full.storage.put_if_absent(orphan, b"left by a killed publisher")
    assert find_garbage(full) == (orphan,) == find_garbage(full)
    assert collect_garbage(full) == (orphan,)
    assert find_garbage(full) == () and check_store(full) == ()


def test_an_empty_store_has_neither_problem_nor_garbage(store: Store):
    assert (check_store(store), find_garbage(store)) == ((), ())
