"""What it costs to hear that nothing is new: the CPU of `parvis run` and `parvis publish` beyond their start-up.

    python tests/benchmarks/bench_unchanged.py [--rounds 7]

The start-up is a process that imports the same modules and does nothing. Both are run in turn; the medians are printed
in seconds of CPU, as the kernel counts them. Where PARVIS_TEST_CKAN_… and PARVIS_TEST_UDATA_… name real portals, the
dataset is published there first, and `parvis publish` is measured too.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import yaml

sys.path.insert(0, str(Path(__file__).parents[2]))
from tests.installation import Town, build_namesake
from tests.publish.ckan_site import two_towns as two_towns_on_ckan
from tests.publish.udata_site import two_towns as two_towns_on_udata

COMMAND = """
import atexit, os, sys
if os.environ.get("LOADED"):
    atexit.register(lambda: open(os.environ["LOADED"], "w").write(" ".join(sys.modules)))
from pipelines.cli import main
main()
"""
START = """
import contextlib, importlib, os
for name in open(os.environ["LOADED"]).read().split():
    with contextlib.suppress(Exception):
        importlib.import_module(name)
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=7)
    rounds = parser.parse_args().rounds
    print("seconds of CPU                        command  start-up  beyond")
    with tempfile.TemporaryDirectory() as folder, ExitStack() as sites:
        town = build_namesake(Path(folder))
        portals = dict(real_portals(town, sites))
        write_portals(town, {name: portal for name, (portal, _token) in portals.items()})
        tokens = {f"PARVIS_PORTAL_{name.upper()}_TOKEN": token for name, (_portal, token) in portals.items()}
        contest(["run", "budget"], town, rounds, tokens)
        for name in portals:
            contest(["publish", "budget", "--portal", name], town, rounds, tokens)


def real_portals(town: Town, sites: ExitStack) -> Iterator[tuple[str, tuple[dict[str, Any], str]]]:
    """Each portal that the environment names, with organisations of its own for as long as `sites` are open."""
    given = os.environ.get
    kinds = {
        "ckan": (two_towns_on_ckan, "CKAN_URL", "CKAN_TOKEN"),
        "udata": (two_towns_on_udata, "UDATA_URL", "UDATA_API_KEY"),
    }
    for kind, (two_towns, url, token) in kinds.items():
        if given(f"PARVIS_TEST_{url}") and given(f"PARVIS_TEST_{token}"):
            site = sites.enter_context(two_towns(given(f"PARVIS_TEST_{url}"), given(f"PARVIS_TEST_{token}")))
            yield (
                kind,
                ({"kind": kind, "url": site.url, "organisations": {town.slug: site.towns[0]}}, site.editor_token),
            )


def write_portals(town: Town, portals: dict[str, Any]) -> None:
    path = town.root / "parvis.yaml"
    config = yaml.safe_load(path.read_text("utf-8"))
    path.write_text(yaml.safe_dump({**config, "portals": portals}, allow_unicode=True), "utf-8")


def contest(command: Sequence[str], town: Town, rounds: int, tokens: dict[str, str]) -> None:
    """Do the work once; then the medians of `command` when nothing is new, of its start-up, and of the difference."""
    arguments = [*command, "--root", str(town.root)]
    cpu_seconds(COMMAND, arguments, tokens)
    loaded = {**tokens, "LOADED": str(town.root / "loaded.txt")}
    cpu_seconds(COMMAND, arguments, loaded)
    found = [(cpu_seconds(COMMAND, arguments, tokens), cpu_seconds(START, [], loaded)) for _round in range(rounds)]
    beyond = statistics.median(whole - start for whole, start in found)
    whole, start = (statistics.median(column) for column in zip(*found, strict=True))
    print(f"parvis {' '.join(command):<30} {whole:7.3f}  {start:8.3f}  {beyond:6.3f}")


def cpu_seconds(program: str, arguments: Sequence[str], environment: dict[str, str]) -> float:
    """User and system time of a Python process of its own. Raises where it fails."""
    before = os.times()
    command = [sys.executable, "-c", program, *arguments]
    subprocess.run(command, env={**os.environ, **environment}, stdout=subprocess.DEVNULL, check=True)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


if __name__ == "__main__":
    main()
