"""`parvis privacy scan` as a person types it: each row of the file answers, and no text is lost or quoted."""

import csv
import gzip
import io
import json
from pathlib import Path

import pytest

from pipelines.anonymise.scan import KINDS
from tests.installation import Result, Town
from tests.validate.test_marks import xlsx

PHONE = "06 39 98 12 47"


def scan(folder: Path, content: str | bytes, column: str = "texte") -> Result:
    path = folder / "textes"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return Town(folder).run("privacy", "scan", str(path), "--column", column, "--no-names", "--json")


def places(folder: Path, content: str | bytes, column: str = "texte") -> dict[int, list[tuple[int, int]]]:
    """Row -> where something was found."""
    result = scan(folder, content, column)
    assert (result.code, result.err) == (0, "")
    lines = [json.loads(line) for line in result.out.splitlines()]
    assert len({line["row"] for line in lines}) == len(lines)
    return {line["row"]: [(span["start"], span["end"]) for span in line["spans"]] for line in lines}


def written(rows: list[list[str]], separator: str = ",") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=separator).writerows(rows)
    return text.getvalue()


@pytest.mark.parametrize("start", ["=", "=A1+", "=SUM(", "+", "-", "@", "@1+", "\t=1+"])
@pytest.mark.parametrize("titles", [["texte"], ["id", "texte"]])
def test_a_text_may_begin_as_a_formula_does(tmp_path: Path, start: str, titles: list[str]):
    rows = [titles, ["1", f"{start} {PHONE}"][-len(titles) :]]
    assert places(tmp_path, written(rows)) == {2: [(len(start) + 1, len(start) + 15)]}


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_a_file_of_one_column_is_not_cut(tmp_path: Path, separator: str):
    content = f"texte\nun{separator}deux {PHONE}\ntrois{separator}quatre {PHONE}\n"
    assert places(tmp_path, content) == {2: [(8, 22)], 3: [(13, 27)]}


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("within", [",", ";", "\t", "|"])
def test_the_separator_is_the_one_of_the_titles(tmp_path: Path, separator: str, within: str):
    text = f"a{within}b{within}c {PHONE}"
    content = written([["id", "texte", "jour"], ["1", text, "x"], ["2", f"{text}\r\n{text}", ""]], separator)
    assert places(tmp_path, content) == {2: [(6, 20)], 3: [(6, 20), (28, 42)]}


def test_the_title_may_hold_a_separator_and_stand_below_others(tmp_path: Path):
    assert places(tmp_path, f"avis, motif\nun, {PHONE}\n", "avis, motif") == {2: [(4, 18)]}
    assert places(tmp_path, f"Export; avis\n\nid|Texte*\n1|{PHONE}\n") == {4: [(0, 14)]}


def test_separators_that_a_last_text_holds_without_quotes_belong_to_it(tmp_path: Path):
    assert places(tmp_path, f"id;texte\n1;a; b;{PHONE}\n2;rien\n") == {2: [(5, 19)], 3: []}
    refused = scan(tmp_path, f"texte;id\na; {PHONE};1\n")
    assert (refused.code, refused.out) == (11, "")
    assert "row 2:" in refused.err
    assert "39 98" not in refused.err


EMPTY = {2: [(0, 14)], 3: [], 4: [], 5: [(0, 14)], 6: []}


@pytest.mark.parametrize(
    "content",
    [
        written([["texte"], [PHONE], [""], ["texte"], [PHONE], [""]]),
        written([["id", "texte"], ["1", PHONE], ["", ""], ["id", "texte"], ["4", PHONE], ["5", ""]], ";"),
        f"texte\n{PHONE}\n\n\n{PHONE}\n\n",
        gzip.compress(f"texte\n{PHONE}\n\n\n{PHONE}\n\n".encode()),
        f"id;texte\n1;{PHONE}\n2;\n3\n4;{PHONE}\n5;\n".encode("utf-16"),
        xlsx(["id", "texte"], [1, PHONE], [2, None], [None, None], [4, PHONE], [5, ""]),
    ],
    ids=["one column", "blank and like the titles", "empty lines", "gzip", "short rows", "workbook"],
)
def test_a_row_without_a_text_answers_too(tmp_path: Path, content: str | bytes):
    assert places(tmp_path, content) == EMPTY


def test_objects_count_from_one(tmp_path: Path):
    objects = [{"id": 1, "texte": f"= {PHONE}"}, {"id": 2}, {"texte": None}, {"texte": f"\ud800, {PHONE}"}]
    expected = {1: [(2, 16)], 2: [], 3: [], 4: [(3, 17)]}
    assert places(tmp_path, json.dumps(objects)) == expected
    assert places(tmp_path, "\n".join(map(json.dumps, objects))) == expected


def test_a_text_that_begins_with_an_equals_sign_is_one_in_a_workbook_too_but_a_formula_has_no_text(tmp_path: Path):
    assert places(tmp_path, xlsx(["texte"], [f"+ {PHONE}"], [39981247])) == {2: [(2, 16)], 3: []}
    refused = scan(tmp_path, xlsx(["texte", "n"], ["a", "=1+1"]))
    assert (refused.code, refused.out) == (11, "")


def test_a_column_that_is_not_there_or_there_twice_is_told(tmp_path: Path):
    assert scan(tmp_path, "id;avis\n1;a\n").code == 11
    assert "two columns have the title “texte”" in scan(tmp_path, "texte;texte\n1;a\n").err
    assert scan(tmp_path, xlsx(["id"], [1])).code == 11


def test_every_kind_is_told_as_a_person_calls_it(tmp_path: Path):
    texts = ["zoe.dupont@orange.fr", PHONE, "285027511602534", "FR76 3000 6000 0112 3456 7890 189", "AB-123-CD"]
    texts += ["Mme Zoé Dupont", "née le 12/03/1985", "12 rue des Lilas, 75011 Paris", "sur insta : zoe_d75"]
    texts += ["carte bancaire 4970 1000 0000 0009"]
    path = tmp_path / "textes.csv"
    path.write_text(written([["texte"], *([text] for text in texts)]), "utf-8")
    told = Town(tmp_path).run("privacy", "scan", str(path), "--column", "texte", "--no-names").out.splitlines()
    assert {line.rpartition(":")[0] for line in told} == {words() for words in KINDS.values()}
