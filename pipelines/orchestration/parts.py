"""A new delivery replaces its own part of a dataset and no other; nothing disappears in silence."""

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from ..errors import InvalidData
from ..extract import Extract
from ..messages import _
from ..versions.manifest import Part

Key = tuple[str, ...]


@dataclass(frozen=True)
class Delivery:
    """The rows of one part, in the order of their source. An empty one was delivered and lost all its rows."""

    key: Key
    table: pa.Table
    units: pa.Array | None = None  # each row's contributor, where the declaration names one

    @property
    def part(self) -> Part:
        return Part(self.key, self.table.num_rows)


def deliveries(
    part_key: Sequence[str],
    sources: Sequence[tuple[Extract, Sequence[int]]],
    rows: pa.Table,
    has_primary_key: bool,
    units: pa.Array | None = None,
    published: Set[Key] = frozenset(),
) -> tuple[Delivery, ...]:
    """`rows` split by part. `sources` gives each source file and the row numbers that are left of it, in rows' order.

    A part of `published` that its source delivers and that has no row left comes out empty, for `merge_parts` to
    refuse. Of a part that was never published nothing is lost, and its name is an unjudged cell: it is not told.
    Raises InvalidData where two files deliver one part of rows that have no primary key: a corrected file beside
    the one that it corrects would be published twice.
    """
    delivered: dict[Key, list[int]] = {}
    offset = 0
    for source, row_numbers in sources:
        keys = dict(zip(source.rows, keys_of(source.table, part_key), strict=True))
        if not has_primary_key:
            _refuse_twice(delivered.keys() & {keys[number] for number in row_numbers}, source.source)
        delivered |= {key: [] for key in keys.values() if key in published and key not in delivered}
        for position, number in enumerate(row_numbers, start=offset):
            delivered.setdefault(keys[number], []).append(position)
        offset += len(row_numbers)
    places = {key: pa.array(found, pa.int64()) for key, found in delivered.items()}
    return tuple(
        Delivery(key, rows.take(place), None if units is None else units.take(place)) for key, place in places.items()
    )


def merge_parts(
    fresh: Sequence[Delivery], old_parts: Sequence[Part], old_rows: pa.Table | None, removed: Sequence[str]
) -> tuple[Delivery, ...]:
    """Every part of the next version, by key: the fresh ones, and the old ones that nothing replaces.

    `removed` names parts ("2024", or "21990001600011/2024/…") that may end. Raises InvalidData for a part that
    became empty and is not named, for a name that is no part, and where no part is left.
    """
    parts = {part.key: part for part in cut(old_parts, old_rows)} | {part.key: part for part in fresh}
    _refuse_two_shapes(parts.values())
    names = {name_of(key): key for key in parts}
    for name in removed:
        if name not in names:
            raise InvalidData(
                _("--remove-part: “{name}” is no part of this dataset (there are: {known}).").format(
                    name=name, known=", ".join(sorted(names))
                )
            )
        if any(part.key == names[name] and part.table.num_rows for part in fresh):
            raise InvalidData(
                _("--remove-part {name}: this run delivers that part. Leave one of the two.").format(name=name)
            )
        del parts[names[name]]
    for part in parts.values():
        if part.table.num_rows == 0:
            raise InvalidData(
                _(
                    "Part {name} would become empty. Deliver its rows, or say that it ends: --remove-part {name}."
                ).format(name=name_of(part.key))
            )
    if not parts:
        raise InvalidData(_("No row would be left. To take a dataset back, withdraw its versions."))
    return tuple(parts[key] for key in sorted(parts))


def name_of(key: Key) -> str:
    """The part as a person names it."""
    return "/".join(value or "-" for value in key) or _("(the whole)")


def _refuse_twice(keys: Set[Key], source: str) -> None:
    for key in sorted(keys):
        raise InvalidData(
            _("{source}: part {name} is delivered by another file of this run too. Leave one of them.").format(
                source=source, name=name_of(key)
            )
        )


def _refuse_two_shapes(parts: Iterable[Delivery]) -> None:
    """After a change of the schema, the parts published before have other columns than the fresh ones."""
    if len({part.table.schema for part in parts}) > 1:
        raise InvalidData(_("The schema has changed since the last version. Deliver every part again, in one run."))


def keys_of(table: pa.Table, part_key: Sequence[str]) -> list[Key]:
    """The part that each row belongs to; () where the dataset has no parts."""
    if not part_key:
        return [()] * table.num_rows
    columns = [pc.fill_null(table.column(name).cast(pa.string()), "").to_pylist() for name in part_key]
    return list(zip(*columns, strict=True))


def cut(parts: Sequence[Part], rows: pa.Table | None) -> list[Delivery]:
    """A published version, cut into its parts again."""
    found, start = [], 0
    for part in parts:
        if rows is not None:
            found.append(Delivery(part.key, rows.slice(start, part.row_count)))
        start += part.row_count
    return found
