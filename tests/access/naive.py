"""The same questions answered by plain loops over rows in memory: slow, obvious, and written without looking at SQL."""

import datetime as dt
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from pipelines.access.query.query import Aggregate, Condition, Group, Key, Query

Row = Mapping[str, Any]
TESTS: Mapping[str, Callable[[Any, tuple[Any, ...]], bool]] = {
    "exact": lambda cell, values: cell is not None and cell == values[0],
    "differs": lambda cell, values: cell is None or cell != values[0],
    "less": lambda cell, values: cell is not None and cell <= values[0],
    "greater": lambda cell, values: cell is not None and cell >= values[0],
    "strictly_less": lambda cell, values: cell is not None and cell < values[0],
    "strictly_greater": lambda cell, values: cell is not None and cell > values[0],
    "contains": lambda cell, values: cell is not None and values[0].lower() in cell.lower(),
    "notcontains": lambda cell, values: cell is not None and values[0].lower() not in cell.lower(),
    "in": lambda cell, values: cell is not None and cell in values,
    "notin": lambda cell, values: cell is not None and cell not in values,
    "isnull": lambda cell, values: cell is None,
    "isnotnull": lambda cell, values: cell is not None,
}


def answer(rows: Sequence[Row], query: Query, text_columns: Sequence[str]) -> tuple[list[Row], int]:
    """The rows of the page, and how many there are on all pages."""
    found = [
        row for row in rows if holds(row, query.where) and all(has(row, word, text_columns) for word in query.words)
    ]
    if query.is_grouped:
        found = groups(found, query)
    for order in reversed(query.orders):
        found = sort(found, order.column, order.is_descending)
    if query.columns and not query.is_grouped:
        found = [{name: row[name] for name in query.columns} for row in found]
    return found[query.offset :][: query.limit if query.limit is not None else len(found)], len(found)


def holds(row: Row, condition: Condition | Group) -> bool:
    if isinstance(condition, Condition):
        return TESTS[condition.operator](row[condition.column], condition.values)
    every = [holds(row, member) for member in condition.members]
    return all(every) if condition.joint == "and" else any(every)


def has(row: Row, word: str, text_columns: Sequence[str]) -> bool:
    return any(row[name] is not None and bare(word) in bare(row[name]) for name in text_columns)


def bare(text: str) -> str:
    parts = unicodedata.normalize("NFD", text)
    plain = "".join(part for part in parts if not unicodedata.combining(part)).lower()
    return plain.replace("œ", "oe").replace("æ", "ae")


def sort(rows: Sequence[Row], column: str, is_descending: bool) -> list[Row]:
    """Equal cells keep their order, empty ones come last."""
    full = [row for row in rows if row[column] is not None]
    empty = [row for row in rows if row[column] is None]
    ordered = sorted(full[::-1] if is_descending else full, key=lambda row: order_of(row[column]))
    return (ordered[::-1] if is_descending else ordered) + empty


def order_of(cell: Any) -> Any:
    return cell.encode() if isinstance(cell, str) else cell


def groups(rows: Sequence[Row], query: Query) -> list[Row]:
    found: dict[tuple[Any, ...], list[Row]] = {} if query.keys else {(): []}
    for row in rows:
        found.setdefault(tuple(cut(row[key.column], key) for key in query.keys), []).append(row)
    answer: list[Row] = []
    for keys, members in found.items():
        named = {key.column: value for key, value in zip(query.keys, keys, strict=True)}
        answer.append(named | {each.name: figure(members, each) for each in query.aggregates})
    for key in reversed(query.keys):
        answer = sort(answer, key.column, is_descending=False)
    return answer


def cut(cell: Any, key: Key) -> Any:
    if cell is None or key.bucket is None:
        return cell
    day = cell.date() if isinstance(cell, dt.datetime) else cell
    return {
        "year": lambda: day.replace(month=1, day=1),
        "quarter": lambda: day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1),
        "month": lambda: day.replace(day=1),
        "week": lambda: day - dt.timedelta(days=day.weekday()),
        "day": lambda: day,
    }[key.bucket]()


def figure(rows: Sequence[Row], aggregate: Aggregate) -> Any:
    cells = [row[aggregate.column] for row in rows if row[aggregate.column] is not None]
    if aggregate.function == "count":
        return len(cells)
    if not cells:
        return None
    if aggregate.function == "avg":
        return float(sum(map(Decimal, cells)) / len(cells))
    if aggregate.function == "sum":
        return sum(cells)
    return min(cells, key=order_of) if aggregate.function == "min" else max(cells, key=order_of)
