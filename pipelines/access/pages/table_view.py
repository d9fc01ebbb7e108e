"""The table of a dataset page: what it shows, and where each of its links leads. It works without a script."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from ...messages import _
from ..query.query import Query
from .wording import words

ROWS = 20
Parameters = Sequence[tuple[str, str]]
Field = Mapping[str, Any]


@dataclass(frozen=True)
class Column:
    """A column of the answer: its field, how it is sorted, and where a click on its head leads."""

    field: Field
    sorted: str  # "ascending", "descending" or "none", as aria-sort says it
    sort_address: str


@dataclass(frozen=True)
class Condition:
    """One parameter in force: its column ("" where it has none), how it is compared with what; the address without."""

    column: str
    comparison: str
    value: str
    without: str


@dataclass(frozen=True)
class TableView:
    """The rows of one page, and the way to the others."""

    path: str
    parameters: tuple[tuple[str, str], ...]
    columns: tuple[Column, ...]
    rows: tuple[Mapping[str, Any], ...]
    total: int
    first: int  # the number of the first row shown, from 1
    page: int
    page_count: int

    @property
    def conditions(self) -> list[Condition]:
        """What narrows the rows, in the order it was asked for."""
        narrowing = [pair for pair in self.parameters if not pair[0].endswith("__sort")]
        return [Condition(*_described(*pair), self._without(pair)) for pair in narrowing]

    def page_address(self, page: int) -> str:
        return address(self.path, [*self.parameters, ("page", str(page))] if page > 1 else self.parameters)

    def file_query(self) -> str:
        """The same rows as a file's query: "" where all are shown."""
        return f"?{urlencode(self.parameters)}" if self.parameters else ""

    def kept(self, *changed: str) -> list[tuple[str, str]]:
        """The parameters that a form sends along with its own."""
        return [pair for pair in self.parameters if pair[0] not in changed]

    def _without(self, pair: tuple[str, str]) -> str:
        return address(self.path, [each for each in self.parameters if each != pair])


def view(
    path: str,
    parameters: Parameters,
    query: Query,
    fields: Sequence[Field],
    rows: Sequence[Mapping[str, Any]],
    total: int,
) -> TableView:
    """The table for what was asked and found. `parameters` are the reader's, without page."""
    columns = tuple(_column(path, parameters, query, field) for field in answer_fields(query, fields))
    limit = query.limit or ROWS
    page_count = max(1, -(-total // limit))
    page = query.offset // limit + 1
    return TableView(path, tuple(parameters), columns, tuple(rows), total, query.offset + 1, page, page_count)


def address(path: str, parameters: Parameters) -> str:
    """The page with these parameters, at its table."""
    return f"{path}{'?' + urlencode(parameters) if parameters else ''}#rows"


def only(name: str, value: object) -> str:
    """On the page of a dataset: the rows whose column `name` holds `value`, None for nothing."""
    if value is None:
        return address("", [(f"{name}__isnull", "")])
    return address("", [(f"{name}__exact", str(value).lower() if isinstance(value, bool) else str(value))])


def answer_fields(query: Query, fields: Sequence[Field]) -> list[Field]:
    """The columns of the answer, as fields."""
    known = {field["name"]: field for field in fields}
    if not query.is_grouped:
        return [known[name] for name in query.columns or known]
    figures = [
        {"name": each.name, "type": _figure_type(each.function, known[each.column])} for each in query.aggregates
    ]
    return [*(known[key.column] for key in query.keys), *figures]


def _figure_type(function: str, field: Field) -> str:
    return {"count": "integer", "avg": "number", "sum": "number"}.get(function, str(field.get("type", "string")))


def _column(path: str, parameters: Parameters, query: Query, field: Field) -> Column:
    order = next((each for each in query.orders if each.column == field["name"]), None)
    rest = [pair for pair in parameters if not pair[0].endswith("__sort")]
    direction = "desc" if order and not order.is_descending else "asc"
    state = "none" if order is None else "descending" if order.is_descending else "ascending"
    return Column(field, state, address(path, [*rest, (f"{field['name']}__sort", direction)]))


def _described(name: str, value: str) -> tuple[str, str, str]:
    column, underscores, operator = name.rpartition("__")
    if not underscores:
        return "", PLAIN[name]() if name in PLAIN else name, value
    return column, OPERATOR_WORDS[operator](), value


def field_texts(field: Field, key: str) -> Mapping[str, str]:
    """The field's `title` or `description` by language: the plain key is French, with `_en` it is English."""
    told = {"fr": field.get(key, ""), "en": field.get(f"{key}_en", "")}
    return {language: text for language, text in told.items() if text}


def field_description(field: Field) -> str:
    """The field's description in the reader's language, else in any."""
    return words(field_texts(field, "description"))


PLAIN: Mapping[str, Callable[[], str]] = {
    "q": lambda: _("contains the words"),
    "or": lambda: _("one of"),
    "columns": lambda: _("columns"),
    "bbox": lambda: _("inside"),
}
OPERATOR_WORDS: Mapping[str, Callable[[], str]] = {
    "exact": lambda: "=",
    "differs": lambda: "≠",
    "less": lambda: "≤",
    "greater": lambda: "≥",
    "strictly_less": lambda: "<",
    "strictly_greater": lambda: ">",
    "contains": lambda: _("contains"),
    "notcontains": lambda: _("does not contain"),
    "in": lambda: _("is one of"),
    "notin": lambda: _("is none of"),
    "isnull": lambda: _("is empty"),
    "isnotnull": lambda: _("is not empty"),
    "groupby": lambda: _("as a group"),
    "count": lambda: _("counted"),
    "sum": lambda: _("added up"),
    "avg": lambda: _("on average"),
    "min": lambda: _("at least"),
    "max": lambda: _("at most"),
}
# What the form offers: the others can be written into the address.
OFFERED = ("contains", "exact", "differs", "greater", "less", "isnull", "isnotnull")
