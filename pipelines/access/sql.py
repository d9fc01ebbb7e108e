"""Query -> SQL of DuckDB. Names are quoted, values are bound: no text of a reader is ever SQL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .query import Aggregate, Condition, Group, Key, Order, Query, Value

Field = Mapping[str, Any]
_COMPARE = {
    "exact": "{} = ?",
    "differs": "{} IS DISTINCT FROM ?",
    "less": "{} <= ?",
    "greater": "{} >= ?",
    "strictly_less": "{} < ?",
    "strictly_greater": "{} > ?",
    "contains": "contains(lower({}), lower(?))",
    "notcontains": "NOT contains(lower({}), lower(?))",
    "isnull": "{} IS NULL",
    "isnotnull": "{} IS NOT NULL",
}
_FUNCTIONS = {"count": "count({})", "min": "min({})", "max": "max({})", "avg": "avg({})", "sum": "sum({})"}


@dataclass(frozen=True)
class Statement:
    """SQL with a question mark for each parameter."""

    text: str
    parameters: tuple[Value, ...] = ()


@dataclass(frozen=True)
class Source:
    """The table of a version: where DuckDB finds it, its fields, and the column that keeps the published order."""

    table: str
    fields: tuple[Field, ...]
    position: str


def rows_statement(query: Query, source: Source) -> Statement:
    """The rows of the page that is asked for, in a total order: pages neither skip nor repeat."""
    where = _where(query, source)
    if query.is_grouped:
        text = f"SELECT {_grouped(query, source)} FROM {source.table} {where.text}{_group_by(query)}"  # noqa: S608
        names = [*(key.column for key in query.keys), *(each.name for each in query.aggregates)]
        asked = [_direction(str(names.index(order.column) + 1), order) for order in query.orders]
        orders = [*asked, *(f"{number} ASC NULLS LAST" for number in range(1, len(query.keys) + 1))]
    else:
        columns = query.columns or [field["name"] for field in source.fields]
        text = f"SELECT {', '.join(map(quote, columns))} FROM {source.table} {where.text}"  # noqa: S608 - quoted
        orders = [*(_direction(quote(order.column), order) for order in query.orders), quote(source.position)]
    text += f" ORDER BY {', '.join(orders)}" if orders else ""
    if query.limit is not None:
        text += f" LIMIT {query.limit:d} OFFSET {query.offset:d}"
    return Statement(text, where.parameters)


def total_statement(query: Query, source: Source) -> Statement:
    """How many rows there are on all pages together."""
    where = _where(query, source)
    if not query.is_grouped:
        return Statement(f"SELECT count(*) FROM {source.table} {where.text}", where.parameters)  # noqa: S608
    if not query.keys:
        return Statement("SELECT 1")
    keys = ", ".join(_key(key) for key in query.keys)
    inner = f"SELECT {keys} FROM {source.table} {where.text}{_group_by(query)}"  # noqa: S608
    return Statement(f"SELECT count(*) FROM ({inner})", where.parameters)  # noqa: S608


def quote(name: str) -> str:
    """An identifier, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'


def _grouped(query: Query, source: Source) -> str:
    keys = [f"{_key(key)} AS {quote(key.column)}" for key in query.keys]
    return ", ".join(keys + [f"{_figure(each, source)} AS {quote(each.name)}" for each in query.aggregates])


def _group_by(query: Query) -> str:
    return f" GROUP BY {', '.join(_key(key) for key in query.keys)}" if query.keys else ""


def _key(key: Key) -> str:
    column = quote(key.column)
    return f"CAST(date_trunc('{key.bucket}', {column}) AS DATE)" if key.bucket else column


def _figure(aggregate: Aggregate, source: Source) -> str:
    """Sums of whole numbers stay exact: DuckDB's own 128-bit integers would leave it as floats."""
    figure = _FUNCTIONS[aggregate.function].format(quote(aggregate.column))
    kind = next(field.get("type") for field in source.fields if field["name"] == aggregate.column)
    return f"CAST({figure} AS DECIMAL(38,0))" if aggregate.function == "sum" and kind == "integer" else figure


def _direction(column: str, order: Order) -> str:
    return f"{column} {'DESC' if order.is_descending else 'ASC'} NULLS LAST"


def _where(query: Query, source: Source) -> Statement:
    statements = [_group(query.where)] if query.where.members else []
    statements += [_word(word, source.fields) for word in query.words]
    if not statements:
        return Statement("")
    return Statement("WHERE " + " AND ".join(each.text for each in statements), _parameters(statements))


def _group(group: Group) -> Statement:
    members = [_group(each) if isinstance(each, Group) else _condition(each) for each in group.members]
    return Statement("(" + f" {group.joint.upper()} ".join(each.text for each in members) + ")", _parameters(members))


def _condition(condition: Condition) -> Statement:
    column = quote(condition.column)
    if condition.operator in ("in", "notin"):
        negation = "NOT " if condition.operator == "notin" else ""
        marks = ", ".join("?" * len(condition.values))
        return Statement(f"{column} {negation}IN ({marks})", condition.values)
    return Statement(_COMPARE[condition.operator].format(column), condition.values)


def _word(word: str, fields: Sequence[Field]) -> Statement:
    texts = [quote(field["name"]) for field in fields if field.get("type", "string") == "string"]
    if not texts:
        return Statement("false")
    tests = [f"contains(lower(strip_accents({name})), lower(strip_accents(?)))" for name in texts]
    return Statement("(" + " OR ".join(tests) + ")", (word,) * len(tests))


def _parameters(statements: Sequence[Statement]) -> tuple[Value, ...]:
    return tuple(value for each in statements for value in each.parameters)
