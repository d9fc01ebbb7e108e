"""After an erasure no byte of the store tells the row, and the rest is still published."""

import json
from datetime import timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from pipelines.errors import InvalidDeclaration, UnsafeData
from pipelines.versions import Part, Store
from pipelines.versions.erase import erase, versions_holding
from pipelines.versions.erased import ErasedRows
from pipelines.versions.fsck import check_store

from .conftest import NOON, SCHEMA, SIREN, publish, table

LATER = NOON + timedelta(days=30)
NORD, ZOE, EST = "001 | Nord | 1", "002 | Zoebellemare | 71234.56", "003 | Est | 3"


@pytest.fixture
def memory(tmp_path: Path) -> ErasedRows:
    return ErasedRows(tmp_path / "private", b"secret")


def passing(rows: pa.Table, is_erased: pa.Array) -> pa.Array:
    return pa.array([True] * rows.num_rows)


def refusing(rows: pa.Table, is_erased: pa.Array) -> pa.Array:
    raise UnsafeData("quartier: a group of fewer than 11 is left")


def with_its_group(rows: pa.Table, is_erased: pa.Array) -> pa.Array:
    """Whoever has the erased row's amount goes with it."""
    return pc.invert(pc.is_in(rows["montant"], rows.filter(is_erased)["montant"])).combine_chunks()


def bytes_with(store: Store, *words: bytes) -> list[str]:
    paths = [path for path in store.root.rglob("*") if path.is_file()]
    return [str(path) for path in paths if any(word in path.read_bytes() for word in words)]


def test_every_version_that_holds_the_row_is_taken_back_and_the_rest_published_again(store: Store, memory: ErasedRows):
    for lines in ([NORD], [NORD, ZOE], [NORD, ZOE, EST]):
        publish(store, *lines)
    erasure = erase(store, SIREN, "subventions", {"code": "002"}, "erasure", LATER, passing, memory)
    assert [stone.number for stone in erasure.withdrawn] == ["1.1.0", "1.2.0"]
    assert [manifest.number for manifest in store.versions(SIREN, "subventions")] == ["1.0.0", "1.3.0"]
    assert erasure.reissued == store.latest(SIREN, "subventions")
    assert store.read_table(erasure.reissued)["code"].to_pylist() == ["001", "003"]  # type: ignore[arg-type]
    assert bytes_with(store, b"Zoebellemare", b"71234.56", b"71234,56") == []
    assert check_store(store) == ()
    assert any("later run" in place for place in erasure.beyond_reach)


def test_erasing_again_changes_nothing_and_says_again_what_is_beyond_reach(store: Store, memory: ErasedRows):
    publish(store, NORD, ZOE)
    erase(store, SIREN, "subventions", {"code": "002"}, "erasure", LATER, passing, memory)
    again = erase(store, SIREN, "subventions", {"code": "002"}, "erasure", LATER, passing, memory)
    assert (again.withdrawn, again.reissued, again.was_erased) == ((), None, True)
    assert len(again.beyond_reach) == 3


def test_an_erasure_that_was_cut_short_after_the_new_version_is_finished_by_the_next_try(
    store: Store, memory: ErasedRows, monkeypatch: pytest.MonkeyPatch
):
    publish(store, NORD, ZOE)
    with monkeypatch.context() as patch:
        patch.setattr("pipelines.versions.erase.withdraw", lambda *given: exec("raise KeyboardInterrupt"))
        with pytest.raises(KeyboardInterrupt):
            erase(store, SIREN, "subventions", {"code": "002"}, "erasure", LATER, passing, memory)
    erase(store, SIREN, "subventions", {"code": "002"}, "erasure", LATER, passing, memory)
    assert [manifest.number for manifest in store.versions(SIREN, "subventions")] == ["1.1.0"]
    assert bytes_with(store, b"Zoebellemare") == []


def test_where_a_gate_refuses_what_is_left_the_row_goes_all_the_same(store: Store, memory: ErasedRows):
    publish(store, NORD, ZOE)
    erasure = erase(store, SIREN, "subventions", {"code": "002"}, "erasure", LATER, refusing, memory)
    assert erasure.refusal == "quartier: a group of fewer than 11 is left"
    assert store.latest(SIREN, "subventions") is None
    assert bytes_with(store, b"Zoebellemare") == []


def test_rows_that_a_gate_takes_away_with_the_erased_one_leave_too(store: Store, memory: ErasedRows):
    publish(store, NORD, "004 | Ouest | 1", EST, parts=(Part(("2024",), 2), Part(("2025",), 1)))
    erasure = erase(store, SIREN, "subventions", {"code": "004"}, "erasure", LATER, with_its_group, memory)
    assert erasure.reissued is not None
    assert store.read_table(erasure.reissued)["code"].to_pylist() == ["003"]
    assert erasure.reissued.parts == (Part(("2025",), 1),)


