"""Publishing: all or nothing, once, in order."""

from datetime import timedelta
from pathlib import Path

import pytest

from pipelines.errors import StoreUnavailable
from pipelines.versions import Manifest, Part, Store, publish_version

from .conftest import METADATA, NOON, SIREN, candidate, publish, tree

NORD, SUD = "001 | Nord | 1.10", "002 | Sud | 2.00"


def test_a_version_tells_everything_that_pages_and_portals_need(store: Store):
    manifest = publish(store, NORD, SUD)
    assert manifest == store.latest(SIREN, "subventions")
    assert (manifest.number, manifest.sequence, manifest.row_count) == ("1.0.0", 1, 2)
    assert manifest.committed_at == "2026-03-01T12:00:00+00:00"
    assert manifest.metadata["title"]["fr"] == "Subventions versées"
    assert manifest.parts == (Part((), 2),)
    assert [file.name for file in manifest.files] == [
        "subventions.csv",
        "subventions.fr.csv",
        "subventions.parquet",
        "subventions.json",
        "subventions.xlsx",
        "datapackage.json",
    ]


def test_a_manifest_is_read_back_as_it_was_written(store: Store):
    manifest = publish(store, NORD, metadata={**METADATA, "keywords": ("a", "b")})
    assert Manifest.from_json(manifest.to_json()) == manifest


def test_an_unchanged_dataset_makes_no_version_and_writes_nothing(store: Store):
    publish(store, NORD, SUD)
    before = {path: path.stat().st_mtime_ns for path in store.root.rglob("*")}
    later = publish_version(store, candidate(NORD, SUD), NOON + timedelta(days=1))
    assert later.is_new is False
    assert later.manifest.number == "1.0.0"
    assert {path: path.stat().st_mtime_ns for path in store.root.rglob("*")} == before


def test_another_run_of_the_same_content_is_unchanged_whatever_its_provenance(store: Store):
    publish(store, NORD)
    again = publish_version(store, candidate(NORD, provenance={"parvis_version": "9.9.9"}), NOON)
    assert again.is_new is False


def test_content_that_comes_back_is_a_new_version_of_old_files(store: Store):
    first = publish(store, NORD)
    publish(store, SUD)
    third = publish(store, NORD)
    assert third.sequence == 3
    assert third.files[:4] == first.files[:4]


def test_a_table_that_is_not_what_its_schema_says_is_a_bug(store: Store):
    with pytest.raises(ValueError, match="not the schema's fields"):
        publish_version(store, candidate(NORD, table=candidate(NORD).table.drop(["titre"])), NOON)


def test_a_candidate_built_on_a_version_that_is_no_longer_the_newest_is_refused(store: Store):
    publish(store, NORD)
    publish(store, NORD, SUD)
    before = tree(store)
    with pytest.raises(StoreUnavailable, match=r"another run published version 1.1.0 meanwhile.*run again"):
        publish_version(store, candidate("003 | Est | 1", based_on=1), NOON)
    assert tree(store) == before
    assert publish_version(store, candidate("003 | Est | 1", based_on=2), NOON).is_new


def test_a_clock_set_back_is_refused_in_words(store: Store):
    publish(store, NORD)
    with pytest.raises(StoreUnavailable, match=r"clock says 2025-03-01.*set the clock"):
        publish_version(store, candidate(SUD), NOON - timedelta(days=365))
    assert [manifest.number for manifest in store.versions(SIREN, "subventions")] == ["1.0.0"]


def test_dates_of_versions_never_fall(store: Store):
    publish(store, NORD)
    second = publish_version(store, candidate(SUD), NOON - timedelta(seconds=2)).manifest
    assert second.committed_at == "2026-03-01T12:00:00+00:00"


def test_a_stored_file_that_rotted_is_replaced_by_the_next_version_that_holds_it(store: Store):
    manifest = publish(store, NORD)
    publish(store, SUD)
    path = store.file_path(manifest.files[0])
    path.write_bytes(b"rot")
    publish(store, NORD)
    assert path.read_bytes() == b"code,titre,montant\n001,Nord,1.10\n"


def test_an_error_in_the_middle_leaves_the_last_version_and_no_temporary_file(store: Store):
    publish(store, NORD)
    before = tree(store)
    real = store.storage.put_if_absent

    def full_after_two(key: str, content: bytes | Path) -> bool:
        if key.startswith("files/") and len(tree(store) - before) >= 7:
            raise StoreUnavailable("the disk is full")
        return real(key, content)

    store.storage.put_if_absent = full_after_two  # type: ignore[method-assign]
    with pytest.raises(StoreUnavailable):
        publish(store, SUD)
    assert store.latest(SIREN, "subventions").number == "1.0.0"  # type: ignore[union-attr]
    assert not [path for path in tree(store) if path.startswith("tmp")]
