"""What calamine does not tell of a workbook, in each of the three formats: formulas, errors, what is hidden."""

import io
import re
import zipfile
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter

from pipelines.errors import InvalidData, SourceUnavailable
from pipelines.validate import validate
from pipelines.validate.door import Opened, open_file

SCHEMA = {"fields": [{"name": "nom", "type": "string"}, {"name": "montant", "type": "number"}]}
ODS_CELL = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
ODS_NAMESPACES = {
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "calcext": "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0",
}


def opened(folder: Path, content: bytes, name: str = "export") -> Opened:
    path = folder / name
    path.write_bytes(content)
    return open_file(path, SCHEMA)


def rules(found: Opened) -> list[tuple[str, int | None]]:
    return [(finding.rule, finding.row) for finding in found.extract.findings]


def xlsx(*lines: list[str | float], formula: str | None = None, **options: bool) -> bytes:
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Dépenses")
        for number, line in enumerate(lines):
            sheet.write_row(number, 0, line)
        if formula:
            sheet.write_formula(len(lines) - 1, 1, formula, None, 7)
        if options.get("hidden"):
            sheet.set_row(1, None, None, {"hidden": True})
            sheet.set_column(1, 1, None, None, {"hidden": True})
    return target.getvalue()


def changed(content: bytes, part: str, pattern: bytes, better: bytes) -> bytes:
    """The workbook with a piece of one part written otherwise, as other programs than xlsxwriter write it."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            new.writestr(name, re.sub(pattern, better, text) if re.fullmatch(part, name) else text)
    return target.getvalue()


def ods(rows: str) -> bytes:
    namespaces = " ".join(f'xmlns:{key}="{value}"' for key, value in ODS_NAMESPACES.items())
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("META-INF/manifest.xml", "<m/>")
        table = f'<table:table table:name="Dépenses">{rows}</table:table>'
        body = f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
        archive.writestr("content.xml", f"<office:document-content {namespaces}>{body}</office:document-content>")
    return target.getvalue()


ODS_HEADER = f"<table:table-row>{ODS_CELL.format('nom')}{ODS_CELL.format('montant')}</table:table-row>"
ODS_FORMULA = (
    '<table:table-cell table:formula="{}" office:value-type="float" office:value="7">'
    "<text:p>7</text:p></table:table-cell>"
)


def ods_row(last: str, attributes: str = "") -> str:
    return f"<table:table-row {attributes}>{ODS_CELL.format('a')}{last}</table:table-row>"


def xls(real_data: Path, formula: bytes) -> bytes:
    """A real export of Decidim, whose gem writes `false` as the formula FALSE; here with another one in its place."""
    content = (real_data / "participation_decidim" / "proposals_config1.xls").read_bytes()
    assert content.count(b"\x02\x00\x1d\x00") == 1
    return content.replace(b"\x02\x00\x1d\x00", b"\x02\x00" + formula)


def test_a_formula_in_an_xlsx_is_refused_with_its_place(tmp_path: Path):
    with pytest.raises(InvalidData, match=r"^export, sheet “Dépenses”, row 2, column 2 \(B\): a formula"):
        opened(tmp_path, xlsx(["nom", "montant"], ["a", 1], formula="=1+1"))


def test_a_formula_is_seen_under_a_namespace_of_its_own(tmp_path: Path):
    content = xlsx(["nom", "montant"], ["a", 1], formula="=1+1")
    content = changed(content, r"xl/worksheets/sheet1\.xml", rb"<(/?)(worksheet|sheetData|row|c|v|f)\b", rb"<\1x:\2")
    content = changed(content, r"xl/worksheets/sheet1\.xml", rb"xmlns=", rb"xmlns:x=")
    with pytest.raises(InvalidData, match="a formula"):
        opened(tmp_path, content)


def test_a_formula_in_an_ods_is_refused_with_its_place(tmp_path: Path):
    with pytest.raises(InvalidData, match=r"row 3, column 2 \(B\): a formula"):
        opened(tmp_path, ods(ODS_HEADER + ods_row(ODS_CELL.format(1)) + ods_row(ODS_FORMULA.format("of:=SUM([.B2])"))))


def test_a_formula_in_an_xls_is_refused_with_its_place(real_data: Path, tmp_path: Path):
    with pytest.raises(InvalidData, match=r"sheet “Export”, row 2, column 23 \(W\): a formula"):
        opened(tmp_path, xls(real_data, b"\x1c\x2a"))


def test_true_and_false_are_no_formulas_whoever_writes_them_as_such(real_data: Path, tmp_path: Path):
    assert opened(tmp_path, xls(real_data, b"\x1d\x01")).extract.table.num_rows == 1
    row = ods_row(ODS_FORMULA.format("of:=TRUE()"))
    assert opened(tmp_path, ods(ODS_HEADER + row)).extract.table.num_rows == 1
    assert opened(tmp_path, xlsx(["nom", "montant"], ["a", 1], formula="=TRUE()")).extract.table.num_rows == 1


def test_a_formula_above_the_header_or_on_a_sheet_that_is_not_read_is_nobodys_business(tmp_path: Path):
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Dépenses")
        sheet.write_formula(0, 0, "=TODAY()", None, 45000)
        sheet.write_row(1, 0, ["nom", "montant"])
        sheet.write_row(2, 0, ["a", 1])
        book.add_worksheet("Calculs").write_formula(0, 0, "=1+1", None, 2)
    assert tuple(opened(tmp_path, target.getvalue()).extract.rows) == (3,)


def test_a_cell_that_shows_an_error_is_no_empty_cell(tmp_path: Path):
    content = xlsx(["nom", "montant"], ["#N/A", 1], ["b", 2])
    number = changed(
        content, r"xl/worksheets/sheet1\.xml", rb'<c r="B3"><v>2</v></c>', rb'<c r="B3" t="e"><v>#REF!</v></c>'
    )
    found = opened(tmp_path, number)
    assert found.extract.table.to_pylist() == [{"nom": "#N/A", "montant": "1"}, {"nom": "b", "montant": "#REF!"}]
    assert rules(found) == [("spreadsheet-error", 2), ("spreadsheet-error", 3)]
    assert [error.message for error in validate(tmp_path / "export", SCHEMA).errors] == [
        "Expected a number, for example 1250.50. Found an error of the spreadsheet."
    ]


def test_an_error_of_an_ods_is_no_empty_cell(tmp_path: Path):
    kind = 'office:value-type="string" calcext:value-type="error"'
    cell = f"<table:table-cell {kind}><text:p>#DIV/0!</text:p></table:table-cell>"
    found = opened(tmp_path, ods(ODS_HEADER + ods_row(cell)))
    assert rules(found) == [("spreadsheet-error", 2)]


def test_a_comment_on_an_error_of_an_ods_is_no_part_of_the_cell(tmp_path: Path):
    kind = 'office:value-type="string" calcext:value-type="error"'
    comment = "<office:annotation><text:p>rappeler Mme Inventée</text:p></office:annotation>"
    cell = f"<table:table-cell {kind}>{comment}<text:p>#N/A</text:p></table:table-cell>"
    found = opened(tmp_path, ods(ODS_HEADER + ods_row(cell)))
    assert found.extract.table.column(1).to_pylist() == ["#N/A"]
    assert rules(found) == [("spreadsheet-error", 2)]


def test_what_is_hidden_is_read_and_told(tmp_path: Path):
    found = opened(tmp_path, xlsx(["nom", "montant"], ["a", 1], ["b", 2], hidden=True))
    assert tuple(found.extract.rows) == (2, 3)
    assert rules(found) == [("hidden-rows", None), ("hidden-columns", None)]
    found = opened(tmp_path, ods(ODS_HEADER + ods_row(ODS_CELL.format(1), 'table:visibility="collapse"')))
    assert rules(found) == [("hidden-rows", None)]


def test_a_tab_in_a_cell_of_an_ods_parts_its_words(tmp_path: Path):
    found = opened(tmp_path, ods(ODS_HEADER + ods_row(ODS_CELL.format('été<text:tab/>1<text:s text:c="2"/>2'))))
    assert found.extract.table.column(1).to_pylist() == ["été\t1  2"]


def test_a_repeated_cell_of_an_ods_shows_the_same_at_each_of_its_places(tmp_path: Path):
    text = "<text:p>a<text:tab/>b</text:p>"
    cell = f'<table:table-cell office:value-type="string" table:number-columns-repeated="2">{text}</table:table-cell>'
    row = f'<table:table-row table:number-rows-repeated="3">{cell}</table:table-row>'
    found = opened(tmp_path, ods(ODS_HEADER + row + ods_row(ODS_CELL.format("c"))))
    assert found.extract.table.column("nom").to_pylist() == ["a\tb"] * 3 + ["a"]
    assert found.extract.table.column("montant").to_pylist() == ["a\tb"] * 3 + ["c"]


def test_rows_keep_the_numbers_that_their_author_sees(tmp_path: Path):
    found = opened(tmp_path, xlsx(["Titre"], [], ["nom", "montant"], ["a\nb", 1], [], ["c", 2], hidden=True))
    assert tuple(found.extract.rows) == (4, 6)
    repeated = ods(f'<table:table-row table:number-rows-repeated="7"/>{ODS_HEADER}{ods_row(ODS_CELL.format(1))}')
    assert tuple(opened(tmp_path, repeated).extract.rows) == (9,)


@pytest.mark.parametrize("is_1904", [False, True])
def test_a_date_is_that_of_the_workbooks_own_calendar(tmp_path: Path, is_1904: bool):
    path = tmp_path / "x.xlsx"
    with xlsxwriter.Workbook(path, {"date_1904": is_1904}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["jour", "n"])
        sheet.write_datetime(1, 0, date(2024, 1, 31), book.add_format({"num_format": "dd/mm/yyyy"}))
        sheet.write(1, 1, 1)
    found = open_file(path, {"fields": [{"name": "jour", "type": "date"}]})
    assert found.extract.table.column("jour").to_pylist() == ["2024-01-31"]


@pytest.mark.parametrize("part", ["xl/workbook.bin", "word/document.xml"])
def test_an_office_document_of_another_kind_is_refused_with_what_to_do(tmp_path: Path, part: str):
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("[Content_Types].xml", "<t/>")
        archive.writestr(part, "x")
    with pytest.raises(SourceUnavailable, match="neither XLSX, XLS nor ODS. Save it as one of them, or as CSV"):
        opened(tmp_path, target.getvalue())


def test_numbers_are_what_the_spreadsheet_shows(tmp_path: Path):
    found = opened(tmp_path, xlsx(["nom", "montant"], ["a", 1], ["b", 2]))
    content = changed(
        (tmp_path / "export").read_bytes(), r"xl/worksheets/sheet1\.xml", b"<v>2</v>", b"<v>0.30000000000000004</v>"
    )
    found = opened(tmp_path, content)
    assert found.extract.table.column("montant").to_pylist() == ["1", "0.3"]
    assert [(repair.rule, repair.row) for repair in found.repairs] == [("rounded", 3)]


def merged_xlsx() -> bytes:
    """From B3 on: a title over both columns, the header, and a name for two rows."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        sheet, look = book.add_worksheet("Dépenses"), book.add_format()
        sheet.merge_range(2, 1, 2, 2, "Titre", look)
        sheet.write_row(3, 1, ["nom", "montant"])
        sheet.merge_range(4, 1, 5, 1, "Association", look)
        sheet.write_column(4, 2, [1, 2, 3])
        sheet.write(6, 1, "B")
    return target.getvalue()


def test_merged_cells_under_the_header_are_told_by_their_rows(tmp_path: Path):
    found = opened(tmp_path, merged_xlsx())
    assert rules(found) == [("merged-cells", 5), ("merged-cells", 6)]
    assert {(one.severity, one.column) for one in found.extract.findings} == {("warning", "nom")}


def test_merged_cells_of_an_ods_are_told(tmp_path: Path):
    spanning = ODS_CELL.format("a").replace("string", 'string" table:number-rows-spanned="2', 1)
    lines = [spanning + ODS_CELL.format("1"), f"<table:covered-table-cell/>{ODS_CELL.format('2')}"]
    found = opened(tmp_path, ods(ODS_HEADER + "".join(f"<table:table-row>{line}</table:table-row>" for line in lines)))
    assert rules(found) == [("merged-cells", 2), ("merged-cells", 3)]
    assert found.extract.table.column("nom").to_pylist() == ["a", ""]