def test_the_last_row_of_a_dataset_leaves_no_version(store: Store, memory: ErasedRows):
    publish(store, ZOE)
    assert erase(store, SIREN, "subventions", {"code": "002"}, "erasure", LATER, passing, memory).reissued is None
    assert store.latest(SIREN, "subventions") is None


def test_the_parts_that_are_left_are_counted_again(store: Store, memory: ErasedRows):
    parts = (Part(("2024",), 1), Part(("2025",), 2))
    publish(store, NORD, ZOE, EST, parts=parts)
    erasure = erase(store, SIREN, "subventions", {"code": "002"}, "erasure", LATER, passing, memory)
    assert erasure.reissued is not None
    assert erasure.reissued.parts == (Part(("2024",), 1), Part(("2025",), 1))


def test_a_row_that_is_nowhere_is_not_found(store: Store, memory: ErasedRows):
    publish(store, NORD)
    assert versions_holding(store, SIREN, "subventions", {"code": "009"}) == []


@pytest.mark.parametrize("key", [{"titre": "Nord"}, {}, {"code": "001", "titre": "Nord"}])
def test_a_key_that_is_not_the_datasets_is_refused(store: Store, memory: ErasedRows, key: dict):
    publish(store, NORD)
    with pytest.raises(
        InvalidDeclaration, match=r"subventions 1.0.0: a row is named by code; give each as column=value"
    ):
        erase(store, SIREN, "subventions", key, "erasure", LATER, passing, memory)


def test_rows_without_a_key_cannot_be_named_and_the_officer_is_told_what_can_be_done(store: Store, memory: ErasedRows):
    publish(store, NORD, schema={"fields": SCHEMA["fields"]})
    with pytest.raises(InvalidDeclaration, match="has no primaryKey, .* `parvis withdraw`"):
        erase(store, SIREN, "subventions", {"code": "001"}, "erasure", LATER, passing, memory)


def test_a_key_of_several_columns_names_one_row(store: Store, memory: ErasedRows):
    schema = {**SCHEMA, "primaryKey": ["code", "montant"]}
    publish(store, NORD, "001 | Sud | 2.50", schema=schema)
    erase(store, SIREN, "subventions", {"code": "001", "montant": "2.50"}, "erasure", LATER, passing, memory)
    newest = store.latest(SIREN, "subventions")
    assert newest is not None
    assert store.read_table(newest)["titre"].to_pylist() == ["Nord"]


def test_an_erased_row_does_not_come_back_from_the_source(store: Store, memory: ErasedRows):
    publish(store, NORD, ZOE, EST)
    erase(store, SIREN, "subventions", {"code": "002"}, "erasure", LATER, passing, memory)
    delivered = table(SCHEMA, NORD, ZOE, EST)
    assert memory.kept(SIREN, "subventions", delivered, SCHEMA).to_pylist() == [True, False, True]
    assert all(memory.kept(SIREN, "budget", delivered, SCHEMA).to_pylist())
    assert all(memory.kept("213000144", "subventions", delivered, SCHEMA).to_pylist())


def test_the_memory_of_an_erasure_tells_nothing_without_the_key(tmp_path: Path, memory: ErasedRows):
    memory.remember(SIREN, "subventions", {"code": "002"})
    memory.remember(SIREN, "subventions", {"code": "003"})
    (path,) = [path for path in memory.folder.rglob("*") if path.is_file()]
    assert path.stat().st_mode & 0o077 == 0
    assert [len(digest) for digest in json.loads(path.read_text())] == [64, 64]
    stranger = ErasedRows(memory.folder, b"guess")
    assert stranger.kept(SIREN, "subventions", table(SCHEMA, ZOE), SCHEMA).to_pylist() == [True]


def test_a_dataset_without_a_key_has_no_rows_to_leave_out(memory: ErasedRows):
    rows = table({"fields": SCHEMA["fields"]}, NORD)
    assert memory.kept(SIREN, "subventions", rows, {"fields": SCHEMA["fields"]}).to_pylist() == [True]


def test_groups_that_left_with_a_row_are_remembered_together(memory: ErasedRows):
    assert memory.withheld(SIREN, "subventions") is None
    for name in ("Nord", "Sud"):
        memory.withhold(SIREN, "subventions", pa.table({"quartier": [name]}))
    withheld = memory.withheld(SIREN, "subventions")
    assert withheld is not None and withheld["quartier"].to_pylist() == ["Nord", "Sud"]
