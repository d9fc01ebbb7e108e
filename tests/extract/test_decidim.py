"""Decidim's export of budget projects, in every form that its header had."""

from pathlib import Path

import pytest
import xlsxwriter

from pipelines.errors import InvalidData, SourceUnavailable
from pipelines.extract import Extract, References
from pipelines.extract.decidim import extract_decidim_projects

EXAMPLES = Path(__file__).parents[2] / "datasets" / "bp_projets" / "example"

CATEGORIES = (
    "id;category/id;category/name/fr;category/name/en;scope/id;scope/name/fr;scope/name/en;participatory_space/id;"
    "participatory_space/url;component/id;title/fr;title/en;description/fr;description/en;budget/id;budget_amount;"
    "confirmed_votes;comments;created_at;url;related_proposals;related_proposal_titles;related_proposal_urls"
)
PAPER_BALLOTS = CATEGORIES.replace("confirmed_votes;", "confirmed_votes;paper_ballots;total_votes;")
TAXONOMIES = (
    "id;taxonomies/id;taxonomies/name;participatory_space/id;participatory_space/url;component/id;title/fr;"
    "description/fr;budget/id;budget_amount;confirmed_votes;comments;created_at;url;address;related_proposals;"
    "related_proposal_titles;related_proposal_urls"
)
AUTHORS = TAXONOMIES.replace("id;taxonomies/id", "id;author/id;author/name;author/url;taxonomies/id", 1).replace(
    "address;", "address;updated_at;reference;"
)
ONE_LANGUAGE = "id;category;scope;title;description;budget;confirmed_votes;url"

CELLS = {
    "id": "7",
    "title/fr": "Un banc",
    "title/en": "A bench",
    "title": "Un banc",
    "category/name/fr": "Cadre de vie",
    "category": "Cadre de vie",
    "taxonomies/name": '"{""fr""=>""Cadre de vie"", ""en""=>""Life""}"',
    "scope/name/fr": "Le Mail",
    "scope": "Le Mail",
    "budget_amount": "1500",
    "budget": "1500",
    "confirmed_votes": "41",
    "paper_ballots": "9",
    "total_votes": "50",
    "participatory_space/url": "https://participer.example/processes/bp-2024",
    "url": "https://participer.example/projects/7",
    "author/name": "Ysaline Inventée",
}


def export(folder: Path, header: str, name: str = "projets-2024.csv", **other: str) -> Path:
    """One project under `header`, in a file."""
    cells = {**CELLS, **other}
    path = folder / name
    path.write_text(f"{header}\n{';'.join(cells.get(title, '') for title in header.split(';'))}\n", "utf-8")
    return path


def extract(path: Path) -> Extract:
    return extract_decidim_projects(path, References())


def row(path: Path) -> dict[str, str]:
    return dict(extract(path).table.to_pylist()[0])


@pytest.mark.parametrize(
    ("header", "differences"),
    [
        (CATEGORIES, {"quartier": "Le Mail"}),
        (PAPER_BALLOTS, {"quartier": "Le Mail", "votes": "50"}),
        (TAXONOMIES, {}),
        (AUTHORS, {"porteur": "Ysaline Inventée"}),
        (ONE_LANGUAGE, {"quartier": "Le Mail"}),
    ],
    ids=["categories", "paper-ballots", "taxonomies", "authors", "one-language"],
)
def test_every_generation_of_the_header_fills_the_same_fields(
    tmp_path: Path, header: str, differences: dict[str, str]
) -> None:
    expected = {
        "edition": "2024",
        "projet_id": "7",
        "titre": "Un banc",
        "thematique": "Cadre de vie",
        "cout_estime": "1500",
        "votes": "41",
        "statut": "soumis_au_vote",
        "url": "https://participer.example/projects/7",
    } | differences
    found = row(export(tmp_path, header))
    assert {field: found.get(field) for field in expected} == expected


