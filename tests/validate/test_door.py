"""The door: what comes in, and what stays outside."""

import csv
import gzip
import io
import json
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.errors import InvalidData, SourceUnavailable
from pipelines.validate.door import Limits, open_file
from tests.validate.grants import GRANTS, HEADER, TEXT, TITLES, findings, opened, repairs, rows, workbook


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"])
def test_text_is_decoded_whatever_wrote_it(tmp_path: Path, encoding: str):
    assert rows(opened(tmp_path, TEXT.encode(encoding)))[0]["nomBeneficiaire"] == "École d'été – Œuvres"


@pytest.mark.parametrize("encoding", ["iso8859-1", "iso8859-15", "cp850", "cp1252"])
def test_old_code_pages_are_told_apart_by_the_words_they_give(tmp_path: Path, encoding: str):
    text = "nomBeneficiaire;montant\nThéâtre de la Forêt;1\nÉcole maternelle à côté;2\nFrançois, Noël & fils;3\n"
    found = opened(tmp_path, text.encode(encoding))
    assert [row["nomBeneficiaire"] for row in rows(found)] == [
        "Théâtre de la Forêt",
        "École maternelle à côté",
        "François, Noël & fils",
    ]
    assert [rule for rule, _row, _column in repairs(found)] == ["encoding"]


def test_a_file_in_two_encodings_at_once_is_refused_by_its_line(tmp_path: Path):
    with pytest.raises(SourceUnavailable, match=r"line 4: a letter that is not in UTF-8") as refused:
        opened(tmp_path, TEXT.encode() + "Zoé;;1\n".encode("cp1252"))
    assert "Zo" not in str(refused.value)


def test_an_encoding_that_is_only_likely_is_told_to_be_checked(tmp_path: Path):
    text = "nomBeneficiaire;montant\n" + "Théâtre de la Forêt;1\nÉcole à côté;2\n" * 3
    found = opened(tmp_path, text.encode("mac_roman"))
    assert (findings(found), repairs(found)) == ([("doubtful-encoding", None, None)], [])


@pytest.mark.parametrize("place", [40, 20_000])
def test_a_zero_byte_is_no_text_wherever_it_stands(tmp_path: Path, place: int):
    content = (TEXT + "x;;1\n" * 9_000).encode()
    line = content.count(b"\n", 0, place) + 1
    with pytest.raises(SourceUnavailable, match=rf"line {line} holds a zero byte"):
        opened(tmp_path, content[:place] + b"\0" + content[place:])


@pytest.mark.parametrize("end", ["\x1a", "\r\n\x1a", "\n\x1a\n", "\x1a\r\n"])
def test_the_mark_with_which_dos_ends_a_text_is_taken_out(tmp_path: Path, end: str):
    found = opened(tmp_path, "nomBeneficiaire;montant\na;1\nb;2" + end)
    assert [row["montant"] for row in rows(found)] == ["1", "2"]
    assert ("file-marks", None, None) in repairs(found)


def test_two_files_joined_with_their_byte_order_marks_are_one(tmp_path: Path):
    one = '\ufeff"nomBeneficiaire";"montant"\n"a";1\n'
    found = opened(tmp_path, one + one)
    assert [row["nomBeneficiaire"] for row in rows(found)] == ["a", "a"]
    assert repairs(found) == [("file-marks", None, None), ("repeated-header", 3, None)]


def test_a_mark_within_a_text_is_its_own(tmp_path: Path):
    found = opened(tmp_path, "nomBeneficiaire;montant\na\ufeffb;1\n")
    assert (rows(found)[0]["nomBeneficiaire"], repairs(found)) == ("a\ufeffb", [])


def test_the_euro_sign_of_iso_8859_15_is_no_currency_sign(tmp_path: Path):
    text = "nomBeneficiaire;montant\nCœur de ville (10 €);1\nété;2\n"
    assert rows(opened(tmp_path, text.encode("iso8859-15")))[0]["nomBeneficiaire"] == "Cœur de ville (10 €)"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_the_separator_is_the_one_that_cuts_most_rows_alike(tmp_path: Path, separator: str):
    lines = ["nomBeneficiaire,dateConvention,montant", '"Dupont; fils, et | cie",2024-01-31,12.50', "x,2024-02-29,3"]
    content = "\n".join(line.replace(",", separator) if number != 1 else line for number, line in enumerate(lines))
    if separator != ",":
        content = content.replace('",2024-01-31,', f'"{separator}2024-01-31{separator}')
    assert rows(opened(tmp_path, content))[0]["montant"] == "12.50"


