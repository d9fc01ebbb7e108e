"""What can be asked of a store, and that asking never writes."""

import json
from pathlib import Path

import pytest

from pipelines.errors import StoreUnavailable
from pipelines.versions import Store

from .conftest import SIREN, publish, tree


@pytest.fixture
def three(store: Store) -> Store:
    """1.0.0, 1.1.0 and 2.0.0 of one dataset."""
    publish(store, "001 | Nord | 1")
    publish(store, "001 | Nord | 1", "002 | Sud | 2")
    schema = {"fields": [{"name": "code", "type": "string"}], "primaryKey": ["code"]}
    publish(store, "001", "002", schema=schema)
    return store


def number(store: Store, wanted: str) -> str | None:
    manifest = store.resolve(SIREN, "subventions", wanted)
    return manifest.number if manifest else None


def test_an_empty_store_answers_and_is_not_created(store: Store):
    assert store.latest(SIREN, "subventions") is None
    assert store.versions(SIREN, "subventions") == ()
    assert list(store.datasets()) == []
    assert not store.root.exists()


def test_latest_a_major_and_a_whole_number_resolve(three: Store):
    assert number(three, "latest") == "2.0.0"
    assert number(three, "1") == "1.1.0"
    assert number(three, "2") == "2.0.0"
    assert number(three, "1.0.0") == "1.0.0"


@pytest.mark.parametrize("wanted", ["3", "0", "1.0", "1.0.7", "v1", "", "1.0.0.0", "٢", "-1"])
def test_a_version_that_is_not_there_resolves_to_nothing(three: Store, wanted: str):
    assert number(three, wanted) is None


def test_versions_are_listed_from_the_oldest(three: Store):
    assert [manifest.number for manifest in three.versions(SIREN, "subventions")] == ["1.0.0", "1.1.0", "2.0.0"]
    assert list(three.datasets()) == [(SIREN, "subventions")]


def test_rows_are_read_back_with_their_types(three: Store):
    manifest = three.manifest(SIREN, "subventions", 2)
    assert manifest is not None
    rows = three.read_table(manifest)
    assert rows["code"].to_pylist() == ["001", "002"]
    assert str(rows.schema.field("montant").type) == "decimal128(18, 2)"


def test_an_instant_is_read_back_in_seconds_though_parquet_knows_none(store: Store):
    schema = {"fields": [{"name": "instant", "type": "datetime"}]}
    rows = store.read_table(publish(store, "2024-02-29T23:59:01", schema=schema))
    assert str(rows.schema.field("instant").type) == "timestamp[s]"


def test_a_file_of_a_version_is_opened_and_lies_at_its_path(three: Store):
    manifest = three.latest(SIREN, "subventions")
    assert manifest is not None
    file = manifest.file("subventions.csv")
    assert file is not None
    with three.open(file) as stream:
        assert stream.read() == b"code\n001\n002\n" == three.file_path(file).read_bytes()


@pytest.mark.parametrize("hint", ["lost", "late", "wrong"])
def test_the_newest_version_is_found_whatever_became_of_the_hint(three: Store, hint: str):
    folder = three.root / "datasets" / SIREN / "subventions" / "latest"
    for path in folder.iterdir():
        path.unlink()
    if hint != "lost":
        (folder / {"late": "0000000001", "wrong": "0000000009"}[hint]).touch()
    assert number(three, "latest") == "2.0.0"


def test_the_newest_version_is_found_without_listing_the_versions(three: Store, monkeypatch: pytest.MonkeyPatch):
    asked: list[str] = []
    real = three.storage.list
    monkeypatch.setattr(three.storage, "list", lambda prefix: asked.append(prefix) or real(prefix))
    assert number(three, "latest") == "2.0.0"
    assert [prefix.rsplit("/")[-1] for prefix in asked] == ["latest"]


def test_reading_changes_nothing_even_with_a_late_hint(three: Store):
    folder = three.root / "datasets" / SIREN / "subventions" / "latest"
    (folder / "0000000003").rename(folder / "0000000001")
    before = {path: path.stat().st_mtime_ns for path in three.root.rglob("*")}
    reader = Store(three.root)
    for manifest in reader.versions(SIREN, "subventions"):
        reader.read_table(manifest)
    reader.resolve(SIREN, "subventions", "latest")
    assert {path: path.stat().st_mtime_ns for path in three.root.rglob("*")} == before


def test_a_store_of_a_newer_parvis_is_refused(three: Store):
    (three.root / "format.json").write_text(json.dumps({"format": 2}))
    with pytest.raises(StoreUnavailable, match=r"format 2 is newer than this Parvis knows \(1\); upgrade"):
        Store(three.root)


def test_a_changed_bit_of_a_manifest_is_noticed(three: Store):
    path = three.root / "datasets" / SIREN / "subventions" / "v" / "0000000002.json"
    path.write_bytes(path.read_bytes().replace(b'"row_count": 2', b'"row_count": 3'))
    with pytest.raises(StoreUnavailable, match="damaged"):
        three.manifest(SIREN, "subventions", 2)


def test_an_older_manifest_in_the_place_of_a_newer_is_noticed(three: Store):
    folder = three.root / "datasets" / SIREN / "subventions" / "v"
    (folder / "0000000003.json").write_bytes((folder / "0000000001.json").read_bytes())
    with pytest.raises(StoreUnavailable, match=r"v/0000000003.json is missing or damaged"):
        three.latest(SIREN, "subventions")


def test_a_lost_file_is_told_by_its_place(three: Store):
    manifest = three.latest(SIREN, "subventions")
    assert manifest is not None
    three.file_path(manifest.files[0]).unlink()
    with pytest.raises(StoreUnavailable, match=rf"files/../{manifest.files[0].sha256} is missing"):
        three.open(manifest.files[0])


def test_a_dataset_of_one_organisation_is_not_anothers(three: Store):
    publish(three, "001 | Nord | 1", siren="213000144", organisation="baillargues")
    assert [manifest.number for manifest in three.versions("213000144", "subventions")] == ["1.0.0"]
    assert list(three.datasets()) == [("213000144", "subventions"), (SIREN, "subventions")]


def test_a_store_is_only_its_versions_their_files_and_a_hint(three: Store):
    kinds = {Path(path).parts[0] for path in tree(three)}
    assert kinds == {"format.json", "files", "datasets"}
