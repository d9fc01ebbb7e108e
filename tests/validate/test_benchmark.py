"""The benchmark runs, and speed never stands without the same report."""

from pathlib import Path

from tests.benchmarks.bench_validation import bench


def test_on_the_benchmarks_files_both_find_the_same_number_of_errors(tmp_path: Path):
    lines = bench(tmp_path, rows=3_000, runs=1, only=["parvis", "frictionless"])
    errors = {(line["file"], line["contestant"]): line["errors"] for line in lines}
    assert errors["clean", "parvis"] == errors["clean", "frictionless"] == "0"
    assert errors["dirty", "parvis"] == errors["dirty", "frictionless"] != "0"
