"""The access point beside Datasette: the same rows, the same questions, one process each, wrk over loopback.

    python tests/benchmarks/bench_access.py --datasette /path/to/venv/bin/datasette [--rows 1000000] [--seconds 5]

Datasette lives in an environment of its own (`pip install "datasette<1"`). The
contestants take turns, round after round; beside every figure stands what was
answered, so that speed never stands without sameness of work. Prints JSON.
"""

import argparse
import datetime as dt
import json
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
SERVER = """
import sys
from pathlib import Path
from pipelines.access.app import create_app
from pipelines.access.limits import Limits
from pipelines.access.server import serve
from pipelines.access.site import Site
from pipelines.versions import Store
site = Site({"fr": "b", "en": "b"}, "http://127.0.0.1", "fr")
limits = Limits(cached_answers_mb=int(sys.argv[3]), requests_per_minute=0)
serve(create_app(Store(Path(sys.argv[1])), [], site, limits), "127.0.0.1", int(sys.argv[2]))
"""
FILTERED = """
counter = {start}
request = function()
  counter = counter + 1
  return wrk.format("GET", string.format("{path}", (counter * 7919) % {sirets}))
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
        kinds = ", ".join(
            f"{name} {'INTEGER' if name in ('annee', 'montant') else 'TEXT'}" for name in table.column_names
        )
        database.execute(f"CREATE TABLE lines ({kinds})")
        marks = ", ".join("?" * table.num_columns)
        rows = zip(*(column.to_pylist() for column in table.columns), strict=True)
        database.executemany(f"INSERT INTO lines VALUES ({marks})", rows)
        database.execute("CREATE INDEX by_siret ON lines (siret)")
        database.execute("CREATE INDEX by_annee ON lines (annee)")
        database.execute("ANALYZE")


@contextmanager
def running(command: list[str], port: int, path: str) -> Iterator[subprocess.Popen[bytes]]:
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


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def load(port: int, script: str, seconds: int) -> dict[str, float]:
    """Requests a second, and p50 and p99 in milliseconds, of one run of wrk."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as file:
        file.write(script)
        file.flush()
        command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "60s", "--latency", "-s", file.name]
        told = subprocess.run([*command, f"http://127.0.0.1:{port}"], capture_output=True, text=True, check=True).stdout
    bad = re.search(r"Non-2xx or 3xx responses: (\d+)", told)
    return {
        "per_second": float(re.search(r"Requests/sec:\s+([\d.]+)", told)[1]),  # type: ignore[index]
        "p50_ms": milliseconds(re.search(r"50%\s+([\d.]+)(us|ms|s|m)", told)),
        "p99_ms": milliseconds(re.search(r"99%\s+([\d.]+)(us|ms|s|m)", told)),
        "refused": float(bad[1]) if bad else 0.0,
    }


def milliseconds(found: re.Match[str] | None) -> float:
    return float(found[1]) * {"us": 0.001, "ms": 1, "s": 1000, "m": 60_000}[found[2]] if found else float("nan")


def download(port: int, path: str, most_seconds: int) -> dict[str, float]:
    """Megabytes a second of one whole file, as far as it comes in time."""
    command = ["curl", "-sS", "-o", "/dev/null", "-m", str(most_seconds), "-w", "%{size_download} %{time_total}"]
    command.append(f"http://127.0.0.1:{port}{path}")
    told = subprocess.run(command, capture_output=True, text=True).stdout
    size, seconds = map(float, told.split())
    return {"megabytes": size / 1e6, "megabytes_per_second": size / 1e6 / seconds}


