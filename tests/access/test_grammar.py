"""What a query string means, and what is said of one that means nothing."""

import datetime as dt
from decimal import Decimal
from urllib.parse import parse_qsl

import pytest

from pipelines.access.problems import Problem
from pipelines.access.query.grammar import parse
from pipelines.access.query.places import Box
from pipelines.access.query.query import Aggregate, Condition, Group, Key, Order, Query
from tests.access.town import PROJETS_SCHEMA


def ask(text: str, box: Box | None = None) -> Query:
    return parse(parse_qsl(text, keep_blank_values=True), PROJETS_SCHEMA["fields"], box)


def condition(text: str) -> Condition | Group:
    (only,) = ask(text).where.members
    return only


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("quartier__exact=Nord", Condition("quartier", "exact", ("Nord",))),
        ("id__exact=001", Condition("id", "exact", ("001",))),
        ("voix__less=100", Condition("voix", "less", (100,))),
        ("cout_eur__strictly_greater=12.5", Condition("cout_eur", "strictly_greater", (Decimal("12.5"),))),
        ("laureat__exact=true", Condition("laureat", "exact", (True,))),
        ("vote_le__greater=2023-01-01", Condition("vote_le", "greater", (dt.date(2023, 1, 1),))),
        ("quartier__isnull", Condition("quartier", "isnull")),
        ("quartier__isnotnull=", Condition("quartier", "isnotnull")),
        ('quartier__in=Nord,"a,b","c""d"', Condition("quartier", "in", ("Nord", "a,b", "cd"))),
        ("voix__notin=1,2", Condition("voix", "notin", (1, 2))),
        ("titre__contains=%25_(", Condition("titre", "contains", ("%_(",))),
        ("titre__exact=a%2Bb+c", Condition("titre", "exact", ("a+b c",))),
    ],
)
def test_a_filter_is_a_column_an_operator_and_a_typed_value(text: str, meaning: Condition) -> None:
    assert condition(text) == meaning


def test_alternatives_nest() -> None:
    nord, many = Condition("quartier", "exact", ("Nord",)), Condition("voix", "greater", (300,))
    some = Condition("id", "in", ("001", "0,2"))
    text = 'or=(quartier__exact.Nord,and(voix__greater.300,id__in.(001,"0,2")))'
    assert condition(text) == Group("or", (nord, Group("and", (many, some))))


@pytest.mark.parametrize(
    ("text", "value"),
    [('or=(titre__exact."a,b)")', "a,b)"), ("or=(titre__exact.a.b)", "a.b"), ("or=(titre__exact.)", "")],
)
def test_in_alternatives_quotes_hold_what_would_end_a_value(text: str, value: str) -> None:
    assert condition(text) == Group("or", (Condition("titre", "exact", (value,)),))


def test_columns_sorts_pages_words_and_groups() -> None:
    query = ask("columns=voix,id&voix__sort=desc&id__sort=asc&page=3&page_size=20&q=rue++haute")
    assert (query.columns, query.words) == (("voix", "id"), ("rue", "haute"))
    assert query.orders == (Order("voix", True), Order("id"))
    assert (query.limit, query.offset) == (20, 40)
    grouped = ask("quartier__groupby&vote_le__groupby=year&voix__sum&voix__sum__sort=desc")
    assert grouped.keys == (Key("quartier"), Key("vote_le", "year"))
    assert grouped.aggregates == (Aggregate("voix", "sum"),)
    assert grouped.orders == (Order("voix__sum", True),)


def test_without_a_page_every_row_is_asked_for() -> None:
    assert ask("").limit is None
    assert (ask("page=2").limit, ask("page=2").offset) == (100, 100)


def test_a_column_may_be_called_like_a_parameter() -> None:
    fields = [{"name": name, "type": "string"} for name in ("page", "q", "or", "a__exact", "a")]
    query = parse([("page__exact", "1"), ("q__sort", "asc"), ("a__exact__exact", "x"), ("page", "2")], fields)
    assert query.where.members == (Condition("page", "exact", ("1",)), Condition("a__exact", "exact", ("x",)))
    assert (query.limit, query.offset) == (100, 100)


def test_a_box_is_four_conditions_on_the_columns_of_place() -> None:
    query = parse(
        [("bbox", "2.1,48.5,2.9,49")], [{"name": "y", "type": "number"}, {"name": "x", "type": "number"}], Box("y", "x")
    )
    west, south, east, north = map(Decimal, ("2.1", "48.5", "2.9", "49"))
    assert query.where.members == (
        Condition("x", "greater", (west,)),
        Condition("y", "greater", (south,)),
        Condition("x", "less", (east,)),
        Condition("y", "less", (north,)),
    )


@pytest.mark.parametrize(
    ("text", "parameter", "allowed"),
    [
        ("color__exact=red", "color__exact", "quartier"),
        ("voix__like=1", "voix__like", "contains"),
        ("quartier=Nord", "quartier", "columns"),
        ("voix__sort=up", "voix__sort", "asc"),
        ("titre__sum", "titre__sum", "voix"),
        ("voix__contains=1", "voix__contains", "titre"),
        ("vote_le__groupby=decade", "vote_le__groupby", "month"),
        ("quartier__groupby&titre__sort=asc", "titre__sort", "quartier"),
        ("columns=id,color", "columns", "titre"),
        ("quartier__isnull=false", "quartier__isnull", "true"),
        ("or=(color__exact.red)", "or", "quartier"),
        ("or=(voix)", "or", "exact"),
        ("laureat__exact=vrai", "laureat__exact", "true"),
    ],
)
def test_a_mistake_names_the_parameter_and_what_is_allowed(text: str, parameter: str, allowed: str) -> None:
    with pytest.raises(Problem) as refused:
        ask(text)
    assert refused.value.status == 400
    assert refused.value.members["parameter"] == parameter
    assert allowed in refused.value.members["allowed"]  # type: ignore[operator]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("voix__exact=many", "a whole number, such as 2026"),
        ("voix__exact=1e5", "a whole number"),
        ("voix__exact=١", "a whole number"),
        ("voix__in=1,x", "a whole number"),
        ("cout_eur__less=12,5", "a number with a point"),
        ("cout_eur__less=NaN", "a number with a point"),
        ("laureat__exact=vrai", "“true” or “false”"),
        ("voix__exact=9223372036854775808", "a whole number"),
        ("vote_le__less=31/12/2026", "a date, such as"),
        ("vote_le__less=2026-02-30", "a date, such as"),
        ("titre__exact=a%00b", "without null characters"),
        ("page=0", "from 1 to"),
        ("page_size=99999", "from 1 to 10000"),
        ("page=1&page=2", "twice"),
        ("columns=id,id", "twice"),
        ("columns=id&voix__sum", "the groups are the columns"),
        ("or=(voix__exact.1", "in parentheses"),
        ("or=(voix__exact.1,and(id__exact.2)", "not closed"),
        ('titre__in="a', "not closed"),
        ("bbox=1,2,3,4", "no places"),
        ("q=" + "a+" * 11, "At most 10 words"),
        ("&".join(["voix__exact=1"] * 101), "At most 100 conditions"),
        ("or=(" + "and(" * 12 + "voix__exact.1" + ")" * 12 + ")", "at most 10 deep"),
    ],
)
def test_a_mistake_says_what_was_expected_and_quotes_nothing(text: str, expected: str) -> None:
    with pytest.raises(Problem) as refused:
        ask(text)
    assert expected in refused.value.detail
