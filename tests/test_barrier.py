"""What is not ours comes out without its words; the words lie in a private file."""

import errno
import stat
from datetime import UTC, datetime

import pyarrow as pa
import pytest

from pipelines.barrier import barrier
from pipelines.errors import InternalError, InvalidData, StoreUnavailable

NOW = datetime(2026, 3, 1, 6, 0, tzinfo=UTC)


def test_a_library_s_exception_loses_its_quotation_and_keeps_it_in_private(tmp_path):
    with pytest.raises(InternalError) as error, barrier(tmp_path / "errors", NOW):
        pa.array(["Odette Planté"]).cast(pa.int64())
    assert "Odette" not in str(error.value)
    assert error.value.__cause__ is None
    assert error.value.__suppress_context__
    (kept,) = (tmp_path / "errors").iterdir()
    assert "Odette" in kept.read_text("utf-8")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert stat.S_IMODE(kept.parent.stat().st_mode) == 0o700
    assert str(kept) in str(error.value)


def test_our_own_error_passes_without_what_it_was_raised_from():
    with pytest.raises(InvalidData, match="^row 3 is wrong$") as error, barrier(None, NOW):
        try:
            int("Odette Planté")
        except ValueError as quoting:
            raise InvalidData("row 3 is wrong") from quoting
    assert error.value.__cause__ is None


def test_a_full_disk_says_so_and_what_to_do(tmp_path):
    with (
        pytest.raises(StoreUnavailable, match="the disk is full. Nothing was published; free some space"),
        barrier(tmp_path, NOW),
    ):
        raise OSError(errno.ENOSPC, "No space left on device", "/data/store")


def test_a_path_that_leads_nowhere_is_no_matter_of_space_or_rights(tmp_path):
    with (
        pytest.raises(StoreUnavailable, match="nowhere/c.csv: there is no such file or folder.*check the path"),
        barrier(tmp_path, NOW),
    ):
        (tmp_path / "nowhere" / "c.csv").open("wb")


def test_an_interruption_passes():
    with pytest.raises(KeyboardInterrupt), barrier(None, NOW):
        raise KeyboardInterrupt
