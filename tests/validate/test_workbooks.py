"""Workbooks are read in a process of their own: a damaged one ends that process alone, and is refused in words."""

import io
import random
import zipfile
from datetime import date, datetime, time
from pathlib import Path

import pytest
import xlsxwriter

from pipelines.errors import InvalidData, SourceUnavailable
from pipelines.validate.door import Limits, open_file
from tests.validate.grants import HEADER, workbook

ANY = {"fields": []}
DAMAGED = "the workbook is damaged; export it again"
DIED = "the workbook is damaged, or too large to be read; export it again, as CSV if it is large"


def real(real_data: Path, name: str = "comments_config1.xls") -> bytes:
    return (real_data / "participation_decidim" / name).read_bytes()


def refusal(folder: Path, content: bytes, limits: Limits | None = None) -> str:
    path = folder / "export.xls"
    path.write_bytes(content)
    with pytest.raises(SourceUnavailable) as refused:
        open_file(path, ANY, limits=limits)
    assert refused.value.__suppress_context__
    return str(refused.value)


def changed(content: bytes, place: int, byte: int) -> bytes:
    return content[:place] + bytes([byte]) + content[place + 1 :]


@pytest.mark.parametrize(
    ("place", "byte", "reason"),
    [
        pytest.param(3226, 255, DIED, id="asks for two terabytes, which aborts"),
        pytest.param(1690, 0, DAMAGED, id="panics"),
        pytest.param(484, 0, DAMAGED, id="is told by calamine itself"),
    ],
)
def test_one_wrong_byte_is_a_refusal_in_words(
    real_data: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], place: int, byte: int, reason: str
):
    assert refusal(tmp_path, changed(real(real_data), place, byte)) == f"export.xls: {reason}."
    assert capfd.readouterr() == ("", "")  # a panic quotes what it stumbled on


def test_a_library_that_is_not_installed_is_no_damage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "olefile.py").write_text("raise ModuleNotFoundError", "utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=":")
    told = "export.xls: not read, for a library that Parvis needs is not installed. Install Parvis again."
    assert refusal(tmp_path, workbook(HEADER)) == told


def read_or_refused(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    try:
        open_file(path, ANY)
    except (SourceUnavailable, InvalidData) as refused:
        assert path.name in str(refused)


def flipped(content: bytes, chance: random.Random) -> bytes:
    return changed(content, chance.randrange(len(content)), chance.choice([0, 127, 128, 255, chance.randrange(256)]))


def test_any_wrong_byte_is_read_or_refused_in_words(real_data: Path, tmp_path: Path):
    chance = random.Random(20261122)
    for _time in range(40):
        read_or_refused(tmp_path / "export.xls", flipped(real(real_data), chance))


@pytest.mark.campaign
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("name", ["comments_config1.xls", "comments_config2.xls", "proposals_config1.xls"])
def test_thousands_of_wrong_bytes_are_read_or_refused_in_words(real_data: Path, tmp_path: Path, name: str):
    chance = random.Random(name)
    for _time in range(5000):
        read_or_refused(tmp_path / "export.xls", flipped(real(real_data, name), chance))


def test_a_workbook_that_takes_too_long_is_given_up(tmp_path: Path):
    sound = workbook(HEADER, ["a", date(2024, 1, 31), 1, "x"])
    assert refusal(tmp_path, sound, Limits(workbook_seconds=0.001)) == f"export.xls: {DIED}."


def test_a_workbook_whose_cells_lie_far_apart_is_refused_before_it_is_unfolded(tmp_path: Path):
    far = io.BytesIO()
    with xlsxwriter.Workbook(far, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "titre")
        sheet.write(100_000, 300, "loin")
    assert "its cells lie far apart" in refusal(tmp_path, far.getvalue())


def test_an_ods_whose_repetition_is_no_number_is_damaged(tmp_path: Path):
    namespace = b'xmlns:t="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    content = b"<t:table " + namespace + b'><t:table-row t:number-rows-repeated="x"/></t:table>'
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
    assert refusal(tmp_path, packed.getvalue()) == f"export.xls: {DAMAGED}."


def test_every_kind_of_cell_comes_back_from_the_process_that_read_it(tmp_path: Path):
    path = tmp_path / "export.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Été")
        look = {kind: book.add_format({"num_format": kind}) for kind in ("yyyy-mm-dd", "yyyy-mm-dd hh:mm", "hh:mm")}
        sheet.write_row(0, 0, ["texte", "nombre", "vrai", "jour", "instant", "heure", "vide"])
        sheet.write_row(1, 0, ["Œuvre", 12.5, True])
        sheet.write_datetime(1, 3, date(2024, 1, 31), look["yyyy-mm-dd"])
        sheet.write_datetime(1, 4, datetime(2024, 1, 31, 8, 30), look["yyyy-mm-dd hh:mm"])
        sheet.write_datetime(1, 5, time(8, 30), look["hh:mm"])
    found = open_file(path, ANY)
    assert found.extract.sheet == "Été"
    assert [list(row.values()) for row in found.extract.table.to_pylist()] == [
        ["Œuvre", "12.5", "true", "2024-01-31", "2024-01-31T08:30:00", "08:30:00", ""]
    ]


def test_a_sheet_of_more_rows_than_one_piece_is_whole_and_in_order(tmp_path: Path):
    path = tmp_path / "export.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for row in range(25_001):
            sheet.write(row, 0, row if row else "rang")
    column = open_file(path, ANY).extract.table.column("rang").to_pylist()
    assert column == [str(row) for row in range(1, 25_001)]
