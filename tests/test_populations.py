"""populations.csv: read whole or refused by line; the number that fits a year."""

from pathlib import Path

import pytest

from pipelines.errors import InvalidDeclaration
from pipelines.populations import inhabitants, read_populations


def write(folder: Path, *lines: str) -> Path:
    path = folder / "populations.csv"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def test_a_missing_table_says_nothing_about_anybody(tmp_path: Path) -> None:
    assert read_populations(tmp_path / "populations.csv") == {}


def test_each_line_is_an_organisation_and_a_year(tmp_path: Path) -> None:
    path = write(tmp_path, "siren,year,population", "219900016,2022,438", "219900016,2024,441")
    assert read_populations(path) == {"219900016": {2022: 438, 2024: 441}}


@pytest.mark.parametrize(
    "line", ["21990001,2022,438", "219900016,22,438", "219900016,2022,", "219900016,2022,0", "219900016,2022,4 38", "x"]
)
def test_a_line_that_is_not_so_is_refused_with_its_number(tmp_path: Path, line: str) -> None:
    with pytest.raises(InvalidDeclaration, match=r"populations\.csv, line 3: expected a SIREN, a year"):
        read_populations(write(tmp_path, "siren,year,population", "219900016,2022,438", line))


def test_other_columns_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidDeclaration, match="the first line must be siren,year,population"):
        read_populations(write(tmp_path, "code_insee,population", "99001,3"))


@pytest.mark.parametrize(
    ("year", "expected"), [(2023, (438, 2022)), (2022, (438, 2022)), (2030, (441, 2024)), (2010, (438, 2022))]
)
def test_the_newest_number_of_its_time_is_taken_else_the_first(year: int, expected: tuple[int, int]) -> None:
    assert inhabitants({"219900016": {2022: 438, 2024: 441}}, "219900016", year) == expected


def test_nobody_is_counted_where_nothing_is_known() -> None:
    assert inhabitants({}, "219900016", 2024) is None