@pytest.mark.parametrize("header", [CATEGORIES, PAPER_BALLOTS, TAXONOMIES, AUTHORS])
def test_no_column_of_the_source_disappears_before_the_privacy_block_sees_it(tmp_path: Path, header: str) -> None:
    table = extract(export(tmp_path, header)).table
    assert table.num_columns == len(header.split(";")) + len(("edition", "statut"))


def test_a_column_that_nobody_knows_comes_out_under_its_own_title(tmp_path: Path) -> None:
    found = row(export(tmp_path, TAXONOMIES + ";courriel", courriel="y.inventee@courriel.example"))
    assert found["courriel"] == "y.inventee@courriel.example"


@pytest.mark.parametrize(("budget", "expected"), [("5", "5"), ("", "ville")])
def test_votes_of_one_edition_are_told_apart_by_their_budget(tmp_path: Path, budget: str, expected: str) -> None:
    assert row(export(tmp_path, TAXONOMIES, **{"budget/id": budget}))["scrutin"] == expected


def test_an_export_without_budgets_is_of_the_towns_only_vote(tmp_path: Path) -> None:
    assert row(export(tmp_path, ONE_LANGUAGE))["scrutin"] == "ville"


def test_french_is_taken_first_and_the_other_languages_stay_beside_it(tmp_path: Path) -> None:
    found = row(export(tmp_path, CATEGORIES.replace("title/fr;title/en", "title/en;title/fr")))
    assert (found["titre"], found["title/en"]) == ("Un banc", "A bench")


def test_a_platform_without_french_gives_its_first_language(tmp_path: Path) -> None:
    assert row(export(tmp_path, CATEGORIES.replace("title/fr;", "")))["titre"] == "A bench"


@pytest.mark.parametrize(
    ("guarded", "expected"),
    [
        ("'=1+1", "=1+1"),
        ("'-5", "-5"),
        ("'+ d'arbres", "+ d'arbres"),
        ("'@ tous", "@ tous"),
        ("'tis", "'tis"),
        ("''=x", "''=x"),
    ],
)
def test_the_apostrophe_against_formulas_is_taken_off_and_no_other(tmp_path: Path, guarded: str, expected: str) -> None:
    assert row(export(tmp_path, TAXONOMIES, **{"title/fr": guarded}))["titre"] == expected


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ('{"fr"=>"Nature", "en"=>"Nature (en)"}', "Nature"),
        ('{"fr" => "Nature"}, {"en" => "Roads", "fr" => "Voirie"}', "Nature, Voirie"),
        ('{"en"=>"Roads"}', "Roads"),
        ('{"fr"=>"L\\"Île", "en"=>""}', 'L"Île'),
        ("Nature, Voirie", "Nature, Voirie"),
        ("", ""),
    ],
)
def test_taxonomies_that_ruby_wrote_are_read_as_their_french_names(tmp_path: Path, cell: str, expected: str) -> None:
    quoted = '"' + cell.replace('"', '""') + '"'
    assert row(export(tmp_path, TAXONOMIES, **{"taxonomies/name": quoted}))["thematique"] == expected


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_separator_and_encoding_do_not_change_the_rows(tmp_path: Path, separator: str, encoding: str) -> None:
    header = separator.join(ONE_LANGUAGE.split(";"))
    cells = separator.join(["7", "Nature", "Le Mail", '"Rénover\nl’école"', "", "1500", "41", ""])
    path = tmp_path / "projets-2024.csv"
    path.write_bytes(f"{header}\r\n{cells}\r\n".encode(encoding))
    assert row(path)["titre"] == "Rénover\nl’école"


