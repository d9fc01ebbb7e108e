"""Every format says the same rows, in the same bytes wherever and however the table was made."""

import csv
import io
import json
import os
import subprocess
import sys
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import frictionless
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.errors import InvalidData
from pipelines.versions import Store
from pipelines.versions.files import rows_digest, write_resources

from .conftest import SCHEMA, publish, table

WIDE = {
    "fields": [
        {"name": "code", "type": "string"},
        {"name": "montant", "type": "number", "decimals": 2},
        {"name": "nombre", "type": "integer"},
        {"name": "vote", "type": "boolean"},
        {"name": "jour", "type": "date"},
        {"name": "instant", "type": "datetime"},
    ]
}
ROWS = ("01004 | -1234.50 | 7 | true | 2024-02-29 | 2024-02-29T23:59:01", "002 | 0 | -3 | false | | ", "003 | | | | |")


def written(rows: pa.Table, folder: Path) -> dict[str, bytes]:
    """The bytes of each file, by its suffix."""
    folder.mkdir()
    files = write_resources(rows, "d", folder)
    return {file.stored.name.removeprefix("d"): file.path.read_bytes() for file in files}


def test_the_csv_is_utf8_with_commas_plain_decimals_and_iso_dates(tmp_path: Path):
    assert written(table(WIDE, *ROWS), tmp_path / "v")[".csv"].decode().split("\n") == [
        "code,montant,nombre,vote,jour,instant",
        "01004,-1234.50,7,true,2024-02-29,2024-02-29T23:59:01Z",
        "002,0.00,-3,false,,",
        "003,,,,,",
        "",
    ]


def test_the_french_csv_opens_in_french_excel(tmp_path: Path):
    content = written(table(WIDE, *ROWS), tmp_path / "v")[".fr.csv"]
    assert content.startswith(b"\xef\xbb\xbfcode;montant;")
    assert content.decode("utf-8-sig").split("\r\n")[1] == "01004;-1234,50;7;true;2024-02-29;2024-02-29T23:59:01Z"


@pytest.mark.parametrize("cell", ["=1+1", "+33", "-5", "@SUM(A1)", "\t=1", "\r=1"])
def test_text_that_excel_would_run_is_guarded_in_the_french_csv_alone(tmp_path: Path, cell: str):
    files = written(pa.table({"a": [cell]}), tmp_path / "v")
    assert files[".fr.csv"].decode("utf-8-sig").strip('"\r\na').lstrip() == f"'{cell}".strip('"')
    assert json.loads(files[".json"]) == [{"a": cell}]
    assert "'" not in files[".csv"].decode()


def test_a_negative_number_is_no_formula(tmp_path: Path):
    assert b"\r\n-5\r\n" in written(pa.table({"a": [-5]}), tmp_path / "v")[".fr.csv"]


def test_only_cells_that_need_quotes_have_them(tmp_path: Path):
    rows = pa.table({"a": ["plain", "a,b", 'a "b"', "a\nb", "a;b"], "b": ["1"] * 5})
    assert written(rows, tmp_path / "v")[".csv"] == b'a,b\nplain,1\n"a,b",1\n"a ""b""",1\n"a\nb",1\na;b,1\n'


def test_an_empty_cell_alone_in_its_row_is_still_a_row(tmp_path: Path):
    assert written(pa.table({"a": ["x", None]}), tmp_path / "v")[".csv"] == b'a\nx\n""\n'


def test_numbers_have_no_exponent(tmp_path: Path):
    tiny = pa.array([Decimal("0.0000000001"), Decimal(0)], pa.decimal128(18, 10))
    rows = pa.table({"float": [1e20, 1e-7], "decimal": tiny})
    assert written(rows, tmp_path / "v")[".csv"].decode().split("\n")[1:3] == [
        "100000000000000000000,0.0000000001",
        "0.0000001,0.0000000000",
    ]


def test_json_is_a_bare_array_of_typed_values(tmp_path: Path):
    content = written(table(WIDE, *ROWS), tmp_path / "v")[".json"]
    assert json.loads(content, parse_float=Decimal)[:2] == [
        {
            "code": "01004",
            "montant": Decimal("-1234.50"),
            "nombre": 7,
            "vote": True,
            "jour": "2024-02-29",
            "instant": "2024-02-29T23:59:01Z",
        },
        {"code": "002", "montant": Decimal("0.00"), "nombre": -3, "vote": False, "jour": None, "instant": None},
    ]


