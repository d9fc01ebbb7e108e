"""Group figures of a million rows: CPU seconds and peak memory of each contestant, in processes of their own.

    python tests/benchmarks/bench_anonymise.py [--rows 1000000] [--pycanon /path/to/its/python]

pycanon pins an old pandas: give the interpreter of an environment that has it, or its line is left out.
The file is read by each contestant outside its clock.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

OURS = """
import sys, time, resource, json
import pyarrow.parquet as pq
from pipelines.anonymise.groups import GroupRule, measure
table = pq.read_table(sys.argv[1])
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
started = time.process_time()
rule = GroupRule(("age", "sexe", "iris", "csp"), ("theme",), 11, 2, 0.8)
figures = measure(table, rule)
print(json.dumps({"cpu_seconds": round(time.process_time() - started, 3), "k": figures.smallest,
  "l": figures.fewest_distinct, "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
  "peak_before_mb": before // 1024}))
"""
PYCANON = """
import sys, time, resource, json
import pandas
from pycanon import anonymity
table = pandas.read_csv(sys.argv[2], dtype=str)
started = time.process_time()
k = anonymity.k_anonymity(table, ["age", "sexe", "iris", "csp"])
print(json.dumps({"cpu_seconds": round(time.process_time() - started, 3), "k": int(k),
  "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}))
"""


def invented_rows(count: int) -> pa.Table:
    chance = np.random.default_rng(1)
    sizes = {"age": 9, "sexe": 2, "iris": 40, "csp": 8, "theme": 12}
    return pa.table(
        {
            name: pa.array([f"{name}{i}" for i in range(size)]).take(pa.array(chance.integers(0, size, count)))
            for name, size in sizes.items()
        }
    )


def contest(python: str, program: str, *files: Path) -> dict:
    done = subprocess.run([python, "-c", program, *map(str, files)], capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rows", type=int, default=1_000_000)
    arguments.add_argument("--pycanon")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        parquet, text = Path(folder) / "rows.parquet", Path(folder) / "rows.csv"
        rows = invented_rows(given.rows)
        pq.write_table(rows, parquet)
        if given.pycanon:
            import pyarrow.csv

            pyarrow.csv.write_csv(rows, text)
        ours = [contest(sys.executable, OURS, parquet) for _turn in range(3)]
        print("parvis, k l alpha:", sorted(ours, key=lambda one: one["cpu_seconds"])[1])
        if given.pycanon:
            print("pycanon, k alone: ", contest(given.pycanon, PYCANON, parquet, text))


if __name__ == "__main__":
    main()
