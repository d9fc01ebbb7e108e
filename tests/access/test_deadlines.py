"""Work that takes too long is ended, work that is done is left alone."""

import time
from threading import Event

from pipelines.access.deadlines import Deadlines


def test_work_is_ended_when_its_time_is_over() -> None:
    ended = Event()
    with Deadlines(0.05).within(ended.set):
        assert ended.wait(5)


def test_work_that_was_done_in_time_is_never_ended() -> None:
    deadlines, ended = Deadlines(0.05), Event()
    with deadlines.within(ended.set):
        pass
    with deadlines.within(lambda: None):
        time.sleep(0.2)
    assert not ended.is_set()


def test_each_piece_of_work_has_its_own_time() -> None:
    deadlines, first, second = Deadlines(0.3), Event(), Event()
    with deadlines.within(first.set):
        time.sleep(0.2)
        with deadlines.within(second.set):
            assert first.wait(5)
            assert not second.is_set()
