"""Exact figures of a run are kept for the report alone: private, whole, and never taken for another run's."""

import stat
from pathlib import Path

from pipelines.anonymise.gate import GateReport
from pipelines.anonymise.groups import GroupFigures
from pipelines.anonymise.measured import Measured, keep, recall
from pipelines.anonymise.report import run_report
from tests.anonymise.test_gate import POLICY

NORTH = GateReport(100, 90, rows_withdrawn=10, groups=GroupFigures(5, 11, 2, 0.8, 0, 0))
SOUTH = GateReport(50, 43, rows_waiting=7, groups=GroupFigures(2, 14, 1, 0.5, 0, 0))
EMPTY = GateReport(0, 0, groups=GroupFigures(0, 0, 0, 0.0, 0, 0))
MEASURED = Measured("Valmont", "1.2.0", "2026-03-01T12:00:00+00:00", {"2024": NORTH, "2025": SOUTH}, 4, "held/x.csv")


def test_counts_of_parts_are_added_and_the_worst_group_is_told():
    together = MEASURED.together
    assert (together.rows_in, together.rows_out, together.rows_withdrawn, together.rows_waiting) == (150, 133, 10, 7)
    assert together.groups == GroupFigures(7, 11, 1, 0.8, 0, 0)


def test_a_part_without_a_group_makes_none_look_small():
    assert Measured("x", "1.0.0", "", {"a": NORTH, "b": EMPTY}, 0, None).together.groups == NORTH.groups


def test_what_was_kept_is_recalled_and_is_its_owner_s_alone(tmp_path: Path):
    path = tmp_path / "reports" / "1" / "grc.json"
    keep(path, MEASURED)
    assert recall(path) == MEASURED
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["grc.json"]


def test_what_another_version_kept_is_no_measure(tmp_path: Path):
    path = tmp_path / "grc.json"
    for content in ("{", "[]", '{"organisation": "x"}'):
        path.write_text(content)
        assert recall(path) is None
    assert recall(tmp_path / "nothing.json") is None


def test_the_report_tells_each_part_and_what_waits_for_a_person():
    sections = {section.title: " ".join(section.lines) for section in run_report("grc", POLICY, MEASURED)}
    assert "smallest group has 11 rows" in sections["Singling out"]
    assert "2024: 90 of 100 rows leave" in sections["The parts of this run"]
    assert "2025: 43 of 50 rows leave, 7 wait" in sections["The parts of this run"]
    assert "4 rows were refused" in sections["What waits for a person"]
    assert "held/x.csv" in sections["What waits for a person"]
