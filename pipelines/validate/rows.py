"""One suspect row, judged as frictionless' `Row` and row stream judge it: same errors, same order.

The order is not the order of the columns: frictionless reads the cells of
unique fields, of the primary key and of foreign keys first, each as it needs
it, and reads the rest at the first error of a key.
"""

from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .cells import Column
from .faults import Fault

_SAME = "the same as in the row at position %s"


@dataclass(frozen=True)
class ForeignKey:
    """A foreign key with the values that its reference holds."""

    names: tuple[str, ...]
    reference: str
    reference_names: tuple[str, ...]
    values: frozenset[tuple[Any, ...]]


@dataclass(frozen=True)
class Keys:
    """What must be unique or known elsewhere; names are columns'."""

    unique: tuple[str, ...] = ()
    primary: tuple[str, ...] = ()
    foreign: tuple[ForeignKey, ...] = ()


def key_names(keys: Keys) -> list[tuple[str, ...]]:
    """The names of each key whose values must not come back."""
    return [names for names in (keys.primary, *((name,) for name in keys.unique)) if names]


@dataclass
class Seen:
    """Where each key was last seen among the rows judged so far."""

    unique: dict[str, dict[Hashable, int]] = field(default_factory=dict)
    primary: dict[Hashable, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Judged:
    """A row's faults, in frictionless' order, and its values by column name."""

    faults: list[Fault]
    values: Mapping[str, Any]


class _Row:
    """Reads each cell once, when it is first asked for.

    `doubtful` are the places, in order, of the cells that the screens are not sure of:
    the others have no fault. None: every cell is in doubt, as in a ragged row.
    """

    def __init__(
        self, columns: Sequence[Column], number: int, cells: Sequence[Any], doubtful: Collection[int] | None = None
    ) -> None:
        self.columns, self.number, self.cells = columns, number, cells
        self.doubtful = doubtful if len(cells) == len(columns) else None
        self.texts = ["" if cell is None else cell for cell in cells]
        self.values: dict[str, Any] = {}
        self.faults: list[Fault] = []
        self.has_value = False
        self.is_whole = False

    def read(self, column: Column) -> Any:
        """The cell's value; its faults are kept. Every cell is read once the row is whole."""
        if column.name in self.values:
            return self.values[column.name]
        cell = self.cells[column.number - 1] if column.number <= len(self.cells) else None
        if column.is_text and self.doubtful is not None and column.number - 1 not in self.doubtful:
            self.values[column.name] = value = None if cell in column.missing else cell
            self.has_value |= value is not None
            return value
        value, notes = column.judge(cell)
        self.values[column.name] = value
        self.has_value |= value is not None or bool(notes and "type" in notes)
        if notes:
            self._add_notes(column, notes, cell)
        return value

    def _add_notes(self, column: Column, notes: Mapping[str, str], cell: Any) -> None:
        """The note of the type comes first, wherever the reader puts it."""
        for rule, note in sorted(notes.items(), key=lambda one: one[0] != "type") if len(notes) > 1 else notes.items():
            error_type = "type-error" if rule == "type" else "constraint-error"
            self._add(error_type, rule, note, column.number, column.name, cell)

    def finish(self) -> None:
        """Read what is left, count the cells, and see whether the row is blank."""
        if self.is_whole:
            return
        for column in self.columns if self.doubtful is None else [self.columns[place] for place in self.doubtful]:
            self.read(column)
        width = len(self.columns)
        for number, cell in enumerate(self.cells[width:], start=width + 1):
            self._add("extra-cell", "extra-cell", "", number, "", cell)
        for column in self.columns[len(self.cells) :]:
            self._add("missing-cell", "missing-cell", "", column.number, column.name, "")
        if not self.has_value and self._is_blank():
            self.faults = [Fault("blank-row", "blank-row", self.number, self.texts)]
        self.is_whole = True

    def _is_blank(self) -> bool:
        """Whether the cells that were not read, which are certain, mean nothing either."""
        unread = [column for column in self.columns if column.name not in self.values]
        return all(self.cells[column.number - 1] in column.missing for column in unread)

    def add_key_fault(self, fault: Fault) -> None:
        """A key's fault comes after all faults of the cells."""
        self.finish()
        self.faults.append(fault)

    def _add(self, error_type: str, rule: str, note: str, number: int, name: str, cell: Any) -> None:
        self.faults.append(Fault(error_type, rule, self.number, self.texts, note, str(cell), name, number))


class RowJudge:
    """Judges rows in the order of the file; it remembers the keys of the rows it has judged."""

    def __init__(self, columns: Sequence[Column], keys: Keys) -> None:
        self._columns = columns
        self._by_name = {column.name: column for column in columns}
        self._keys = keys
        self._seen = Seen({name: {} for name in keys.unique})

    def judge(self, number: int, cells: Sequence[Any], doubtful: Collection[int] | None = None) -> Judged:
        """The faults of the row that the source counts as `number`; values only of the cells that were read."""
        row = _Row(self._columns, number, cells, doubtful)
        for name in self._keys.unique:
            self._judge_unique(row, name)
        if self._keys.primary:
            self._judge_primary(row)
        for key in self._keys.foreign:
            self._judge_foreign(row, key)
        row.finish()
        return Judged(row.faults, row.values)

    def _judge_unique(self, row: _Row, name: str) -> None:
        column = self._by_name[name]
        value = row.read(column)
        if value is None:
            return
        earlier = self._seen.unique[name].get(value)
        self._seen.unique[name][value] = row.number
        if earlier:
            fault = Fault(
                "unique-error", "unique", row.number, row.texts, _SAME % earlier, str(value), name, column.number
            )
            row.add_key_fault(fault)

    def _judge_primary(self, row: _Row) -> None:
        values = tuple(row.read(self._by_name[name]) for name in self._keys.primary)
        if set(values) == {None}:
            note = 'cells composing the primary keys are all "None"'
            row.add_key_fault(Fault("primary-key", "primary-key", row.number, row.texts, note))
            return
        earlier = self._seen.primary.get(values)
        self._seen.primary[values] = row.number
        if earlier:
            row.add_key_fault(Fault("primary-key", "primary-key", row.number, row.texts, _SAME % earlier))

    def _judge_foreign(self, row: _Row, key: ForeignKey) -> None:
        values = tuple(row.read(self._by_name[name]) for name in key.names)
        if set(values) == {None} or values in key.values:
            return
        note = 'for "{}": values "{}" not found in the lookup table "{}" as "{}"'.format(
            ", ".join(key.names), ", ".join(map(str, values)), key.reference, ", ".join(key.reference_names)
        )
        more = {
            "fieldNames": list(key.names),
            "fieldCells": ["" if value is None else str(value) for value in values],
            "referenceName": key.reference,
            "referenceFieldNames": list(key.reference_names),
        }
        row.add_key_fault(Fault("foreign-key", "foreign-key", row.number, row.texts, note, more=more))
