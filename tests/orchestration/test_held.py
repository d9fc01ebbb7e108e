"""Refused rows wait for the officer: a workbook with the wrong cells marked, the same rows as CSV, and a page."""

import os
import re
import stat
import zipfile
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from pipelines.messages import speaking
from tests.installation import Town
from tests.test_a_new_dataset import CSV, town_with_benches

BAD = "0014;Le Mail;cher;30/02/2024;Ysaline Inventée\n;=>Nord;12;01/05/2024;Ysaline Inventée\n"


@pytest.fixture(scope="module")
def refused(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workbook that a refused run names in its error."""
    with speaking("en"):
        return refused_run(town_with_benches(tmp_path_factory.mktemp("refused")))


def refused_run(town: Town) -> Path:
    (town.depot("bancs_publics") / "bancs.csv").write_text(CSV + BAD, "utf-8")
    result = town.run("run", "bancs_publics")
    assert (result.code, town.latest("bancs_publics")) == (11, None)
    [path] = re.findall(r"See (\S+\.xlsx) ", result.err)
    return Path(path)


def marked(path: Path) -> set[str]:
    """The cells of the first sheet with a look of their own, beside the header's."""
    with zipfile.ZipFile(path) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    return {cell for cell in re.findall(r'<c r="([AC-Z]\d+)" s="\d"', sheet) if not cell.endswith("1")}


def test_the_error_of_the_run_names_the_workbook_and_its_neighbours_lie_beside_it(refused: Path):
    assert {path.suffix for path in refused.parent.iterdir()} == {".xlsx", ".csv", ".html"}
    assert {stat.S_IMODE(path.stat().st_mode) for path in refused.parent.iterdir()} == {0o600}
    assert stat.S_IMODE(refused.parent.stat().st_mode) == 0o700


def test_the_workbook_has_the_towns_own_titles_and_its_wrong_cells_marked(refused: Path):
    header, *rows = CalamineWorkbook.from_path(refused).get_sheet_by_index(0).to_python()
    assert header == ["row", "what is wrong", "Numéro d'inventaire", "QUARTIER", "Prix (€)", "Posé le"]
    assert [(row[0], row[2:]) for row in rows] == [
        (6, ["0014", "Le Mail", "cher", "30/02/2024"]),
        (7, ["", "=>Nord", "12", "2024-05-01"]),
    ]
    assert "Prix (€): Expected a number" in rows[0][1]
    assert marked(refused) == {"E2", "F2", "A3", "C3"}  # A3: the key of the whole row


def test_no_cell_of_the_csv_is_a_formula(refused: Path):
    lines = refused.with_suffix(".csv").read_text("utf-8-sig").splitlines()
    assert lines[1].startswith("bancs.csv;6;Expected a number")
    assert lines[2].endswith(";;'=>Nord;12;2024-05-01")


def test_the_page_says_what_is_wrong_and_quotes_nothing(refused: Path):
    page = refused.with_suffix(".html").read_text("utf-8")
    assert "Prix (€) (column C)" in page
    assert [value for value in ("cher", "Nord", "0014", "Le Mail") if value in page] == []


def test_held_files_are_listed_and_end_with_their_retention(tmp_path: Path):
    town = town_with_benches(tmp_path)
    refused = refused_run(town)
    assert str(refused) in town.run("privacy", "held").out
    for path in refused.parent.iterdir():
        os.utime(path, (0, 0))
    (town.depot("bancs_publics") / "bancs.csv").write_text(CSV, "utf-8")
    assert town.run("run", "bancs_publics").code == 0
    assert "Nothing is held back" in town.run("privacy", "held").out
