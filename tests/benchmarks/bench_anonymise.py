"""The gates' figures of a million rows, a table of a thousand cells, five and sixty versions of it: all in one run.

    python tests/benchmarks/bench_anonymise.py [--rows 1000000] [--pycanon /path/to/its/python]

Contestants take turns, each in a process of its own; the median of their turns is printed. CPU seconds;
memory is the peak of the whole process, less that of an empty interpreter. Ours reads the Parquet file within
its clock and its memory; pycanon reads outside its clock. pycanon pins an old pandas: give the interpreter of an
environment that has it (`python -m venv x && x/bin/pip install pycanon`), or its lines are left out.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet as pq

BEGIN = """
import json, re, sys, time
def peak():  # not getrusage: its peak is inherited from the parent
    return int(re.search(r"VmHWM:\\s*(\\d+)", open("/proc/self/status").read())[1]) // 1024
empty = peak()
def told(started, **figures):
    print(json.dumps({"cpu_seconds": round(time.process_time() - started, 3), "mb": peak() - empty, **figures}))
"""
OURS = """
import pyarrow as pa
pa.set_memory_pool(pa.system_memory_pool()), pa.set_cpu_count(1), pa.set_io_thread_count(1)
import pyarrow.parquet as pq
from pipelines.anonymise.groups import GroupRule, measure_batches
started = time.process_time()
rule = GroupRule(("age", "sexe", "iris", "csp"), ("theme",), 11, 2, 0.8)
names = [*rule.quasi_identifiers, *rule.sensitive]
rows = pq.ParquetFile(sys.argv[1], read_dictionary=names).iter_batches(1 << 16, columns=names, use_threads=False)
figures = measure_batches(rows, rule)
told(started, k=figures.smallest, l=figures.fewest_distinct, alpha=round(figures.largest_share, 6))
"""
IN_MEMORY = """
import pyarrow.parquet as pq
from pipelines.anonymise.groups import GroupRule, measure
table = pq.read_table(sys.argv[1])
started = time.process_time()
figures = measure(table, GroupRule(("age", "sexe", "iris", "csp"), ("theme",), 11, 2, 0.8))
told(started, k=figures.smallest, l=figures.fewest_distinct, alpha=round(figures.largest_share, 6))
"""
PYCANON_K = """
import pandas
from pycanon import anonymity
table = pandas.read_csv(sys.argv[2], dtype=str)
started = time.process_time()
told(started, k=int(anonymity.k_anonymity(table, ["age", "sexe", "iris", "csp"])))
"""
PYCANON_L = """
import pandas
from pycanon import anonymity
table = pandas.read_csv(sys.argv[2], dtype=str)
started = time.process_time()
told(started, l=int(anonymity.l_diversity(table, ["age", "sexe", "iris", "csp"], ["theme"])))
"""
TABLE = """
import pyarrow.parquet as pq
from pipelines.anonymise.aggregate import tabulate
from pipelines.anonymise.tables import CellRule
from pipelines.privacy_policy import Aggregate
rows = pq.read_table(sys.argv[1])
started = time.process_time()
done = tabulate(rows, None, Aggregate(by=("iris", "csp")), CellRule(11, 0.85))
told(started, cells=done.table.num_rows, hidden=done.hidden.refused, besides=done.hidden.complementary)
"""
VERSIONS = """
import pyarrow.parquet as pq
from pipelines.anonymise.aggregate import tabulate
from pipelines.anonymise.table_releases import exposure
from pipelines.anonymise.tables import CellRule
from pipelines.privacy_policy import Aggregate
rows = pq.read_table(sys.argv[1])
by = ("iris", "csp")
count = int(sys.argv[2])
grown = [rows.slice(0, rows.num_rows - 40 * (count - 1 - n)) for n in range(count)]
tables = [tabulate(one, None, Aggregate(by=by), CellRule(11, 0.85)).table for one in grown]
started = time.process_time()
found = exposure(tables, by, 11)
told(started, versions=count, cells=sum(t.num_rows for t in tables), moved_by_few=found.moved_by_few,
     computable=found.computable)
"""


def invented_rows(count: int, seed: int = 1) -> pa.Table:
    chance = np.random.default_rng(seed)
    sizes = {"age": 9, "sexe": 2, "iris": 40, "csp": 8, "theme": 12}
    return pa.table(
        {
            name: pa.array([f"{name}{i}" for i in range(size)]).take(pa.array(chance.integers(0, size, count)))
            for name, size in sizes.items()
        }
    )


def sparse_rows(count: int = 21_000) -> pa.Table:
    """For a table of 50 by 20 places, of which some are too small to be shown."""
    chance = np.random.default_rng(2)
    weights = chance.uniform(0.2, 1.8, size=(50, 20)).ravel()
    places = chance.choice(1000, size=count, p=weights / weights.sum())
    return pa.table(
        {"iris": [f"i{place // 20:02d}" for place in places], "csp": [f"c{place % 20:02d}" for place in places]}
    )


def contest(python: str, program: str, *files: Path | str) -> dict:
    command = [python, "-c", BEGIN + program, *map(str, files)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def median(turns: list[dict]) -> dict:
    return sorted(turns, key=lambda one: one["cpu_seconds"])[len(turns) // 2]


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--rows", type=int, default=1_000_000)
    arguments.add_argument("--pycanon")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        parquet, text, sparse = (
            Path(folder) / "rows.parquet",
            Path(folder) / "rows.csv",
            Path(folder) / "sparse.parquet",
        )
        rows = invented_rows(given.rows)
        pq.write_table(rows, parquet)
        pyarrow.csv.write_csv(rows, text)
        pq.write_table(sparse_rows(), sparse)
        contestants = {
            "parvis, k l alpha, Parquet read too": (sys.executable, OURS),
            "parvis, k l alpha, table in memory": (sys.executable, IN_MEMORY),
        }
        if given.pycanon:
            contestants |= {
                "pycanon, k alone": (given.pycanon, PYCANON_K),
                "pycanon, l alone": (given.pycanon, PYCANON_L),
            }
        turns = [{name: contest(*one, parquet, text) for name, one in contestants.items()} for _turn in range(3)]
        medians = {name: median([turn[name] for turn in turns]) for name in contestants}
        ours = next(iter(medians.values()))
        for name, figures in medians.items():
            ratio = figures["cpu_seconds"] / ours["cpu_seconds"]
            agrees = all(ours[key] == figures[key] for key in ("k", "l") if key in figures)
            print(f"{name:38} {figures}  x{ratio:.1f}{'' if agrees else '  DISAGREES'}")
        print(
            f"{'a table protected and audited':38} {median([contest(sys.executable, TABLE, sparse) for _ in range(3)])}"
        )
        for count in (5, 12, 60):
            print(f"{f'{count} versions of it, jointly':38} {contest(sys.executable, VERSIONS, sparse, str(count))}")


if __name__ == "__main__":
    main()
