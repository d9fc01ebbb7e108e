from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest

from pipelines.anonymise import anonymise, published_schema
from pipelines.errors import InvalidDeclaration, UnsafeData
from tests.anonymise.policies import KEY, PSEUDONYM, generalised, gridded, privacy, schema, strings


def test_a_dropped_column_leaves_nothing_and_a_kept_one_leaves_as_it_is() -> None:
    table = strings(titre=["Un banc", "Un arbre"], porteur=["Zoé Martin", None])
    done = anonymise(
        table,
        schema(titre="string", porteur="string"),
        privacy(titre="public keep", porteur="identifier drop"),
        KEY,
        "s",
    )
    assert done.table.to_pydict() == {"titre": ["Un banc", "Un arbre"]}
    assert done.table_schema == schema(titre="string")
    assert done.cells_treated == 1


@pytest.mark.parametrize(
    ("step", "published", "field"),
    [
        ("day", [date(2026, 3, 9), None, date(1968, 12, 31)], {"type": "date"}),
        ("month", ["2026-03", None, "1968-12"], {"type": "yearmonth"}),
        ("quarter", ["2026-Q1", None, "1968-Q4"], {"type": "string", "constraints": {"pattern": "^[0-9]{4}-Q[1-4]$"}}),
        ("year", [2026, None, 1968], {"type": "year"}),
    ],
)
@pytest.mark.parametrize("arrow_type", [pa.timestamp("s"), pa.timestamp("s", "UTC")])
def test_a_datetime_is_cut_to_its_step_before_1970_too(
    step: str, published: list, field: dict, arrow_type: pa.DataType
) -> None:
    moments = [datetime(2026, 3, 9, 23, 59), None, datetime(1968, 12, 31, 0, 0, 1)]
    table = pa.table({"ouvert": pa.array(moments, arrow_type)})
    source = schema(
        ouvert={
            "type": "datetime",
            "format": "any",
            "constraints": {"required": True, "minimum": "2000-01-01T00:00:00Z"},
        }
    )
    done = anonymise(table, source, privacy(ouvert=generalised(step)), KEY, "s")
    assert done.table["ouvert"].to_pylist() == published
    constraints = {"constraints": {"required": True, **field.get("constraints", {})}}
    assert done.table_schema["fields"] == [{"name": "ouvert", **field, **constraints}]


def test_only_a_date_can_be_cut() -> None:
    with pytest.raises(InvalidDeclaration, match=r"columns\.age: this action needs a field of type date / datetime"):
        published_schema(schema(age="integer"), privacy(age=generalised("year")))


def coordinates(*pairs: tuple[float | None, float | None]) -> pa.Table:
    return pa.table(
        {"lat": pa.array([p[0] for p in pairs], pa.float64()), "lon": pa.array([p[1] for p in pairs], pa.float64())}
    )


SITES = schema(lat="number", lon="number")
GRID = privacy(lat=gridded("latitude"), lon=gridded("longitude"))


def snapped(*pairs: tuple[float | None, float | None]) -> list[tuple[float | None, float | None]]:
    table = anonymise(coordinates(*pairs), SITES, GRID, KEY, "s").table
    return list(zip(table["lat"].to_pylist(), table["lon"].to_pylist(), strict=True))


def test_the_kilometre_cell_of_notre_dame_has_the_published_inspire_centre() -> None:
    # CRS3035RES1000mN2889000E3760000: its centre in EPSG:4326, by the cell's own name.
    (place,) = snapped((48.85296, 2.34990))
    from pyproj import Transformer

    east, north = Transformer.from_crs(4326, 3035, always_xy=True).transform(place[1], place[0])
    assert round(east) % 1000 == 500
    assert round(north) % 1000 == 500


def test_neighbours_share_a_centre_and_a_centre_stays_where_it_is() -> None:
    one, other = snapped((48.10010, -1.67010), (48.10020, -1.67030))
    assert one == other
    assert snapped(one) == [one]


def test_a_missing_half_or_an_impossible_place_blanks_the_pair() -> None:
    nothing = (None, None)
    assert snapped((48.1, None), (None, 2.0), (None, None), (123.0, 2.0), (float("nan"), 2.0)) == [nothing] * 5


