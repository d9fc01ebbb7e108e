"""What a newcomer does first, as a newcomer does it: the installed command, in a process of its own."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

DATASETS = {"bp_projets", "budget", "grc_signalements"}

# Python loads `sitecustomize` at start: every look-up of a name and every connection is written down.
WATCH = """
import os, sys
def note(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
        place = arguments[1] if event != "socket.getaddrinfo" else arguments[0]
        host = place[0] if isinstance(place, tuple) else place
        if str(host) not in ("127.0.0.1", "::1", "localhost", "None"):
            with open(os.environ["WATCHED"], "a") as file:
                print(event, host, file=file)
sys.addaudithook(note)
"""


def parvis(*arguments: str, environment: dict[str, str] | None = None, cwd: Path | None = None, timeout: int = 240):
    """Run the command line in a process of its own, in English."""
    return subprocess.run(
        [sys.executable, "-m", "pipelines", *arguments],
        capture_output=True,
        text=True,
        timeout=timeout,
        cwd=cwd,
        env={**os.environ, "PARVIS_LOCALE": "en", **(environment or {})},
    )


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The demo, run once without a network: (its folder, what it printed, what it looked for outside)."""
    folder = tmp_path_factory.mktemp("demo")
    (folder / "sitecustomize.py").write_text(WATCH, "utf-8")
    watched = folder / "watched.txt"
    without_network = ["unshare", "--map-root-user", "--net"] if shutil.which("unshare") else []
    command = [sys.executable, "-m", "pipelines", "demo", "--no-serve", "--json", "--root", folder / "demo"]
    done = subprocess.run(
        [*without_network, *command],
        capture_output=True,
        text=True,
        timeout=280,
        env={
            **os.environ,
            "PARVIS_LOCALE": "en",
            "PYTHONPATH": os.pathsep.join([str(folder), str(Path.cwd())]),
            "WATCHED": str(watched),
        },
    )
    assert done.returncode == 0, done.stderr
    return folder / "demo", json.loads(done.stdout), watched.read_text() if watched.exists() else ""


def test_every_bundled_dataset_is_published(demo):
    _root, outcomes, _watched = demo
    assert {one["dataset"] for one in outcomes} == DATASETS
    assert {one["status"] for one in outcomes} == {"published"}
    assert all(one["version"] == "1.0.0" and one["rows_read"] > 0 and one["cells_treated"] >= 0 for one in outcomes)


def test_nothing_outside_is_looked_for(demo):
    _root, _outcomes, watched = demo
    assert watched == ""


def test_a_second_run_publishes_nothing_new_and_says_so(demo):
    root, _outcomes, _watched = demo
    before = _published(root)
    again = parvis("demo", "--no-serve", "--root", str(root))
    assert again.returncode == 0, again.stderr
    assert "Nothing new: every dataset is published already, unchanged." in again.stdout
    assert _published(root) == before


def _published(root: Path) -> dict[Path, int]:
    """When each file of the store was written, but for the folder where versions are prepared."""
    files = (path for path in (root / "store").rglob("*") if path.is_file() and path.parts[-2] != "tmp")
    return {path: path.stat().st_mtime_ns for path in files}


def test_the_history_of_the_runs_is_dagster_s(demo):
    import dagster as dg  # noqa: TID251 - what `dagster dev` shows is asked of Dagster itself

    root, _outcomes, _watched = demo
    with dg.DagsterInstance.from_config(str(root / ".dagster")) as instance:
        jobs = {run.job_name for run in instance.get_runs()}
        assert jobs >= {f"{name}_to_version" for name in DATASETS}
        record = instance.get_latest_materialization_event(dg.AssetKey(["budget", "version"]))
    assert record is not None
    assert record.asset_materialization is not None
    assert record.asset_materialization.metadata["dagster/row_count"].value > 0


def test_the_access_point_answers_until_it_is_interrupted(demo, free_port):
    root, _outcomes, _watched = demo
    server = subprocess.Popen(
        [sys.executable, "-m", "pipelines", "serve", "--root", root, "--port", str(free_port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    try:
        page = _get(f"http://127.0.0.1:{free_port}/saint-parvis-sur-loire/budget/latest/budget.csv")
        assert page.startswith(b"BGT_NATDEC,BGT_ANNEE,BGT_SIRET")
    finally:
        server.send_signal(signal.SIGINT)
        assert server.wait(20) in (0, 130)


def _get(address: str) -> bytes:
    deadline = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return answer.read()
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
