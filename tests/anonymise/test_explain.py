import pytest

from pipelines.anonymise.explain import explain
from pipelines.anonymise.gate import GateReport
from pipelines.anonymise.groups import GroupFigures
from pipelines.anonymise.report import as_html, privacy_report
from pipelines.anonymise.scan import Leak
from pipelines.declarations import read_datasets
from pipelines.privacy_policy import Aggregate, Suppression
from pipelines.settings import bundled
from tests.anonymise.policies import BUDGET_LAW, PSEUDONYM, generalised, gridded, privacy

POLICY = privacy(
    "usager",
    usager="identifier drop",
    qui=PSEUDONYM,
    jour=generalised("month"),
    lat=gridded("latitude"),
    lon=gridded("longitude"),
    service="public keep",
    commentaire={"role": "free_text", "action": "keep", "reviewed": "chef de projet, 2026-03"},
).model_copy(update={"preset": "small_town_20", "suppression": Suppression(priority=("lat", "lon"))})


def test_every_column_has_a_sentence_that_says_what_and_why() -> None:
    sentences = explain(POLICY)
    assert sentences[:4] == [
        "“usager” never leaves: by itself it points to a person.",
        "“qui” is replaced by a pseudonym that only this town can compute, the same in every version "
        "(reusers count distinct contributors): by itself it points to a person.",
        "“jour” is cut to the month: together with other traits it could point to a person.",
        "“lat” is moved to the centre of its square of 1000 m (INSPIRE grid): "
        "together with other traits it could point to a person.",
    ]
    assert "“commentaire” is published after review (chef de projet, 2026-03): " in sentences[6]


def test_the_rules_follow_with_their_source() -> None:
    text = " ".join(explain(POLICY))
    assert "at least 20 people look like it (Parvis' own, stricter" in text
    assert "at most 5% of the rows may be left out, and 5% may lose a cell" in text
    assert "in this order: lat, lon." in text
    assert "they wait until there are enough" in text
    assert "many rows of one person count once" in text


def test_other_policies_say_otherwise() -> None:
    refusing = POLICY.model_copy(update={"releases": "refuse", "unit": "none", "aggregate": Aggregate(by=("service",))})
    text = " ".join(explain(refusing))
    assert "the whole version is refused" in text
    assert "rows are counted instead of people" in text
    assert "Only a table of counts by service leaves" in text
    unjudged = " ".join(explain(POLICY.model_copy(update={"preset": None})))
    assert "nothing says how many people must look alike" in unjudged


def test_a_basis_of_law_is_cited_for_every_column() -> None:
    sentences = explain(privacy(montant="public keep").model_copy(update=BUDGET_LAW))
    assert sentences == [
        "“montant” is published as it is: the law makes it public (CGCT L2313-1).",
        "By law (CGCT L2313-1): lines of a voted budget. What leaves is still searched for identifiers.",
        "Groups are not judged: the law makes the whole dataset public (CGCT L2313-1).",
    ]


@pytest.mark.parametrize("dataset", read_datasets([bundled()]), ids=lambda dataset: dataset.name)
def test_every_bundled_declaration_can_be_explained(dataset) -> None:
    assert len(explain(dataset.privacy)) >= len(dataset.privacy.columns)


FIGURES = GroupFigures(40, 21, 3, 0.7, 0, 0)
REPORT = GateReport(1000, 970, 12, 30, 7, 2, 5, 4, FIGURES)


def test_the_report_answers_the_three_questions_with_exact_numbers() -> None:
    sections = {section.title: " ".join(section.lines) for section in privacy_report("grc", POLICY, REPORT)}
    assert "smallest group has 21 rows" in sections["Singling out"]
    assert "right at most once in 21" in sections["Singling out"]
    assert "Pseudonyms in qui" in sections["Linkability"]
    assert "not anonymous" in sections["Linkability"]
    assert "at least 3 values" in sections["Inference"]
    assert "at most 70%" in sections["Inference"]
    assert "970 of 1000 rows leave (97.0%)" in sections["What it cost"]
    assert "7 rows in 2 groups wait" in sections["What it cost"]


def test_what_was_not_judged_is_said() -> None:
    report = GateReport(10, 10, not_judged=True)
    policy = privacy(quartier="quasi_identifier keep")
    found = privacy_report("grc", policy, report, [Leak("titre", "phone", 2)])
    sections = {section.title: " ".join(section.lines) for section in found}
    assert "was not judged" in sections["What is left"]
    assert "“titre”: 2 × phone to look at" in sections["What is left"]
    assert "one busy resident may be a whole group" in sections["What is left"]
    assert sections["Singling out"].startswith("Not measured")
    assert sections["Linkability"].startswith("No pseudonym leaves.")


def test_the_page_escapes_what_a_declaration_says() -> None:
    page = as_html("<grc>", ["a < b"], privacy_report("<grc>", POLICY, REPORT))
    assert "&lt;grc&gt;" in page
    assert page.startswith('<!doctype html><html lang="en">')
