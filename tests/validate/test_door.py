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
import xlsxwriter

from pipelines.errors import InvalidData, SourceUnavailable
from pipelines.validate.door import Limits, Opened, open_file

GRANTS: dict[str, Any] = {
    "fields": [
        {"name": "nomBeneficiaire", "title": "Nom du bénéficiaire", "type": "string"},
        {"name": "dateConvention", "title": "Date de convention", "type": "date"},
        {"name": "montant", "title": "Montant", "type": "number"},
        {"name": "idBeneficiaire", "title": "SIRET", "type": "string"},
    ],
    "custom_checks": [{"name": "french-siret-value", "params": {"column": "idBeneficiaire"}}],
}
TEXT = "nomBeneficiaire;dateConvention;montant\nÉcole d'été – Œuvres;2024-01-31;12.50\nThéâtre;2024-02-29;3\n"


def opened(folder: Path, content: str | bytes, name: str = "export.csv", **options: Any) -> Opened:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return open_file(path, GRANTS, **options)


def rows(opened: Opened) -> list[dict[str, str]]:
    return opened.extract.table.to_pylist()


def repairs(opened: Opened) -> list[tuple[str, int | None, str | None]]:
    return [(repair.rule, repair.row, repair.column) for repair in opened.repairs]


def findings(opened: Opened) -> list[tuple[str, int | None, str | None]]:
    return [(finding.rule, finding.row, finding.column) for finding in opened.extract.findings]


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


@pytest.mark.parametrize("end", ["\x1a", "\r\n\x1a", "\n\x1a\n"])
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


TITLES = "nomBeneficiaire;objet;montant"


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


def workbook(*lines: list[Any], formula: bool = False, hidden: bool = False) -> bytes:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "default_date_format": "dd/mm/yyyy"})
    if hidden:
        book.add_worksheet("Notice").write(0, 0, "Lisez-moi")
    sheet = book.add_worksheet("Subventions")
    for number, line in enumerate(lines):
        for place, cell in enumerate(line):
            sheet.write(number, place, cell)
    if formula:
        sheet.write_formula(len(lines), 2, "=SUM(C2:C3)", None, 5)
    book.close()
    return target.getvalue()


HEADER = ["nomBeneficiaire", "dateConvention", "montant", "idBeneficiaire"]


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


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\n\n", " \n"])
def test_a_json_document_on_one_line_is_one_whatever_its_end(tmp_path: Path, end: str):
    document = '{"total": 1, "resultats": [{"montant": 12.10}]}' + end
    assert rows(opened(tmp_path, document, "export.json")) == [{"montant": "12.10"}]


@pytest.mark.parametrize("end", ["", "\n"])
@pytest.mark.parametrize(
    "document",
    [
        '{"success": true, "result": {"fields": [1], "records": [{"montant": 1}], "total": 1}}',
        '{"result": {"fields": [{"id": "montant"}]}, "rows": [{"montant": 1}]}',
        '{"meta": {"a": {"b": [{"x": 1}]}}, "result": {"rows": [{"montant": 1}]}}',
    ],
)
def test_records_in_an_answer_of_a_portal_are_found_one_object_deeper(tmp_path: Path, document: str, end: str):
    assert rows(opened(tmp_path, document + end, "export.json")) == [{"montant": "1"}]


def test_of_two_lists_of_objects_the_one_that_the_schema_knows_is_read_and_the_other_is_told(tmp_path: Path):
    found = opened(tmp_path, '{"r": {"fields": [{"id": "montant"}], "rows": [{"montant": 1}, {"objet": 2}]}}', "a.json")
    assert rows(found) == [{"montant": "1", "objet": ""}, {"montant": "", "objet": "2"}]
    assert (found.extract.sheet, findings(found)) == (
        "r.rows",
        [("unknown-column", None, "column 2 (B)"), ("other-sheets", None, None)],
    )


def test_one_object_alone_on_its_line_is_a_row(tmp_path: Path):
    assert rows(opened(tmp_path, '{"montant": 12.10}\n', "export.ndjson")) == [{"montant": "12.10"}]


def test_json_numbers_keep_every_digit(tmp_path: Path):
    content = '{"rows": [{"montant": 12.10, "idBeneficiaire": 21930048000015}]}'
    assert list(rows(opened(tmp_path, content, "export.json"))[0].values()) == ["12.10", "21930048000015"]


@pytest.mark.parametrize("kind", ["json", "ndjson"])
def test_what_a_json_value_holds_keeps_its_numbers_as_they_are_written(tmp_path: Path, kind: str):
    point = '{"type": "Point", "coordinates": [2.30, -48, 1E400], "nom": "été \\"1\\"", "vu": [true, null, [], {}]}'
    record = f'{{"objet": {point}}}'
    content = f"[{record}]" if kind == "json" else f"{record}\n{record}\n"
    assert rows(opened(tmp_path, content, f"export.{kind}"))[0] == {"objet": point}


@pytest.mark.parametrize("form", ["[{}]", "{}\n{}\n"])
@pytest.mark.parametrize("depth", [100, 700, 5_000])
def test_json_that_is_nested_without_end_is_read_or_refused_in_words(tmp_path: Path, form: str, depth: int):
    nested = "[" * depth + "]" * depth
    content = form.replace("{}", f'{{"objet": {nested}}}')
    try:
        assert rows(opened(tmp_path, content, "export.json"))[0] == {"objet": nested}
    except SourceUnavailable as refused:
        assert (depth > 100, str(refused).startswith("export.json")) == (True, True)


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16"])
@pytest.mark.parametrize("form", ["[{}]", "{}\n{}\n"])
def test_json_in_another_encoding_than_its_own_is_a_repair(tmp_path: Path, form: str, encoding: str):
    record = json.dumps({"nomBeneficiaire": "Théâtre à côté"}, ensure_ascii=False)
    found = opened(tmp_path, form.replace("{}", record).encode(encoding), "export.json")
    assert rows(found)[0] == {"nomBeneficiaire": "Théâtre à côté"}
    assert ("encoding", None, None) in repairs(found)


def test_json_in_an_encoding_that_is_only_likely_is_told(tmp_path: Path):
    record = json.dumps({"nomBeneficiaire": "Théâtre à côté"}, ensure_ascii=False)
    found = opened(tmp_path, f"[{record}]".encode("mac_roman"), "export.json")
    assert findings(found) == [("doubtful-encoding", None, None)]


@pytest.mark.parametrize("form", ["[{}]", "{}\n{}\n", '{"total": 1, "rows": [{}]}'])
@pytest.mark.parametrize("record", ['{"montant": 1, "montant": 2}', '{"lieu": {"x": 1, "x": 2}}'])
def test_an_object_with_two_values_of_one_name_is_refused(tmp_path: Path, form: str, record: str):
    with pytest.raises(InvalidData, match=r"export\.json, object 1: two of its values have one name"):
        opened(tmp_path, form.replace("{}", record), "export.json")


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