def test_a_place_overseas_has_a_cell_too() -> None:
    (saint_denis,) = snapped((-20.8789, 55.4481))
    assert abs(saint_denis[0] + 20.8789) < 0.05
    assert abs(saint_denis[1] - 55.4481) < 0.05


def test_coordinates_keep_their_declared_decimal_type() -> None:
    table = pa.table(
        {
            "lat": pa.array([Decimal("48.8530")], pa.decimal128(18, 4)),
            "lon": pa.array([Decimal("2.3499")], pa.decimal128(18, 4)),
        }
    )
    done = anonymise(table, SITES, GRID, KEY, "s").table
    assert done.schema == table.schema
    assert done["lat"].to_pylist() != table["lat"].to_pylist()


def test_an_empty_table_keeps_the_published_types() -> None:
    table = pa.table(
        {
            "lat": pa.array([], pa.float64()),
            "lon": pa.array([], pa.float64()),
            "jour": pa.array([], pa.timestamp("s")),
            "qui": pa.array([], pa.string()),
        }
    )
    policy = privacy(lat=gridded("latitude"), lon=gridded("longitude"), jour=generalised("month"), qui=PSEUDONYM)
    done = anonymise(table, schema(lat="number", lon="number", jour="datetime", qui="string"), policy, KEY, "s").table
    assert done.num_rows == 0
    assert [field.type for field in done.schema] == [pa.float64(), pa.float64(), pa.string(), pa.string()]


def pseudonymised(
    values: list[str | None], key: bytes = KEY, scope: str = "219300480/grc", column: str = "qui"
) -> list[str | None]:
    table = strings(**{column: values})
    return (
        anonymise(table, schema(**{column: "string"}), privacy(**{column: PSEUDONYM}), key, scope)
        .table[column]
        .to_pylist()
    )


def test_a_pseudonym_is_the_same_for_the_same_person_only_inside_its_scope_column_and_key() -> None:
    zoe, again, ali, nobody = pseudonymised(["zoe", "zoe", "ali", None])
    assert zoe == again
    assert zoe != ali
    assert nobody is None
    others = {
        *pseudonymised(["zoe"], scope="219300480/votes"),
        *pseudonymised(["zoe"], column="auteur"),
        *pseudonymised(["zoe"], key=KEY[::-1]),
    }
    assert len(others | {zoe}) == 4


def test_a_scope_cannot_be_shifted_into_the_column() -> None:
    assert pseudonymised(["zoe"], scope="a\x1fb", column="c") != pseudonymised(["zoe"], scope="a", column="b\x1fc")


def test_a_pseudonym_has_128_bits_and_says_so_in_the_schema() -> None:
    (token,) = pseudonymised(["zoe"])
    assert token is not None
    assert len(bytes.fromhex(token)) == 16
    field = published_schema(schema(qui={"type": "string", "constraints": {"maxLength": 8}}), privacy(qui=PSEUDONYM))[
        "fields"
    ][0]
    assert field == {"name": "qui", "type": "string", "constraints": {"pattern": "^[0-9a-f]{32}$"}}


def test_a_short_key_is_refused() -> None:
    with pytest.raises(UnsafeData, match="fewer than 32 bytes"):
        pseudonymised(["zoe"], key=b"secret")


def test_keys_survive_only_where_their_fields_still_tell_rows_apart() -> None:
    source = schema(id="string", jour="date", nom="string") | {
        "primaryKey": ["id"],
        "uniqueKeys": [["id", "jour"], ["id"]],
        "foreignKeys": [{"fields": ["nom"], "reference": {"resource": "", "fields": ["id"]}}],
    }
    policy = privacy(id="public keep", jour=generalised("month"), nom="identifier drop")
    published = published_schema(source, policy)
    assert published["primaryKey"] == ["id"]
    assert published["uniqueKeys"] == [["id"]]
    assert published["foreignKeys"] == []
    coarse = published_schema(source | {"primaryKey": ["id", "jour"]}, policy)
    assert "primaryKey" not in coarse


def test_the_valid_schema_is_not_changed_in_passing() -> None:
    source = schema(jour={"type": "date", "constraints": {"unique": True}})
    published_schema(source, privacy(jour=generalised("month")))
    assert source == schema(jour={"type": "date", "constraints": {"unique": True}})
