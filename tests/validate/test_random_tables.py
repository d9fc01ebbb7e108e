"""Random tables of text: the pipeline's validation refuses what frictionless refuses, and types what it reads."""

from pathlib import Path
from typing import Any

import pyarrow as pa
from frictionless import FrictionlessException, Schema
from hypothesis import assume
from hypothesis import strategies as st

from pipelines.errors import InvalidDeclaration
from pipelines.extract import Extract
from pipelines.validate import Validated, arrow_schema, validate_table
from pipelines.validate.arrow_types import column_of_values
from pipelines.validate.strict import Source
from tests.validate.random_cells import cells_of
from tests.validate.random_files import V2
from tests.validate.random_schemas import fields, sometimes
from tests.validate.test_same_as_frictionless import for_random, frictionless_report

OURS = ("finite", "decimals", "size")  # rules that frictionless does not have: the typed column would have no place


@st.composite
def tables(draw: Any) -> tuple[dict[str, Any], list[list[str]]]:
    """A schema without hanging patterns, and rows of its width."""
    names = [f"f{number}" for number in range(draw(st.integers(1, 4)))]
    described = [draw(fields(name)) for name in names]
    hashable = [one["name"] for one in described if one["type"] not in ("array", "object", "geojson", "list")]
    for one in described:
        if one["type"] == "number" and sometimes(draw, 2):
            one["decimals"] = draw(st.integers(0, 3))
    schema: dict[str, Any] = {"fields": described}
    if hashable and sometimes(draw, 2):
        schema["primaryKey"] = draw(st.lists(st.sampled_from(hashable), min_size=1, max_size=2, unique=True))
    rows: list[list[str]] = []
    for _number in range(draw(st.integers(0, 12))):
        if rows and sometimes(draw, 4):
            rows.append(draw(st.sampled_from(rows)))
            continue
        rows.append([draw(cells_of(one, [""])) for one in described])
    return schema, rows


def judged(schema: dict[str, Any], rows: list[list[str]]) -> Validated:
    names = [field["name"] for field in schema["fields"]]
    columns = {name: [row[place] for row in rows] for place, name in enumerate(names)}
    table = pa.table(columns, schema=pa.schema([(name, pa.string()) for name in names]))
    return validate_table(Extract(table, tuple(range(2, len(rows) + 2)), "export.csv"), schema)


def test_rows_are_refused_for_frictionless_reasons_and_typed_as_its_readers_read_them(tmp_path: Path):
    for_random(tables(), 100, 20261122, lambda table: compare(*table, tmp_path))


def compare(schema: dict[str, Any], rows: list[list[str]], folder: Path) -> None:
    schema["$schema"] = "https://datapackage.org/profiles/2.0/tableschema.json"
    expected = expected_errors(schema, rows, folder)
    try:
        validated = judged(schema, rows)
    except InvalidDeclaration:
        assume(False)
    errors = [(e.type, e.row_number, e.field_number, e.field_name) for e in validated.errors if e.rule not in OURS]
    assert errors == expected
    assert sorted(validated.row_numbers + validated.refused_row_numbers) == list(range(2, len(rows) + 2))
    assert validated.table.to_pylist() == values_of(schema, rows, validated.row_numbers)


def expected_errors(schema: dict[str, Any], rows: list[list[str]], folder: Path) -> list[tuple[Any, ...]]:
    """Frictionless' errors of the same rows in a file where every cell is quoted."""
    quoted = ['"' + '","'.join(cell.replace('"', '""') for cell in row) + '"' for row in rows]
    header = ",".join(field["name"] for field in schema["fields"])
    (folder / "table.csv").write_bytes("\n".join([header, *quoted, ""]).encode())
    dialect = {"csv": {"delimiter": ",", "quoteChar": '"', "skipInitialSpace": False}}
    report = frictionless_report(Source(folder / "table.csv", schema, dialect, "utf-8", more={"$schema": V2}), 0)
    assume(report is not None)
    keys = ("type", "rowNumber", "fieldNumber", "fieldName")
    return [tuple(error.get(key) for key in keys) for error in report or []]


def values_of(schema: dict[str, Any], rows: list[list[str]], numbers: tuple[int, ...]) -> list[dict[str, Any]]:
    """The good rows as frictionless' own readers read them, in the pipeline's columns."""
    try:
        readers = [field.create_cell_reader() for field in Schema.from_descriptor(dict(schema)).fields]
    except FrictionlessException:
        return []
    columns = {}
    for place, field in enumerate(arrow_schema(schema)):
        texts = [rows[number - 2][place] for number in numbers]
        columns[field.name] = column_of_values([readers[place](text)[0] for text in texts], texts, field.type)
    return pa.table(columns, schema=arrow_schema(schema)).to_pylist()
