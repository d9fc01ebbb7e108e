"""A backup gives the store back byte for byte; an auditor gets the same bytes from the source."""

from datetime import date
from pathlib import Path

import pytest

from pipelines.errors import StoreUnavailable
from pipelines.versions import Store
from pipelines.versions.backup import back_up, restore
from pipelines.versions.remake import differing_files
from pipelines.versions.withdrawal import withdraw

from .conftest import METADATA, SIREN, candidate, publish


@pytest.fixture
def full(store: Store) -> Store:
    versions = [publish(store, f"00{number} | Nord | 1") for number in range(3)]
    withdraw(store, versions[:1], "error", date(2026, 3, 2))
    return store


def contents(folder: Path) -> dict[str, bytes]:
    paths = [path for path in folder.rglob("*") if path.is_file() and path.parent.name != "latest"]
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def test_a_restored_store_is_the_same_and_the_keys_lie_beside_it(full: Store, tmp_path: Path):
    keys = tmp_path / "keys"
    keys.mkdir()
    (keys / "pseudonyms").write_text("secret")
    names = back_up(full, {"keys": keys}, tmp_path / "backup.tar")
    assert "keys" in names
    assert (tmp_path / "backup.tar").stat().st_mode & 0o077 == 0
    restored = restore(tmp_path / "backup.tar", tmp_path / "elsewhere")
    assert contents(restored.root) == contents(full.root)
    assert (tmp_path / "elsewhere" / "keys" / "pseudonyms").read_text() == "secret"
    assert restored.latest(SIREN, "subventions") == full.latest(SIREN, "subventions")


def test_a_backup_is_not_restored_over_a_store(full: Store, tmp_path: Path):
    back_up(full, {}, tmp_path / "backup.tar")
    with pytest.raises(StoreUnavailable, match="there is a store already"):
        restore(tmp_path / "backup.tar", full.root.parent)


def test_a_torn_backup_is_refused(full: Store, tmp_path: Path):
    back_up(full, {}, tmp_path / "backup.tar")
    whole = (tmp_path / "backup.tar").read_bytes()
    (tmp_path / "torn.tar").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(StoreUnavailable, match="torn.tar"):
        restore(tmp_path / "torn.tar", tmp_path / "elsewhere")
    assert restore(tmp_path / "backup.tar", tmp_path / "elsewhere").latest(SIREN, "subventions")


def test_a_backup_takes_no_other_file_s_place(full: Store, tmp_path: Path):
    (tmp_path / "backup.tar").write_bytes(b"the backup of last week")
    with pytest.raises(StoreUnavailable, match="there is a file already"):
        back_up(full, {}, tmp_path / "backup.tar")
    assert (tmp_path / "backup.tar").read_bytes() == b"the backup of last week"


def test_a_version_made_again_from_the_same_source_has_the_same_bytes(store: Store):
    manifest = publish(store, "001 | Nord | 1")
    publish(store, "001 | Nord | 2")
    assert differing_files(store, manifest, candidate("001 | Nord | 1")) == ()


def test_files_that_another_source_or_declaration_gives_are_named(store: Store):
    manifest = publish(store, "001 | Nord | 1")
    assert differing_files(store, manifest, candidate("001 | Nord | 2")) == (
        "datapackage.json",
        "subventions.csv",
        "subventions.fr.csv",
        "subventions.json",
        "subventions.parquet",
        "subventions.xlsx",
    )
    other = candidate("001 | Nord | 1", metadata={**METADATA, "keywords": []})
    assert differing_files(store, manifest, other) == ("datapackage.json",)


def test_a_backup_that_failed_leaves_nothing_that_bars_the_next(full: Store, tmp_path: Path):
    with pytest.raises(StoreUnavailable):
        back_up(full, {"keys": tmp_path / "keys"}, tmp_path / "backup.tar")
    (tmp_path / "keys").mkdir()
    assert "keys" in back_up(full, {"keys": tmp_path / "keys"}, tmp_path / "backup.tar")
