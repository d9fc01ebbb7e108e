"""The last gate looks at everything that becomes public: an identifier stops the run, a name is told to the officer."""

import csv
import stat
from pathlib import Path

import pytest

from tests.installation import Town
from tests.test_a_new_dataset import CSV, town  # noqa: F401 - a fixture

DATASET = "bancs_publics"


@pytest.fixture
def delivered(town: Town) -> Town:  # noqa: F811
    (town.depot(DATASET) / "bancs.csv").write_text(CSV, "utf-8")
    return town


def rewrite(town: Town, file: str, old: str, new: str) -> None:  # noqa: F811
    path = town.root / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


DECLARED, SHAPE, EXPECTED = (
    f"datasets/{DATASET}/dataset.yaml",
    f"schemas/{DATASET}.json",
    f"quality/{DATASET}.yaml",
)


@pytest.mark.parametrize(
    ("file", "old", "new", "where", "kind"),
    [
        (DECLARED, "The town's benches.", "Ask 06 12 34 56 78.", "description", "phone"),
        (DECLARED, "opendata@example.org", "zoe.inventee@example.org", "contact", "e-mail"),
        (SHAPE, '"Quartier"', '"Quartier (zoe.inventee@orange.fr)"', "schema", "e-mail"),
        (EXPECTED, "Negative price.", "Negative price 06 12 34 56 78.", "quality.json", "phone"),
        ("organisations.csv", "Saint-Parvis-sur-Loire", "Saint-Parvis 06 12 34 56 78", "organisation", "phone"),
    ],
)
def test_an_identifier_in_what_is_said_of_the_rows_stops_the_run_in_one_line(
    delivered: Town, file: str, old: str, new: str, where: str, kind: str
):
    rewrite(delivered, file, old, new)
    done = delivered.run("run", DATASET)
    assert done.code == 12, done.err
    assert where in done.err and kind in done.err
    assert "inventee" not in done.err and "34 56" not in done.err and len(done.err.strip().splitlines()) == 1
    assert delivered.latest(DATASET) is None


@pytest.mark.parametrize(
    ("file", "old", "new", "where"),
    [
        ("parvis.yaml", "  fr: Données", "  fr: 06 12 34 56 78, données", "parvis.yaml: title"),
        ("parvis.yaml", "  address: ''", "  address: zoe.inventee@orange.fr", "parvis.yaml: legal.address"),
        ("organisations.csv", "Saint-Parvis-sur-Loire", "Saint-Parvis 06 12 34 56 78", "organisations.csv: 219900016"),
    ],
)
def test_an_identifier_in_the_site_s_own_texts_stops_whatever_makes_them_public(
    delivered: Town, file: str, old: str, new: str, where: str, tmp_path: Path
):
    rewrite(delivered, file, old, new)
    for command in (["run", DATASET], ["export", "--static", str(tmp_path / "site")], ["check"]):
        done = delivered.run(*command)
        assert done.code == 12 and (where in done.out + done.err or command[0] == "run")
        assert "inventee" not in done.out + done.err and "34 56" not in done.out + done.err
    assert not (tmp_path / "site").exists() and delivered.latest(DATASET) is None


def test_another_organisation_s_line_stops_the_site_and_no_publication_of_ours(delivered: Town, tmp_path: Path):
    with (delivered.root / "organisations.csv").open("a", encoding="utf-8") as listed:
        columns = len((delivered.root / "organisations.csv").read_text("utf-8").splitlines()[0].split(","))
        listed.write(",".join(["219900024", "parvis-le-vieux", "Parvis 06 12 34 56 78", *[""] * (columns - 3)]) + "\n")
    assert delivered.run("run", DATASET).code == 0
    for command in (["export", "--static", str(tmp_path / "site")], ["check"]):
        done = delivered.run(*command)
        assert done.code == 12 and "organisations.csv: 219900024" in done.out + done.err


def test_the_law_s_own_contacts_may_be_e_mails_and_phones(delivered: Town, tmp_path: Path):
    for key, said in (("phone", "02 99 00 00 00"), ("email", "zoe@example.org"), ("data_protection_officer", "z@a.fr")):
        rewrite(delivered, "parvis.yaml", f"  {key}: ''", f"  {key}: {said}")
    assert delivered.run("export", "--static", str(tmp_path / "site")).code == 0


def test_a_contact_that_the_declaration_calls_the_institution_s_own_is_one(delivered: Town):
    rewrite(delivered, DECLARED, "opendata@example.org", "zoe.inventee@example.org")
    rewrite(delivered, DECLARED, "  unit: none", "  unit: none\n  contacts: [zoe.inventee@example.org]")
    assert delivered.run("run", DATASET).code == 0


def named(town: Town) -> list[dict[str, str]]:  # noqa: F811
    lists = sorted((town.root / "work" / "held").rglob("*-names.csv"))
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in lists)
    return [row for path in lists for row in csv.DictReader(path.open(encoding="utf-8-sig"), delimiter=";")]


def deliver(town: Town, *quarters: str) -> None:  # noqa: F811
    lines = [f"{number};{quarter};10,00;31/03/2024;x" for number, quarter in enumerate(quarters)]
    header = "Numéro d'inventaire;QUARTIER;Prix (€);Posé le;Agent"
    (town.depot(DATASET) / "bancs.csv").write_text("\n".join([header, *lines]) + "\n", "utf-8")


def test_a_text_that_names_somebody_is_told_once_to_the_officer_and_stops_nothing(delivered: Town):
    deliver(delivered, "Devant chez Mme Ysaline Inventée", "Gymnase Jean-Moulin", "Le Mail")
    first = delivered.run("run", DATASET)
    assert first.code == 0 and "may name somebody" in first.out
    assert "Ysaline" not in first.out + first.err
    assert named(delivered) == [{"column": "quartier", "rows": "1", "text": "Devant chez Mme Ysaline Inventée"}]
    deliver(delivered, "Devant chez Mme Ysaline Inventée", "Gymnase Jean-Moulin", "Le Mail", "Bas-Coteau")
    second = delivered.run("run", DATASET)
    assert second.code == 0 and "may name somebody" not in second.out
    assert len(named(delivered)) == 1
    assert "Ysaline" not in (delivered.root / "work" / "looked_at" / "219900016" / f"{DATASET}.json").read_text()


def test_a_column_that_a_person_reviewed_is_not_told(delivered: Town):
    deliver(delivered, "Devant chez Mme Ysaline Inventée")
    rewrite(delivered, DECLARED, "quartier: {role: public, action: keep}", QUARTER_REVIEWED)
    assert delivered.run("run", DATASET).code == 0
    assert named(delivered) == []


QUARTER_REVIEWED = 'quartier: {role: public, action: keep, reviewed: "communication, 2026-03-01"}'