@pytest.mark.parametrize(
    ("before", "after", "encoding"),
    [
        ("sep=;\r\n", "", "utf-8"),
        ("Budget participatif 2024\r\n\r\n", "", "utf-8"),
        ("", "\x1a", "utf-8"),
        ("", "", "cp850"),
        ("", "", "utf-16"),
    ],
    ids=["sep", "title", "end of file", "DOS", "UTF-16"],
)
def test_what_a_spreadsheet_puts_around_the_export_changes_no_row(
    tmp_path: Path, before: str, after: str, encoding: str
) -> None:
    path = export(tmp_path, ONE_LANGUAGE, title="Rénover l'école près du théâtre", category="Éducation")
    expected = row(path)
    path.write_bytes(f"{before}{path.read_text('utf-8')}{after}".encode(encoding))
    assert row(path) == expected


def test_a_row_cut_short_is_told_and_stops_the_run(tmp_path: Path) -> None:
    path = export(tmp_path, ONE_LANGUAGE)
    path.write_text(path.read_text("utf-8") + "8;Mme Inventée\n", "utf-8")
    told = [finding for finding in extract(path).findings if finding.severity == "error"]
    assert [(finding.rule, finding.row) for finding in told] == [("missing-cell", 3)]
    assert "Inventée" not in told[0].message


@pytest.mark.parametrize(
    ("name", "space", "expected"),
    [
        ("projets-2024.csv", "bp-2024", "2024"),
        ("projets.csv", "bp-2024", "2024"),
        ("projets-2024.csv", "budget-participatif", "2024"),
        ("projects-2025-01-13-2031.csv", "bp-2024", "2024"),
        ("projects-13-01-2025-40211.csv", "bp-2024", "2024"),
    ],
)
def test_the_edition_is_in_the_files_name_or_in_the_spaces_address_not_in_the_day_of_the_export(
    tmp_path: Path, name: str, space: str, expected: str
) -> None:
    url = {"participatory_space/url": f"https://participer.example/processes/{space}"}
    assert row(export(tmp_path, TAXONOMIES, name, **url))["edition"] == expected


@pytest.mark.parametrize(
    ("name", "space"),
    [("projets.csv", "budget-participatif"), ("projets-2023.csv", "bp-2024"), ("projets-2023-2024.csv", "bp")],
    ids=["nowhere", "contradiction", "two years"],
)
def test_an_edition_that_is_not_clear_stops_and_says_what_to_do(tmp_path: Path, name: str, space: str) -> None:
    url = {"participatory_space/url": f"https://participer.example/processes/{space}"}
    with pytest.raises(InvalidData, match="the edition is not clear; its year must stand once in the file's name"):
        extract(export(tmp_path, TAXONOMIES, name, **url))


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("id;title;body;state;reference;supports;published_at;url", "Decidim's export of proposals"),
        ("id;author/id;title/fr;body/fr;state;votes;likes/user_likes;published_at", "Decidim's export of proposals"),
        ("id;created_at;body;commentable_id;commentable_type;root_commentable_url", "Decidim's export of comments"),
        ("id;title/fr;start_time;end_time;attendees;address", "Decidim's export of meetings"),
        ("id;title/fr;start_date;end_date;progress", "Decidim's export of results"),
    ],
)
def test_another_export_of_decidim_is_refused_by_its_name(tmp_path: Path, header: str, expected: str) -> None:
    path = tmp_path / "export-2024.csv"
    path.write_text(f"{header}\n", "utf-8")
    with pytest.raises(SourceUnavailable, match=f"{expected}; expected a budget's projects, exported as CSV"):
        extract(path)


@pytest.mark.parametrize("kind", ["comments", "proposals"])
@pytest.mark.parametrize("config", ["config1", "config2"])
def test_real_spreadsheets_of_decidim_are_refused_by_what_they_hold(real_data: Path, kind: str, config: str) -> None:
    path = real_data / "participation_decidim" / f"{kind}_{config}.xls"
    with pytest.raises(SourceUnavailable, match=f"this is Decidim's export of {kind}; expected a budget's projects"):
        extract(path)