def resident_megabytes(process: subprocess.Popen[bytes]) -> float:
    status = Path(f"/proc/{process.pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024  # type: ignore[index]


def addresses() -> dict[str, dict[str, str]]:
    """Each question in both dialects, with the same columns in the answer."""
    columns = [
        "id",
        "siret",
        "annee",
        "chapitre",
        "section",
        "sens",
        "montant",
        "libelle_00",
        "libelle_01",
        "libelle_02",
    ]
    ours, theirs = "/town/lines/1.0.0/lines.json", "/lines/lines.json"
    chosen = "".join(f"&_col={name}" for name in columns)
    sql = "select+chapitre,section,count(id),sum(montant)+from+lines+where+annee%3D2023+group+by+chapitre,section"
    return {
        "filter+page": {
            "ours": f"{ours}?siret__exact=S%05d&columns={','.join(columns)}&page_size={PAGE}",
            "datasette": f"{theirs}?siret=S%05d{chosen}&_size={PAGE}&_shape=array",
        },
        "aggregate": {
            "ours": f"{ours}?annee__exact=2023&chapitre__groupby&section__groupby&id__count&montant__sum",
            "datasette": f"/lines.json?sql={sql}&_shape=array",
        },
    }


def script_of(question: str, address: str, start: int) -> str:
    if question == "filter+page":
        return FILTERED.format(start=start, path=address.replace("%2C", ","), sirets=SIRETS)
    return f'request = function() return wrk.format("GET", "{address}") end'


def answer_of(port: int, address: str) -> object:
    rows = json.load(urlopen(f"http://127.0.0.1:{port}{address.replace('%05d', '00042')}"))
    ordered = sorted((list(row.values()) for row in rows), key=str)
    return {"rows": len(rows), "first": ordered[0][:4]}


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
    asked = addresses()
    ports = {name: free_port() for name in ("ours", "cached", "datasette")}
    own = [sys.executable, "-c", SERVER, str(folder / "store")]
    warm = asked["aggregate"]
    theirs = [given.datasette, str(folder / "lines.db"), "-p", str(ports["datasette"])]
    theirs += ["--setting", "sql_time_limit_ms", "60000"]
    processes = {
        "ours": stack.enter_context(running([*own, str(ports["ours"]), "0"], ports["ours"], warm["ours"])),
        "cached": stack.enter_context(running([*own, str(ports["cached"]), "32"], ports["cached"], warm["ours"])),
        "datasette": stack.enter_context(running(theirs, ports["datasette"], warm["datasette"])),
    }
    report: dict[str, object] = {"rows": given.rows, "columns": 19, "connections": CONNECTIONS}
    for question, dialects in asked.items():
        runs: dict[str, list[dict[str, float]]] = {"ours": [], "datasette": []}
        for turn in range(given.rounds):
            for contestant in runs:
                script = script_of(question, dialects[contestant], turn * 500)
                runs[contestant].append(load(ports[contestant], script, given.seconds))
        report[question] = compare(runs) | {
            "answers": {name: answer_of(ports[name], dialects[name]) for name in runs},
        }
    again = script_of("aggregate", warm["ours"], 0)
    repeated = [load(ports["cached"], again, given.seconds) for _turn in range(given.rounds)]
    slow = report["aggregate"]["datasette"]["per_second"]  # type: ignore[index]
    report["repeated aggregate"] = median(repeated) | {"ratio": median(repeated)["per_second"] / max(slow, 0.01)}
    ours = [download(ports["ours"], "/town/lines/1.0.0/lines.csv", 60) for _turn in range(given.rounds)]
    streamed = download(ports["datasette"], "/lines/lines.csv?_stream=on", 60)
    report["whole CSV"] = {"ours": median(ours), "datasette": streamed} | {
        "ratio": median(ours)["megabytes_per_second"] / streamed["megabytes_per_second"]
    }
    report["resident_megabytes"] = {name: round(resident_megabytes(process)) for name, process in processes.items()}
    return report


def compare(runs: dict[str, list[dict[str, float]]]) -> dict[str, object]:
    medians = {name: median(each) for name, each in runs.items()}
    return medians | {"ratio": medians["ours"]["per_second"] / max(medians["datasette"]["per_second"], 0.01)}


def median(runs: list[dict[str, float]]) -> dict[str, float]:
    return {key: round(statistics.median(run[key] for run in runs), 2) for key in runs[0]}


if __name__ == "__main__":
    main()
