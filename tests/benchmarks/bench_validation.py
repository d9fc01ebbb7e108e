"""How fast the exact report is: Parvis, frictionless and a bare read of the same file, on one machine in one run.

usage: python tests/benchmarks/bench_validation.py [--rows 100000] [--runs 3] [--folder DIR] [--only parvis ...]

Every contestant runs in a process of its own, one after the other, then again
from the first. CPU seconds are user and system time of that process, imports
included; the median of the runs counts. Beside every figure stand the errors
found: speed without the same report is worth nothing.
"""

import argparse
import compileall
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent

PARVIS = """
import json, sys
from dataclasses import replace
from pathlib import Path
from pipelines.validate.strict import Source, validate_strictly
path = Path(sys.argv[1])
sources = {
    one["name"]: Source(path.parent / one["path"], one["schema"], one["dialect"], one["encoding"])
    for one in json.loads(path.read_text("utf-8"))["resources"]
}
lines = sources.pop("lines")
lines = replace(lines, references=sources)
print(len(validate_strictly(lines, 0)))
"""
FRICTIONLESS = """
import sys
from frictionless import Package, system
with system.use_context(trusted=True):
    print(len(Package(sys.argv[1]).get_resource("lines").validate(limit_errors=0).tasks[0].errors))
"""
READ = """
import sys
import pyarrow as pa, pyarrow.csv as csv
path = sys.argv[1].replace(".json", ".csv")
names = open(path).readline().strip().split(",")
types = csv.ConvertOptions(column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False)
rows = csv.ParseOptions(invalid_row_handler=lambda row: "skip")
reading = csv.ReadOptions(use_threads=False)
for batch in csv.open_csv(path, read_options=reading, convert_options=types, parse_options=rows):
    pass
print("-")
"""
CONTESTANTS = {"parvis": PARVIS, "frictionless": FRICTIONLESS, "bare read": READ}


def measure(program: str, package: Path) -> dict[str, float | str]:
    """CPU seconds, peak memory and answer of one process."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(package)], stdout=subprocess.PIPE, env=environment, text=True
    )
    answer = process.stdout.read().strip()
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, f"exit code {process.returncode}"
    return {"cpu": usage.ru_utime + usage.ru_stime, "rss_mb": usage.ru_maxrss / 1024, "errors": answer}


def bench(folder: Path, rows: int, runs: int, only: list[str]) -> list[dict[str, object]]:
    """One line per file and contestant."""
    if not (folder / f"dirty_{rows}.json").exists():
        subprocess.run([sys.executable, str(HERE / "generate_budget_rows.py"), str(folder), str(rows)], check=True)
    compileall.compile_dir(str(ROOT / "pipelines"), quiet=2)
    found: dict[tuple[str, str], list[dict[str, float | str]]] = {}
    for _run in range(runs):
        for kind in ("clean", "dirty"):
            for name in only:
                found.setdefault((kind, name), []).append(measure(CONTESTANTS[name], folder / f"{kind}_{rows}.json"))
    return [
        {
            "file": kind,
            "rows": rows,
            "contestant": name,
            "cpu_seconds": round(statistics.median(float(one["cpu"]) for one in ones), 2),
            "rss_mb": round(max(float(one["rss_mb"]) for one in ones)),
            "errors": ones[0]["errors"],
        }
        for (kind, name), ones in found.items()
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=None)
    parser.add_argument("--only", nargs="+", choices=CONTESTANTS, default=list(CONTESTANTS))
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        lines = bench(given.folder or Path(temporary), given.rows, given.runs, given.only)
    for line in lines:
        mine = next((one for one in lines if one["file"] == line["file"] and one["contestant"] == "parvis"), None)
        ratio = f"{line['cpu_seconds'] / mine['cpu_seconds']:.1f}x parvis" if mine else ""
        print(json.dumps({**line, "ratio": ratio}))


if __name__ == "__main__":
    main()
