"""What changed between two versions, in words and row by row."""

import io
import json
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipelines.errors import InvalidDeclaration, StoreUnavailable
from pipelines.versions import Store
from pipelines.versions.changelog import cause_in_words, changelog
from pipelines.versions.diff import compare_versions, write_changed_rows
from pipelines.versions.withdrawal import withdraw

from .conftest import SCHEMA, SIREN, publish

BEFORE = ("001 | Nord | 1.00", "002 | Sud | 2.00", "003 | Est | 3.00")
AFTER = ("001 | Nord | 1.00", "002 | Sud | 2.50", "004 | Ouest | 4.00")
KEYLESS = {"fields": SCHEMA["fields"]}


def written(store: Store, word: str, schema: dict = SCHEMA, before: tuple = BEFORE, after: tuple = AFTER) -> bytes:
    stream = io.BytesIO()
    old, new = publish(store, *before, schema=schema), publish(store, *after, schema=schema)
    write_changed_rows(store, old, new, word, stream)
    return stream.getvalue()


def test_rows_are_told_apart_by_their_key(store: Store):
    assert written(store, "csv").decode().splitlines() == [
        "_change,_version,code,titre,montant",
        "changed,1.0.0,002,Sud,2.00",
        "changed,1.1.0,002,Sud,2.50",
        "removed,1.0.0,003,Est,3.00",
        "added,1.1.0,004,Ouest,4.00",
    ]


def test_without_a_key_they_are_told_apart_by_all_their_cells_and_counted(store: Store):
    twice = ("001 | Nord | 1.00", "001 | Nord | 1.00", "001 | Nord | 1.00")
    assert written(store, "csv", KEYLESS, twice, ("001 | Nord | 1.00", "002 | | ")).decode().splitlines()[1:] == [
        "removed,1.0.0,001,Nord,1.00",
        "removed,1.0.0,001,Nord,1.00",
        "added,1.1.0,002,,",
    ]


def test_json_and_parquet_say_the_same(store: Store, tmp_path: Path):
    as_json = json.loads(written(store, "json"))
    assert as_json[0] == {"_change": "changed", "_version": "1.0.0", "code": "002", "titre": "Sud", "montant": 2.00}
    as_parquet = pq.read_table(io.BytesIO(written(Store(tmp_path / "other"), "parquet")))
    assert as_parquet["_change"].to_pylist() == [row["_change"] for row in as_json]
    assert str(as_parquet.schema.field("montant").type) == "decimal128(18, 2)"


def test_two_equal_versions_have_no_changed_row(store: Store):
    manifest = publish(store, *BEFORE)
    stream = io.BytesIO()
    write_changed_rows(store, manifest, manifest, "csv", stream)
    assert stream.getvalue() == b"_change,_version,code,titre,montant\n"
    assert compare_versions(store, manifest, manifest).in_words() == ["no row and no column changed"]


def test_the_difference_in_words(store: Store):
    schema = {"fields": [*SCHEMA["fields"], {"name": "an", "type": "integer"}], "primaryKey": "code"}
    before, after = publish(store, *BEFORE), publish(store, *[f"{row} | 1" for row in AFTER], schema=schema)
    difference = compare_versions(store, before, after)
    assert difference.in_words() == ["1 row added", "1 row removed", "1 row changed", "columns added: an"]
    assert compare_versions(store, after, before).in_words()[-1] == "columns removed: an"


def test_no_difference_crosses_a_version_that_was_taken_back(store: Store):
    versions = [publish(store, f"00{number} | Nord | 1") for number in range(3)]
    withdraw(store, versions[1:2], "erasure", date(2026, 3, 2))
    with pytest.raises(StoreUnavailable, match=r"version 1.1.0 was withdrawn; versions before and after"):
        compare_versions(store, versions[0], versions[2])
    with pytest.raises(StoreUnavailable, match="not compared"):
        write_changed_rows(store, versions[2], versions[0], "csv", io.BytesIO())


def test_the_changelog_tells_every_cause_and_every_withdrawal(store: Store):
    versions = [publish(store, *lines) for lines in (BEFORE, AFTER, AFTER[:2])]
    withdraw(store, versions[1:2], "error", date(2026, 3, 2))
    told = [(entry.number, entry.date, entry.in_words()) for entry in changelog(store, SIREN, "subventions")]
    assert told == [
        ("1.2.0", "2026-03-01", ["1 row withdrawn"]),
        ("1.1.0", "2026-03-02", ["withdrawn"]),
        ("1.0.0", "2026-03-01", ["first version"]),
    ]


def test_the_changelog_since_a_version(store: Store):
    for lines in (BEFORE, AFTER, AFTER[:2]):
        publish(store, *lines)
    assert [entry.number for entry in changelog(store, SIREN, "subventions", since="1.0.0")] == ["1.2.0", "1.1.0"]
    assert [entry.number for entry in changelog(store, SIREN, "subventions", since="latest")] == []


def test_a_changelog_of_what_was_never_published_is_no_empty_one(store: Store):
    publish(store, *BEFORE)
    with pytest.raises(InvalidDeclaration, match="no version 9.9.9; `parvis versions subventions` lists them"):
        changelog(store, SIREN, "subventions", since="9.9.9")
    with pytest.raises(InvalidDeclaration, match="subvention: nothing.*did you mean “subventions”"):
        changelog(store, SIREN, "subvention")


def test_every_cause_has_words():
    source = (Path(__file__).parents[2] / "pipelines" / "versions").glob("*.py")
    import re

    from pipelines.versions.manifest import Cause

    words = {word for path in source for word in re.findall(r'"(?:major|minor|patch)", "([a-z-]+)"', path.read_text())}
    assert len(words) >= 14
    for word in words:
        assert cause_in_words(Cause("patch", word, "3"))
