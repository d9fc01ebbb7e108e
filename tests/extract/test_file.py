"""Any table in a file, as the dataset's schema and aliases know it."""

from pathlib import Path

import pytest

from pipelines.errors import InvalidData, SourceUnavailable
from pipelines.extract import Extract, References
from pipelines.extract.file import extract_file

SCHEMA = {
    "fields": [
        {"name": "banc_id", "type": "string"},
        {"name": "prix", "title": "Prix (€)", "type": "number"},
        {"name": "pose_le", "title": "Posé le", "type": "date"},
    ]
}
REFERENCES = References(table_schema=SCHEMA, titles={"Numéro d'inventaire": "banc_id"})
CSV = """Inventaire de la régie;;;
Numéro d'inventaire;PRIX (€);Posé le;Agent
0012;1250,50;31/03/2024;Ysaline Inventée
0013;990,00;02/04/2024;Ysaline Inventée
"""


def extract(folder: Path, content: str, encoding: str = "utf-8") -> Extract:
    path = folder / "bancs.csv"
    path.write_bytes(content.encode(encoding))
    return extract_file(path, REFERENCES)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_the_schemas_fields_are_found_under_the_towns_own_titles(tmp_path: Path, encoding: str) -> None:
    found = extract(tmp_path, CSV, encoding)
    assert found.table.to_pylist()[0] == {
        "banc_id": "0012",
        "prix": "1250.50",
        "pose_le": "2024-03-31",
        "Agent": "Ysaline Inventée",
    }
    assert tuple(found.rows) == (3, 4)


def test_what_was_mended_is_told_once_per_column_and_quotes_nothing(tmp_path: Path) -> None:
    found = extract(tmp_path, CSV)
    assert [(finding.severity, finding.rule, finding.row) for finding in found.findings] == [
        ("warning", "title-rows", 1),
        ("warning", "decimal-comma", 3),
        ("warning", "day-first", 3),
    ]
    assert "(column “prix”, 2 times)" in found.findings[1].message
    assert "Inventée" not in repr(found.findings)


def test_cells_beyond_the_header_are_an_error(tmp_path: Path) -> None:
    found = extract(tmp_path, CSV.replace("Inventée\n", "Inventée;de trop\n", 1))
    assert [(one.rule, one.row) for one in found.findings if one.severity == "error"] == [("extra-cell", 3)]


def test_without_a_schema_the_first_row_is_the_header(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text("a;b\n1;2\n", "utf-8")
    assert extract_file(path, References()).table.to_pylist() == [{"a": "1", "b": "2"}]


def test_two_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidData, match=r"column 2 \(B\) and column 4 \(D\) both stand for the field “prix”"):
        extract(tmp_path, CSV.replace("Agent", "Prix (€)"))


def test_a_page_of_the_web_is_no_table(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable, match="not a table"):
        extract(tmp_path, "<html><body>Erreur 404</body></html>")


def test_a_real_xls_is_read(real_data: Path) -> None:
    found = extract_file(real_data / "participation_decidim" / "proposals_config1.xls", References())
    assert (found.table.num_rows, tuple(found.rows)) == (1, (2,))
    assert {"id", "state", "published_at"} <= set(found.table.column_names)


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable, match=r"absent\.csv"):
        extract_file(tmp_path / "absent.csv", References())


def test_a_real_table_of_winning_projects_is_read_whole(real_data: Path) -> None:
    found = extract_file(real_data / "paris_bp" / "bp_projets_gagnants_2014-2019.csv", References())
    assert (found.table.num_rows, found.table.num_columns) == (982, 17)


@pytest.mark.parametrize(("name", "count"), [("SCDL_fixture.xlsx", 10), ("helios_mandats_subventions_fixture.ods", 7)])
def test_real_spreadsheets_are_read(real_data: Path, name: str, count: int) -> None:
    titles = ["Nom de l'attribuant", "N° SIRET", "MONTANT_PAIEMENT", "IMMATRICULATION"]
    schema = {"fields": [{"name": f"f{number}", "title": title} for number, title in enumerate(titles)]}
    found = extract_file(real_data / "subventions" / name, References(table_schema=schema))
    assert found.table.num_rows == count


def test_rows_that_end_before_the_last_column_are_an_error(tmp_path: Path) -> None:
    found = extract(tmp_path, CSV + "cut\n")
    [error] = [one for one in found.findings if one.severity == "error"]
    assert (error.rule, error.row) == ("missing-cell", CSV.count("\n") + 1)
    assert "1 rows have fewer cells than the header" in error.message
