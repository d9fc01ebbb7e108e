"""The lines to copy run as they stand, each with its own tool, against a server."""

import html
import json
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import duckdb
import httpx
import pandas as pd
import pytest

from pipelines.access.pages.snippets import snippets as lines
from pipelines.versions.store import Store
from tests.access.running import running
from tests.access.town import PROJETS, candidate, publish, table

IDS = [row[0] for row in PROJETS]


@pytest.fixture(scope="module")
def snippets(published: Path) -> Iterator[Mapping[str, str]]:
    """Tool -> lines, as they stand on the page, but for the port of this server."""
    with running(published) as address:
        page = httpx.get(f"{address}/valmont/bp_projets/", headers={"accept-language": "en"}).text
        found = re.findall(r"<summary>([^<]+)</summary>\s*<pre[^>]*><code>(.*?)</code>", page, re.S)
        yield {tool: html.unescape(text).replace("http://127.0.0.1:8010", address) for tool, text in found}


def test_every_tool_of_the_contract_has_its_lines(snippets: Mapping[str, str]) -> None:
    assert set(snippets) == {"Python", "R", "JavaScript", "DuckDB", "curl", "Excel", "Power Query"}


def test_python(snippets: Mapping[str, str]) -> None:
    names: dict[str, pd.DataFrame] = {}
    exec(snippets["Python"], names)
    assert list(names["rows"]["id"]) == IDS


@pytest.mark.skipif(not shutil.which("node"), reason="Node.js is not installed")
def test_javascript(snippets: Mapping[str, str]) -> None:
    script = snippets["JavaScript"] + "\nconsole.log(rows.map(row => row.id).join());"
    done = subprocess.run(["node", "--input-type=module", "-e", script], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip().split(",") == IDS, done.stderr


def test_curl(snippets: Mapping[str, str], tmp_path: Path) -> None:
    done = subprocess.run(["bash", "-c", snippets["curl"]], cwd=tmp_path, check=True, capture_output=True, timeout=60)
    assert [row["id"] for row in json.loads(done.stdout)] == IDS[:5]
    assert (tmp_path / "bp_projets.csv").read_text("utf-8").count("\n") == len(IDS) + 1


def test_duckdb(snippets: Mapping[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fetch, ask = snippets["DuckDB"].splitlines()
    subprocess.run(["bash", "-c", fetch], cwd=tmp_path, check=True, capture_output=True, timeout=60)
    question = re.fullmatch(r'duckdb -c "(.*)"', ask)
    assert question
    monkeypatch.chdir(tmp_path)
    assert [row[0] for row in duckdb.sql(question[1]).fetchall()] == IDS


@pytest.mark.skipif(not shutil.which("Rscript"), reason="R is not installed")
def test_r(snippets: Mapping[str, str]) -> None:
    script = snippets["R"] + '\ncat(rows$id, rows$titre[3], sum(rows$voix), sep = "|")'
    done = subprocess.run(["Rscript", "--encoding=UTF-8", "-e", script], capture_output=True, text=True, timeout=120)
    assert done.stdout.split("|") == [*IDS, "Boîtes à livres", "1086"], done.stderr


@pytest.mark.skipif(not shutil.which("Rscript"), reason="R is not installed")
def test_r_without_a_text_column(store: Store) -> None:
    schema = {"fields": [{"name": "voix", "type": "integer"}]}
    votes = publish(store, candidate(dataset="voix", table=table([(3,), (4,)], schema), table_schema=schema))
    with running(store.root) as address:
        (script,) = (each.text for each in lines(votes, f"{address}/valmont/voix/latest/") if each.tool == "R")
        asked = ["Rscript", "-e", f"{script}\ncat(sum(rows$voix))"]
        done = subprocess.run(asked, capture_output=True, text=True, timeout=120)
    assert done.stdout == "7", done.stderr


def test_r_and_power_query_name_files_that_are_there(snippets: Mapping[str, str]) -> None:
    for tool in ("R", "Power Query", "Excel"):
        address = re.search(r"http://[\w.:/]+\.csv", snippets[tool])
        assert address
        assert httpx.get(address[0]).status_code == 200
