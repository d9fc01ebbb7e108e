"""The cell readers of a schema's fields: frictionless' own, with patterns judged in bounded time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..errors import InvalidDeclaration
from ..messages import _
from .fields import CRASHES, missing_values
from .patterns import is_tame, matcher

Reader = Callable[[Any], tuple[Any, dict[str, str] | None]]
_REMEMBERED = 20_000  # texts per column
JudgeSlowly = Callable[[str, str], bool]


@dataclass(frozen=True)
class Column:
    """One expected column: its field, its place from 1, how a cell is read."""

    field: Any  # a frictionless Field
    name: str
    number: int
    read: Reader
    missing: frozenset[str]  # texts that mean "nothing"
    is_text: bool  # the value of a valid cell is its text

    def judge(self, cell: Any) -> tuple[Any, Mapping[str, str] | None]:
        """The cell's value and what is wrong with it. Raises InvalidDeclaration."""
        try:
            return self.read(cell)
        except CRASHES:
            raise InvalidDeclaration(
                _(
                    "schema, field {field}: a constraint cannot be compared with every value of the field's type."
                ).format(field=self.name)
            ) from None


def columns_of(fields: Sequence[Any], judge_slowly: JudgeSlowly) -> tuple[Column, ...]:
    """The columns in the order of the data."""
    columns = []
    for number, field in enumerate(fields, start=1):
        read = cell_reader(field, judge_slowly)
        is_text = field.type == "string" and field.format == "default"
        columns.append(Column(field, field.name, number, read, frozenset(missing_values(field)), is_text))
    return tuple(columns)


def cell_reader(field: Any, judge_slowly: JudgeSlowly) -> Reader:
    """`field.create_cell_reader()`; a pattern that could hang it is taken out and judged by `matcher`."""
    pattern = field.constraints.get("pattern")
    if pattern is None or "pattern" not in field.supported_constraints or is_tame(pattern):
        return field.create_cell_reader()  # type: ignore[no-any-return]
    matches = matcher(pattern, judge_slowly)
    read = _reader_without_pattern(field)
    note = f'constraint "pattern" is "{pattern}"'

    def read_cell(cell: Any) -> tuple[Any, dict[str, str] | None]:
        value, notes = read(cell)
        if value is None or (notes and "type" in notes) or matches(value):
            return value, notes
        found = {**(notes or {}), "pattern": note}
        return value, {name: found[name] for name in field.supported_constraints if name in found}

    return read_cell


def remembering(columns: Sequence[Column]) -> tuple[Column, ...]:
    """The same columns with readers that know again what they have read: most columns hold few texts, many times."""
    return tuple(replace(column, read=_remembered(column.read)) for column in columns)


def _remembered(read: Reader) -> Reader:
    known: dict[Any, tuple[Any, dict[str, str] | None]] = {}

    def read_cell(cell: Any) -> tuple[Any, dict[str, str] | None]:
        found = known.get(cell)
        if found is None:
            if len(known) >= _REMEMBERED:
                known.clear()
            found = known[cell] = read(cell)
        return found

    return read_cell


def _reader_without_pattern(field: Any) -> Reader:
    # The reader keeps what it was built with, so the field is whole again at once.
    whole = field.constraints
    field.constraints = {name: value for name, value in whole.items() if name != "pattern"}
    try:
        read: Reader = field.create_cell_reader()
    finally:
        field.constraints = whole
    return read
