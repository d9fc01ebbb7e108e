"""Coarser labels and figures: departments, streets, bands, ladders, rounding, both ends."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from pydantic import ValidationError

from pipelines.anonymise.actions.figures import rounded, top_bottom_coded
from pipelines.anonymise.actions.labels import banded, climbed, department, street
from pipelines.column_policies import Bands, Generalise, Round, TopBottomCode
from pipelines.errors import InvalidData, InvalidDeclaration
from pipelines.ladders import Ladder, read_households, read_ladder
from tests.anonymise.policies import privacy


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("37000", "37"),
        ("01004", "01"),
        ("20000", "2A"),
        ("20190", "2A"),
        ("20200", "2B"),
        ("20620", "2B"),
        ("2A004", "2A"),
        ("2b033", "2B"),
        ("97400", "974"),
        ("97133", "977"),
        ("97150", "978"),
        ("98800", "988"),
        ("75 012", "75"),
        ("1004", None),
        ("00100", None),
        ("99123", None),
        ("Tours", None),
        ("", None),
    ],
)
def test_a_code_has_its_department_in_corsica_and_overseas_too(code: str, expected: str | None) -> None:
    assert department(code) == expected


@pytest.mark.parametrize(
    "address",
    ["12 bis, rue de l'Été 37000 Tours", "Rue de l’Eté", "3B RUE DE L'ETE, Saint-Parvis", "140 rue de l Eté"],
)
def test_a_street_is_known_in_whatever_way_its_address_is_written(address: str) -> None:
    assert street(address) == "rue de l ete"


def test_a_number_in_a_street_s_name_stays() -> None:
    assert street("4 place du 8 mai 1945, 37000 Tours") == "place du 8 mai 1945"


PLACES = Ladder("lieu", {place: (place, quarter, "ville") for place, quarter in zip("abcd", "NNSS", strict=True)})


def at_level(level: int, *places: str | None) -> list[str | None]:
    policy = Generalise(role="quasi_identifier", action="generalise", ladder="lieux.csv", level=level)
    return climbed(pa.chunked_array([pa.array(places, pa.string())]), policy, PLACES, None, 0).to_pylist()


def test_a_value_climbs_its_ladder_to_the_declared_level() -> None:
    assert at_level(1, "a", "c", "b", None) == ["N", "S", "N", None]
    assert at_level(2, "a", "c") == ["ville", "ville"]


def test_values_that_the_ladder_misses_are_counted_and_not_quoted() -> None:
    with pytest.raises(InvalidData, match=r"column “lieu”: 1 of its values \(2 rows\) are unknown") as refused:
        at_level(1, "a", "zzz", "zzz")
    assert "zzz" not in str(refused.value)


def bands_of(values: list[Any], **bands: Any) -> list[str | None]:
    return banded(pa.chunked_array([pa.array(values)]), Bands(**bands)).to_pylist()


def test_ages_fall_into_declared_bands() -> None:
    assert bands_of([17, 18, 29, 30, 75, None, -3], edges=(18, 30, 75)) == [
        *("<18", "18-29", "18-29", "30-74", "75+"),
        *(None, "<18"),
    ]
    assert bands_of([0, 9, 10, 89, 90, 104], width=10, top=90) == ["0-9", "0-9", "10-19", "80-89", "90+", "90+"]
    assert bands_of([29.5, 30.0], edges=(18, 30)) == ["[18;30[", "30+"]


@pytest.mark.parametrize(
    "wrong",
    [{}, {"edges": [30, 18]}, {"edges": [1, 1]}, {"edges": [1], "width": 5}, {"width": 10, "top": 95}, {"width": 0}],
)
def test_bands_that_are_none_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Bands(**wrong)


def test_figures_are_rounded_the_same_way_whatever_their_type() -> None:
    policy = Round(role="public", action="round", base=500)
    assert rounded(pa.chunked_array([[1240, 1250, -1250, None]]), policy).to_pylist() == [1000, 1500, -1500, None]
    exact = pa.chunked_array([pa.array([Decimal("1249.99"), Decimal("250.00")], pa.decimal128(18, 2))])
    assert rounded(exact, policy).to_pylist() == [Decimal("1000.00"), Decimal("500.00")]
    tenth = Round(role="public", action="round", base=0.1)
    assert rounded(pa.chunked_array([[0.25, 0.34]]), tenth).to_pylist() == [0.3, 0.3]


def test_both_ends_are_cut_in_the_column_s_own_type() -> None:
    policy = TopBottomCode(role="public", action="top_bottom_code", bottom=18, top=75)
    for values in ([3, 18, 40, 75, 104, None], [3.0, 18.0, 40.0, 75.0, 104.0, None]):
        assert top_bottom_coded(pa.chunked_array([values]), policy).to_pylist() == [18, 18, 40, 75, 75, None]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "line 1: the ladder is empty"),
        ("a;b\nc\n", "line 2: every line needs the same number of labels"),
        ("a;b;x\na;c;x\n", "line 2: this value stands on an earlier line"),
        ("a;N;x\nb;N;y\n", "line 2: one label leads to two coarser ones"),
    ],
)
def test_a_file_that_is_no_ladder_is_refused_by_its_line(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "echelle.csv"
    path.write_text(text, "utf-8")
    with pytest.raises(InvalidDeclaration, match=said):
        read_ladder(path, "rue")


def test_households_are_read_with_or_without_titles(tmp_path: Path) -> None:
    path = tmp_path / "menages.csv"
    path.write_text("carreau;menages\nA;3\nA;4\nB;0\n", "utf-8")
    assert read_households(path) == {"A": 7, "B": 0}
    path.write_text("A;3\nB;beaucoup\n", "utf-8")
    with pytest.raises(InvalidDeclaration, match="line 2: expected a place and a whole number"):
        read_households(path)


LAW = {"basis": "public_by_law", "article": "CGCT L2121-25"}


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ({"role": "public", "action": "keep", "basis": "public_by_law"}, "needs “article:”"),
        ({"role": "public", "action": "keep", "article": "CGCT L2121-25"}, "stand beside “basis: public_by_law” only"),
        ({"role": "public", "action": "keep", **LAW, "covers": "agents_pay"}, "Input should be"),
        ({"role": "public", "action": "keep", **LAW, "covers": "grants_to_legal_persons"}, "needs “nature:”"),
        ({"role": "identifier", "action": "keep", **LAW, "covers": "budget_lines"}, "never “keep”"),
        ({"role": "opinion", "action": "threshold"}, "needs a preset"),
    ],
)
def test_an_exemption_that_the_law_does_not_give_is_refused(column: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        privacy(colonne=column)


def test_an_elected_person_s_name_is_kept_by_law() -> None:
    privacy(maire={"role": "identifier", "action": "keep", **LAW, "covers": "elected_in_office"})
