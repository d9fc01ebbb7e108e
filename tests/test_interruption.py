"""Ctrl-C or a kill at any moment: the versions that were served are served on, whole, and the next run completes."""

import os
import random
import signal
import subprocess
import sys
import time

import pytest

from pipelines.orchestration import flow
from pipelines.versions import Store
from tests.installation import SIREN, build_town

INTERRUPTED = "Interrupted: nothing was half published. The same command finishes what it began."
# A run takes some seconds, most of them imports; these moments fall before, in and after the publication.
MOMENTS = [round(random.Random(2026).uniform(1.5, 12.0), 2) for _ in range(40)]


def interrupt(root, after_seconds: float, how: signal.Signals) -> int:
    """Start `parvis run budget` and stop it after that time; its exit code."""
    process = subprocess.Popen(
        [sys.executable, "-m", "pipelines", "run", "budget", "--root", root],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PARVIS_LOCALE": "en"},
    )
    time.sleep(after_seconds)
    process.send_signal(how)
    out, err = process.communicate(timeout=120)
    assert "Traceback" not in out + err, err
    return process.returncode


def whole(root) -> int:
    """How many versions there are; every file of each is read and compared with its digest."""
    import hashlib

    store = Store(root / "store")
    versions = store.versions(SIREN, "budget")
    for manifest in versions:
        for file in manifest.files:
            with store.open(file) as stream:
                assert hashlib.sha256(stream.read()).hexdigest() == file.sha256
    return len(versions)


def campaign(tmp_path, moments, how) -> None:
    town = build_town(tmp_path)
    for moment in moments:
        interrupt(town.root, moment, how)
        assert whole(town.root) <= 1  # the same source: published once, or not yet
    assert town.run("run", "budget").code == 0
    assert whole(town.root) == 1
    assert [path for path in (town.root / "store" / "tmp").rglob("*") if path.is_file()] == []


def test_ctrl_c_inside_a_step_is_one_line(tmp_path, monkeypatch):
    town = build_town(tmp_path)
    monkeypatch.setenv("PARVIS_LOCALE", "en")
    monkeypatch.setattr(flow, "extract_all", lambda *_: signal.raise_signal(signal.SIGINT))
    result = town.run("run", "budget")
    assert (result.code, result.out) == (130, "")
    assert result.err.strip() == INTERRUPTED
    assert town.latest("budget") is None


IN_A_FINALIZER = """
import signal, time
from pipelines.__main__ import main
from pipelines.orchestration import flow

class Dropped:
    def __del__(self):
        signal.raise_signal(signal.SIGINT)

def extract_all(*_):
    Dropped()
    time.sleep(60)

flow.extract_all = extract_all
main()
"""


def test_ctrl_c_that_falls_where_python_drops_it_is_not_lost(tmp_path):
    town = build_town(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", IN_A_FINALIZER, "run", "budget", "--root", town.root],
        capture_output=True,
        text=True,
        timeout=50,
        env={**os.environ, "PARVIS_LOCALE": "en"},
    )
    assert (done.returncode, done.stderr.strip()) == (130, INTERRUPTED)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL], ids=["ctrl-c", "kill"])
def test_a_few_moments(tmp_path, how):
    campaign(tmp_path, MOMENTS[:2], how)


@pytest.mark.campaign
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL], ids=["ctrl-c", "kill"])
def test_many_moments(tmp_path, how):
    campaign(tmp_path, MOMENTS, how)
