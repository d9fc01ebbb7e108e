"""A version that was taken back answers with its number, a day and a word, and with nothing else for ever."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from pipelines.errors import InvalidDeclaration, StoreUnavailable
from pipelines.versions import Manifest, Store, layout
from pipelines.versions.storage import Disk
from pipelines.versions.tombstone import Tombstone
from pipelines.versions.withdrawal import finish_withdrawals, withdraw

from .conftest import METADATA, SIREN, publish, tree

TODAY = date(2026, 3, 2)
NORD, SUD, EST = "001 | Nord | 1", "002 | Sudouest | 2", "003 | Est | 3"


@pytest.fixture
def three(store: Store) -> list[Manifest]:
    """1.0.0 with Nord, 1.1.0 with Nord and Sudouest, 1.2.0 with Nord and Est."""
    return [publish(store, NORD), publish(store, NORD, SUD), publish(store, NORD, EST)]


def numbers(store: Store) -> list[str]:
    return [manifest.number for manifest in store.versions(SIREN, "subventions")]


def holding(store: Store, word: bytes) -> list[Path]:
    return [path for path in store.root.rglob("*") if path.is_file() and word in path.read_bytes()]


def test_its_number_day_and_reason_stay_and_its_bytes_go(store: Store, three: list[Manifest]):
    withdraw(store, three[1:2], "error", TODAY)
    assert store.tombstones(SIREN, "subventions") == (Tombstone(2, "1.1.0", "2026-03-02", "error"),)
    assert store.tombstone(SIREN, "subventions", "1.1.0") is not None
    assert numbers(store) == ["1.0.0", "1.2.0"]
    assert holding(store, b"Sudouest") == []


def test_no_digest_of_its_bytes_stays(store: Store, three: list[Manifest]):
    digests = {file.sha256 for file in three[1].files} - {file.sha256 for file in three[0].files + three[2].files}
    assert len(digests) == 6
    withdraw(store, three[1:2], "error", TODAY)
    for digest in digests:
        assert holding(store, digest.encode()) == []
        assert not [path for path in tree(store) if digest in path]


def test_the_newest_version_taken_back_leaves_the_one_before_as_latest(store: Store, three: list[Manifest]):
    withdraw(store, three[2:], "error", TODAY)
    for wanted in ("latest", "1", "1.1.0"):
        assert store.resolve(SIREN, "subventions", wanted) == three[1]
    assert store.resolve(SIREN, "subventions", "1.2.0") is None


def test_its_number_is_never_given_again(store: Store, three: list[Manifest]):
    withdraw(store, three[2:], "error", TODAY)
    assert publish(store, NORD, SUD, EST).number == "1.3.0"
    assert [stone.number for stone in store.tombstones(SIREN, "subventions")] == ["1.2.0"]


def test_a_dataset_whose_versions_were_all_taken_back_goes_on_counting(store: Store, three: list[Manifest]):
    withdraw(store, three, "error", TODAY)
    assert store.latest(SIREN, "subventions") is None
    again = publish(store, EST)
    assert (again.number, again.sequence, again.causes[0].what) == ("1.3.0", 4, "reissued")


def test_a_version_that_shares_its_bytes_is_taken_back_with_it(store: Store, three: list[Manifest]):
    publish(store, NORD, EST, metadata={**METADATA, "keywords": ["autre"]})
    withdraw(store, three[2:], "secrecy", TODAY)
    assert numbers(store) == ["1.0.0", "1.1.0"]


def test_a_version_of_another_organisation_with_the_same_bytes_stays_whole(store: Store, three: list[Manifest]):
    other = publish(store, NORD, SUD, siren="213000144", organisation="baillargues")
    assert other.files[0] == three[1].files[0]
    withdraw(store, three[1:2], "error", TODAY)
    assert store.read_table(other).num_rows == 2


def test_a_reason_beyond_the_list_is_refused(store: Store, three: list[Manifest]):
    with pytest.raises(InvalidDeclaration, match=r"unknown reason “eror”.*did you mean “error”"):
        withdraw(store, three, "eror", TODAY)
    assert len(numbers(store)) == 3


def test_a_withdrawal_that_was_cut_short_is_hidden_at_once_and_finished_later(store: Store, three: list[Manifest]):
    stone = Tombstone(2, "1.1.0", "2026-03-02", "error")
    store.storage.put_if_absent(layout.tombstone_key(SIREN, "subventions", 2), stone.to_json())
    assert numbers(store) == ["1.0.0", "1.2.0"]
    assert holding(store, b"Sudouest") != []
    assert finish_withdrawals(store, SIREN, "subventions") == 1
    assert holding(store, b"Sudouest") == []
    assert finish_withdrawals(store, SIREN, "subventions") == 0


class OneRecord(Disk):
    """A disk whose process ends after one record was written."""

    def put_if_absent(self, key: str, content: bytes | Path) -> bool:
        super().put_if_absent(key, content)
        raise KeyboardInterrupt


def test_a_withdrawal_that_ends_at_its_first_tombstone_takes_all_with_it_when_asked_again(
    store: Store, three: list[Manifest]
):
    publish(store, NORD, EST, metadata={**METADATA, "keywords": ["autre"]})
    with pytest.raises(KeyboardInterrupt):
        withdraw(Store(store.root, OneRecord(store.root)), three[2:], "secrecy", TODAY)
    assert numbers(store) == ["1.0.0", "1.1.0", "1.2.0"]
    withdraw(store, three[2:], "secrecy", TODAY)
    assert numbers(store) == ["1.0.0", "1.1.0"]


def test_a_place_that_was_taken_back_is_not_filled_by_a_slow_publisher(store: Store, three: list[Manifest]):
    withdraw(store, three[2:], "error", TODAY)
    assert store.commit(three[2], []) is False


def test_content_taken_back_while_it_is_rolled_back_to_is_not_published_torn(store: Store, three: list[Manifest]):
    withdraw(store, three[1:2], "error", TODAY)
    with pytest.raises(StoreUnavailable, match="missing"):
        store.commit(replace(three[1], sequence=4, number="1.3.0"), [])
    assert numbers(store) == ["1.0.0", "1.2.0"]