def test_parquet_keeps_types_and_tells_nothing_else(tmp_path: Path):
    rows = table(WIDE, *ROWS).replace_schema_metadata({"pandas": "{}", "source": "/home/officer/export.csv"})
    content = written(rows, tmp_path / "v")[".parquet"]
    read = pq.read_table(io.BytesIO(content))
    assert read.drop(["instant"]).equals(table(WIDE, *ROWS).drop(["instant"]), check_metadata=True)
    assert str(read.schema.field("instant").type) == "timestamp[ms]"
    assert b"officer" not in content and b"pandas" not in content


@pytest.mark.parametrize("suffix", [".csv", ".fr.csv", ".json", ".parquet"])
def test_an_empty_table_is_written_too(tmp_path: Path, suffix: str):
    content = written(table(WIDE), tmp_path / "v")[suffix]
    expected = {
        ".csv": b"code,montant,nombre,vote,jour,instant\n",
        ".fr.csv": b"\xef\xbb\xbfcode;montant;nombre;vote;jour;instant\r\n",
        ".json": b"[]\n",
    }
    assert content == expected.get(suffix, content)


def test_the_bytes_do_not_depend_on_how_the_table_was_put_together(tmp_path: Path):
    whole = pa.table({"a": [str(number % 97) for number in range(40_000)], "b": range(40_000)})
    pieces = pa.concat_tables([whole.slice(0, 1), whole.slice(1, 20_000), whole.slice(20_001)])
    assert pieces["a"].num_chunks == 3
    assert written(whole, tmp_path / "one") == written(pieces, tmp_path / "other")


def test_an_infinite_number_is_refused_by_its_column():
    with pytest.raises(InvalidData, match="column “taux”: a number is infinite or not a number"):
        rows_digest(pa.table({"taux": [1.0, float("nan")]}))


TEXT = st.none() | st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    lines=st.lists(
        st.tuples(
            TEXT,
            st.none() | st.decimals(-(10**15), 10**15, places=2),
            st.none() | st.integers(-(2**63), 2**63 - 1),
            st.none() | st.floats(allow_nan=False, allow_infinity=False),
            st.none() | st.dates(date(1, 1, 1)),
            st.none() | st.datetimes(datetime(1000, 1, 1)).map(lambda at: at.replace(microsecond=0)),
        )
    )
)
def test_any_rows_are_read_back_equal_from_every_format(lines: list[tuple], tmp_path_factory: pytest.TempPathFactory):
    kinds = [pa.string(), pa.decimal128(18, 2), pa.int64(), pa.float64(), pa.date32(), pa.timestamp("s")]
    rows = pa.table({str(place): pa.array([row[place] for row in lines], kind) for place, kind in enumerate(kinds)})
    files = written(rows, tmp_path_factory.mktemp("any") / "v")
    expected = [
        (
            text,
            *[None if cell is None else Decimal(str(cell)) for cell in numbers],
            day and day.isoformat(),
            instant and instant.isoformat() + "Z",
        )
        for text, *numbers, day, instant in lines
    ]
    plain = csv.reader(io.StringIO(files[".csv"].decode(), newline=""))
    assert [typed(row) for row in list(plain)[1:]] == expected
    french = csv.reader(io.StringIO(files[".fr.csv"].decode("utf-8-sig"), newline=""), delimiter=";")
    assert [typed(unguarded(row)) for row in list(french)[1:]] == expected
    read = json.loads(files[".json"], parse_float=Decimal, parse_int=Decimal)
    assert [tuple(row.values()) for row in read] == expected
    assert pq.read_table(io.BytesIO(files[".parquet"])).cast(rows.schema).equals(rows)


def typed(row: list[str]) -> tuple:
    text, *numbers, day, instant = [cell or None for cell in row]
    return (text, *[None if cell is None else Decimal(cell) for cell in numbers], day, instant)


