"""The door: titles and the rows below them."""

import io
from pathlib import Path

import pytest
import xlsxwriter

from pipelines.errors import InvalidData
from pipelines.validate.door import open_file
from tests.validate.grants import HEADER, TEXT, TITLES, findings, opened, repairs, rows


def test_rows_above_the_header_are_left_out_and_rows_keep_their_numbers(tmp_path: Path):
    found = opened(tmp_path, "Ville de X;;\n;;\nnomBeneficiaire;dateConvention;montant\na;2024-01-31;1\n")
    assert tuple(found.extract.rows) == (4,)
    assert repairs(found) == [("title-rows", 1, None), ("title-rows", 2, None)]


def test_a_header_that_comes_back_is_no_row(tmp_path: Path):
    found = opened(tmp_path, "nomBeneficiaire;montant\na;1\nnomBeneficiaire;montant\nb;2\n")
    assert [row["nomBeneficiaire"] for row in rows(found)] == ["a", "b"]
    assert tuple(found.extract.rows) == (2, 4)
    assert ("repeated-header", 3, None) in repairs(found)


def test_titles_that_stand_too_low_are_told_and_refused_in_one_sentence(tmp_path: Path):
    above = "".join(f"Paragraphe {number};;\n" for number in range(40))
    with pytest.raises(InvalidData, match=r"export\.csv: the titles stand on row 41\..* at most 29 may be there"):
        opened(tmp_path, f"{above}{TEXT}")
    assert len(rows(opened(tmp_path, "Paragraphe;;\n" * 29 + TEXT))) == 2


def test_titles_low_in_another_sheet_are_nothing_to_tell(tmp_path: Path):
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        book.add_worksheet("Notice").write_row(40, 0, HEADER)
        sheet = book.add_worksheet("Subventions")
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ["a", "2024-01-31", 1, "x"])
    assert opened(tmp_path, target.getvalue(), "export.xlsx").extract.sheet == "Subventions"


def test_columns_are_found_by_name_whatever_their_order_case_accents_and_stars(tmp_path: Path):
    found = opened(tmp_path, "  MONTANT * ;Nom du bénéficiaire;Date de convention\n1;a;2024-01-31\n")
    assert rows(found) == [{"montant": "1", "nomBeneficiaire": "a", "dateConvention": "2024-01-31"}]
    assert [rule for rule, _row, _column in repairs(found)] == ["header"] * 3
    assert found.extract.titles["montant"] == "MONTANT *"


def test_a_declared_alias_names_a_column(tmp_path: Path):
    found = opened(tmp_path, "Somme versée;nomBeneficiaire\n1;a\n", aliases={"somme versee": "montant"})
    assert rows(found)[0]["montant"] == "1"


def test_a_file_without_a_header_is_told_and_its_first_row_not_quoted(tmp_path: Path):
    found = opened(tmp_path, "Zoé Martin;0606060606\nZoé Durand;0707070707\n")
    assert findings(found)[0] == ("no-known-title", 1, None)
    assert "Zoé" not in repr(found.extract.findings)


def test_a_header_without_rows_is_told(tmp_path: Path):
    assert findings(opened(tmp_path, "nomBeneficiaire;montant\n")) == [("no-rows", None, None)]


def test_a_title_that_is_only_near_a_field_is_asked_about_and_never_taken(tmp_path: Path):
    found = opened(tmp_path, "nomBeneficiaires;montant\na;1\n")
    assert "nomBeneficiaire" not in found.extract.table.column_names
    [finding] = found.extract.findings
    assert "“nomBeneficiaire”" in finding.message


@pytest.mark.parametrize("header", ["montant;objet;montant", "montant;objet;MONTANT *", "Somme;objet;Montant"])
def test_two_columns_of_one_field_are_refused_by_their_places(tmp_path: Path, header: str):
    reason = r"column 1 \(A\) and column 3 \(C\) both stand for the field “montant”"
    with pytest.raises(InvalidData, match=reason):
        opened(tmp_path, f"{header}\n1;x;2\n", aliases={"Somme": "montant"})


def test_two_unknown_columns_of_one_title_are_refused_and_the_title_is_not_quoted(tmp_path: Path):
    with pytest.raises(InvalidData, match=r"column 2 \(B\) and column 3 \(C\) have one title") as refused:
        opened(tmp_path, "montant;Zoé Martin;Zoé Martin\n1;2;3\n")
    assert "Zoé" not in str(refused.value)


def test_a_column_that_is_no_field_is_told_by_its_place_since_its_title_may_be_a_person(tmp_path: Path):
    found = opened(tmp_path, "nomBeneficiaire;Zoé Martin;montant;\na;2;3;4\n")
    assert findings(found) == [("unknown-column", None, "column 2 (B)"), ("unknown-column", None, "column 4 (D)")]
    assert "Zoé" not in repr(found.extract.findings)


@pytest.mark.parametrize("title", ["MONTANT", "Montánt", "  montant ", "*montant*", "« Montant »", "mon-tant"])
def test_a_title_is_its_letters(tmp_path: Path, title: str):
    assert rows(opened(tmp_path, f"nomBeneficiaire;{title}\na;1\n"))[0]["montant"] == "1"


