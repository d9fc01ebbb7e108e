"""Charts of accounts are found by year and name, and read once."""

import os
from pathlib import Path

import pytest

from pipelines.errors import SourceUnavailable
from pipelines.extract.charts import find_chart, parse_chart, read_chart
from pipelines.extract.totem_rows import section_of


def write_chart(folder: Path, year: str, name: str, label: str = "Énergie") -> Path:
    path = folder / year / "M57" / name / "planDeCompte.xml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(
        f"""<Nomenclature>
          <Nature>
            <Chapitres><Chapitre Code="011" Libelle=" Charges " Section="F"/></Chapitres>
            <Comptes><Compte Code="6" Libelle="Charges">
              <Compte Code="60612" Libelle="{label}" DR="011" DOES="" RR=""/></Compte></Comptes>
          </Nature>
          <Fonction>
            <Chapitres><Chapitre Code="930" Libelle="Services" Section="F"/></Chapitres>
            <Comptes><Compte Code="93020" Libelle="Administration" DR="930"/></Comptes>
            <RefFonctionnelles><RefFonc Code="0" Libelle="Services"><RefFonc Code="02" Libelle="Mairie"/></RefFonc>
            </RefFonctionnelles>
          </Fonction>
        </Nomenclature>""",
        "utf-8",
    )
    return path


def label_of(folders: list[Path], year: str, name: str = "M57_A") -> str | None:
    chart = find_chart(folders, year, name)
    return chart and chart.accounts["60612"].label


def test_a_chart_holds_accounts_by_nature_chapters_of_both_kinds_and_functions(tmp_path):
    chart = read_chart(write_chart(tmp_path, "2023", "M57_A"))
    assert (chart.name, chart.year) == ("M57_A", "2023")
    assert set(chart.accounts) == {"6", "60612"}
    assert chart.accounts["60612"].chapters == {"DR": "011"}
    assert {code: chapter.label for code, chapter in chart.chapters.items()} == {"011": "Charges", "930": "Services"}
    assert chart.functions == {"0": "Services", "02": "Mairie"}
    assert {code: account.chapters for code, account in chart.rubriques.items()} == {"93020": {"DR": "930"}}


def test_the_chart_of_the_year_is_found_and_after_the_newest_year_the_newest(tmp_path):
    write_chart(tmp_path, "2022", "M57_A", "de 2022")
    write_chart(tmp_path, "2024", "M57_A", "de 2024")
    assert [label_of([tmp_path], year) for year in ("2021", "2022", "2023", "2024", "2031")] == [
        None,
        "de 2022",
        None,
        "de 2024",
        "de 2024",
    ]


def test_a_chart_that_ended_is_not_used_for_later_years(tmp_path):
    write_chart(tmp_path, "2019", "M43_A")
    write_chart(tmp_path, "2024", "M43")
    assert label_of([tmp_path], "2025", "M43_A") is None


def test_an_earlier_folder_wins(tmp_path):
    write_chart(tmp_path / "own", "2024", "M57_A", "la nôtre")
    write_chart(tmp_path / "bundled", "2024", "M57_A", "la fournie")
    write_chart(tmp_path / "bundled", "2024", "M4", "seule")
    folders = [tmp_path / "own", tmp_path / "absent", tmp_path / "bundled"]
    assert (label_of(folders, "2024"), label_of(folders, "2024", "M4")) == ("la nôtre", "seule")


def test_a_chart_is_read_once_and_anew_when_it_changes(tmp_path):
    path = write_chart(tmp_path, "2024", "M57_A", "avant")
    assert read_chart(path) is read_chart(path)
    write_chart(tmp_path, "2024", "M57_A", "après")
    os.utime(path, ns=(1, 1))
    assert read_chart(path).accounts["60612"].label == "après"


@pytest.mark.parametrize("content", ["<Autre/>", "<Nomenclature/>", "<Nomenclature><Nature/>", ""])
def test_what_is_no_chart_is_refused(tmp_path, content):
    path = write_chart(tmp_path, "2024", "M57_A")
    path.write_text(content)
    with pytest.raises(SourceUnavailable):
        read_chart(path)


def test_the_section_rule_agrees_with_every_place_of_every_official_chart(official_charts):
    (folder,) = official_charts.nomenclatures
    checked = agreed = 0
    for path in folder.rglob("planDeCompte.xml"):
        chart = parse_chart(path)
        for code, account in chart.accounts.items():
            sections = [chart.chapters[chapter].section for chapter in account.chapters.values()]
            checked += len(sections)
            agreed += sections.count(section_of(code))
    assert agreed == checked == 378_170
