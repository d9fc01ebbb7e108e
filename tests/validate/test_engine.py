"""The engine's own machinery: what spills, what is not imported, what stays bounded, what is left to frictionless."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from pipelines.validate import strict
from pipelines.validate.buffers import texts_of
from pipelines.validate.keys import hashes
from pipelines.validate.strict import Source, run, validate_strictly
from pipelines.validate.strict.spill import HashLog
from pipelines.validate.strict.spool import Spool
from tests.validate.test_same_as_frictionless import frictionless_report

COMMA = {"csv": {"delimiter": ",", "quoteChar": '"', "skipInitialSpace": False}}


@pytest.mark.parametrize("in_memory", [3, 7, 1000])
def test_hashes_that_come_back_are_found_whether_they_fit_into_memory_or_not(in_memory: int):
    chance = np.random.default_rng(7)
    blocks = [chance.integers(0, 60, size, dtype=np.uint64) << np.uint64(32) for size in (5, 0, 20, 11)]
    log = HashLog(in_memory)
    for block in blocks:
        log.append(block)
    everything = np.concatenate(blocks).tolist()
    expected = [place for place, one in enumerate(everything) if one and everything.count(one) > 1]
    assert log.repeated().tolist() == expected


def test_a_hash_depends_on_its_text_alone():
    words = ["a", "b" * 9, "", "c" * 40, "é", None]
    alone = [hashes(texts_of([word]))[0] for word in words]
    assert hashes(texts_of(words)).tolist() == alone
    assert len(set(alone)) == len(words)


def test_a_spool_gives_back_its_values_in_order_as_often_as_it_is_asked():
    spool = Spool(in_memory=3)
    for number in range(10):
        spool.append({number: ["a", str(number)]})
        assert [next(iter(value)) for value in spool] == list(range(number + 1))


def test_the_engine_runs_without_pandas_and_without_the_readers_of_spreadsheets(tmp_path: Path):
    (tmp_path / "table.csv").write_text("x,y\n1,a\nq,\n1,b\n", "utf-8")
    program = """
import sys
from pathlib import Path
from pipelines.validate.strict import Source, run, validate_strictly
number = {"name": "x", "type": "integer", "constraints": {"minimum": 0}}
fields = [number, {"name": "y", "constraints": {"maxLength": 3}}]
schema = {"fields": fields, "primaryKey": ["x"]}
found = validate_strictly(Source(Path(sys.argv[1]), schema, {"csv": {"delimiter": ","}}, "utf-8"), 0)
print(len(found), *sorted({"pandas", "python_calamine", "jinja2", "xlsxwriter", "duckdb"} & set(sys.modules)))
"""
    answer = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "table.csv")], capture_output=True, text=True, check=True
    )
    assert answer.stdout.split() == ["3"]


def test_the_last_row_of_a_block_is_whole(tmp_path: Path):
    rows = [f'{number},"line\n{number}"\r\n' for number in range(200)]
    (tmp_path / "table.csv").write_text("x,y\r\n" + "".join(rows) + "x,y\r\n", "utf-8", newline="")
    source = Source(
        tmp_path / "table.csv", {"fields": [{"name": "x", "type": "integer"}, {"name": "y"}]}, COMMA, "utf-8"
    )
    for size in (1, 7, 64, 1000, 1 << 20):
        [error] = validate_strictly(source, 0, size).descriptors()
        assert error["rowNumber"] == 202


def test_text_that_is_not_in_its_encoding_is_left_to_frictionless(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "table.csv").write_bytes(b"x,y\n" + b"1,a\n" * 50_000 + b"2,\xe9\n")
    source = Source(tmp_path / "table.csv", {"fields": [{"name": "x"}, {"name": "y"}]}, COMMA, "utf-8")
    asked = []
    whole = strict.run_frictionless
    monkeypatch.setattr(strict, "run_frictionless", lambda *given: asked.append(1) or whole(*given))
    assert list(validate_strictly(source, 0).descriptors()) == frictionless_report(source, 0)
    assert asked == [1]


def test_a_wild_pattern_in_a_file_that_frictionless_has_to_do_is_judged_where_it_can_be_killed(tmp_path: Path):
    (tmp_path / "table.csv").write_text("x,y\n#a,b\naa,b\nab,b\n", "utf-8")
    schema = {"fields": [{"name": "x", "constraints": {"pattern": "(a+)+"}}, {"name": "y"}]}
    source = Source(tmp_path / "table.csv", schema, {"commentChar": "#", **COMMA}, "utf-8")
    assert [error["rowNumber"] for error in validate_strictly(source, 0).descriptors()] == [4]


def test_the_limit_of_errors_stops_the_reading(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "table.csv").write_text("x,y\n" + "q,a\n" * 5_000, "utf-8")
    source = Source(
        tmp_path / "table.csv", {"fields": [{"name": "x", "type": "integer"}, {"name": "y"}]}, COMMA, "utf-8"
    )
    read = []
    whole = run.read_records
    monkeypatch.setattr(run, "read_records", lambda *given: read.append(1) or whole(*given))
    assert len(validate_strictly(source, 10, block_bytes=200)) == 10
    assert len(read) == 1


@pytest.mark.parametrize("first, second", [("duckdb", "pipelines.validate"), ("pipelines.validate", "duckdb")])
def test_what_imports_keep_for_good_is_not_told_as_leaked_at_the_end(first: str, second: str, tmp_path: Path):
    (tmp_path / "table.csv").write_text("x\n1\n", "utf-8")
    program = f"""
import sys
from pathlib import Path
import {first}, {second}, duckdb
from pipelines.validate.strict import Source, validate_strictly
duckdb.sql("select 1").fetchall()
validate_strictly(Source(Path(sys.argv[1]), {{"fields": [{{"name": "x"}}]}}), 0, 1 << 20)
"""
    ended = subprocess.run([sys.executable, "-c", program, str(tmp_path / "table.csv")], capture_output=True, text=True)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")