@pytest.mark.parametrize("title", ["Nom de l’Œuvre", "NOM DE L'OEUVRE", "nom de l` œuvre"])
def test_apostrophes_and_ligatures_are_no_difference(tmp_path: Path, title: str):
    path = tmp_path / "x.csv"
    path.write_text(f"{title};b\n1;2\n", "utf-8")
    found = open_file(path, {"fields": [{"name": "oeuvre", "title": "Nom de l'œuvre"}]})
    assert found.extract.table.column_names == ["oeuvre", "b"]


def test_a_title_that_is_exactly_a_fields_name_is_that_field_whatever_its_neighbours_look_like(tmp_path: Path):
    path = tmp_path / "x.csv"
    path.write_text("codeINSEE;code_insee\n1;2\n", "utf-8")
    found = open_file(path, {"fields": [{"name": "code_insee"}, {"name": "codeINSEE"}]})
    assert found.extract.table.to_pylist() == [{"codeINSEE": "1", "code_insee": "2"}]
    assert repairs(found) == []


def test_an_empty_column_without_a_title_is_left_out(tmp_path: Path):
    found = opened(tmp_path, "nomBeneficiaire;;montant;\na;;1;\nb;;2;\n")
    assert found.extract.table.column_names == ["nomBeneficiaire", "montant"]
    assert repairs(found) == [("blank-column", None, "column 2 (B)")]


def test_an_empty_row_is_left_out_and_the_rows_below_keep_their_numbers(tmp_path: Path):
    found = opened(tmp_path, "nomBeneficiaire;montant\na;1\n\n ;\nb;2\n")
    assert tuple(found.extract.rows) == (2, 5)
    assert repairs(found) == [("blank-row", 3, None), ("blank-row", 4, None)]


@pytest.mark.parametrize("cell", ["Total", "TOTAL GÉNÉRAL :", "Sous-total", "Total 2024"])
def test_a_row_that_looks_like_a_total_is_told_and_stays(tmp_path: Path, cell: str):
    found = opened(tmp_path, f"nomBeneficiaire;montant\na;1\nTotal Énergies;2\n{cell};3\n")
    assert len(rows(found)) == 3
    assert findings(found) == [("total-row", 4, None)]


def test_cells_beyond_the_last_column_are_an_error_of_their_row(tmp_path: Path):
    found = opened(tmp_path, "nomBeneficiaire;montant\na;1;more\nb;2;\n")
    assert [(error.row_number, error.rule) for error in found.ragged] == [(2, "extra-cell")]


@pytest.mark.parametrize(
    ("lines", "short"),
    [
        (["Association", "sportive;Nantes;1000", "B;Nantes;2"], [2]),
        (["A;Nan", "tes;1000", "B;Nantes;2"], [2, 3]),
        (["A;Nantes;1", "B;Nan"], [3]),
        (["A;Nantes;1", "B;Nantes;"], []),
        (["A;Nantes;1", "Total"], [3]),
    ],
)
def test_a_row_that_ends_before_the_last_column_is_an_error(tmp_path: Path, lines: list[str], short: list[int]):
    found = opened(tmp_path, "\n".join([TITLES, *lines]))
    assert [(error.row_number, error.rule) for error in found.ragged] == [(row, "missing-cell") for row in short]


def test_rows_too_short_and_too_long_are_told_in_their_order(tmp_path: Path):
    found = opened(tmp_path, f"{TITLES}\nA;x;1;y\nB\nC;x;1;y\n")
    assert [(error.row_number, error.field_number) for error in found.ragged] == [(2, 4), (3, 2), (4, 4)]


def test_empty_cells_that_an_export_left_out_at_the_end_of_many_rows_are_only_told(tmp_path: Path):
    found = opened(tmp_path, f"{TITLES};date\nA;x;1;d\n" + "B;x;2\n" * 16 + "C\n")
    assert [error.row_number for error in found.ragged] == [19]
    assert findings(found)[2:] == [("missing-cell", row, None) for row in range(3, 19)]


@pytest.mark.parametrize(("whole", "short"), [(15, 5), (15, 1), (31, 16)])
def test_empty_cells_left_out_in_all_rows_of_a_spreadsheet_s_block_are_only_told(
    tmp_path: Path, whole: int, short: int
):
    found = opened(tmp_path, f"{TITLES};date;note\n" + "A;x;1;d;n\n" * whole + "B;x\n" * short)
    assert list(found.ragged) == []
    assert findings(found)[-short:] == [("missing-cell", row, None) for row in range(whole + 2, whole + short + 2)]


@pytest.mark.parametrize("cell", ["Tarifs :\nAdulte 3,50 €\nEnfant 1,50 €", "Lieu\n48.85,2.35"])
def test_a_list_with_decimal_commas_in_a_cell_of_two_columns_is_read(tmp_path: Path, cell: str):
    path = tmp_path / "x.csv"
    path.write_text(f'nom,tarifs\nPiscine,"{cell}"\nStade,gratuit\n', "utf-8")
    found = open_file(path, {"fields": [{"name": "nom"}, {"name": "tarifs"}]})
    assert [row["tarifs"] for row in rows(found)] == [cell, "gratuit"]


def test_what_ends_before_a_column_without_a_title_is_whole(tmp_path: Path):
    assert list(opened(tmp_path, f"{TITLES};;\nA;x;1\n").ragged) == []