@pytest.mark.parametrize("text", ["Voirie, écoles", "Voirie ; écoles ; parcs", "a|b", "un\tdeux"])
@pytest.mark.parametrize("title", ["nomBeneficiaire", "Nom du bénéficiaire *", "Autre titre"])
def test_one_column_of_texts_is_not_cut_by_what_stands_in_them(tmp_path: Path, text: str, title: str):
    lines = [title, *(f"{text} {number}" for number in range(20)), "seul"]
    [column] = opened(tmp_path, "\n".join(lines)).extract.table.columns
    assert column.to_pylist() == lines[1:]


def test_one_column_of_numbers_with_a_decimal_comma_is_one(tmp_path: Path):
    found = opened(tmp_path, "montant\n" + "".join(f"{number},5\n" for number in range(5)))
    assert [row["montant"] for row in rows(found)] == ["0.5", "1.5", "2.5", "3.5", "4.5"]


def test_the_separator_is_the_titles_even_where_another_one_is_as_regular(tmp_path: Path):
    lines = ["nomBeneficiaire;montant", *(f"Dupont, {number}, fils;{number},50" for number in range(9))]
    found = opened(tmp_path, "\n".join(lines))
    assert rows(found)[0] == {"nomBeneficiaire": "Dupont, 0, fils", "montant": "0.50"}


def test_carriage_returns_and_line_ends_in_quotes_make_no_rows(tmp_path: Path):
    found = opened(tmp_path, 'nomBeneficiaire;montant\r\n"a\nb";1\r\nc;2\r\n')
    assert [row["nomBeneficiaire"] for row in rows(found)] == ["a\nb", "c"]
    assert tuple(found.extract.rows) == (2, 3)


def test_quotes_that_are_not_doubled_in_a_quoted_cell_are_told_by_their_row(tmp_path: Path):
    found = opened(tmp_path, 'nomBeneficiaire;montant\n"a ""b""";1\n"Le "grand" bal";2\n')
    assert findings(found) == [("doubtful-quotes", 3, None)]


def test_quotes_within_a_cell_that_is_not_quoted_are_its_own(tmp_path: Path):
    found = opened(tmp_path, 'nomBeneficiaire;montant\nLe "grand" bal;1\nTuyau de 5";2\n')
    assert [row["nomBeneficiaire"] for row in rows(found)] == ['Le "grand" bal', 'Tuyau de 5"']
    assert findings(found) == []


def test_a_quote_that_swallows_the_last_rows_is_refused(tmp_path: Path):
    with pytest.raises(SourceUnavailable, match=r"row 3: a quote is opened and never closed"):
        opened(tmp_path, 'nomBeneficiaire;montant\na;1\n"b;2\nc;3\n')


