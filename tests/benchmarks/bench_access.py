"""The access point beside Datasette: the same rows, the same questions, one process each, wrk over loopback.

    python tests/benchmarks/bench_access.py --datasette /path/to/venv/bin/datasette [--rows 1000000] [--seconds 5]

Datasette lives in an environment of its own (`pip install "datasette<1"`). The
contestants take turns, round after round; beside every figure stands what was
answered, so that speed never stands without sameness of work. Requests a second
and their ratio say what readers get; processor time for a request, which a busy
machine does not change much, says what it costs the server. Prints JSON.
"""

import argparse
import datetime as dt
import json
import os
import re
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from urllib.request import urlopen

import numpy as np
import pyarrow as pa

sys.path.insert(0, str(Path(__file__).parents[2]))
from pipelines.versions import Candidate, Store, publish_version

YEARS, CHAPTERS, SIRETS, TEXTS = range(2016, 2026), 40, 2000, 12
CONNECTIONS, PAGE = 8, 100
LABELS = [("chapitre", f"libelle_{number:02}") for number in range(TEXTS)]
Process = subprocess.Popen[bytes]
OURS = "/town/lines/1.0.0/lines"
SERVER = """
import sys
from pathlib import Path
from pipelines.access.app import create_app
from pipelines.access.limits import Limits
from pipelines.access.server import listen, serve
from pipelines.access.site import Site
from pipelines.versions import Store
site = Site({"fr": "b", "en": "b"}, "http://127.0.0.1", "fr")
limits = Limits(cached_answers_mb=int(sys.argv[3]), requests_per_minute=0)
serve(create_app(Store(Path(sys.argv[1])), [], site, limits), listen("127.0.0.1", int(sys.argv[2])), limits)
"""
# Every request asks something else, so that no cache of either side answers.
VARIED = """
local paths = {{{paths}}}
local place = {start}
request = function()
  place = place % #paths + 1
  return wrk.format("GET", paths[place])
end
"""


def make_rows(count: int) -> pa.Table:
    """Invented budget lines: 19 columns, codes as text, amounts in cents."""
    random = np.random.default_rng(20260322)
    columns: dict[str, pa.Array] = {
        "id": pa.array([f"{number:08}" for number in range(count)]),
        "siret": pa.array([f"S{number:05}" for number in random.integers(0, SIRETS, count)]),
        "annee": pa.array(random.choice(list(YEARS), count).astype("int64")),
        "chapitre": pa.array([f"{number:03}" for number in random.integers(0, CHAPTERS, count)]),
        "section": pa.array(random.choice(["F", "I"], count)),
        "sens": pa.array(random.choice(["D", "R"], count)),
        "montant": pa.array(random.integers(-10_000, 10_000_000, count)),
    }
    for number in range(TEXTS):
        columns[f"libelle_{number:02}"] = pa.array(random.choice([f"libellé {each}" for each in range(50)], count))
    return pa.table(columns)


def publish(table: pa.Table, folder: Path) -> None:
    """The rows as a version of our store, sorted for the filter as a town would declare it."""
    texts = {"fr": "Bench", "en": "Bench"}
    kinds = {"annee": "integer", "montant": "integer"}
    fields = [{"name": name, "type": kinds.get(name, "string")} for name in table.column_names]
    metadata = {"title": texts, "description": texts, "license": "etalab-2.0", "themes": [], "keywords": []}
    metadata |= {"update_frequency": "annual", "contact": "a@example.org", "filter_by": ["siret"]}
    candidate = Candidate(
        "219300480", "town", "Town", "lines", table, metadata, {"fields": fields, "primaryKey": ["id"]}, {}, {}, ()
    )
    publish_version(Store(folder), candidate, dt.datetime.now(dt.UTC))


