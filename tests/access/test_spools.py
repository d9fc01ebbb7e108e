"""Large answers share a limited room, and give it back."""

import pytest

from pipelines.access.problems import Problem
from pipelines.access.query.spools import Spools


def test_room_is_taken_by_what_is_written_and_free_again_when_it_was_read() -> None:
    spools = Spools(10)
    with spools.new() as first:
        first.write(b"12345678")
        with pytest.raises(Problem) as refused:
            spools.new().write(b"123")
        assert refused.value.status == 503
        first.rewind()
        assert first.read() == b"12345678"
    spools.new().write(b"1234567890")


def test_an_answer_that_nobody_took_gives_its_room_back() -> None:
    spools = Spools(10)
    dropped = spools.new()
    dropped.write(b"1234567890")
    del dropped
    spools.new().write(b"1234567890")
