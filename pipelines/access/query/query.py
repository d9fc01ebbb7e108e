"""What a reader asks of a table: filters, order, columns, groups and a page. Typed, and of no dialect."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

Value = str | int | Decimal | bool | dt.date | dt.datetime
Joint = Literal["and", "or"]


@dataclass(frozen=True)
class Condition:
    """One column compared; `values` is empty for isnull and isnotnull, and long for in and notin alone."""

    column: str
    operator: str
    values: tuple[Value, ...] = ()


@dataclass(frozen=True)
class Group:
    """Conditions of which all or any must hold."""

    joint: Joint
    members: tuple["Condition | Group", ...]


@dataclass(frozen=True)
class Key:
    """A column to group by; `bucket` cuts its dates: year, quarter, month, week or day."""

    column: str
    bucket: str | None = None


@dataclass(frozen=True)
class Aggregate:
    """A figure of each group, named `column__function` in the answer."""

    column: str
    function: str

    @property
    def name(self) -> str:
        return f"{self.column}__{self.function}"


@dataclass(frozen=True)
class Order:
    """A column of the answer to sort by; empty cells come last either way."""

    column: str
    is_descending: bool = False


@dataclass(frozen=True)
class Query:
    """A question. The plain one asks for every row and column."""

    where: Group = Group("and", ())
    words: tuple[str, ...] = ()  # each occurs in some text column, whatever its case and accents
    columns: tuple[str, ...] = ()  # empty: all
    keys: tuple[Key, ...] = ()
    aggregates: tuple[Aggregate, ...] = ()
    orders: tuple[Order, ...] = ()
    limit: int | None = None  # None: every row
    offset: int = 0

    @property
    def is_grouped(self) -> bool:
        return bool(self.keys or self.aggregates)