def fill(table: pa.Table, path: Path) -> None:
    """The rows as Datasette's SQLite, with an index for each question."""
    with sqlite3.connect(path) as database:
        typed = {"id": "TEXT PRIMARY KEY", "annee": "INTEGER", "montant": "INTEGER"}
        kinds = ", ".join(f"{name} {typed.get(name, 'TEXT')}" for name in table.column_names)
        database.execute(f"CREATE TABLE lines ({kinds})")
        marks = ", ".join("?" * table.num_columns)
        rows = zip(*(column.to_pylist() for column in table.columns), strict=True)
        database.executemany(f"INSERT INTO lines VALUES ({marks})", rows)
        database.execute("CREATE INDEX by_siret ON lines (siret, id)")
        database.execute("CREATE INDEX by_annee ON lines (annee)")
        database.execute("ANALYZE")


@contextmanager
def running(command: list[str], port: int, path: str) -> Iterator[Process]:
    """A server that has answered `path` once."""
    here = Path(__file__).parents[2]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=here)
    try:
        for _attempt in range(600):
            try:
                urlopen(f"http://127.0.0.1:{port}{path}", timeout=120).read()
                break
            except OSError:
                time.sleep(0.1)
        yield process
    finally:
        process.terminate()
        process.wait(20)


def script_of(paths: list[str], start: int) -> str:
    quoted = ",".join(f'"{path}"' for path in paths)
    return VARIED.format(paths=quoted, start=start)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def load(port: int, script: str, seconds: int, process: Process, connections: int = CONNECTIONS) -> dict[str, float]:
    """Requests a second, p50 and p99 in milliseconds, of one run of wrk; and what each cost the server `process`."""
    before = processor_seconds(process)
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script)
        file.flush()
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "60s", "--latency", "-s", file.name]
        told = subprocess.run([*command, f"http://127.0.0.1:{port}"], capture_output=True, text=True, check=True).stdout
    count = int(re.search(r"(\d+) requests in", told)[1])  # type: ignore[index]
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", told)
    return {
        "per_second": float(re.search(r"Requests/sec:\s+([\d.]+)", told)[1]),  # type: ignore[index]
        "p50_ms": milliseconds(re.search(r"50%\s+([\d.]+)(us|ms|s|m)", told)),
        "p99_ms": milliseconds(re.search(r"99%\s+([\d.]+)(us|ms|s|m)", told)),
        "refused": float(bad[1]) if bad else 0.0,
        "cpu_ms": 1000 * (processor_seconds(process) - before) / max(count, 1),
    }


def processor_seconds(process: Process) -> float:
    """Of all threads of a server so far."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def milliseconds(found: re.Match[str] | None) -> float:
    return float(found[1]) * {"us": 0.001, "ms": 1, "s": 1000, "m": 60_000}[found[2]] if found else float("nan")


def download(port: int, path: str, most_seconds: int) -> dict[str, float]:
    """Megabytes a second of one whole file, as far as it comes in time."""
    command = ["curl", "-sS", "-o", "/dev/null", "-m", str(most_seconds), "-w", "%{size_download} %{time_total}"]
    command.append(f"http://127.0.0.1:{port}{path}")
    told = subprocess.run(command, capture_output=True, text=True).stdout
    size, seconds = map(float, told.split())
    return {"megabytes": size / 1e6, "megabytes_per_second": size / 1e6 / seconds}


def resident_megabytes(process: Process) -> float:
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]


def questions() -> dict[str, list[tuple[str, str]]]:
    """Many of each kind, in both dialects: ours and Datasette's."""
    columns = ["id", "siret", "annee", "chapitre", "section", "sens", "montant"]
    columns += ["libelle_00", "libelle_01", "libelle_02"]
    chosen = "".join(f"&_col={name}" for name in columns[1:])  # it always adds the key
    pages = [
        (
            f"{OURS}.json?siret__exact=S{number:05}&columns={','.join(columns)}&page_size={PAGE}",
            f"/lines/lines.json?siret=S{number:05}{chosen}&_size={PAGE}&_shape=array",
        )
        for number in (place * 7919 % SIRETS for place in range(SIRETS))
    ]
    groups = [
        (
            f"{OURS}.json?annee__exact={year}&{'&'.join(f'{key}__groupby' for key in keys)}&id__count&montant__sum",
            f"/lines.json?sql=select+{','.join(keys)},count(id)+as+id__count,sum(montant)+as+montant__sum+from+lines"
            f"+where+annee%3D{year}+group+by+{','.join(keys)}&_shape=array",
        )
        for keys in (("chapitre", "section"), ("chapitre",), ("section", "sens"), *LABELS)
        for year in YEARS
    ]
    return {"filter+page": pages, "aggregate": groups}


