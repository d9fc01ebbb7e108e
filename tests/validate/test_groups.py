"""The same error in many rows is told once, with rows and columns as a spreadsheet names them."""

import pytest

from pipelines.columns import letters_of, place_of
from pipelines.validate import CellError, Report
from pipelines.validate.groups import errors_of


def error(row: int, name: str = "montant", message: str = "Too small.") -> CellError:
    return CellError("constraint-error", "minimum", row, 4, name, message)


def report(*errors: CellError) -> Report:
    titles, places = {"montant": "Montant (€)"}, {"montant": 28}
    return Report("x.csv", None, len(errors), errors, titles=titles, places=places)


def test_neighbours_are_one_range_and_the_column_has_its_title_and_letters():
    [group] = errors_of(report(*map(error, [4, 5, 6, 9, 12, 13])))
    assert (group.column, group.message, group.count) == ("Montant (€) (column AB)", "Too small.", 6)
    assert group.places(20) == "4–6, 9, 12–13"
    assert group.places(2) == "4–6, 9, …"


def test_another_message_or_column_is_another_group():
    groups = errors_of(report(error(4), error(4, message="Empty."), error(4, "objet")))
    assert [(group.column, group.message) for group in groups] == [
        ("Montant (€) (column AB)", "Too small."),
        ("Montant (€) (column AB)", "Empty."),
        ("objet", "Too small."),
    ]


@pytest.mark.parametrize(("number", "letters"), [(1, "A"), (26, "Z"), (27, "AA"), (52, "AZ"), (703, "AAA")])
def test_columns_are_lettered_as_spreadsheets_do(number: int, letters: str):
    assert letters_of(number) == letters
    assert place_of(number) == f"column {number} ({letters})"
