"""Whatever is not as it was published is found; whatever can be made again is."""

import shutil
from datetime import date
from pathlib import Path

import pytest

from pipelines import reports
from pipelines.versions import Store, derived, history, layout
from pipelines.versions.fsck import Problem, check_store
from pipelines.versions.garbage import collect_garbage, find_garbage
from pipelines.versions.tombstone import Tombstone
from pipelines.versions.withdrawal import withdraw

from .conftest import SIREN, publish

MENDED = ("derived", "history")  # folders of hints; what is in them can be made again


@pytest.fixture
def full(store: Store, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Four versions, one of them taken back; large enough to be compressed, and enough to have a history of hints."""
    monkeypatch.setattr(derived, "WORTH_BYTES", 1)
    monkeypatch.setattr(history, "SEGMENT", 2)
    versions = [publish(store, f"00{number} | Nord | 1") for number in range(4)]
    withdraw(store, versions[1:2], "error", date(2026, 3, 2))
    check_store(store)  # makes the history again, which the withdrawal took away
    return store


def objects(store: Store) -> list[Path]:
    """What cannot be made again."""
    return [path for path in everything(store) if not set(MENDED) & set(path.parts)]


def everything(store: Store) -> list[Path]:
    """Every file below the store that has a bit."""
    return sorted(path for path in store.root.rglob("*") if path.is_file() and path.stat().st_size)


def found(store: Store) -> list[str]:
    return [problem.what for problem in check_store(store)]


def test_a_whole_store_has_no_problem(full: Store):
    assert check_store(full) == ()


def test_one_bit_flipped_in_any_file_is_found(full: Store):
    for path in objects(full):
        key, sound = str(path.relative_to(full.root)), path.read_bytes()
        for place in (0, len(sound) // 2, len(sound) - 1):
            flip(path, place)
            assert Problem(key, "damaged") in check_store(full), (key, place)
            path.write_bytes(sound)
    assert check_store(full) == ()


def test_one_bit_flipped_in_what_can_be_made_again_is_found_and_mended(full: Store):
    hints = sorted(set(everything(full)) - set(objects(full)))
    kinds = {"br", "columns-1", "digests", "gzip", "zstd"}
    assert {path.name for path in hints} == {"0000000001.json", "0000000003.json"} | kinds
    for path in hints:
        key, sound = str(path.relative_to(full.root)), path.read_bytes()
        for place in (0, len(sound) // 2, len(sound) - 1):
            flip(path, place)
            assert key in [problem.key for problem in check_store(full) if problem.is_mended], (key, place)
            assert path.read_bytes() == sound
    assert check_store(full) == ()


def flip(path: Path, place: int) -> None:
    """The lowest bit of one byte. A copy takes the file's place: another name of the same bytes stays sound."""
    content = bytearray(path.read_bytes())
    content[place] ^= 1
    path.unlink()
    path.write_bytes(content)


@pytest.mark.parametrize("kind", ["br", "columns-1", "digests"])
def test_a_lost_companion_is_made_again(full: Store, kind: str):
    path = next(path for path in everything(full) if path.name == kind)
    sound = path.read_bytes()
    path.unlink()
    assert found(full) == ["derived"]
    assert path.read_bytes() == sound
    assert found(full) == []


def test_what_cannot_be_made_again_is_told_so(full: Store):
    next(path for path in everything(full) if path.name == "br").unlink()
    shutil.rmtree(full.root / "tmp")
    (full.root / "tmp").write_text("no folder to write in")
    assert found(full) == ["underived"]
    assert "servers make their own (taken away: is the disk full?)" in reports.fsck(check_store(full))
    (full.root / "tmp").unlink()
    assert found(full) == ["derived"]


def test_nothing_is_made_of_a_damaged_file(full: Store):
    digest = next(path.parent.name for path in everything(full) if path.name == "br")
    flip(full.root / layout.file_key(digest), 0)
    (full.root / layout.derived_key(digest, "br")).unlink()
    assert found(full) == ["damaged"]
    assert not (full.root / layout.derived_key(digest, "br")).exists()


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
    assert found(full) == ["withdrawal", "hint"]
    assert found(full) == []


def test_garbage_is_shown_and_then_removed_and_nothing_else_is(full: Store):
    orphan = "files/00/" + "0" * 64
    full.storage.put_if_absent(orphan, b"left by a killed publisher")
    assert find_garbage(full) == (orphan,) == find_garbage(full)
    assert collect_garbage(full) == (orphan,)
    assert find_garbage(full) == () and check_store(full) == ()


def test_an_empty_store_has_neither_problem_nor_garbage(store: Store):
    assert (check_store(store), find_garbage(store)) == ((), ())
