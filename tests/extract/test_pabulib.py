"""Pabulib files: projects become rows, ballots are counted and go no further."""

import csv
import io
import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.errors import InvalidData, SourceUnavailable
from pipelines.extract import Extract, References
from pipelines.extract.pabulib import extract_pabulib

EXAMPLES = Path(__file__).parents[2] / "datasets" / "bp_projets" / "example"

VOTE = """META
key;value
description;Budget participatif
instance;2024
num_projects;2
num_votes;3
budget;10000
vote_type;approval
currency;EUR
PROJECTS
project_id;cost;votes;name;selected
p1;6000;3;Un banc;1
p2;5000;1;Un arbre;0
VOTES
voter_id;vote;age
v1;p1,p2;34
v2;p1;71
v3;p1;19
"""
POINTS = """META
key;value
instance;2019
vote_type;cumulative
PROJECTS
project_id;cost;votes;score;name
p1;6000;2;5;Un banc
p2;5000;1;1;Un arbre
VOTES
voter_id;vote;points
v1;p1,p2;3,1
v2;p1;2
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "vote.pb"
    path.write_text(text, "utf-8")
    return path


def extract(path: Path) -> Extract:
    return extract_pabulib(path, References())


def changed(folder: Path, before: str, after: str, text: str = VOTE) -> Extract:
    assert before in text
    return extract(written(folder, text.replace(before, after)))


def findings(found: Extract) -> list[tuple[str, str]]:
    return [(finding.severity, finding.rule) for finding in found.findings]


def column(found: Extract, name: str) -> list[str]:
    return list(found.table[name].to_pylist())


def test_a_project_is_a_row_and_the_vote_is_told_on_each(tmp_path: Path) -> None:
    found = extract(written(tmp_path, VOTE))
    assert found.table.to_pylist()[0] == {
        "edition": "2024",
        "scrutin": "ville",
        "monnaie": "EUR",
        "mode_vote": "approbation",
        "enveloppe": "10000",
        "projet_id": "p1",
        "titre": "Un banc",
        "cout_estime": "6000",
        "votes": "3",
        "statut": "laureat",
        "laureat": "true",
    }
    assert (found.rows, found.source, found.findings) == ((12, 13), "vote.pb", ())


@pytest.mark.parametrize(
    ("meta", "expected"),
    [
        ("", "ville"),
        ("district;Nord\n", "Nord"),
        ("district;Nord\nsubunit;Nord, petits projets\n", "Nord, petits projets"),
    ],
)
def test_votes_of_one_edition_are_told_apart_by_their_district(tmp_path: Path, meta: str, expected: str) -> None:
    assert column(changed(tmp_path, "instance;2024\n", f"instance;2024\n{meta}"), "scrutin") == [expected] * 2


def test_no_ballot_leaves(tmp_path: Path) -> None:
    text = VOTE.replace("v1;p1,p2;34", "VOTER-9041;p1,p2;34").replace("voter_id;vote;age", "voter_id;vote;revenu")
    found = extract(written(tmp_path, text))
    assert not {"voter_id", "vote", "revenu"} & set(found.table.column_names)
    assert "VOTER-9041" not in repr(found)
    assert "VOTER-9041" not in str(found.table.to_pylist())


def test_votes_that_are_not_declared_are_counted_from_the_ballots(tmp_path: Path) -> None:
    text = VOTE.replace("cost;votes;name", "cost;name").replace(";3;Un", ";Un").replace(";1;Un", ";Un")
    assert column(extract(written(tmp_path, text)), "votes") == ["3", "1"]


def test_points_are_kept_apart_from_votes(tmp_path: Path) -> None:
    found = extract(written(tmp_path, POINTS))
    assert (column(found, "votes"), column(found, "points")) == (["2", "1"], ["5", "1"])


def test_points_that_are_not_declared_are_counted_too(tmp_path: Path) -> None:
    text = POINTS.replace("votes;score;name", "name").replace("2;5;Un", "Un").replace("1;1;Un", "Un")
    found = extract(written(tmp_path, text))
    assert (column(found, "votes"), column(found, "points")) == (["2", "1"], ["5", "1"])


def test_an_approval_vote_has_no_points(tmp_path: Path) -> None:
    assert "points" not in extract(written(tmp_path, VOTE)).table.column_names


def test_blanks_around_keys_titles_and_cells_change_nothing(tmp_path: Path) -> None:
    spaced = VOTE.replace(";", " ; ").replace("META\n", " META \n")
    assert extract(written(tmp_path, spaced)).table == extract(written(tmp_path, VOTE)).table


def test_a_vote_without_its_result_says_neither_won_nor_lost(tmp_path: Path) -> None:
    found = extract(written(tmp_path, POINTS))
    assert (column(found, "statut"), column(found, "laureat")) == (["soumis_au_vote"] * 2, ["", ""])


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("num_projects;2", "num_projects;3", ("error", "num-projects-differs")),
        ("num_votes;3", "num_votes;4", ("error", "num-votes-differs")),
        ("v2;p1;71\n", "", ("error", "num-votes-differs")),
        ("p1;6000;3", "p1;6000;2", ("error", "votes-below-ballots")),
        ("p1;6000;3", "p1;6000;40", ("warning", "votes-above-ballots")),
        ("v2;p1;71", "v2;p9;71", ("error", "ballot-unknown-project")),
        ("v2;p1;71", "v2;p1,p1;71", ("error", "ballot-malformed")),
        ("v2;p1;71", "v1;p1;71", ("warning", "voter-repeated")),
        ("budget;10000", "budget;10000\nmax_length;1", ("warning", "ballot-outside-rules")),
        ("budget;10000", "budget;10000\nmin_length;2", ("warning", "ballot-outside-rules")),
        ("budget;10000", "budget;10000\nmax_sum_cost;10999.99", ("warning", "ballot-outside-rules")),
        ("budget;10000", "budget;5999.99", ("warning", "selected-over-budget")),
        ("Un arbre;0", "Un arbre;2", ("warning", "selected-unknown")),
        ("instance;2024\n", "", ("error", "edition-missing")),
    ],
)
def test_what_does_not_hold_together_is_a_finding(
    tmp_path: Path, before: str, after: str, expected: tuple[str, str]
) -> None:
    assert expected in findings(changed(tmp_path, before, after))


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("p1;6000;2;5", "p1;6000;2;4", ("error", "score-below-ballots")),
        ("p1;6000;2;5", "p1;6000;2;6", ("warning", "score-above-ballots")),
        ("vote_type;cumulative", "vote_type;cumulative\nmax_sum_points;3", ("warning", "ballot-outside-rules")),
        ("v1;p1,p2;3,1", "v1;p1,p2;3", ("error", "ballot-malformed")),
        ("v1;p1,p2;3,1", "v1;p1,p2;3,many", ("error", "ballot-malformed")),
    ],
)
def test_points_are_checked_like_votes(tmp_path: Path, before: str, after: str, expected: tuple[str, str]) -> None:
    assert expected in findings(changed(tmp_path, before, after, POINTS))


@pytest.mark.parametrize(
    "rule", ["max_length;2", "min_length;1", "max_sum_cost;11000", "max_length;many", "min_length;"]
)
def test_ballots_within_the_rules_of_their_vote_are_not_told(tmp_path: Path, rule: str) -> None:
    assert changed(tmp_path, "budget;10000", f"budget;11000\n{rule}").findings == ()


def test_a_finding_names_the_line_and_quotes_no_ballot(tmp_path: Path) -> None:
    found = changed(tmp_path, "v2;p1;71", "Mme Inventée;p1,p1;71")
    (malformed,) = [finding for finding in found.findings if finding.rule == "ballot-malformed"]
    assert malformed.row == 17
    assert "Inventée" not in repr(found.findings)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id;titre\n1;Un banc\n", "not a Pabulib file, which starts with a line META"),
        ("META\nkey;value\ninstance;2024\n", "section PROJECTS has no column project_id, cost"),
        ("META\nPROJECTS\nproject_id;cost\n1;2\n", "section META has no column key, value"),
        (VOTE.replace("voter_id;vote", "voter;vote"), "section VOTES has no column voter_id"),
        (VOTE.replace("name;selected", "name;name"), "section PROJECTS has two columns of one name"),
        (re.sub(r"(?m)^p\d;\d.*\n", "", VOTE), "no project"),
        (VOTE.replace("name;selected", "name;edition"), "column “edition” would take the place of another one"),
        (VOTE.replace("Un banc", '"Un banc'), "quotation marks do not match"),
    ],
)
def test_what_is_no_whole_pabulib_file_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SourceUnavailable, match=message):
        extract(written(tmp_path, text))


@pytest.mark.parametrize(
    ("before", "after", "line"),
    [("p2;5000;1", "p2;5000", 13), ("v3;p1;19", "v3;p1", 18), ("v3;p1;19", "v3;p1;1;9", 18)],
)
def test_a_line_with_another_number_of_cells_is_named(tmp_path: Path, before: str, after: str, line: int) -> None:
    with pytest.raises(InvalidData, match=rf"vote\.pb, line {line}: \d cells where the header has \d"):
        changed(tmp_path, before, after)


def test_a_file_without_ballots_is_taken_at_its_word(tmp_path: Path) -> None:
    found = extract(written(tmp_path, VOTE[: VOTE.index("VOTES")]))
    assert (column(found, "votes"), found.findings) == (["3", "1"], ())


TEXTS = st.text(st.characters(exclude_categories=["C"], exclude_characters="\u2028\u2029"), min_size=1, max_size=12)
PROJECTS = st.dictionaries(st.integers(1, 30), TEXTS.filter(str.strip), min_size=1, max_size=6)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)  # a busy machine is no fault of the rule
@given(data=st.data(), titles=PROJECTS, is_cumulative=st.booleans())
def test_any_vote_is_counted_as_it_was_cast(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, titles: dict[int, str], is_cumulative: bool
) -> None:
    cast = data.draw(st.lists(st.dictionaries(st.sampled_from(sorted(titles)), st.integers(0, 9), min_size=1)))
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";")
    writer.writerows([["META"], ["key", "value"], ["instance", "2024"], ["num_votes", len(cast)]])
    writer.writerows([["vote_type", "cumulative" if is_cumulative else "approval"], ["PROJECTS"]])
    writer.writerows([["project_id", "cost", "name"], *([number, 10, title] for number, title in titles.items())])
    writer.writerows([["VOTES"], ["voter_id", "vote", "points"]])
    writer.writerows(
        [voter, ",".join(map(str, ballot)), ",".join(map(str, ballot.values()))] for voter, ballot in enumerate(cast)
    )

    found = extract(written(tmp_path_factory.getbasetemp(), text.getvalue()))

    assert found.findings == ()
    assert column(found, "titre") == [title.strip() for title in titles.values()]
    votes = [str(sum(number in ballot for ballot in cast)) for number in titles]
    points = [str(sum(ballot.get(number, 0) for ballot in cast)) for number in titles]
    if cast:
        assert column(found, "votes") == votes
        assert not is_cumulative or column(found, "points") == points


REAL = {
    "France_Toulouse_2022.pb": (199, "2022"),
    "Hungary_Budapest_2024.pb": (175, "2024"),
    "checker_example_valid.pb": (10, "k_approval_3"),
    "france_toulouse_2019_.pb": (30, "2019"),
    "netherlands_amsterdam_179_.pb": (24, "179"),
    "poland_wroclaw_2016_rejon-nr-1-250.pb": (24, "2016"),
}


@pytest.mark.parametrize("name", REAL)
def test_a_real_vote_is_read_whole_and_holds_together(real_data: Path, name: str) -> None:
    found = extract(real_data / "participation_pb" / name)
    count, edition = REAL[name]
    assert found.table.num_rows == count
    assert set(column(found, "edition")) == {edition}
    assert found.findings == ()


def test_the_proposers_of_toulouse_come_out_as_porteur_for_the_privacy_block(real_data: Path) -> None:
    found = extract(real_data / "participation_pb" / "france_toulouse_2019_.pb")
    assert "proposer" not in found.table.column_names
    assert all(column(found, "porteur"))
    assert sum(map(int, column(found, "points"))) > sum(map(int, column(found, "votes")))


def test_counting_the_ballots_of_a_real_vote_gives_its_declared_votes(real_data: Path, tmp_path: Path) -> None:
    whole = (real_data / "participation_pb" / "poland_wroclaw_2016_rejon-nr-1-250.pb").read_text("utf-8")
    declared = column(extract(written(tmp_path, whole)), "votes")
    undeclared = whole.replace("project_id;cost;votes;name", "project_id;cost;voix;name")
    assert column(extract(written(tmp_path, undeclared)), "votes") == declared


def test_empty_lines_are_passed_over_and_a_missing_edition_is_told(real_data: Path) -> None:
    found = extract(real_data / "participation_pb" / "checker_empty_lines.pb")
    assert (found.rows, column(found, "votes")) == ((15, 16), ["1", "1"])
    assert findings(found) == [("error", "edition-missing")]


@pytest.mark.parametrize("kept", [0.1, 0.4, 0.9])
def test_a_truncated_vote_is_never_taken_for_a_whole_one(real_data: Path, tmp_path: Path, kept: float) -> None:
    whole = (real_data / "participation_pb" / "France_Toulouse_2022.pb").read_text("utf-8")
    path = written(tmp_path, whole[: int(len(whole) * kept)])
    try:
        found = extract(path)
    except (InvalidData, SourceUnavailable):
        return
    assert "error" in {finding.severity for finding in found.findings}


def test_the_invented_vote_is_read_whole() -> None:
    found = extract(EXAMPLES / "vote-2022.pb")
    assert (found.table.num_rows, found.findings) == (18, ())
    assert {"laureat", "non_laureat"} == set(column(found, "statut"))


@pytest.mark.parametrize("number", ["1e999999", "9e999999", "-1e999999", "1e400", "1E+31"])
def test_a_number_with_a_huge_exponent_is_none_and_breaks_no_sum(tmp_path: Path, number: str) -> None:
    text = VOTE.replace("instance;", f"max_sum_cost;{number}\ninstance;")
    text = re.sub(r"(?m)^(p\d);\d+", rf"\1;{number}", text)
    found = extract(written(tmp_path, text))
    assert set(found.table.column("cout_estime").to_pylist()) == {number}  # for the schema to refuse
