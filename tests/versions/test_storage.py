"""The disk keeps the four promises of a storage, and leaves nothing behind."""

import errno
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from pipelines.disk_errors import store_unavailable
from pipelines.errors import StoreUnavailable
from pipelines.versions.storage import Disk


@pytest.fixture
def disk(tmp_path: Path) -> Disk:
    return Disk(tmp_path / "disk")


def content(disk: Disk, key: str) -> bytes:
    stream = disk.get(key)
    assert stream is not None
    with stream:
        return stream.read()


def files_below(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def test_the_first_to_put_is_told_so_and_the_second_changes_nothing(disk: Disk):
    assert disk.put_if_absent("a/b", b"first") is True
    assert disk.put_if_absent("a/b", b"second") is False
    assert content(disk, "a/b") == b"first"


def test_of_sixteen_that_put_at_once_one_wins(disk: Disk):
    wins: list[int] = []
    start = threading.Barrier(16)

    def put(number: int) -> None:
        start.wait()
        if disk.put_if_absent("v/1", str(number).encode()):
            wins.append(number)

    threads = [threading.Thread(target=put, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [str(number).encode() for number in wins] == [content(disk, "v/1")]


def test_a_staged_file_is_put_without_a_copy(disk: Disk):
    with disk.staging() as folder:
        staged = folder / "x"
        staged.write_bytes(b"staged")
        disk.put_if_absent("files/x", staged)
        assert staged.samefile(disk.root / "files/x")
    assert files_below(disk.root) == ["x"]


def test_names_are_listed_in_order_and_a_missing_folder_is_empty(disk: Disk):
    for name in ("3", "1", "2"):
        disk.put_if_absent(f"v/{name}", b"")
    assert list(disk.list("v")) == ["1", "2", "3"]
    assert list(disk.list("elsewhere")) == []


def test_what_is_deleted_is_gone_and_may_be_deleted_again(disk: Disk):
    disk.put_if_absent("a", b"")
    disk.delete("a")
    disk.delete("a")
    assert disk.get("a") is None


def test_reading_writes_nothing(disk: Disk):
    assert disk.get("a/b") is None
    assert list(disk.list("a")) == []
    assert not disk.root.exists()


def test_published_bytes_may_be_read_by_a_server_that_runs_as_another_user(disk: Disk):
    disk.put_if_absent("a", b"")
    assert (disk.root / "a").stat().st_mode & 0o444 == 0o444


def test_the_staging_folder_of_a_killed_writer_is_cleared_and_that_of_a_live_one_is_not(disk: Disk):
    code = (
        "import os, sys; from pathlib import Path; from pipelines.versions.storage import Disk\n"
        "with Disk(Path(sys.argv[1])).staging() as folder:\n"
        "    (folder / 'left').write_bytes(b'x'); os.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", code, disk.root], check=False)
    assert files_below(disk.root) == ["left"]
    with disk.staging() as mine:
        (mine / "held").write_bytes(b"x")
        with disk.staging():
            assert files_below(disk.root) == ["held"]
    assert files_below(disk.root) == []


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (errno.ENOSPC, "the disk is full. Nothing was published; free some space"),
        (errno.EROFS, "cannot be written by this user"),
        (errno.EIO, "the disk failed (EIO)"),
    ],
)
def test_an_error_of_the_disk_is_told_in_words(tmp_path: Path, code: int, words: str):
    assert words in str(store_unavailable(tmp_path, OSError(code, "")))


def test_a_file_too_large_for_its_limit_is_refused_and_leaves_nothing(disk: Disk):
    code = (
        "import resource, signal, sys; from pathlib import Path; from pipelines.versions.storage import Disk\n"
        "from pipelines.errors import StoreUnavailable\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))\n"
        "try: Disk(Path(sys.argv[1])).put_if_absent('a', bytes(5000))\n"
        "except StoreUnavailable as error: print(error)"
    )
    told = subprocess.run([sys.executable, "-c", code, disk.root], capture_output=True, text=True, check=True).stdout
    assert str(disk.root) in told
    assert files_below(disk.root) == []


def test_a_place_that_is_no_folder_is_refused_in_words(tmp_path: Path):
    (tmp_path / "disk").write_text("not a folder")
    with pytest.raises(StoreUnavailable, match="disk"):
        Disk(tmp_path / "disk").put_if_absent("a", b"")
