"""The query string of a file's address -> Query: `column__operator=value`, after api-tabular's grammar.

Every operator needs its `__`, so a column may be called `page` or `q`. A mistake
is a Problem that names the parameter and what is allowed in its place.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, NoReturn

from ...messages import _
from ..problems import Problem
from . import lists
from .places import Box, box_conditions
from .query import Aggregate, Condition, Group, Joint, Key, Order, Query
from .values import NotOfType, typed

COMPARISONS = ("exact", "differs", "less", "greater", "strictly_less", "strictly_greater")
TEXT_TESTS = ("contains", "notcontains")
LIST_TESTS = ("in", "notin")
NULL_TESTS = ("isnull", "isnotnull")
FILTERS = (*COMPARISONS, *TEXT_TESTS, *LIST_TESTS, *NULL_TESTS)
FUNCTIONS = ("count", "sum", "avg", "min", "max")
OPERATORS = (*FILTERS, "sort", "groupby", *FUNCTIONS)
PARAMETERS = ("or", "columns", "page", "page_size", "q", "bbox", "lang")
BUCKETS = ("year", "quarter", "month", "week", "day")
NUMERIC = ("integer", "number")
TEMPORAL = ("date", "datetime")

PAGE_SIZE = 100
PAGE_SIZE_MOST = 10_000
PAGE_MOST = 1_000_000_000
CONDITIONS_MOST = 100
DEPTH_MOST = 10
WORDS_MOST = 10
_CONDITION = re.compile(
    rf'(?P<column>"(?:[^"\\]|\\.)*"|.+?)__(?P<operator>{"|".join(FILTERS)})(?:\.(?P<value>.*))?', re.S | re.I
)

Fields = Mapping[str, Mapping[str, Any]]


def parse(parameters: Iterable[tuple[str, str]], fields: Sequence[Mapping[str, Any]], box: Box | None = None) -> Query:
    """The question that `parameters` ask of a table with these fields. Raises Problem 400."""
    reader = _Reader({field["name"]: field for field in fields}, box)
    for name, value in parameters:
        reader.read(name, value)
    return reader.query()


class _Reader:
    """Gathers the parts of a Query, one parameter after the other."""

    def __init__(self, fields: Fields, box: Box | None) -> None:
        self._fields = fields
        self._box = box
        self._where: list[Condition | Group] = []
        self._orders: list[tuple[str, Order]] = []
        self._query = Query()
        self._seen: set[str] = set()
        self._condition_count = 0
        self._page: int | None = None
        self._page_size: int | None = None

    def read(self, name: str, value: str) -> None:
        if "__" in name:
            self._read_operator(name, value)
        elif name in PARAMETERS:
            if name != "or":
                self._refuse_second(name)
            _PARAMETER_READERS[name](self, value)
        else:
            refuse(name, _("There is no such parameter; a filter is written column__operator."), *PARAMETERS)

    def query(self) -> Query:
        """The whole, once every parameter was read."""
        query = replace(self._paged(), where=Group("and", tuple(self._where)))
        if query.is_grouped and query.columns:
            refuse("columns", _("Columns cannot be chosen together with groups: the groups are the columns."))
        names = self._answer_names(query)
        for parameter, order in self._orders:
            if order.column not in names:
                refuse(parameter, _("The answer has no such column to sort by."), *names)
        return replace(query, orders=tuple(order for _name, order in self._orders))

    def _paged(self) -> Query:
        """Every row, unless a page or its size is given."""
        if self._page is None and self._page_size is None:
            return self._query
        limit = self._page_size or PAGE_SIZE
        return replace(self._query, limit=limit, offset=((self._page or 1) - 1) * limit)

    def _answer_names(self, query: Query) -> list[str]:
        if query.is_grouped:
            return [key.column for key in query.keys] + [aggregate.name for aggregate in query.aggregates]
        return list(self._fields)

    def _read_operator(self, name: str, value: str) -> None:
        column, _underscores, operator = name.rpartition("__")
        operator = operator.lower()
        if operator not in OPERATORS:
            refuse(name, _("There is no such operator."), *OPERATORS)
        if operator == "sort":
            self._read_order(name, column, value)
            return
        self._known(name, column)
        if operator in FILTERS:
            self._where.append(self._condition(name, column, operator, value))
        elif operator == "groupby":
            self._read_key(name, column, value)
        else:
            self._read_aggregate(name, column, operator, value)

    def _read_order(self, name: str, column: str, value: str) -> None:
        self._refuse_second(name)
        if value not in ("asc", "desc"):
            refuse(name, _("A sort is ascending or descending."), "asc", "desc")
        self._orders.append((name, Order(column, value == "desc")))

    def _read_key(self, name: str, column: str, value: str) -> None:
        self._refuse_second(name)
        if value and self._fields[column].get("type") not in TEMPORAL:
            refuse(name, _("Only dates are cut into periods; leave the value empty."), "")
        if value and value not in BUCKETS:
            refuse(name, _("There is no such period."), *BUCKETS)
        self._query = replace(self._query, keys=(*self._query.keys, Key(column, value or None)))

    def _read_aggregate(self, name: str, column: str, function: str, value: str) -> None:
        self._refuse_second(name)
        if value:
            refuse(name, _("This parameter has no value."), "")
        if function in ("sum", "avg") and self._fields[column].get("type") not in NUMERIC:
            refuse(name, _("Only numbers have a sum and an average."), *self._columns_of(NUMERIC))
        aggregate = Aggregate(column, function)
        self._query = replace(self._query, aggregates=(*self._query.aggregates, aggregate))

    def _condition(self, name: str, column: str, operator: str, value: str) -> Condition:
        self._count_condition(name)
        if operator in NULL_TESTS:
            if value not in ("", "true"):
                refuse(name, _("This parameter has no value."), "", "true")
            return Condition(column, operator)
        if operator in TEXT_TESTS and self._fields[column].get("type", "string") != "string":
            refuse(name, _("Only text is searched for a part."), *self._columns_of(("string",)))
        words = self._list(name, value) if operator in LIST_TESTS else [value]
        return Condition(column, operator, tuple(self._typed(name, column, word) for word in words))

    def _alternatives(self, value: str, joint: Joint, depth: int) -> Group:
        """`(a,b,and(c,d))` without its outer parentheses."""
        if depth > DEPTH_MOST:
            refuse("or", _("Conditions are nested at most {count} deep.").format(count=DEPTH_MOST))
        try:
            parts = lists.split(value)
        except lists.Unclosed:
            refuse("or", _("A quote or a parenthesis is not closed."))
        return Group(joint, tuple(self._alternative(part, depth) for part in parts))

    def _alternative(self, part: str, depth: int) -> Condition | Group:
        for joint in ("and", "or"):
            if part.startswith(f"{joint}(") and part.endswith(")"):
                return self._alternatives(part[len(joint) + 1 : -1], "and" if joint == "and" else "or", depth + 1)
        found = _CONDITION.fullmatch(part)
        if not found:
            refuse("or", _("A condition in it is written column__operator.value."), *FILTERS)
        column, operator, value = lists.unquoted(found["column"]), found["operator"].lower(), found["value"] or ""
        self._known("or", column)
        if operator in LIST_TESTS:
            return self._condition("or", column, operator, value.removeprefix("(").removesuffix(")"))
        return self._condition("or", column, operator, lists.unquoted(value))

    def _read_or(self, value: str) -> None:
        if not (value.startswith("(") and value.endswith(")")):
            refuse("or", _("Its value stands in parentheses: or=(a__exact.1,b__exact.2)."))
        self._where.append(self._alternatives(value[1:-1], "or", 1))

    def _read_columns(self, value: str) -> None:
        names = self._list("columns", value)
        for name in names:
            self._known("columns", name)
        if len(set(names)) < len(names):
            refuse("columns", _("A column stands in it twice."))
        self._query = replace(self._query, columns=tuple(names))

    def _read_page(self, value: str) -> None:
        self._page = _count("page", value, PAGE_MOST)

    def _read_page_size(self, value: str) -> None:
        self._page_size = _count("page_size", value, PAGE_SIZE_MOST)

    def _read_words(self, value: str) -> None:
        words = tuple(value.replace("\0", " ").split())
        if len(words) > WORDS_MOST:
            refuse("q", _("At most {count} words are searched.").format(count=WORDS_MOST))
        self._query = replace(self._query, words=words)

    def _read_box(self, value: str) -> None:
        if self._box is None:
            refuse("bbox", _("This dataset has no places."))
        corners = value.split(",")
        if len(corners) != 4:
            refuse("bbox", _("A box is west,south,east,north, in degrees."))
        degrees = [self._typed("bbox", self._box.latitude, corner) for corner in corners]
        self._where.extend(box_conditions(self._box, degrees))

    def _read_language(self, value: str) -> None:
        """For messages, not for rows: see `languages`."""

    def _typed(self, name: str, column: str, word: str) -> Any:
        try:
            return typed(word, self._fields[column])
        except NotOfType as expected:
            refuse(name, _("Expected {expected}.").format(expected=expected), *expected.allowed)

    def _list(self, name: str, value: str) -> list[str]:
        try:
            found = lists.words(value)
        except lists.Unclosed:
            refuse(name, _("A quote is not closed."))
        if len(found) > CONDITIONS_MOST:
            refuse(name, _("A list has at most {count} words.").format(count=CONDITIONS_MOST))
        return found

    def _known(self, name: str, column: str) -> None:
        if column not in self._fields:
            refuse(name, _("There is no such column."), *self._fields)

    def _columns_of(self, types: Sequence[str]) -> list[str]:
        return [name for name, field in self._fields.items() if field.get("type", "string") in types]

    def _count_condition(self, name: str) -> None:
        self._condition_count += 1
        if self._condition_count > CONDITIONS_MOST:
            refuse(name, _("At most {count} conditions are asked at once.").format(count=CONDITIONS_MOST))

    def _refuse_second(self, name: str) -> None:
        if name in self._seen:
            refuse(name, _("This parameter is given twice."))
        self._seen.add(name)


_PARAMETER_READERS = {
    "or": _Reader._read_or,
    "columns": _Reader._read_columns,
    "page": _Reader._read_page,
    "page_size": _Reader._read_page_size,
    "q": _Reader._read_words,
    "bbox": _Reader._read_box,
    "lang": _Reader._read_language,
}


def refuse(parameter: str, detail: str, *allowed: str) -> NoReturn:
    """Problem 400 about one parameter."""
    members: dict[str, object] = {"parameter": parameter}
    if allowed:
        members["allowed"] = list(allowed)
    raise Problem(400, detail, None, **members)


def _count(name: str, value: str, most: int) -> int:
    if not re.fullmatch(r"\d{1,10}", value, re.ASCII) or not 1 <= int(value) <= most:
        refuse(name, _("Expected a whole number from 1 to {most}.").format(most=most))
    return int(value)
