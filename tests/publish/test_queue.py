"""What waits for a portal, until when, and in which order."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from pipelines.publish.queue import Waiting, delivered, due, enqueue, put_off

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
BUDGET = Waiting("ckan", "213105554", "budget", 1, NOON)
PROJECTS = Waiting("ckan", "213105554", "bp_projets", 1, NOON)


def test_versions_wait_in_the_order_in_which_they_came():
    assert due(enqueue(enqueue((), BUDGET), PROJECTS), NOON) == (BUDGET, PROJECTS)


def test_a_newer_version_takes_the_place_of_an_older_one():
    newer = replace(BUDGET, sequence=2)
    assert enqueue(enqueue(enqueue((), BUDGET), PROJECTS), newer) == (newer, PROJECTS)


def test_an_older_version_that_comes_late_does_not_push_a_newer_one_out():
    newer = replace(BUDGET, sequence=2)
    assert enqueue((newer,), BUDGET) == (newer,)


def test_another_portal_or_town_waits_for_itself():
    others = (replace(BUDGET, portal="datagouv"), replace(BUDGET, siren="213505555"))
    assert enqueue(enqueue((BUDGET,), others[0]), others[1]) == (BUDGET, *others)


def test_each_refusal_doubles_the_wait_up_to_six_hours_and_keeps_what_was_told():
    queue, waits = (BUDGET,), []
    for _refusal in range(9):
        queue = put_off(queue, queue[0], NOON, "portal ckan: error 500")
        waits.append((queue[0].due_at - NOON) / timedelta(minutes=1))
    assert waits == [5, 10, 20, 40, 80, 160, 320, 360, 360]
    assert (queue[0].refusals, queue[0].told) == (9, "portal ckan: error 500")


def test_a_portal_that_has_refused_for_a_year_does_not_overflow_the_wait():
    (later,) = put_off((BUDGET,), replace(BUDGET, refusals=5000), NOON, "")
    assert later.due_at == NOON + timedelta(hours=6)


def test_what_was_put_off_is_not_due_before_its_time():
    queue = put_off((BUDGET, PROJECTS), BUDGET, NOON, "")
    assert due(queue, NOON) == (PROJECTS,)
    assert len(due(queue, NOON + timedelta(minutes=5))) == 2


def test_what_was_delivered_waits_no_more_and_what_came_in_the_meantime_does():
    newer = replace(BUDGET, sequence=2)
    assert delivered((BUDGET, PROJECTS), BUDGET) == (PROJECTS,)
    assert delivered((newer,), BUDGET) == (newer,)
