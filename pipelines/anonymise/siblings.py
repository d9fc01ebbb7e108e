"""A dataset as it stands beside another one: its rows, or the cells of its table, with its policy."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa
import pyarrow.compute as pc

from ..privacy_policy import Privacy
from ..table_schema import TOTALS
from .table_releases import ROWS


@dataclass(frozen=True)
class Published:
    """The rows of a dataset, or its cells, as they are, or are about to be, published, with its policy."""

    table: pa.Table
    privacy: Privacy
    units: pa.Array | None = None  # each row's contributor, where that is known; else each row is one
    earlier: tuple[pa.Table, ...] = ()  # its older versions, which are public too
    is_of_same_source: bool = False  # read from the files that the candidate is read from

    @property
    def versions(self) -> Iterator["Published"]:
        """The newest first."""
        yield self
        yield from (replace(self, table=table, earlier=()) for table in reversed(self.earlier))


def described(dataset: Published) -> Sequence[str]:
    """The columns that say whom a row is about; in a table with margins, those that it counts by."""
    by = counted_by(dataset)
    return dataset.table.column_names if by is None else by


def counted_by(dataset: Published) -> Sequence[str] | None:
    """None where rows leave: also of a version from before the policy asked for a table."""
    aggregate = dataset.privacy.aggregate
    return aggregate.by if aggregate is not None and TOTALS in dataset.table.column_names else None


def cells(dataset: Published, shared: Sequence[str]) -> pa.Table:
    """Of a table with margins, the cells by `shared`: summed over its other columns."""
    summed = " ".join(name for name in described(dataset) if name not in shared)
    return dataset.table.filter(pc.equal(dataset.table[TOTALS], summed))


def hidden_cells(dataset: Published, shared: Sequence[str]) -> pa.Table:
    if counted_by(dataset) is None:
        return dataset.table.slice(0, 0)
    found = cells(dataset, shared)
    return found.filter(pc.is_null(found[ROWS]))


def is_about_people(dataset: Published) -> bool:
    roles = {"quasi_identifier", "sensitive"}
    return not dataset.privacy.basis and any(
        column.role in roles and not column.basis and name in dataset.table.column_names
        for name, column in dataset.privacy.columns.items()
    )


def is_quasi_identifier(privacy: Privacy, name: str) -> bool:
    column = privacy.columns.get(name)
    return bool(column and column.role == "quasi_identifier" and not column.basis and not privacy.basis)


def as_text(table: pa.Table, names: Sequence[str]) -> pa.Table:
    return pa.table({name: table[name].cast(pa.string()) for name in names})
