"""After an erasure no byte of the store tells the row, and the rest is still published."""

from datetime import timedelta

import pytest

from pipelines.errors import InvalidDeclaration, UnsafeData
from pipelines.versions import Candidate, Part, Store
from pipelines.versions.erase import erase, versions_holding
from pipelines.versions.fsck import check_store

from .conftest import NOON, SCHEMA, SIREN, publish

LATER = NOON + timedelta(days=30)
NORD, ZOE, EST = "001 | Nord | 1", "002 | Zoebellemare | 71234.56", "003 | Est | 3"


def passing(candidate: Candidate) -> Candidate:
    return candidate


def refusing(candidate: Candidate) -> Candidate:
    raise UnsafeData("quartier: a group of fewer than 11 is left")


def bytes_with(store: Store, *words: bytes) -> list[str]:
    paths = [path for path in store.root.rglob("*") if path.is_file()]
    return [str(path) for path in paths if any(word in path.read_bytes() for word in words)]


def test_every_version_that_holds_the_row_is_taken_back_and_the_rest_published_again(store: Store):
    for lines in ([NORD], [NORD, ZOE], [NORD, ZOE, EST]):
        publish(store, *lines)
    erasure = erase(store, SIREN, "subventions", {"code": "002"}, "erasure", LATER, passing)
    assert [stone.number for stone in erasure.withdrawn] == ["1.1.0", "1.2.0"]
    assert [manifest.number for manifest in store.versions(SIREN, "subventions")] == ["1.0.0", "1.3.0"]
    assert erasure.reissued == store.latest(SIREN, "subventions")
    assert store.read_table(erasure.reissued)["code"].to_pylist() == ["001", "003"]  # type: ignore[arg-type]
    assert bytes_with(store, b"Zoebellemare", b"71234.56", b"71234,56") == []
    assert check_store(store) == ()
    assert any("next run" in place for place in erasure.beyond_reach)


def test_erasing_again_changes_nothing(store: Store):
    publish(store, NORD, ZOE)
    erase(store, SIREN, "subventions", {"code": "002"}, "erasure", LATER, passing)
    again = erase(store, SIREN, "subventions", {"code": "002"}, "erasure", LATER, passing)
    assert (again.withdrawn, again.reissued, again.beyond_reach) == ((), None, [])


def test_an_erasure_that_was_cut_short_after_the_new_version_is_finished_by_the_next_try(
    store: Store, monkeypatch: pytest.MonkeyPatch
):
    publish(store, NORD, ZOE)
    with monkeypatch.context() as patch:
        patch.setattr("pipelines.versions.erase.withdraw", lambda *given: exec("raise KeyboardInterrupt"))
        with pytest.raises(KeyboardInterrupt):
            erase(store, SIREN, "subventions", {"code": "002"}, "erasure", LATER, passing)
    erase(store, SIREN, "subventions", {"code": "002"}, "erasure", LATER, passing)
    assert [manifest.number for manifest in store.versions(SIREN, "subventions")] == ["1.1.0"]
    assert bytes_with(store, b"Zoebellemare") == []


def test_where_a_gate_refuses_what_is_left_the_row_goes_all_the_same(store: Store):
    publish(store, NORD, ZOE)
    erasure = erase(store, SIREN, "subventions", {"code": "002"}, "erasure", LATER, refusing)
    assert erasure.refusal == "quartier: a group of fewer than 11 is left"
    assert store.latest(SIREN, "subventions") is None
    assert bytes_with(store, b"Zoebellemare") == []


def test_the_last_row_of_a_dataset_leaves_no_version(store: Store):
    publish(store, ZOE)
    assert erase(store, SIREN, "subventions", {"code": "002"}, "erasure", LATER, passing).reissued is None
    assert store.latest(SIREN, "subventions") is None


def test_the_parts_that_are_left_are_counted_again(store: Store):
    parts = (Part(("2024",), 1), Part(("2025",), 2))
    publish(store, NORD, ZOE, EST, parts=parts)
    erasure = erase(store, SIREN, "subventions", {"code": "002"}, "erasure", LATER, passing)
    assert erasure.reissued is not None
    assert erasure.reissued.parts == (Part(("2024",), 1), Part(("2025",), 1))


def test_a_row_that_is_nowhere_is_not_found(store: Store):
    publish(store, NORD)
    assert versions_holding(store, SIREN, "subventions", {"code": "009"}) == []


@pytest.mark.parametrize("key", [{"titre": "Nord"}, {}, {"code": "001", "titre": "Nord"}])
def test_a_key_that_is_not_the_datasets_is_refused(store: Store, key: dict):
    publish(store, NORD)
    with pytest.raises(
        InvalidDeclaration, match=r"subventions 1.0.0: a row is named by code; give each as column=value"
    ):
        erase(store, SIREN, "subventions", key, "erasure", LATER, passing)


def test_a_key_of_several_columns_names_one_row(store: Store):
    schema = {**SCHEMA, "primaryKey": ["code", "montant"]}
    publish(store, NORD, "001 | Sud | 2.50", schema=schema)
    erase(store, SIREN, "subventions", {"code": "001", "montant": "2.50"}, "erasure", LATER, passing)
    newest = store.latest(SIREN, "subventions")
    assert newest is not None
    assert store.read_table(newest)["titre"].to_pylist() == ["Nord"]
