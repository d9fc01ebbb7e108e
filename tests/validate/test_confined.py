"""Whatever a child does, the process that asks goes on, and says nothing that the child said."""

import pytest

from pipelines.validate.confined import ChildFailed, run_confined


def status_of(program: str, seconds: float = 30.0, memory_bytes: int | None = None) -> int | None:
    with pytest.raises(ChildFailed) as failed:
        run_confined(program, b"", seconds, memory_bytes)
    return failed.value.status


def test_a_program_answers_what_it_is_given():
    echo = "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read())"
    assert run_confined(echo, b"\x00\xff" * 500_000, 30.0) == b"\x00\xff" * 500_000


def test_a_child_that_hangs_is_killed_when_its_time_is_over():
    assert status_of("while True: pass", seconds=0.3) is None


def test_a_child_whose_parent_is_gone_is_ended_by_its_processor_time():
    limits = "import resource; print(*resource.getrlimit(resource.RLIMIT_CPU))"
    assert run_confined(limits, b"", 30.0).split() == [b"32", b"32"]


def test_a_child_that_asks_for_too_much_memory_fails_alone():
    assert status_of("bytearray(1 << 30)", memory_bytes=256 << 20) == 1


def test_a_child_may_take_the_memory_that_it_is_allowed():
    assert run_confined("bytearray(1 << 27)", b"", 30.0, 512 << 20) == b""


def test_a_child_that_aborts_leaves_no_core_file():
    limits = "import resource; print(*resource.getrlimit(resource.RLIMIT_CORE))"
    assert run_confined(limits, b"", 30.0).split() == [b"0", b"0"]
    assert status_of("import os; os.abort()") == -6


def test_the_last_words_of_a_child_are_not_heard(capfd: pytest.CaptureFixture[str]):
    assert status_of("raise SystemExit('Ysaline Inventée')") == 1
    assert capfd.readouterr() == ("", "")