def check_same(ports: dict[str, int], asked: list[tuple[str, str]]) -> int:
    """Ends the benchmark where the two sides differ; how many rows of some questions were compared."""
    count = 0
    for ours, theirs in asked[:: max(1, len(asked) // 20)]:
        answers = [
            json.load(urlopen(f"http://127.0.0.1:{ports[side]}{address}"))
            for side, address in (("ours", ours), ("datasette", theirs))
        ]
        if answers[0] != answers[1] or not answers[0]:
            sys.exit(f"the two sides answer differently: {ours} {theirs}")
        count += len(answers[0])
    return count


def main() -> None:
    """Prints every figure, its median over the rounds, and the ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--datasette", required=True)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        table = make_rows(given.rows)
        publish(table, folder / "store")
        fill(table, folder / "lines.db")
        del table
        print(json.dumps(measure(given, folder, stack), indent=1, ensure_ascii=False))


def measure(given: argparse.Namespace, folder: Path, stack: ExitStack) -> dict[str, object]:
    asked = questions()
    ports = {name: free_port() for name in ("ours", "cached", "datasette")}
    own = [sys.executable, "-c", SERVER, str(folder / "store")]
    first, theirs_first = asked["aggregate"][0]
    theirs = [given.datasette, str(folder / "lines.db"), "-p", str(ports["datasette"])]
    theirs += ["--setting", "sql_time_limit_ms", "60000", "--setting", "max_returned_rows", "10000"]
    processes = {
        "ours": stack.enter_context(running([*own, str(ports["ours"]), "0"], ports["ours"], first)),
        "cached": stack.enter_context(running([*own, str(ports["cached"]), "32"], ports["cached"], first)),
        "datasette": stack.enter_context(running(theirs, ports["datasette"], theirs_first)),
    }
    report: dict[str, object] = {"rows": given.rows, "columns": 19, "connections": CONNECTIONS}
    for kind, pairs in asked.items():
        same = check_same(ports, pairs)
        runs: dict[str, list[dict[str, float]]] = {"ours": [], "datasette": []}
        for turn in range(given.rounds):
            for place, contestant in enumerate(runs):
                script = script_of([pair[place] for pair in pairs], turn * 500)
                run = load(ports[contestant], script, given.seconds, processes[contestant])
                runs[contestant].append(run)
        report[kind] = compare(runs) | {"questions": len(pairs), "equal_rows": same}
    script = script_of([first], 0)
    repeated = [load(ports["cached"], script, given.seconds, processes["cached"]) for _turn in range(given.rounds)]
    slow = report["aggregate"]["datasette"]["per_second"]  # type: ignore[index]
    report["repeated aggregate"] = median(repeated) | {"ratio": median(repeated)["per_second"] / max(slow, 0.01)}
    ours = [download(ports["ours"], f"{OURS}.csv", 60) for _turn in range(given.rounds)]
    streamed = download(ports["datasette"], "/lines/lines.csv?_stream=on", 60)
    report["whole CSV"] = {"ours": median(ours), "datasette": streamed} | {
        "ratio": median(ours)["megabytes_per_second"] / streamed["megabytes_per_second"]
    }
    report["resident_megabytes"] = {name: round(resident_megabytes(process)) for name, process in processes.items()}
    return report


def compare(runs: dict[str, list[dict[str, float]]]) -> dict[str, object]:
    medians = {name: median(each) for name, each in runs.items()}
    return medians | {
        "ratio": medians["ours"]["per_second"] / max(medians["datasette"]["per_second"], 0.01),
        "cpu_ratio": medians["datasette"]["cpu_ms"] / max(medians["ours"]["cpu_ms"], 0.01),
    }


def median(runs: list[dict[str, float]]) -> dict[str, float]:
    return {key: round(statistics.median(run[key] for run in runs), 2) for key in runs[0]}


if __name__ == "__main__":
    main()
