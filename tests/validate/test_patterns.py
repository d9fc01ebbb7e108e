"""Patterns in bounded time: which engine may judge which, and what happens to one that never answers."""

import time

import pytest

from pipelines.errors import InvalidDeclaration
from pipelines.validate.patterns import agrees_with_re2, is_tame, matcher, needs_ascii
from pipelines.validate.slow_patterns import SlowPatterns


def never(_pattern: str, _cell: str) -> bool:
    raise AssertionError("the child process was asked")


@pytest.mark.parametrize(
    "pattern",
    [
        "[0-9]{14}",
        "[A-Z]{3}-[0-9]{9}",
        r"(\d{4})(/\d{4})?",
        r"^\d{9}(?:\s?\d{5})?$",
        "(W[0-9]{9})|([0-9]{5})",
        ".*",
        "a|b",
    ],
)
def test_the_patterns_of_official_schemas_are_tame(pattern: str):
    assert is_tame(pattern)


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+",
        "(a|aa)+",
        "(a|a)*b",
        "(x+x+)+y",
        "(.*)*",
        "a*a*b",
        "([a-z]+)*",
        "(a?){40}a{40}",
        "(a{1,40}){1,40}b",
        "[a-z]{1,64}[a-z]{1,64}[a-z]{1,64}x",
        r"(a)\1",
        "(",
    ],
)
def test_patterns_that_can_take_for_ever_are_not(pattern: str):
    assert not is_tame(pattern)


@pytest.mark.parametrize("pattern", [r"(a)\1", "(?=a)b", "(?<!a)b", "[[:alpha:]]", "a{,2}", "("])
def test_what_re2_refuses_or_reads_differently_is_not_left_to_it(pattern: str):
    assert not agrees_with_re2(pattern)


@pytest.mark.parametrize("pattern", [r"\d", r"\W", r"\bx", "(?i)a", "(?mi)a"])
def test_classes_of_characters_agree_in_ascii_only(pattern: str):
    assert needs_ascii(pattern)


def test_a_pattern_with_nested_repetitions_is_judged_in_linear_time():
    started = time.process_time()
    matches = matcher("^(a+)+$", never)
    assert matches("a" * 50_000)
    assert not matches("a" * 50_000 + "!")
    assert time.process_time() - started < 2


def test_cells_on_which_the_engines_differ_go_to_the_child_process():
    asked = []
    matches = matcher(r"(\d+)+", lambda pattern, cell: bool(asked.append(cell)) or True)
    assert matches("12")
    assert matches("٣")
    assert asked == ["٣"]


def test_the_child_process_answers_as_python_does():
    with SlowPatterns() as judge:
        assert judge(r"(a|b)\1", "aa")
        assert not judge(r"(a|b)\1", "ab")
        assert judge(r"(a|b)\1", "bb\n")


def test_a_pattern_without_an_answer_is_killed_and_is_the_schemas_fault():
    started = time.monotonic()
    with SlowPatterns(seconds=0.5) as judge, pytest.raises(InvalidDeclaration, match="no answer within") as refused:
        judge(r"^(a+)+(b)\2$", "a" * 60 + "!")
    assert time.monotonic() - started < 60
    assert "aaaa" not in str(refused.value)