@pytest.mark.parametrize(
    ("lines", "row"),
    [
        (["A;Nantes;1", 'B;"Les Pins;2', "C;x;3", 'D;"Les Bois;4', "E;x;5"], 3),
        (["A;x;1", '"B;x;2', "C;x;3", "D;x;4", 'E";x;5'], 3),
        (["A;x;1", 'B;"Achat de 12;2', "C;x;3", 'D;12";5', "E;x;5"], 3),
        (["A;x;1", 'B;"Les Pins;2', "C;x;3", 'D;"Les Bois;4', 'E;"y";5'], 3),
        (['A;x;"1', 'B;y;2"', "C;x;3"], 2),
        (["A;x;1", 'B;"Les Pins; 2', "C; x;3", 'D;"Les Bois;4'], 3),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_quote_that_swallows_rows_and_is_closed_is_refused_by_its_row(
    tmp_path: Path, lines: list[str], row: int, end: str
):
    with pytest.raises(SourceUnavailable, match=rf"row {row}: a quote is opened and closed some lines below"):
        opened(tmp_path, end.join([TITLES, *lines, ""]))


@pytest.mark.parametrize(
    "text", ["une ligne\nune autre", "vélos ; rollers ; skates\nsonos ; bancs ; tables", "Prix :\n3;50", "a;b;c\nd"]
)
def test_a_text_of_several_lines_is_one_cell(tmp_path: Path, text: str):
    found = opened(tmp_path, f'{TITLES}\nA;"{text}";1\nB;x;2\n')
    assert [row["objet"] for row in rows(found)] == [text, "x"]


@pytest.mark.parametrize("end", ["x", 'x"'], ids=["never closed", "closed"])
@pytest.mark.parametrize("limit", [1 << 20, 1 << 24], ids=["that of csv itself", "ours"])
def test_a_cell_of_more_than_a_million_characters_is_refused_by_its_row(tmp_path: Path, limit: int, end: str):
    content = 'nomBeneficiaire;montant\na;1\n"' + "x" * (1 << 20) + f"{end};2\nc;3\n"
    before = csv.field_size_limit(limit)
    try:
        with pytest.raises(SourceUnavailable, match="row 3: a quote is opened and never closed, or a cell has more"):
            opened(tmp_path, content)
    finally:
        csv.field_size_limit(before)


@pytest.mark.parametrize("pack", ["gz", "zip"])
def test_a_packed_file_is_unpacked(tmp_path: Path, pack: str):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("export.csv", TEXT)
    content = gzip.compress(TEXT.encode()) if pack == "gz" else buffer.getvalue()
    found = opened(tmp_path, content, f"export.csv.{pack}")
    assert len(rows(found)) == 2
    assert ("unpacked", None, None) in repairs(found)


def test_a_spreadsheets_typed_cells_become_the_text_of_their_field(tmp_path: Path):
    found = opened(tmp_path, workbook(HEADER, ["a", date(2024, 1, 31), 12.5, 21930048000015]), "export.xlsx")
    assert list(rows(found)[0].values()) == ["a", "2024-01-31", "12.5", "21930048000015"]
    assert found.extract.sheet == "Subventions"


def test_a_wrong_extension_is_told_and_changes_nothing(tmp_path: Path):
    found = opened(tmp_path, workbook(HEADER, ["a", date(2024, 1, 31), 12.5, "x"]), "export.csv")
    assert len(rows(found)) == 1
    assert ("file-kind", None, None) in repairs(found)


def test_the_sheet_with_the_schemas_titles_is_read_and_the_others_are_told(tmp_path: Path):
    found = opened(tmp_path, workbook(HEADER, ["a", date(2024, 1, 31), 1, "x"], hidden=True), "export.xlsx")
    assert found.extract.sheet == "Subventions"
    assert ("other-sheets", None, None) in findings(found)


@pytest.mark.parametrize("kind", ["json", "ndjson", "parquet"])
def test_files_of_other_systems_come_in(tmp_path: Path, kind: str):
    records = [{"nomBeneficiaire": "a", "montant": "1.50"}, {"nomBeneficiaire": "b", "montant": None}]
    buffer = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(records), buffer)
    content = {
        "json": json.dumps(records).encode(),
        "ndjson": "\n".join(map(json.dumps, records)).encode(),
        "parquet": buffer.getvalue(),
    }[kind]
    assert rows(opened(tmp_path, content, f"export.{kind}")) == [
        {"nomBeneficiaire": "a", "montant": "1.50"},
        {"nomBeneficiaire": "b", "montant": ""},
    ]


@pytest.mark.parametrize("title", ["[Brouillon] Subventions 2024", "[2024] Budget", "{x};y", "<table>;x", "<html>"])
def test_a_title_in_brackets_makes_no_json_and_no_page(tmp_path: Path, title: str):
    found = opened(tmp_path, f"{title}\nnomBeneficiaire;montant\na;1\n")
    assert (rows(found), repairs(found)) == ([{"nomBeneficiaire": "a", "montant": "1"}], [("title-rows", 1, None)])


def parquet(**columns: Any) -> bytes:
    target = io.BytesIO()
    pq.write_table(pa.table(columns), target)
    return target.getvalue()


def test_lists_and_structures_of_parquet_are_written_as_json_and_bytes_as_the_text_that_they_are(tmp_path: Path):
    content = parquet(
        objet=[["été", "x"], None, []],
        lieu=[{"jour": date(2024, 1, 31), "prix": [Decimal("1.10"), None], "nom": "é".encode()}, None, None],
        nomBeneficiaire=["Théâtre".encode(), None, b"b"],
    )
    assert rows(opened(tmp_path, content, "export.parquet")) == [
        {
            "objet": '["été", "x"]',
            "lieu": '{"jour": "2024-01-31", "prix": ["1.10", null], "nom": "é"}',
            "nomBeneficiaire": "Théâtre",
        },
        {"objet": "[]", "lieu": "", "nomBeneficiaire": "b"},
    ]


@pytest.mark.parametrize("cell", [b"\xff\xfe", [b"\xff\xfe"]])
def test_bytes_of_parquet_that_are_no_text_are_refused_by_their_column(tmp_path: Path, cell: Any):
    with pytest.raises(SourceUnavailable, match=r"export\.parquet, column 2 \(B\): bytes that are no text"):
        opened(tmp_path, parquet(nomBeneficiaire=["a"], objet=[cell]), "export.parquet")


def zipped(**parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


NOUGHTS = b"0" * (40 << 20)
ODS_BOMB = b"""<o:document-content xmlns:o="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:t="urn:oasis:names:tc:opendocument:xmlns:table:1.0" xmlns:x="urn:oasis:names:tc:opendocument:xmlns:text:1.0">
 <o:body><o:spreadsheet><t:table t:name="a"><t:table-row t:number-rows-repeated="1000000">
 <t:table-cell t:number-columns-repeated="10000" o:value-type="string"><x:p>1</x:p></t:table-cell>
 </t:table-row></t:table></o:spreadsheet></o:body></o:document-content>"""


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.csv", b" \n", "the file is empty"),
        ("bomb.csv.gz", gzip.compress(NOUGHTS), "more than 200 times its size"),
        ("bomb.zip", zipped(a=NOUGHTS), "more than 200 times its size"),
        ("bomb.xlsx", zipped(**{"[Content_Types].xml": b"", "xl/a.xml": NOUGHTS}), "more than 200 times its size"),
        (
            "bomb.ods",
            zipped(mimetype=b"application/vnd.oasis.opendocument.spreadsheet", **{"content.xml": ODS_BOMB}),
            "more than any table has",
        ),
        ("two.zip", zipped(a=b"1", b=b"2"), "holds 2 files"),
        ("cut.csv.gz", gzip.compress(TEXT.encode() * 99)[:-20], "broken or protected"),
        ("cut.xlsx", workbook(HEADER, ["a"])[:-300], "broken"),
        ("image.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)), "neither text nor a spreadsheet"),
        ("page.csv", b"<!DOCTYPE html><html></html>", "XML or HTML page"),
        ("list.json", b"[1, 2]", "list of objects"),
        ("one.json", b"[null]\n", "list of objects"),
        ("table.xls", b"<table border=1>\n<tr><td>montant</td></tr></table>", "XML or HTML page"),
        ("cut.json", b'[{"a": 1', "broken"),
        ("cut.ndjson", b'{"a": 1}\n{"a":\n', "line 2: not a JSON object"),
        ("endless.csv", b'nomBeneficiaire;montant\na;1\n"b;2\n' + b"x;1\n" * 400_000, "never closed"),
    ],
)
def test_what_is_no_honest_table_is_refused_with_its_reason(tmp_path: Path, name: str, content: bytes, reason: str):
    with pytest.raises(SourceUnavailable, match=reason) as refused:
        opened(tmp_path, content, name)
    assert name in str(refused.value)


def test_a_parquet_file_of_few_bytes_and_many_cells_is_refused(tmp_path: Path):
    noughts = io.BytesIO()
    pq.write_table(pa.table({"montant": pa.array([0.0] * 2_000_000)}), noughts, compression="gzip")
    with pytest.raises(SourceUnavailable, match="more than 200 times its size"):
        opened(tmp_path, noughts.getvalue(), "bomb.parquet")
    words = io.BytesIO()
    repeated = pa.DictionaryArray.from_arrays(pa.array([0] * 100_000, pa.int32()), ["x" * 500])
    pq.write_table(pa.table({"nomBeneficiaire": repeated}), words)
    with pytest.raises(SourceUnavailable, match="more than 200 times its size"):
        opened(tmp_path, words.getvalue(), "bomb.parquet")


def test_a_missing_file_is_refused(tmp_path: Path):
    with pytest.raises(SourceUnavailable, match=r"absent\.csv: cannot be read"):
        open_file(tmp_path / "absent.csv", GRANTS)


def test_a_file_beyond_the_declared_size_is_refused(tmp_path: Path):
    with pytest.raises(SourceUnavailable, match="more than 20 bytes"):
        opened(tmp_path, TEXT, limits=Limits(size_bytes=20))


@pytest.mark.parametrize(
    "cell",
    [
        '=HYPERLINK(""http://x"")',
        "=SOMME(A1:A2)",
        "=A1+1",
        "@SUM(1)",
        "=cmd|' /C calc'!A0",
        "\n=A1+1",
        "\u00a0=A1+1",
    ],
)
def test_a_formula_in_text_is_refused_with_its_place_and_unquoted(tmp_path: Path, cell: str):
    with pytest.raises(InvalidData, match="row 2, column 1: a formula") as refused:
        opened(tmp_path, f'nomBeneficiaire;montant\n"{cell}";1\n')
    assert "http" not in str(refused.value)


def test_text_that_only_looks_a_little_like_a_formula_comes_in(tmp_path: Path):
    assert len(rows(opened(tmp_path, "nomBeneficiaire;montant\n=> suite;1\n-12;2\n+33 1 23;3\n@ville;4\n"))) == 4


def test_a_formula_in_a_spreadsheet_is_refused(tmp_path: Path):
    with pytest.raises(InvalidData, match=r"sheet “Subventions”, row 3, column 3 \(C\): a formula"):
        opened(tmp_path, workbook(HEADER, ["a", date(2024, 1, 31), 2, "x"], formula=True), "export.xlsx")
