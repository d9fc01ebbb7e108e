"""A catalogue of many datasets: its page, its search and CKAN's search, one reader at a time, wrk over loopback.

    python tests/benchmarks/bench_catalogue.py [--datasets 1000] [--seconds 5]

Every request looks for something else. Prints JSON: requests a second, p50 and p99 in milliseconds.
"""

import argparse
import datetime as dt
import json
import sys
import tempfile
from pathlib import Path

import pyarrow as pa

sys.path.insert(0, str(Path(__file__).parents[2]))
from pipelines.versions import Candidate, Store, publish_version
from tests.benchmarks.bench_access import SERVER, free_port, load, running, script_of

OF_ONE_TOWN = 10
FIELDS = {"fields": [{"name": "id", "type": "string"}], "primaryKey": ["id"]}


def publish(count: int, folder: Path) -> None:
    """`count` small datasets, ten a town, each with a title of its own."""
    store = Store(folder)
    for number in range(count):
        town, place = divmod(number, OF_ONE_TOWN)
        texts = {"fr": f"Jeu {place} de la ville {town:03}", "en": f"Dataset {place} of town {town:03}"}
        metadata = {"title": texts, "description": texts, "license": "etalab-2.0", "themes": ["GOVE"]}
        metadata |= {"keywords": ["essai"], "update_frequency": "annual", "contact": "a@example.org", "filter_by": []}
        who = (f"{200_000_000 + town}", f"ville-{town:03}", f"Ville {town:03}", f"jeu_{place}")
        candidate = Candidate(*who, pa.table({"id": ["a", "b"]}), metadata, FIELDS, {}, {}, ())
        publish_version(store, candidate, dt.datetime.now(dt.UTC))


def main() -> None:
    """Prints every figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--datasets", type=int, default=1000)
    parser.add_argument("--seconds", type=int, default=5)
    given = parser.parse_args()
    towns = [f"{town:03}" for town in range(given.datasets // OF_ONE_TOWN)]
    asked = {
        "first page": ["/"],
        "search": [f"/?q=ville+{town}" for town in towns],
        "package_search": [f"/api/3/action/package_search?q=ville+{town}&rows=10" for town in towns],
    }
    with tempfile.TemporaryDirectory() as name:
        publish(given.datasets, Path(name) / "store")
        port = free_port()
        with running([sys.executable, "-c", SERVER, f"{name}/store", str(port), "32"], port, "/") as process:
            found = {kind: load(port, script_of(paths, 0), given.seconds, process, 1) for kind, paths in asked.items()}
    print(json.dumps({"datasets": given.datasets} | found, indent=1))


if __name__ == "__main__":
    main()
