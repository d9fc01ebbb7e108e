"""Whatever a TOTEM document holds: each decided line once, each amount to the cent, and no error but ours."""

import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.errors import InvalidData, SourceUnavailable
from pipelines.extract import References
from pipelines.extract.totem import extract_totem
from pipelines.extract.totem_rows import AMOUNTS, COLUMNS, plain_amount
from pipelines.settings import bundled

EXAMPLE = bundled() / "datasets" / "budget" / "example" / "budget_primitif_2024.xml"
CHARTS = References((bundled() / "quality" / "nomenclatures" / "plans",))
SHORT = settings(
    max_examples=60, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
LONG = settings(SHORT, max_examples=3_000, derandomize=False)

cents = st.integers(-(10**13), 10**13).map(lambda count: Decimal(count).scaleb(-2))
amounts = cents.flatmap(lambda amount: st.sampled_from([f"{amount:f}", f"{amount.normalize():f}", f"{amount:e}"]))
accounts = st.sampled_from(["60612", "6811", "73111", "7067", "1641", "2131", "001", "002", "021", "023", "9999"])
lines = st.fixed_dictionaries(
    {
        "Nature": accounts,
        "CodRD": st.sampled_from("DR"),
        "OpBudg": st.sampled_from(["0", "0", "1", "T"]),
        "ArtSpe": st.sampled_from(["true", "false"]),
    },
    optional={
        "ContNat": st.sampled_from(["011", "21", "040", "60612", "nowhere"]),
        "Fonction": st.sampled_from(["020", "01", "777"]),
        "TypOpBudg": st.sampled_from("12"),
        **dict.fromkeys(AMOUNTS.values(), amounts),
    },
)
documents = st.lists(st.tuples(st.sampled_from(["", "", "", 'calculated="true"']), lines), min_size=1, max_size=12)


def write_document(path: Path, drawn: list[tuple[str, dict[str, str]]]) -> None:
    """The example, its lines replaced: heading and annexes stay."""
    example = EXAMPLE.read_text("iso-8859-1")
    start, end = example.index("      <LigneBudget>"), example.index("      <Annexes>")
    written = "".join(
        f"<LigneBudget {attribute}>"
        + "".join(f'<{name} V="{value}"/>' for name, value in values.items())
        + "</LigneBudget>"
        for attribute, values in drawn
    )
    path.write_text(example[:start] + written + example[end:], "iso-8859-1")


def check_document(path: Path, drawn: list[tuple[str, dict[str, str]]]) -> None:
    write_document(path, drawn)
    decided = [values for attribute, values in drawn if not attribute and values["OpBudg"] != "T"]
    if not decided:
        with pytest.raises(InvalidData, match="no budget line"):
            extract_totem(path, CHARTS)
        return
    table = extract_totem(path, CHARTS).table
    assert table.column_names == list(COLUMNS)
    assert table["BGT_NATURE"].to_pylist() == [values["Nature"] for values in decided]
    for column, element in AMOUNTS.items():
        printed = table[column].to_pylist()
        assert [Decimal(text) if text else None for text in printed] == [
            Decimal(values[element]) if element in values else None for values in decided
        ]
        assert not any("E" in text or "e" in text for text in printed)
    for row in table.to_pylist():
        expected = {"6": "fonctionnement", "7": "fonctionnement", "1": "investissement", "2": "investissement"}
        special = {"001": "investissement", "002": "fonctionnement", "021": "investissement", "023": "fonctionnement"}
        account = row["BGT_NATURE"]
        if account != "9999":
            assert row["BGT_SECTION"] == special.get(account, expected.get(account[0]))
        assert bool(row["BGT_CONTNAT"]) == bool(row["BGT_CONTNAT_LABEL"])


@given(documents)
@SHORT
def test_each_decided_line_is_a_row_and_each_amount_is_exact(tmp_path, drawn):
    check_document(tmp_path / "budget.xml", drawn)


@pytest.mark.campaign
@given(documents)
@LONG
def test_each_decided_line_is_a_row_and_each_amount_is_exact_at_length(tmp_path, drawn):
    check_document(tmp_path / "budget.xml", drawn)


@given(st.text(max_size=40))
@SHORT
def test_no_text_breaks_the_printing_of_an_amount(text):
    assert len(plain_amount(text)) <= len(text) + 40


damages = st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.binary(max_size=4)), min_size=1, max_size=4)


def check_damaged(path: Path, damage: list[tuple[float, bytes]]) -> None:
    content = bytearray(EXAMPLE.read_bytes())
    for where, replacement in damage:
        position = int(where * len(content))
        content[position : position + 2] = replacement
    path.write_bytes(content)
    try:
        extract_totem(path, CHARTS)
    except (InvalidData, SourceUnavailable) as refused:
        message = str(refused)
        assert message.startswith("budget.xml")
        planted = (EXAMPLE.parent / "planted.txt").read_text("utf-8").splitlines()
        assert sum(value in message for value in planted) == 0


@given(damages)
@SHORT
def test_a_damaged_file_gives_rows_or_one_of_our_errors(tmp_path, damage):
    check_damaged(tmp_path / "budget.xml", damage)


@pytest.mark.campaign
@given(damages)
@LONG
def test_a_damaged_file_gives_rows_or_one_of_our_errors_at_length(tmp_path, damage):
    check_damaged(tmp_path / "budget.xml", damage)


GROWTH = """
import resource, sys
from pathlib import Path
from pipelines.extract import References
from pipelines.extract.totem import extract_totem
charts, small, large = References((Path(sys.argv[1]),)), Path(sys.argv[2]), Path(sys.argv[3])
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
extract_totem(small, charts)
before, spent = peak(), resource.getrusage(resource.RUSAGE_SELF).ru_utime
rows = extract_totem(large, charts).table.num_rows
print(rows, peak() - before, resource.getrusage(resource.RUSAGE_SELF).ru_utime - spent)
"""


@pytest.mark.skipif(os.name != "posix", reason="memory is measured by getrusage")
def test_a_city_s_file_is_converted_quickly_and_its_annexes_take_no_memory(tmp_path):
    example = EXAMPLE.read_text("iso-8859-1")
    entry = '<PERSONNEL><EmploiGradeAgent V="Attaché"/><TempsComplet V="true"/><RemunAgent V="1"/></PERSONNEL>\n'
    large = tmp_path / "city.xml"
    large.write_text(example.replace("<DATA_PERSONNEL>", "<DATA_PERSONNEL>" + entry * 200_000), "iso-8859-1")
    size_kb = large.stat().st_size // 1024
    command = [sys.executable, "-c", GROWTH, str(CHARTS.nomenclatures[0]), str(EXAMPLE), str(large)]
    rows, growth_kb, seconds = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert size_kb > 16_000
    assert int(rows) == 31
    assert int(growth_kb) < 4_000  # a tree of this file takes 100 MB
    assert float(seconds) < 20.0
