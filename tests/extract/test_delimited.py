"""Delimited text, whoever wrote it."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.errors import InvalidData, SourceUnavailable
from pipelines.extract.content import decode
from pipelines.extract.delimited import SEPARATORS, read_sheet

TITLES = ["id", "title/fr", "budget_amount"]
CELLS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)


@given(
    records=st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=8),
    separator=st.sampled_from(SEPARATORS),
    line_end=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_what_was_written_is_read_whatever_the_dialect(
    records: list[list[str]], separator: str, line_end: str, quoting: int, encoding: str
) -> None:
    if "\r" in "".join(map("".join, records)):
        quoting = csv.QUOTE_ALL  # Python's writer leaves a lone carriage return bare, which no reader can tell
    written = io.StringIO(newline="")
    writer = csv.writer(written, delimiter=separator, lineterminator=line_end, quoting=quoting)  # type: ignore[arg-type]
    writer.writerows([TITLES, *records])
    text, _findings = decode(written.getvalue().encode(encoding), "projets.csv")

    sheet = read_sheet(text, "projets.csv")

    kept = [(row, cells) for row, cells in enumerate(records, start=2) if any(cell.strip() for cell in cells)]
    assert sheet.titles == tuple(TITLES)
    assert [(record.row, record.cells) for record in sheet.records] == kept


def test_a_row_is_numbered_as_a_spreadsheet_does_and_a_line_as_an_editor_does() -> None:
    sheet = read_sheet('id;titre\n1;"deux\nlignes"\n\n2;une\n', "projets.csv")
    assert [(record.row, record.line) for record in sheet.records] == [(2, 3), (4, 5)]


def test_blanks_around_a_title_are_no_part_of_it() -> None:
    assert read_sheet("id ; titre\n1;Un banc\n", "projets.csv").titles == ("id", "titre")


def test_a_row_with_too_few_cells_is_named_and_not_quoted() -> None:
    with pytest.raises(InvalidData, match=r"projets\.csv, row 3: 1 cells where the header has 2") as raised:
        read_sheet("id;titre\n1;Un banc\nMme Dupuis-Invente\n", "projets.csv")
    assert "Dupuis" not in str(raised.value)


def test_a_file_cut_inside_quotation_marks_is_told_to_be_cut() -> None:
    with pytest.raises(SourceUnavailable, match=r"projets\.csv, row 3: .*cut short") as raised:
        read_sheet("id;titre\n1;Un banc\n2;\"Un banc à l'ombre", "projets.csv")
    assert raised.value.__suppress_context__


def test_two_columns_of_one_name_are_refused() -> None:
    with pytest.raises(SourceUnavailable, match="columns 2 and 3 have one title") as raised:
        read_sheet("12;Mme Inventée;Mme Inventée\n1;a;b\n", "projets.csv")
    assert "Inventée" not in str(raised.value)


def test_a_column_without_title_is_named_by_its_place() -> None:
    with pytest.raises(SourceUnavailable, match="column 2 has no title"):
        read_sheet("id;;titre\n1;a;b\n", "projets.csv")