def unguarded(row: list[str]) -> list[str]:
    text, *rest = [row[0].removeprefix("'") if row[0][1:2] in tuple("=+-@\t\r") else row[0], *row[1:]]
    return [text, *[cell.replace(",", ".") for cell in rest]]


@pytest.fixture
def package(store: Store, tmp_path: Path) -> Path:
    """A version's files in a folder, as a reuser downloads them."""
    schema = {**WIDE, "primaryKey": "code"}
    folder = tmp_path / "downloaded"
    folder.mkdir()
    for file in publish(store, *ROWS, "004 | 1 | 1 | true | |", schema=schema).files:
        with store.open(file) as stream:
            (folder / file.name).write_bytes(stream.read())
    return folder / "datapackage.json"


def test_frictionless_finds_the_package_valid_and_reads_its_rows(package: Path):
    report = frictionless.Package(str(package)).validate()
    assert report.flatten(["type", "message"]) == []
    assert [task.stats.get("rows") for task in report.tasks] == [4, 4, None, None, None]
    rows = frictionless.Package(str(package)).get_resource("subventions-fr").read_rows()
    assert rows[0]["montant"] == Decimal("-1234.50")


def test_frictionless_finds_a_changed_byte_in_any_file(package: Path):
    for resource in json.loads(package.read_text())["resources"]:
        path = package.parent / resource["path"]
        sound = path.read_bytes()
        path.write_bytes(sound[:-1] + bytes([sound[-1] ^ 1]))
        assert not frictionless.Package(str(package)).validate().valid, path.name
        path.write_bytes(sound)
    assert frictionless.Package(str(package)).validate().valid


def test_the_descriptor_speaks_data_package_2(package: Path):
    descriptor = json.loads(package.read_text())
    assert descriptor["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    assert (descriptor["name"], descriptor["version"]) == ("mareuil-subventions", "1.0.0")
    assert descriptor["licenses"][0]["name"] == "etalab-2.0"
    assert descriptor["provenance"]["parvis_version"] == "0.1.0"
    assert [resource["path"] for resource in descriptor["resources"]] == [
        "subventions.csv",
        "subventions.fr.csv",
        "subventions.parquet",
        "subventions.json",
        "subventions.xlsx",
    ]
    assert all(resource["schema"]["primaryKey"] == "code" for resource in descriptor["resources"])


def test_no_file_holds_a_date_of_publication(store: Store):
    for file in publish(store, "001 | Nord | 1").files:
        with store.open(file) as stream:
            assert b"2026" not in stream.read(), file.name


def test_the_guard_breaks_no_constraint_of_the_french_resource(store: Store):
    strict = {**SCHEMA, "fields": [{**SCHEMA["fields"][0], "constraints": {"pattern": "[=0-9]+", "required": True}}]}
    with store.open(publish(store, "=01", schema=strict).files[-1]) as stream:
        main, french, *_others = json.load(stream)["resources"]
    assert main["schema"]["fields"][0]["constraints"] == {"pattern": "[=0-9]+", "required": True}
    assert french["schema"]["fields"][0]["constraints"] == {"required": True}


ELSEWHERE = """
import sys
from pathlib import Path
from pipelines.versions import Store
from tests.versions.conftest import publish
rows = [f"{number:04} | L'été, {number} | {number}.5" for number in range(500)]
for file in publish(Store(Path(sys.argv[1])), *rows).files:
    print(file.sha256, file.name)
"""


def test_another_process_with_another_zone_language_and_hash_seed_writes_the_same_bytes(tmp_path: Path):
    def digests(name: str, **environment: str) -> str:
        command = [sys.executable, "-c", ELSEWHERE, str(tmp_path / name)]
        given = {**os.environ, **environment}
        return subprocess.run(command, env=given, capture_output=True, text=True, check=True).stdout

    here = digests("a", PYTHONHASHSEED="1", TZ="UTC", LC_ALL="C.UTF-8", OMP_NUM_THREADS="1")
    there = digests("b", PYTHONHASHSEED="2", TZ="Pacific/Auckland", LC_ALL="fr_FR.UTF-8", OMP_NUM_THREADS="4")
    assert len(here.splitlines()) == 6
    assert here == there
