"""Asked for twice as much as it can do, the server answers what it can, says 503 to the rest, and does not grow."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipelines.versions.store import Store
from tests.access.running import PROGRAM, free_port, wait_until_open
from tests.access.town import VALMONT, candidate, publish

# More connections than workers and places in the queue: what comes beyond must be refused, not kept waiting.
CONNECTIONS = 96
LUA = """
local threads, place = {}, 0
local paths = {%s}
function setup(thread) table.insert(threads, thread) end
function init() good, busy, other = 0, 0, 0 end
function request()
  place = place + 1
  return wrk.format("GET", (string.gsub(paths[place %% #paths + 1], "#", tostring(place))))
end
function response(status)
  if status == 200 then good = good + 1
  elseif status == 503 or status == 429 then busy = busy + 1
  else other = other + 1 end
end
function done(summary)
  local broken = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  for _, thread in ipairs(threads) do
    local counts = {thread:get("good"), thread:get("busy"), thread:get("other"), broken}
    io.write("counted " .. table.concat(counts, " ") .. "\\n")
  end
end
"""
FILE = "/valmont/bp_projets/latest/bp_projets"
QUESTIONS = [
    f"{FILE}.json?voix__exact=#&page_size=100",
    f"{FILE}.csv?quartier__groupby&edition__groupby&voix__sum&voix__less=#",
    f"{FILE}.json?titre__contains=e#&titre__sort=desc&page=2&page_size=50",
    f"{FILE}.ndjson?q=titre+#",
    f"{FILE}.csv?voix__greater=#",
    "/api/3/action/package_search?q=projets&rows=5&start=#",
]


@dataclass
class Served:
    process: "subprocess.Popen[bytes]"
    address: str

    def resident_megabytes(self) -> float:
        told = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.findall(r"VmRSS:\s+(\d+)", told)[0]) / 1024


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server over thirty thousand rows."""
    store = Store(tmp_path_factory.mktemp("many") / "store")
    quarters = ["Nord", "Sud", "Centre", None]
    rows = [
        (f"{n:06}", 2020 + n % 5, f"titre {n % 999}", quarters[n % 4], None, n, n % 3 == 0, None) for n in range(30_000)
    ]
    publish(store, candidate(VALMONT, rows))
    port = free_port()
    program = PROGRAM.format(module="tests.access.square")
    process = subprocess.Popen([sys.executable, "-c", program, str(store.root), str(port), json.dumps({})])
    try:
        wait_until_open(port)
        yield Served(process, f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait(20)


def press(served: Served, seconds: int, folder: Path) -> tuple[int, int, int, int]:
    """How many requests were answered, told to come back, answered otherwise, and broken."""
    script = folder / "press.lua"
    script.write_text(LUA % ", ".join(f'"{each}"' for each in QUESTIONS))
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "30s", "-s", str(script), served.address]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    good, busy, other, broken = (int(each) for each in re.findall(r"counted (\d+) (\d+) (\d+) (\d+)", told)[0])
    return good, busy, other, broken


def endure(served: Served, rounds: int, seconds: int, folder: Path) -> None:
    press(served, 2, folder)  # versions are opened and answers remembered up to their limit
    before = served.resident_megabytes()
    for _each in range(rounds):
        good, busy, other, broken = press(served, seconds, folder)
        print(f"{good} answered, {busy} told to come back, {served.resident_megabytes():.0f} MB")
        assert (other, broken) == (0, 0)
        assert good and busy
    assert served.resident_megabytes() < before + 80


def test_a_few_seconds_of_too_much(served: Served, tmp_path: Path) -> None:
    endure(served, 1, 4, tmp_path)


@pytest.mark.campaign
@pytest.mark.timeout(1200)
def test_ten_minutes_of_too_much(served: Served, tmp_path: Path) -> None:
    endure(served, 10, 60, tmp_path)
