"""The figures of one certificate, recomputed from the rows; what cannot be is told apart."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.csv as pv
import pyarrow.parquet as pq

from ..anonymise.certificate import BANDED
from .claims import Statement
from .counts import counts_below, counts_moved
from .groups import Rule, changes_few, figures
from .identifiers import identifiers
from .sites import triple
from .tables import COUNT, TOTALS, Table, below, moved_by_few, read_table, sums_moved_by_few
from .together import TooMany, counts_computable, sums_computable
from .versions import Edition, parts_of

_MOST_CELLS = 2**28  # of a table that is read whole
# What broken or hostile files raise: their words may quote cells, and are not repeated.
_BROKEN = (
    pa.ArrowException,
    duckdb.Error,
    MemoryError,
    ValueError,
    KeyError,
    TypeError,
    OverflowError,
    ArithmeticError,
)


def replay(edition: Edition, earlier: Mapping[str, Edition]) -> list[Statement]:
    """Add a claim to the edition for every figure that its certificate calls recomputable; the rest is returned."""
    if edition.certificate is None:
        return []
    try:
        rows = _rows(edition)
        if rows is not None:
            _claim_tables(edition, rows)
            _claim_identifiers(edition, rows)
        return [*_replayed(edition, rows, earlier), *_attested(edition)]
    except _BROKEN:
        edition.claim("replay", False)
        return []


def _replayed(edition: Edition, rows: pa.Table | None, earlier: Mapping[str, Edition]) -> Iterator[Statement]:
    assert edition.certificate is not None
    said = edition.certificate["recomputable"]
    if rows is None:
        edition.claim("replay", False)
        return
    if said["groups"]:
        yield from _replay_groups(edition, rows, earlier)
    if said["counts"]:
        yield from _replay_counts(edition, rows, earlier)
    if said["table"]:
        yield from _replay_table(edition, rows, earlier)


def _rows(edition: Edition) -> pa.Table | None:
    path = edition.files.get(f"{edition.subject['dataset']}.parquet")
    if path is None:
        return None
    with pq.ParquetFile(path) as file:
        if file.metadata.num_rows * file.metadata.num_columns > _MOST_CELLS:
            raise ValueError
        return file.read()


def _claim_tables(edition: Edition, rows: pa.Table) -> None:
    """Both files that people open hold the same number of rows, in the columns of the descriptor."""
    assert edition.certificate is not None
    counts, columns = [rows.num_rows], [rows.column_names]
    for suffix, delimiter in ((".csv", ","), (".fr.csv", ";")):
        if path := edition.files.get(f"{edition.subject['dataset']}{suffix}"):
            table = _csv(path, delimiter, rows.column_names)
            counts.append(table.num_rows)
            columns.append(table.column_names)
    certified = edition.certificate["recomputable"]
    total = sum(part["row_count"] for part in certified["parts"])
    edition.claim("rows", {*counts, total} == {certified["row_count"]}, "", str(certified["row_count"]))
    if edition.descriptor is not None:
        names = [one["name"] for one in edition.descriptor["resources"][0]["schema"]["fields"]]
        edition.claim("columns", all(found == names for found in columns))


def _csv(path: Any, delimiter: str, names: Sequence[str]) -> pa.Table:
    return pv.read_csv(
        path,
        parse_options=pv.ParseOptions(delimiter=delimiter, newlines_in_values=True, ignore_empty_lines=False),
        convert_options=pv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False),
    )


def _claim_identifiers(edition: Edition, rows: pa.Table) -> None:
    assert edition.certificate is not None
    said = edition.certificate["recomputable"]["identifiers"]
    tables = [rows]
    if path := edition.files.get(f"{edition.subject['dataset']}.csv"):
        tables.append(_csv(path, ",", rows.column_names))
    found = {one for table in tables for one in identifiers(table, said["pseudonyms"], said["contacts"])}
    detail = ", ".join(f"{column}: {kind}" for column, kind in sorted(found))
    edition.claim("identifiers", not found, "", detail)


def _replay_groups(edition: Edition, rows: pa.Table, earlier: Mapping[str, Edition]) -> Iterator[Statement]:
    assert edition.certificate is not None
    said = edition.certificate["recomputable"]
    rule = Rule.of(said["groups"])
    counts_people = edition.certificate["attested"]["contributors_counted_by"] != "rows"
    found = [(figures(rows.slice(start, part["row_count"]), rule), part) for _name, start, part in parts_of(edition)]
    edition.claim("figures", all(one.equal(part) for one, part in found))
    edition.claim("rule", all(one.passes(rule, counts_people) for one, _part in found))
    for number, before in earlier.items():
        old = _rows(before) if before.certificate is not None else None
        if old is None:
            edition.claim("difference", False, "", number)
        elif not set(_identity(edition, rule)) <= set(old.column_names):
            yield Statement(edition.name, "incomparable", number)
        else:
            pairs = _parts_of_both(edition, rows, before, old)
            few = any(changes_few(new, was, rule, counts_people, _identity(edition, rule)) for new, was in pairs)
            edition.claim("difference", not few, "", number)


def _identity(edition: Edition, rule: Rule) -> list[str]:
    """The columns that tell rows apart, and those of the rule."""
    return list(dict.fromkeys([*rule.quasi_identifiers, *rule.sensitive, *_key(edition)]))


def _key(edition: Edition) -> list[str]:
    assert edition.certificate is not None
    return [str(name) for name in edition.certificate["recomputable"]["releases"]["key"]]


def _replay_counts(edition: Edition, rows: pa.Table, earlier: Mapping[str, Edition]) -> Iterator[Statement]:
    """Figures that count people by themselves: votes, signatures."""
    assert edition.certificate is not None
    said = edition.certificate["recomputable"]["counts"]
    columns, minimum = {str(name): list(map(str, also)) for name, also in said["columns"].items()}, int(said["minimum"])
    edition.claim("threshold", not any(counts_below(rows, name, also, minimum) for name, also in columns.items()))
    if not (key := _key(edition)):
        return
    for number, before in earlier.items():
        old = _rows(before) if before.certificate is not None else None
        if old is None:
            edition.claim("moved", False, "", number)
        elif not {*key, *columns} <= set(old.column_names):
            yield Statement(edition.name, "incomparable", number)
        else:
            pairs = list(_parts_of_both(edition, rows, before, old))
            few = any(counts_moved(new, was, key, name, minimum) for new, was in pairs for name in columns)
            edition.claim("moved", not few, "", number)


def _replay_table(edition: Edition, rows: pa.Table, earlier: Mapping[str, Edition]) -> Iterator[Statement]:
    """One table for each part; then each beside the same part's of every earlier version, and beside all at once."""
    assert edition.certificate is not None
    said = edition.certificate["recomputable"]["table"]
    by, minimum = [str(name) for name in said["by"]], int(said["minimum"])
    value = next((name for name in rows.column_names if name not in (*by, TOTALS, COUNT)), None)
    tables = {
        name: read_table(rows.slice(start, part["row_count"]), by, value) for name, start, part in parts_of(edition)
    }
    before: dict[str, list[Table]] = {name: [] for name in tables}
    edition.claim("threshold", not any(below(table, minimum) for table in tables.values()))
    for number, one in sorted(earlier.items(), key=lambda each: triple(each[0])):
        old = _rows(one) if one.certificate is not None else None
        if old is None:
            edition.claim("moved", False, "", number)
        elif not {*by, *filter(None, [value])} <= set(old.column_names):
            yield Statement(edition.name, "incomparable", number)
        else:
            parts = {name: old.slice(start, part["row_count"]) for name, start, part in parts_of(one) if name in tables}
            then = {name: read_table(part, by, value) for name, part in parts.items()}
            edition.claim("moved", not any(moved_by_few(tables[n], then[n], minimum) for n in then), "", number)
            if value is not None:
                few = any(sums_moved_by_few(tables[n], then[n], minimum) for n in then)
                edition.claim("sums_moved", not few, "", number)
            for name, table in then.items():
                before[name].append(table)
    yield from _replay_hidden(edition, [[*before[name], tables[name]] for name in tables], value, minimum)
    if value is not None:
        yield Statement(edition.name, "dominance", "yes")