def test_a_spreadsheet_under_the_name_of_a_csv_is_told_to_be_one(tmp_path: Path) -> None:
    path = tmp_path / "projets-2024.csv"
    path.write_bytes(b"PK\x03\x04 and so on")
    with pytest.raises(SourceUnavailable, match=r"projets-2024\.csv: the archive is broken"):
        extract(path)


def workbook(folder: Path, header: str, **other: object) -> Path:
    """One project under `header`, in an XLSX with numbers as numbers."""
    cells: dict[str, object] = {**CELLS, "id": 7, "budget_amount": 1500, "confirmed_votes": 41, **other}
    path = folder / "projets-2024.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Export")
        for column, title in enumerate(header.split(";")):
            sheet.write_string(0, column, title)
            sheet.write(1, column, cells.get(title, ""))
    return path


def test_a_workbook_gives_the_same_row_as_a_csv(tmp_path: Path) -> None:
    names = {"taxonomies/name": '{"fr"=>"Cadre de vie", "en"=>"Life"}', "title/fr": "'+ d'arbres"}
    found = extract(workbook(tmp_path, TAXONOMIES, **names))
    assert found.table.to_pylist() == [row(export(tmp_path, TAXONOMIES, **{"title/fr": "'+ d'arbres"}))]
    assert list(found.rows) == [2]


def test_a_workbook_of_another_export_is_refused_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable, match="this is Decidim's export of proposals"):
        extract(workbook(tmp_path, "id;title/fr;body/fr;state;published_at"))


def test_a_page_of_text_in_pdf_is_told_to_be_one(tmp_path: Path) -> None:
    path = tmp_path / "projets-2024.csv"
    path.write_bytes(b"%PDF-1.7 and so on")
    with pytest.raises(SourceUnavailable, match=r"projets-2024\.csv: a text document, not a table"):
        extract(path)


def test_a_spreadsheet_with_one_wrong_byte_ends_the_reading_and_not_the_process(
    real_data: Path, tmp_path: Path
) -> None:
    content = bytearray((real_data / "participation_decidim" / "comments_config1.xls").read_bytes())
    content[3226] = 255  # here a reader of workbooks asks for two terabytes
    path = tmp_path / "comments.xls"
    path.write_bytes(content)
    with pytest.raises(SourceUnavailable, match=r"comments\.xls: the workbook is damaged"):
        extract(path)


@pytest.mark.parametrize("kept", [0.02, 0.3, 0.9])
def test_a_truncated_spreadsheet_is_told_to_be_damaged(real_data: Path, tmp_path: Path, kept: float) -> None:
    whole = (real_data / "participation_decidim" / "proposals_config1.xls").read_bytes()
    path = tmp_path / "export.xls"
    path.write_bytes(whole[: int(len(whole) * kept)])
    with pytest.raises(SourceUnavailable, match=r"export\.xls: the workbook is damaged"):
        extract(path)


def test_a_missing_column_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable, match="no column “budget_amount”"):
        extract(export(tmp_path, "id;title/fr;url"))


def test_a_header_without_a_project_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "projets-2024.csv"
    path.write_text(f"{TAXONOMIES}\n", "utf-8")
    with pytest.raises(SourceUnavailable, match="a header and no project"):
        extract(path)


def test_two_generations_of_one_column_are_not_silently_made_one(tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable, match="column “description” would take the place of another one"):
        extract(export(tmp_path, "id;title/fr;description/fr;description;budget_amount"))


@pytest.mark.parametrize(("edition", "count"), [("2023", 18), ("2024", 18), ("2025", 16)])
def test_the_invented_exports_are_read_whole(edition: str, count: int) -> None:
    found = extract(EXAMPLES / f"projets-{edition}.csv")
    assert set(found.table["edition"].to_pylist()) == {edition}
    assert list(found.rows) == list(range(2, count + 2))
    assert not {"", None} & set(found.table["titre"].to_pylist() + found.table["thematique"].to_pylist())
