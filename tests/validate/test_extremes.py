"""Files and schemas at the edge: the report is frictionless' own, or the refusal is one line; nothing crashes."""

import gc
from pathlib import Path
from typing import Any

import pytest

from pipelines.errors import InvalidDeclaration
from pipelines.validate import Source, validate, validate_as_is
from pipelines.validate.strict import validate_strictly
from tests.validate.test_same_as_frictionless import frictionless_report

PAIR = {"fields": [{"name": "x", "type": "integer"}, {"name": "y", "type": "string"}]}
COMMA = {"csv": {"delimiter": ",", "quoteChar": '"', "skipInitialSpace": False}}
WIDE = [f"c{number}" for number in range(150)]

EXTREMES: dict[str, tuple[bytes, dict[str, Any]]] = {
    "a NUL in a cell": (b"x,y\n1,a\0b\n2,\0\nq,\0\n", PAIR),
    "a NUL in the header": (b"x\0,y\n1,a\n", PAIR),
    "nothing but NUL": (b"\0\0\0\0", PAIR),
    "a cell of a million characters": (b"x,y\n1," + b"a" * 1_000_000 + b"\nq,b\n", PAIR),
    "a quoted cell of half a million lines": (b'x,y\n1,"' + b"a\n" * 500_000 + b'"\nq,b\n', PAIR),
    "a title of a million characters": (b"x," + b"y" * 1_000_000 + b"\n1,b\n", PAIR),
    "more than a hundred columns": (
        "\n".join([",".join(WIDE), ",".join("1" * 150), ",".join("q" * 149), ""]).encode(),
        {"fields": [{"name": name, "type": "integer"} for name in WIDE]},
    ),
    "nothing": (b"", PAIR),
    "a line end": (b"\n", PAIR),
    "a byte order mark": (b"\xef\xbb\xbf", PAIR),
    "a header": (b"x,y\n", PAIR),
    "a header without its line end": (b"x,y", PAIR),
    "hundreds of empty lines": (b"x,y\n" + b"\n" * 300, PAIR),
    "a quote that never closes": (b"x,y\n" + b'"' * 20_001, PAIR),
    "a schema without fields": (b"x,y\n1,2\n", {"fields": []}),
    "every byte": (bytes(range(256)) * 50, PAIR),
    "text of another encoding": ("x,y\n1,é\n".encode("utf-16-le"), PAIR),
    "half a surrogate pair": ("x,y\n1,\ud800\n".encode("utf-8", "surrogatepass"), PAIR),
    "a number of five thousand digits": (b"x,y\n" + b"9" * 5_000 + b",a\n", PAIR),
}


@pytest.mark.parametrize("declared", [(COMMA, "utf-8"), (None, None)], ids=["declared", "detected"])
@pytest.mark.parametrize("name", EXTREMES)
def test_the_report_is_frictionless_report(name: str, declared: Any, tmp_path: Path):
    content, schema = EXTREMES[name]
    (tmp_path / "table.csv").write_bytes(content)
    source = Source(tmp_path / "table.csv", schema, *declared)
    expected = frictionless_report(source, 0)
    assert expected is not None
    assert list(validate_strictly(source, 0, 1 << 20).descriptors()) == expected
    assert list(validate_strictly(source, 0).descriptors()) == expected


def test_only_the_first_call_keeps_what_lives_out_of_the_garbage_collectors_way(tmp_path: Path):
    (tmp_path / "table.csv").write_bytes(b"x,y\n1,a\n")
    source = Source(tmp_path / "table.csv", PAIR)
    validate_strictly(source, 0, 1 << 20)
    kept = gc.get_freeze_count()
    living = [[number] for number in range(1000)]
    validate_strictly(source, 0, 1 << 20)
    assert (len(living), gc.get_freeze_count() <= kept) == (1000, True)


def field(**properties: Any) -> dict[str, Any]:
    return {"fields": [{"name": "x", **properties}, {"name": "y"}]}


@pytest.mark.parametrize(
    "schema",
    [
        {"fields": ["x", "y"]},
        {"fields": {"x": "integer"}},
        {"fields": [{"type": "integer"}]},
        field(type="money"),
        field(constraints={"pattern": "("}),
        field(type="integer", constraints={"minimum": "a"}),
        {**field(), "foreignKeys": 3},
    ],
    ids=str,
)
def test_a_schema_that_frictionless_cannot_hold_is_refused_in_a_line(schema: dict[str, Any], tmp_path: Path):
    (tmp_path / "table.csv").write_text("x,y\n1,2\n", "utf-8")
    with pytest.raises(InvalidDeclaration, match=r"^schema[^\n]*$"):
        validate_as_is(Source(tmp_path / "table.csv", schema))
    with pytest.raises(InvalidDeclaration, match=r"^schema[^\n]*$"):
        validate(tmp_path / "table.csv", schema)


def test_a_field_that_is_an_address_is_not_followed(tmp_path: Path):
    (tmp_path / "table.csv").write_text("x\n1\n", "utf-8")
    (tmp_path / "field.json").write_text('{"name": "x", "type": "integer"}', "utf-8")
    with pytest.raises(InvalidDeclaration):
        validate_as_is(Source(tmp_path / "table.csv", {"fields": [str(tmp_path / "field.json")]}))
