"""The workbook says the same rows as the other files, or is not there."""

import io
import zipfile
from datetime import date, datetime
from decimal import Decimal

import pyarrow as pa
import pytest
from python_calamine import CalamineWorkbook

from pipelines.versions import Store
from pipelines.versions.workbook import MAX_CELLS, fits, write_workbook

from .conftest import publish


def read(table: pa.Table) -> list[list]:
    stream = io.BytesIO()
    write_workbook(table.to_reader(), stream)
    stream.seek(0)
    return CalamineWorkbook.from_filelike(stream).get_sheet_by_index(0).to_python()


def test_codes_stay_text_and_the_rest_is_typed():
    table = pa.table(
        {
            "code": ["01004", None],
            "montant": pa.array([Decimal("-1.10"), None], pa.decimal128(18, 2)),
            "nombre": [7, None],
            "vote": [True, None],
            "jour": [date(2024, 2, 29), None],
            "instant": pa.array([datetime(2024, 2, 29, 23, 59, 1), None], pa.timestamp("s")),
        }
    )
    assert read(table)[:2] == [
        ["code", "montant", "nombre", "vote", "jour", "instant"],
        ["01004", -1.1, 7.0, True, date(2024, 2, 29), datetime(2024, 2, 29, 23, 59, 1)],
    ]


@pytest.mark.parametrize("cell", ["=1+1", "+33 6", "-5", "@SUM(A1)", "http://example.org", "{=1}", "a\x01b"])
def test_text_is_text_whatever_it_looks_like(cell: str):
    stream = io.BytesIO()
    write_workbook(pa.table({"a": [cell]}).to_reader(), stream)
    assert read(pa.table({"a": [cell]}))[1] == [cell]
    sheet = zipfile.ZipFile(stream).read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet and b"hyperlink" not in sheet


@pytest.mark.parametrize(
    ("cell", "kind", "told"),
    [
        (2**53 + 1, pa.int64(), "9007199254740993"),
        (Decimal("1234567890123456.78"), pa.decimal128(18, 2), "1234567890123456.78"),
        (Decimal("9999999999999.99"), pa.decimal128(18, 2), 9999999999999.99),
        (date(1789, 7, 14), pa.date32(), "1789-07-14"),
    ],
)
def test_what_a_spreadsheet_cannot_say_exactly_stands_as_text(cell: object, kind: pa.DataType, told: object):
    assert read(pa.table({"a": pa.array([cell], kind)}))[1] == [told]


def test_a_table_that_no_spreadsheet_takes_has_no_workbook():
    assert fits(pa.table({"a": ["x" * 32_767]}))
    assert not fits(pa.table({"a": ["x" * 32_768]}))
    assert fits(pa.table({"a": range(MAX_CELLS)}))
    assert not fits(pa.table({"a": range(MAX_CELLS + 1)}))


def test_a_version_has_its_workbook_where_it_fits(store: Store):
    assert publish(store, "001 | Nord | 1").file("subventions.xlsx") is not None
    assert publish(store, f"001 | {'x' * 40_000} | 1").file("subventions.xlsx") is None


def test_an_empty_table_is_a_sheet_with_its_titles():
    assert read(pa.table({"a": pa.array([], pa.string()), "b": pa.array([], pa.int64())})) == [["a", "b"]]


def test_the_only_date_in_it_is_the_first_that_zip_can_say():
    stream = io.BytesIO()
    write_workbook(pa.table({"a": ["x"]}).to_reader(), stream)
    with zipfile.ZipFile(stream) as parts:
        assert {part.date_time[0] for part in parts.infolist()} == {1980}
        assert b"1980-01-01T00:00:00Z" in parts.read("docProps/core.xml")