def _replay_hidden(
    edition: Edition, stacks: Sequence[Sequence[Table]], value: str | None, minimum: int
) -> Iterator[Statement]:
    """Of each part the versions, oldest first, which is what a stranger has of it; and the last of them alone."""
    checks: dict[str, Callable[[Sequence[Table]], int]] = {
        "hidden": lambda stack: counts_computable([stack[-1].counts], minimum),
        "together": lambda stack: counts_computable([one.counts for one in stack], minimum),
    }
    if value is not None:
        checks["hidden_sums"] = lambda stack: sums_computable(
            [one.counts for one in stack], [one.sums for one in stack], minimum
        )
    for what, computable in checks.items():
        try:
            if what != "together" or any(len(stack) > 1 for stack in stacks):
                edition.claim(what, not any(computable(stack) for stack in stacks))
        except TooMany:
            yield Statement(edition.name, "too_many", "yes")


def _parts_of_both(
    edition: Edition, rows: pa.Table, before: Edition, old: pa.Table
) -> Iterator[tuple[pa.Table, pa.Table]]:
    """Each part that both versions hold: parts pass the gates one by one."""
    then = {name: old.slice(start, part["row_count"]) for name, start, part in parts_of(before)}
    for name, start, part in parts_of(edition):
        if name in then:
            yield rows.slice(start, part["row_count"]), then[name]


def _attested(edition: Edition) -> Iterator[Statement]:
    assert edition.certificate is not None
    said = edition.certificate["attested"]
    for what in ("every_column_declared", "contributors_counted_by", "groups", "linkage_with_other_datasets"):
        yield Statement(edition.name, what, {True: "yes", False: "no"}.get(said[what]) or str(said[what]))
    for what in BANDED:
        yield Statement(
            edition.name, what, ", ".join(dict.fromkeys(str(part.get(what, "?")) for part in said["parts"]))
        )
    for number in said["compared_under_other_steps"]:
        yield Statement(edition.name, "other_steps", str(number))
    counts = said["quality"]
    met = sum(counts[word]["met"] for word in counts)
    asked = sum(sum(counts[word].values()) for word in counts)
    yield Statement(edition.name, "quality", f"{met}/{asked}")
